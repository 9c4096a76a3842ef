"""Sparse tensors: tf.sparse."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.crossing": "cross=sparse_cross cross_hashed=sparse_cross_hashed",
        "estimator.functions.sparse": "placeholder=sparse_placeholder",
        "estimator.graph.sparse": "SparseTensor",
    },
)
