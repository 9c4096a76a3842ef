"""Losses, by name: keras.losses."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.losses.by_name": "deserialize get serialize",
        "estimator.keras.losses.classes": (
            "BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy "
            "CategoricalHinge CosineSimilarity Hinge Huber KLDivergence LogCosh MeanAbsoluteError "
            "MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson "
            "SparseCategoricalCrossentropy SquaredHinge"
        ),
        "estimator.keras.losses.crossentropies": (
            "BCE=binary_crossentropy bce=binary_crossentropy binary_crossentropy binary_focal_crossentropy "
            "categorical_crossentropy categorical_focal_crossentropy sparse_categorical_crossentropy"
        ),
        "estimator.keras.losses.errors": (
            "KLD=kl_divergence MAE=mean_absolute_error MAPE=mean_absolute_percentage_error MSE=mean_squared_error "
            "MSLE=mean_squared_logarithmic_error categorical_hinge cosine=cosine_similarity "
            "cosine_proximity=cosine_similarity cosine_similarity hinge huber huber_loss=huber kl_divergence "
            "kld=kl_divergence kullback_leibler_divergence=kl_divergence log_cosh logcosh=log_cosh "
            "mae=mean_absolute_error mape=mean_absolute_percentage_error mean_absolute_error "
            "mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error mse=mean_squared_error "
            "msle=mean_squared_logarithmic_error poisson squared_hinge"
        ),
        "estimator.keras.losses.loss": "Loss Reduction",
    },
)
