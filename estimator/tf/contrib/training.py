"""Training steps and what scripts are told on the command line: tf.contrib.training."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.model_dir.scripts": "checkpoints_iterator wait_for_new_checkpoint",
        "estimator.optimizers.train_op": (
            "add_gradients_summaries clip_gradient_norms clip_gradient_norms_fn create_train_op multiply_gradients"
        ),
        "estimator.settings.hparams": "HParams parse_values",
        "estimator.training.evaluation": "evaluate_once evaluate_repeatedly get_or_create_eval_step",
        "estimator.training.hooks.stop_after_evals": "StopAfterNEvalsHook",
        "estimator.training.hooks.summary_at_end": "SummaryAtEndHook",
        "estimator.settings.placement": "byte_size_load_fn GreedyLoadBalancingStrategy RandomStrategy",
    },
)
