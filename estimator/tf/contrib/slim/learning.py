"""Training steps: tf.contrib.slim.learning."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.optimizers.train_op": (
            "add_gradients_summaries clip_gradient_norms create_train_op=create_slim_train_op multiply_gradients"
        ),
    },
)
