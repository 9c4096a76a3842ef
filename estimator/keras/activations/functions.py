"""Keras' activations that take more than those of :mod:`estimator.functions.nn`, or leave their logits behind.

``sigmoid`` and ``softmax`` say of what they were made: the cross entropy of their output is that of the logits, as in
Keras, which is exact where the output is 0 or 1.

Source: keras/activations.py, Keras 2.15.
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import math, nn
from estimator.functions.arrays import zeros_like
from estimator.functions.clipping import clip_by_value
from estimator.functions.logic import greater, where_v2
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor

LOGITS = "_keras_logits"


def relu(x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Tensor:
    """x above `threshold`, cut off at `max_value`; ``alpha * (x - threshold)`` below.

    Source
    ------
    tf.keras.activations.relu, TF 2.15
    """
    if threshold == 0:
        if alpha == 0 and max_value == 6:
            return nn.relu6(x)
        if max_value is None:
            return nn.leaky_relu(x, alpha) if alpha else nn.relu(x)
    x = get_default_graph().convert(x)
    above = x * math.cast(greater(x, threshold), x.dtype) if threshold else nn.relu(x)
    if max_value is not None:
        above = clip_by_value(above, 0.0, max_value)
    return above - alpha * nn.relu(threshold - x) if alpha else above


def elu(x: Any, alpha: float = 1.0) -> Tensor:
    """x above 0, ``alpha * (exp(x) - 1)`` below.

    Source
    ------
    tf.keras.activations.elu, TF 2.15
    """
    below = nn.elu(x)
    return below if alpha == 1 else where_v2(greater(below, zeros_like(below)), below, alpha * below)


def sigmoid(x: Any) -> Tensor:
    """1 / (1 + exp(-x)).

    Source
    ------
    tf.keras.activations.sigmoid, TF 2.15
    """
    return _with_logits(math.sigmoid(x), x)


def softmax(x: Any, axis: int = -1) -> Tensor:
    """exp(x) / sum(exp(x)) along an axis.

    Raises
    ------
    ValueError
        If x has one axis only.

    Source
    ------
    tf.keras.activations.softmax, TF 2.15
    """
    if getattr(x, "dims", None) is not None and len(x.dims) < 2:
        raise ValueError(f"softmax: an input of at least two axes is wanted, given the shape {x.shape}.")
    return _with_logits(nn.softmax(x, axis), x)


def gelu(x: Any, approximate: bool = False) -> Tensor:
    """x times the probability that a standard normal value is below x.

    Source
    ------
    tf.keras.activations.gelu, TF 2.15
    """
    return nn.gelu(x, approximate)


def swish(x: Any) -> Tensor:
    """x * sigmoid(x).

    Source
    ------
    tf.keras.activations.swish, TF 2.15
    """
    return nn.silu(x)


def _with_logits(output: Tensor, logits: Any) -> Tensor:
    output = b.Identity(output) if output is logits else output
    setattr(output, LOGITS, logits)
    return output


near_keywords_of_functions(__name__)
