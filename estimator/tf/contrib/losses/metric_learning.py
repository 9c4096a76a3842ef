"""Losses of embeddings: tf.contrib.losses.metric_learning."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.metric_learning": (
            "contrastive_loss lifted_struct_loss npairs_loss triplet_semihard_loss"
        ),
    },
)
