"""The Estimator again: model functions, input functions, checkpoints and TensorBoard, on numpy.

``import estimator as est`` has tf.estimator's names (:class:`Estimator`, :class:`RunConfig`,
:class:`DNNClassifier`, ...) and the namespaces that a model function needs (``est.layers``, ``est.losses``,
``est.train``, ...); ``from estimator import tf`` has TensorFlow 1's own layout::

    classifier = est.DNNClassifier([10, 10], columns, model_dir="models/iris", n_classes=3)
    classifier.train(input_fn, steps=200)
    print(classifier.evaluate(input_fn))

Nothing is defined here, and everything but the log is imported when it is first used.
"""

from __future__ import annotations

from estimator.core import log
from estimator.core.facade import lazy_names
from estimator.core.version import VERSION as __version__  # noqa: F401

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.calls.early_stopping": "EarlyStoppingHook",
        "estimator.columns.standardize": "Standardize",
        "estimator.models.heads.standardized": "StandardizedRegressionHead",
        "estimator.training.hooks.step_profiler": "StepProfilerHook",
        "estimator.training.triggers": "Due",
        "estimator.tf.estimator": (
            "BaselineClassifier BaselineEstimator BaselineRegressor BestExporter BinaryClassHead "
            "CheckpointSaverHook CheckpointSaverListener DNNClassifier DNNEstimator DNNLinearCombinedClassifier "
            "DNNLinearCombinedEstimator DNNLinearCombinedRegressor DNNRegressor "
            "Estimator EstimatorSpec EvalSpec Exporter FeedFnHook FinalExporter FinalOpsHook "
            "GlobalStepWaiterHook Head LatestExporter LinearClassifier LinearEstimator LinearRegressor "
            "LoggingTensorHook LogisticRegressionHead "
            "ModeKeys MultiClassHead MultiHead MultiLabelHead NanLossDuringTrainingError NanTensorHook "
            "PoissonRegressionHead ProfilerHook RegressionHead RunConfig SecondOrStepTimer SessionRunArgs "
            "SessionRunContext SessionRunHook SessionRunValues StepCounterHook StopAtStepHook "
            "SummarySaverHook TrainSpec VocabInfo WarmStartSettings add_metrics "
            "classifier_parse_example_spec regressor_parse_example_spec train_and_evaluate"
        ),
    },
    modules=(
        "estimator.exchange estimator.experiments estimator.keras estimator.serving estimator.sklearn estimator.tf "
        "estimator.tf.contrib.predictor estimator.tf.data estimator.tf.errors "
        "estimator.tf.estimator.experimental "
        "estimator.tf.estimator.export estimator.tf.estimator.tpu "
        "estimator.tf.estimator.inputs estimator.tf.feature_column estimator.tf.initializers "
        "estimator.tf.layers estimator.tf.logging estimator.tf.losses estimator.tf.math "
        "estimator.tf.metrics estimator.tf.nn estimator.tf.random estimator.tf.regularizers "
        "estimator.tf.summary estimator.tf.train"
    ),
)

log.configure()
del log
