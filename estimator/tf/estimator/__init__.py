"""The Estimator and what belongs to it: tf.estimator."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.calls.exporters": "BestExporter Exporter FinalExporter LatestExporter",
        "estimator.calls.specs": "EvalSpec TrainSpec",
        "estimator.calls.train_and_evaluate": "train_and_evaluate",
        "estimator.checkpoint.vocabulary": "VocabInfo",
        "estimator.checkpoint.warm_start": "WarmStartSettings",
        "estimator.columns.parse_spec": "classifier_parse_example_spec regressor_parse_example_spec",
        "estimator.core.errors": "NanLossDuringTrainingError",
        "estimator.estimators.add_metrics": "add_metrics",
        "estimator.estimators.baseline": "BaselineClassifier BaselineEstimator BaselineRegressor",
        "estimator.estimators.dnn": "DNNClassifier DNNEstimator DNNRegressor",
        "estimator.estimators.dnn_linear": (
            "DNNLinearCombinedClassifier DNNLinearCombinedEstimator DNNLinearCombinedRegressor"
        ),
        "estimator.estimators.estimator": "Estimator",
        "estimator.estimators.linear": "LinearClassifier LinearEstimator LinearRegressor",
        "estimator.models.heads.binary": "BinaryClassHead",
        "estimator.models.heads.head": "Head",
        "estimator.models.heads.multi_class": "MultiClassHead",
        "estimator.models.heads.multi_head": "MultiHead",
        "estimator.models.heads.multi_label": "MultiLabelHead",
        "estimator.models.heads.regression": "LogisticRegressionHead PoissonRegressionHead RegressionHead",
        "estimator.models.spec": "EstimatorSpec ModeKeys",
        "estimator.settings.run_config": "RunConfig",
        "estimator.training.hooks.checkpoint_saver": "CheckpointSaverHook CheckpointSaverListener",
        "estimator.training.hooks.feed_fn": "FeedFnHook",
        "estimator.training.hooks.final_ops": "FinalOpsHook",
        "estimator.training.hooks.global_step_waiter": "GlobalStepWaiterHook",
        "estimator.training.hooks.logging_tensor": "LoggingTensorHook",
        "estimator.training.hooks.nan_tensor": "NanTensorHook",
        "estimator.training.hooks.profiler": "ProfilerHook",
        "estimator.training.hooks.step_counter": "StepCounterHook",
        "estimator.training.hooks.stop_at_step": "StopAtStepHook",
        "estimator.training.hooks.summary_saver": "SummarySaverHook",
        "estimator.training.session_run_hook": (
            "SessionRunArgs SessionRunContext SessionRunHook SessionRunValues"
        ),
        "estimator.training.triggers": "SecondOrStepTimer",
    },
    modules=(
        "estimator.tf.estimator.experimental estimator.tf.estimator.export estimator.tf.estimator.inputs "
        "estimator.tf.estimator.tpu"
    ),
)
