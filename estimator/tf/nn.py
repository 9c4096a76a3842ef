"""Activations, normalization and cross entropies: tf.nn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.functions.indexing import in_top_k, top_k
from estimator.functions.linalg import l2_loss
from estimator.functions.math import sigmoid, tanh
from estimator.functions.nn import (
    bias_add,
    dropout,
    elu,
    leaky_relu,
    log_poisson_loss,
    log_softmax,
    relu,
    relu6,
    selu,
    sigmoid_cross_entropy_with_logits,
    silu,
    softmax,
    softmax_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
    softplus,
    softsign,
    sparse_softmax_cross_entropy_with_logits,
    swish,
    weighted_cross_entropy_with_logits,
    xw_plus_b,
    zero_fraction,
)
from estimator.functions.normalization import batch_normalization, l2_normalize, moments

__all__ = [
    "batch_normalization",
    "bias_add",
    "dropout",
    "elu",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "log_poisson_loss",
    "log_softmax",
    "moments",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "silu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "tanh",
    "top_k",
    "weighted_cross_entropy_with_logits",
    "xw_plus_b",
    "zero_fraction",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later=(
            "avg_pool conv1d conv2d conv2d_transpose dynamic_rnn embedding_lookup "
            "embedding_lookup_sparse fused_batch_norm lrn max_pool rnn_cell separable_conv2d "
            "static_rnn"
        ),
    )
