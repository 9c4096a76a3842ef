"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.checkpoint.warm_start import VocabInfo as VocabInfo
from estimator.checkpoint.warm_start import WarmStartSettings as WarmStartSettings
from estimator.core.errors import NanLossDuringTrainingError as NanLossDuringTrainingError
from estimator.estimators.dnn import DNNClassifier as DNNClassifier
from estimator.estimators.dnn import DNNRegressor as DNNRegressor
from estimator.estimators.estimator import Estimator as Estimator
from estimator.models.spec import EstimatorSpec as EstimatorSpec
from estimator.models.spec import ModeKeys as ModeKeys
from estimator.settings.run_config import RunConfig as RunConfig
from estimator.tf.estimator import export as export
from estimator.tf.estimator import inputs as inputs
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook as CheckpointSaverHook
from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener as CheckpointSaverListener
from estimator.training.hooks.feed_fn import FeedFnHook as FeedFnHook
from estimator.training.hooks.final_ops import FinalOpsHook as FinalOpsHook
from estimator.training.hooks.global_step_waiter import GlobalStepWaiterHook as GlobalStepWaiterHook
from estimator.training.hooks.logging_tensor import LoggingTensorHook as LoggingTensorHook
from estimator.training.hooks.nan_tensor import NanTensorHook as NanTensorHook
from estimator.training.hooks.step_counter import StepCounterHook as StepCounterHook
from estimator.training.hooks.stop_at_step import StopAtStepHook as StopAtStepHook
from estimator.training.hooks.summary_saver import SummarySaverHook as SummarySaverHook
from estimator.training.session_run_hook import SessionRunArgs as SessionRunArgs
from estimator.training.session_run_hook import SessionRunContext as SessionRunContext
from estimator.training.session_run_hook import SessionRunHook as SessionRunHook
from estimator.training.session_run_hook import SessionRunValues as SessionRunValues
from estimator.training.triggers import SecondOrStepTimer as SecondOrStepTimer
