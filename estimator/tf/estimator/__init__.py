"""The Estimator and what belongs to it: tf.estimator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import lazy_names

if TYPE_CHECKING:
    # isort: off
    # fmt: off
    from estimator.estimators.dnn import DNNClassifier as DNNClassifier, DNNRegressor as DNNRegressor
    from estimator.checkpoint.warm_start import (
        VocabInfo as VocabInfo, WarmStartSettings as WarmStartSettings,
    )
    from estimator.core.errors import NanLossDuringTrainingError as NanLossDuringTrainingError
    from estimator.estimators.estimator import Estimator as Estimator
    from estimator.models.spec import EstimatorSpec as EstimatorSpec, ModeKeys as ModeKeys
    from estimator.settings.run_config import RunConfig as RunConfig
    from estimator.training.hooks.checkpoint_saver import (
        CheckpointSaverHook as CheckpointSaverHook,
        CheckpointSaverListener as CheckpointSaverListener,
    )
    from estimator.training.hooks.feed_fn import FeedFnHook as FeedFnHook
    from estimator.training.hooks.final_ops import FinalOpsHook as FinalOpsHook
    from estimator.training.hooks.global_step_waiter import (
        GlobalStepWaiterHook as GlobalStepWaiterHook,
    )
    from estimator.training.hooks.logging_tensor import LoggingTensorHook as LoggingTensorHook
    from estimator.training.hooks.nan_tensor import NanTensorHook as NanTensorHook
    from estimator.training.hooks.step_counter import StepCounterHook as StepCounterHook
    from estimator.training.hooks.stop_at_step import StopAtStepHook as StopAtStepHook
    from estimator.training.hooks.summary_saver import SummarySaverHook as SummarySaverHook
    from estimator.training.session_run_hook import (
        SessionRunArgs as SessionRunArgs, SessionRunContext as SessionRunContext,
        SessionRunHook as SessionRunHook, SessionRunValues as SessionRunValues,
    )
    from estimator.training.triggers import SecondOrStepTimer as SecondOrStepTimer
    from estimator.tf.estimator import export as export
    from estimator.tf.estimator import inputs as inputs
    # fmt: on
    # isort: on
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "estimator.estimators.dnn": "DNNClassifier DNNRegressor",
            "estimator.checkpoint.warm_start": "VocabInfo WarmStartSettings",
            "estimator.core.errors": "NanLossDuringTrainingError",
            "estimator.estimators.estimator": "Estimator",
            "estimator.models.spec": "EstimatorSpec ModeKeys",
            "estimator.settings.run_config": "RunConfig",
            "estimator.training.hooks.checkpoint_saver": ("CheckpointSaverHook CheckpointSaverListener"),
            "estimator.training.hooks.feed_fn": "FeedFnHook",
            "estimator.training.hooks.final_ops": "FinalOpsHook",
            "estimator.training.hooks.global_step_waiter": "GlobalStepWaiterHook",
            "estimator.training.hooks.logging_tensor": "LoggingTensorHook",
            "estimator.training.hooks.nan_tensor": "NanTensorHook",
            "estimator.training.hooks.step_counter": "StepCounterHook",
            "estimator.training.hooks.stop_at_step": "StopAtStepHook",
            "estimator.training.hooks.summary_saver": "SummarySaverHook",
            "estimator.training.session_run_hook": (
                "SessionRunArgs SessionRunContext SessionRunHook SessionRunValues"
            ),
            "estimator.training.triggers": "SecondOrStepTimer",
        },
        modules="estimator.tf.estimator.export estimator.tf.estimator.inputs",
        later=(
            "BaselineClassifier BaselineRegressor BestExporter BinaryClassHead DNNEstimator "
            "DNNLinearCombinedClassifier DNNLinearCombinedRegressor EvalSpec FinalExporter "
            "LatestExporter LinearClassifier LinearRegressor MultiClassHead ProfilerHook "
            "RegressionHead TrainSpec add_metrics experimental train_and_evaluate"
        ),
    )
