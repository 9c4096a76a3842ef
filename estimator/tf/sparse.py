"""Sparse tensors: tf.sparse."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.crossing": "cross=sparse_cross cross_hashed=sparse_cross_hashed",
        "estimator.functions.segments": (
            "segment_mean=sparse_segment_mean segment_sqrt_n=sparse_segment_sqrt_n segment_sum=sparse_segment_sum"
        ),
        "estimator.functions.sparse": "placeholder=sparse_placeholder",
        "estimator.graph.sparse": "SparseTensor",
    },
)
