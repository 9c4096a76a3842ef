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
            "concat=sparse_concat expand_dims=sparse_expand_dims fill_empty_rows=sparse_fill_empty_rows from_dense "
            "merge=sparse_merge placeholder=sparse_placeholder reorder=sparse_reorder reset_shape=sparse_reset_shape "
            "reshape=sparse_reshape retain=sparse_retain slice=sparse_slice split=sparse_split "
            "to_dense=sparse_tensor_to_dense to_indicator=sparse_to_indicator transpose=sparse_transpose SparseTensor"
        ),
        "estimator.functions.sparse_math": (
            "add=sparse_add eye=sparse_eye mask=sparse_mask matmul=sparse_tensor_dense_matmul "
            "maximum=sparse_maximum minimum=sparse_minimum reduce_max=sparse_reduce_max "
            "reduce_max_sparse=sparse_reduce_max_sparse reduce_sum_sparse=sparse_reduce_sum_sparse "
            "reduce_sum=sparse_reduce_sum softmax=sparse_softmax "
            "sparse_dense_matmul=sparse_tensor_dense_matmul"
        ),
    },
)
