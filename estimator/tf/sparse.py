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
        "estimator.functions.sparse": (
            "add=sparse_add concat=sparse_concat expand_dims=sparse_expand_dims fill_empty_rows=sparse_fill_empty_rows "
            "from_dense matmul=sparse_tensor_dense_matmul maximum=sparse_maximum minimum=sparse_minimum "
            "placeholder=sparse_placeholder reduce_max=sparse_reduce_max reduce_sum=sparse_reduce_sum "
            "reorder=sparse_reorder reshape=sparse_reshape retain=sparse_retain slice=sparse_slice "
            "softmax=sparse_softmax sparse_dense_matmul=sparse_tensor_dense_matmul to_dense=sparse_tensor_to_dense "
            "transpose=sparse_transpose"
        ),
        "estimator.graph.sparse": "SparseTensor",
    },
)
