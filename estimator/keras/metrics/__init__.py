"""Metrics, by name: keras.metrics."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.losses.crossentropies": (
            "binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy "
            "sparse_categorical_crossentropy"
        ),
        "estimator.keras.losses.errors": (
            "KLD=kl_divergence MAE=mean_absolute_error MAPE=mean_absolute_percentage_error MSE=mean_squared_error "
            "MSLE=mean_squared_logarithmic_error cosine=cosine_similarity cosine_proximity=cosine_similarity hinge "
            "kl_divergence kld=kl_divergence kullback_leibler_divergence=kl_divergence log_cosh logcosh=log_cosh "
            "mae=mean_absolute_error mape=mean_absolute_percentage_error mean_absolute_error "
            "mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error mse=mean_squared_error "
            "msle=mean_squared_logarithmic_error poisson squared_hinge"
        ),
        "estimator.keras.metrics.accuracies": (
            "Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy SparseTopKCategoricalAccuracy "
            "TopKCategoricalAccuracy binary_accuracy categorical_accuracy sparse_categorical_accuracy "
            "sparse_top_k_categorical_accuracy top_k_categorical_accuracy"
        ),
        "estimator.keras.metrics.by_name": "deserialize get serialize",
        "estimator.keras.metrics.confusion": (
            "AUC FalseNegatives FalsePositives Precision PrecisionAtRecall Recall RecallAtPrecision "
            "SensitivityAtSpecificity SpecificityAtSensitivity TrueNegatives TruePositives"
        ),
        "estimator.keras.metrics.errors": (
            "BinaryCrossentropy CategoricalCrossentropy CategoricalHinge CosineSimilarity Hinge KLDivergence "
            "LogCoshError MeanAbsoluteError MeanAbsolutePercentageError MeanRelativeError MeanSquaredError "
            "MeanSquaredLogarithmicError Poisson RootMeanSquaredError SparseCategoricalCrossentropy SquaredHinge"
        ),
        "estimator.keras.metrics.means": "Mean MeanMetricWrapper MeanTensor Sum",
        "estimator.keras.metrics.metric": "Metric",
        "estimator.keras.metrics.overlap": "BinaryIoU IoU MeanIoU OneHotIoU OneHotMeanIoU",
    },
)
