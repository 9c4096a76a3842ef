"""Operations that a load runs: tf.saved_model.main_op."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.saved_model.main_op": "main_op main_op_with_restore",
    },
)
