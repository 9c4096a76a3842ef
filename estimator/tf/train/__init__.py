"""Optimizers, learning rates, checkpoints, sessions that train, and their hooks: tf.train."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.checkpoint.checkpoint_manager": "CheckpointManager",
        "estimator.checkpoint.graph_files": "write_graph",
        "estimator.checkpoint.import_meta": "export_meta_graph import_meta_graph",
        "estimator.checkpoint.init_from_checkpoint": "init_from_checkpoint",
        "estimator.checkpoint.object_based": "Checkpoint",
        "estimator.checkpoint.reader": (
            "list_variables load_checkpoint load_variable NewCheckpointReader=CheckpointReader"
        ),
        "estimator.checkpoint.saver": "Saver",
        "estimator.checkpoint.vocabulary": "VocabInfo",
        "estimator.checkpoint.warm_start": "warm_start",
        "estimator.core.errors": "NanLossDuringTrainingError",
        "estimator.core.unavailable": "Server",
        "estimator.formats.messages": (
            "BytesList ClusterDef Example Feature FeatureList FeatureLists Features FloatList Int64List JobDef "
            "SaverDef SequenceExample ServerDef"
        ),
        "estimator.functions.decay": (
            "cosine_decay cosine_decay_restarts exponential_decay inverse_time_decay linear_cosine_decay "
            "natural_exp_decay noisy_linear_cosine_decay piecewise_constant piecewise_constant_decay polynomial_decay"
        ),
        "estimator.model_dir.scripts": (
            "checkpoint_exists checkpoints_iterator generate_checkpoint_state_proto get_checkpoint_mtimes "
            "get_checkpoint_state latest_checkpoint remove_checkpoint update_checkpoint_state"
        ),
        "estimator.optimizers.adadelta": "AdadeltaOptimizer",
        "estimator.optimizers.adagrad": "AdagradOptimizer",
        "estimator.optimizers.adagrad_da": "AdagradDAOptimizer",
        "estimator.optimizers.adam": "AdamOptimizer",
        "estimator.optimizers.ftrl": "FtrlOptimizer",
        "estimator.optimizers.gradient_descent": "GradientDescentOptimizer",
        "estimator.optimizers.momentum": "MomentumOptimizer",
        "estimator.optimizers.moving_averages": "ExponentialMovingAverage",
        "estimator.optimizers.optimizer": "Optimizer",
        "estimator.optimizers.proximal_adagrad": "ProximalAdagradOptimizer",
        "estimator.optimizers.proximal_gradient_descent": "ProximalGradientDescentOptimizer",
        "estimator.optimizers.rmsprop": "RMSPropOptimizer",
        "estimator.calls.sync_replicas": "SyncReplicasOptimizer",
        "estimator.pipeline.epochs": "limit_epochs",
        "estimator.pipeline.producers": (
            "input_producer match_filenames_once range_input_producer slice_input_producer string_input_producer"
        ),
        "estimator.pipeline.queue_batches": (
            "batch batch_join maybe_batch maybe_batch_join maybe_shuffle_batch maybe_shuffle_batch_join shuffle_batch "
            "shuffle_batch_join"
        ),
        "estimator.pipeline.queue_runner": "add_queue_runner QueueRunner start_queue_runners",
        "estimator.summaries.reader": "summary_iterator",
        "estimator.settings.cluster": "ClusterSpec",
        "estimator.settings.placement": "replica_device_setter",
        "estimator.training.coordinator": "Coordinator",
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
        "estimator.training.looper": "LooperThread",
        "estimator.training.monitored": (
            "MonitoredSession MonitoredTrainingSession SingularMonitoredSession"
        ),
        "estimator.training.scaffold": "Scaffold",
        "estimator.training.session_creator": "ChiefSessionCreator SessionCreator WorkerSessionCreator",
        "estimator.training.session_manager": "SessionManager",
        "estimator.training.session_run_hook": (
            "SessionRunArgs SessionRunContext SessionRunHook SessionRunValues"
        ),
        "estimator.training.supervisor": "Supervisor basic_train_loop",
        "estimator.training.triggers": "SecondOrStepTimer",
        "estimator.variables.global_step": (
            "assert_global_step create_global_step get_global_step get_or_create_global_step global_step"
        ),
    },
    modules="estimator.tf.train.experimental estimator.tf.train.queue_runner",
)
