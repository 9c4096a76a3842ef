"""Embeddings in TensorBoard: tf.contrib.tensorboard.plugins.projector."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.formats.messages": "EmbeddingInfo ProjectorConfig SpriteMetadata",
        "estimator.summaries.projector": "visualize_embeddings",
    },
)
