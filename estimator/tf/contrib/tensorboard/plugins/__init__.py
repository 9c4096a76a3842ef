"""Parts of TensorBoard: tf.contrib.tensorboard.plugins."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {}, modules="estimator.tf.contrib.tensorboard.plugins.projector"
)
