"""Weights beside values: a scalar, or as many dimensions as the values, each of the same size or 1.

Numpy would repeat more than that: a vector of weights beside a matrix, or one value beside many weights. What the
graph knows of the shapes is checked when the graph is made; the rest when it runs.

Source: tf.losses and tf.metrics, TF 1.15 weights_broadcast_ops.py.
"""

from __future__ import annotations

import numpy as np

from estimator.core.shapes import Dims, is_static, show
from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor


def fitting_weights(weights: Tensor, values: Tensor, what: str) -> Tensor:
    """The weights; where their shape is known only when the graph runs, as :func:`broadcast_weights` has them.

    Raises
    ------
    ValueError
        If they do not fit; when the graph runs: InvalidArgumentError.
    """
    _check_weights(weights.dims, values.dims, what)
    return weights if _surely_fit(weights.dims, values.dims) else broadcast_weights(weights, values, what)


def broadcast_weights(weights: Tensor, values: Tensor, what: str) -> Tensor:
    """The weights in the shape of the values.

    Raises
    ------
    ValueError
        If they do not fit; when the graph runs: InvalidArgumentError.
    """
    _check_weights(weights.dims, values.dims, what)
    if is_static(weights.dims) and weights.dims == values.dims:
        return weights
    guards = [] if _ranks_are_known(weights.dims, values.dims) else [_assert_ranks(weights, values, what)]
    with weights.graph.control_dependencies(guards):
        result: Tensor = b.BroadcastTo(weights, b.Shape(values), name="broadcast_weights")
    return result


def _ranks_are_known(weights: Dims, values: Dims) -> bool:
    return weights == () or None not in (weights, values)


def _surely_fit(weights: Dims, values: Dims) -> bool:
    if weights is None or values is None or not weights:
        return weights == ()
    return all(w == 1 or (w is not None and w == v) for w, v in zip(weights, values, strict=True))


def _check_weights(weights: Dims, values: Dims, what: str) -> None:
    if values is None or not weights:
        return
    fits = len(values) == len(weights) and all(
        w in (1, None) or v is None or w == v for w, v in zip(weights, values, strict=True)
    )
    if not fits:
        raise ValueError(
            f"{what}: weights can not be broadcast to values: weights have the shape {show(weights)}, the values "
            f"{show(values)}. Weights are a scalar or have as many dimensions as the values, each of the same "
            "size or 1."
        )


def _assert_ranks(weights: Tensor, values: Tensor, what: str) -> Operation:
    rank = b.Rank(weights)
    fits = b.LogicalOr(b.Equal(rank, 0), b.Equal(rank, b.Rank(values)))
    message = np.array(f"{what}: weights can not be broadcast to values. Their shapes:", object)
    result: Operation = b.Assert(fits, [message, b.Shape(weights), b.Shape(values)])
    return result
