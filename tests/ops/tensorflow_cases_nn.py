"""The neural network cases that TensorFlow computed, in our functions: case -> function of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.functions import nn, normalization

CASES: dict[str, Callable[..., Any]] = {
    "batch_normalization": lambda x, m, v, o, s: normalization.batch_normalization(x, m, v, o, s, 0.001),
    "bias_add": lambda x, b: nn.bias_add(x, b),
    "bias_add_4d": lambda x, b: nn.bias_add(x, b),
    "elu": lambda x: nn.elu(x),
    "fused_batch_norm_infer": lambda x, s, o, m, v: normalization.fused_batch_norm(
        x, s, o, mean=m, variance=v, epsilon=0.001, is_training=False
    )[0],
    "fused_batch_norm_train": lambda x, s, o: normalization.fused_batch_norm(x, s, o, epsilon=0.001),
    "gelu": lambda x: nn.gelu(x),
    "gelu_tanh": lambda x: nn.gelu(x, approximate=True),
    "l2_normalize": lambda x: normalization.l2_normalize(x, axis=1),
    "leaky_relu": lambda x: nn.leaky_relu(x),
    "leaky_relu_a": lambda x: nn.leaky_relu(x, alpha=0.1),
    "log_softmax": lambda x: nn.log_softmax(x),
    "moments": lambda x: normalization.moments(x, axes=[0, 1, 2]),
    "relu": lambda x: nn.relu(x),
    "relu6": lambda x: nn.relu6(x),
    "relu_at_zero": lambda x: nn.relu(x),
    "selu": lambda x: nn.selu(x),
    "sigmoid_ce": lambda labels, logits: nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits),
    "silu": lambda x: nn.silu(x),
    "softmax": lambda x: nn.softmax(x),
    "softmax_axis0": lambda x: nn.softmax(x, axis=0),
    "softmax_ce": lambda labels, logits: nn.softmax_cross_entropy_with_logits_v2(labels, logits),
    "softmax_large": lambda x: nn.softmax(x),
    "softplus": lambda x: nn.softplus(x),
    "softplus_large": lambda x: nn.softplus(x),
    "softsign": lambda x: nn.softsign(x),
    "sparse_softmax_ce": lambda labels, logits: nn.sparse_softmax_cross_entropy_with_logits(
        labels=labels, logits=logits
    ),
    "sparse_softmax_ce_large": lambda labels, logits: nn.sparse_softmax_cross_entropy_with_logits(
        labels=labels, logits=logits
    ),
    "weighted_ce": lambda labels, logits: nn.weighted_cross_entropy_with_logits(
        labels=labels, logits=logits, pos_weight=2.5
    ),
}
