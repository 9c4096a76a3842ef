"""Optimizers, learning rates, checkpoints, sessions that train, and their hooks: tf.train."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.checkpoint.checkpoint_manager import CheckpointManager
from estimator.checkpoint.graph_files import write_graph
from estimator.checkpoint.import_meta import export_meta_graph, import_meta_graph
from estimator.checkpoint.object_based import Checkpoint
from estimator.checkpoint.reader import CheckpointReader as NewCheckpointReader
from estimator.checkpoint.reader import list_variables, load_checkpoint, load_variable
from estimator.checkpoint.saver import Saver
from estimator.checkpoint.warm_start import VocabInfo
from estimator.core.errors import NanLossDuringTrainingError
from estimator.core.facade import fixed_names
from estimator.functions.decay import (
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    natural_exp_decay,
    piecewise_constant,
    piecewise_constant_decay,
    polynomial_decay,
)
from estimator.model_dir.scripts import (
    checkpoint_exists,
    checkpoints_iterator,
    get_checkpoint_mtimes,
    get_checkpoint_state,
    latest_checkpoint,
    remove_checkpoint,
    update_checkpoint_state,
)
from estimator.optimizers.adadelta import AdadeltaOptimizer
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.ftrl import FtrlOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.proximal_adagrad import ProximalAdagradOptimizer
from estimator.optimizers.proximal_gradient_descent import ProximalGradientDescentOptimizer
from estimator.optimizers.rmsprop import RMSPropOptimizer
from estimator.training.coordinator import Coordinator
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook, CheckpointSaverListener
from estimator.training.hooks.feed_fn import FeedFnHook
from estimator.training.hooks.final_ops import FinalOpsHook
from estimator.training.hooks.global_step_waiter import GlobalStepWaiterHook
from estimator.training.hooks.logging_tensor import LoggingTensorHook
from estimator.training.hooks.nan_tensor import NanTensorHook
from estimator.training.hooks.step_counter import StepCounterHook
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.training.hooks.summary_saver import SummarySaverHook
from estimator.training.monitored import MonitoredSession, MonitoredTrainingSession, SingularMonitoredSession
from estimator.training.scaffold import Scaffold
from estimator.training.session_creator import ChiefSessionCreator, SessionCreator
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from estimator.training.triggers import SecondOrStepTimer
from estimator.variables.global_step import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
    global_step,
)

__all__ = [
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "Checkpoint",
    "CheckpointManager",
    "CheckpointSaverHook",
    "CheckpointSaverListener",
    "ChiefSessionCreator",
    "Coordinator",
    "FeedFnHook",
    "FinalOpsHook",
    "FtrlOptimizer",
    "GlobalStepWaiterHook",
    "GradientDescentOptimizer",
    "LoggingTensorHook",
    "MomentumOptimizer",
    "MonitoredSession",
    "MonitoredTrainingSession",
    "NanLossDuringTrainingError",
    "NanTensorHook",
    "NewCheckpointReader",
    "Optimizer",
    "ProximalAdagradOptimizer",
    "ProximalGradientDescentOptimizer",
    "RMSPropOptimizer",
    "Saver",
    "Scaffold",
    "SecondOrStepTimer",
    "SessionCreator",
    "SessionRunArgs",
    "SessionRunContext",
    "SessionRunHook",
    "SessionRunValues",
    "SingularMonitoredSession",
    "StepCounterHook",
    "StopAtStepHook",
    "SummarySaverHook",
    "VocabInfo",
    "assert_global_step",
    "checkpoint_exists",
    "checkpoints_iterator",
    "cosine_decay",
    "create_global_step",
    "exponential_decay",
    "export_meta_graph",
    "get_checkpoint_mtimes",
    "get_checkpoint_state",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
    "import_meta_graph",
    "inverse_time_decay",
    "latest_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
    "natural_exp_decay",
    "piecewise_constant",
    "piecewise_constant_decay",
    "polynomial_decay",
    "remove_checkpoint",
    "update_checkpoint_state",
    "write_graph",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later=(
            "Example ExponentialMovingAverage Feature "
            "Features ProfilerHook Server batch "
            "init_from_checkpoint shuffle_batch "
            "start_queue_runners summary_iterator warm_start"
        ),
    )
