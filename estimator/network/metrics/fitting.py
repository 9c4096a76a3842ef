"""Labels, predictions and weights of a metric, made to fit each other: ``[batch, 1]`` stands for ``[batch]``.

Source: tf.metrics, TF 1.15 metrics_impl.py and confusion_matrix.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from estimator.core.counts import whole_number
from estimator.core.dtypes import DTypeLike, float32, int32
from estimator.core.shapes import Dims, compatible, show
from estimator.functions.reductions import reduce_all
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network import weights as weights_of_values


def positive(value: int, what: str) -> int:
    """How many of something there are: classes, best ones.

    Raises
    ------
    ValueError
        If it is not a whole number above 0.
    """
    number = whole_number(value)
    if number is None or number < 1:
        raise ValueError(f"{what} must be a whole number above 0, given: {value!r}.")
    return number


def floats(*values: TensorLike) -> list[Tensor]:
    """The values as float32 tensors."""
    graph = graph_of(values)
    return [graph.cast(graph.convert(value), float32) for value in values]


def squeezed(labels: TensorLike, predictions: TensorLike, *, what: str) -> tuple[Tensor, Tensor]:
    """Labels and predictions as tensors of one shape; a last dimension of 1 that only one has is dropped.

    Raises
    ------
    ValueError
        If the shapes differ otherwise.
    """
    graph = graph_of([labels, predictions])
    given = graph.convert(labels), graph.convert(predictions)
    left, right = beside(given[0], given[1]), beside(given[1], given[0])
    if not compatible(left.dims, right.dims):
        raise ValueError(
            f"{what}: labels have the shape {show(left.dims)}, predictions {show(right.dims)}; they must "
            "be alike."
        )
    return left, right


def broadcast_weights(
    weights: TensorLike | None, values: Tensor, what: str, dtype: DTypeLike = float32
) -> Tensor | None:
    """Weights in the shape of the values, None where there are none; a column may stand for a vector and vice versa.

    Raises
    ------
    ValueError
        If they do not fit.
    """
    if weights is None:
        return None
    graph = graph_of([weights, values])
    weight = beside(graph.cast(graph.convert(weights), dtype), values, may_grow=True)
    return weights_of_values.broadcast_weights(weight, values, what)


def checked(
    tensor: Tensor, fits: Tensor, message: str, shown: Sequence[Tensor], name: str | None = None
) -> Tensor:
    """The tensor, which a run refuses with a message and what is shown where something does not hold for all of it."""
    assertion = b.Assert(reduce_all(fits), [np.array(message, object), *shown], name=name)
    with tensor.graph.control_dependencies([assertion]):
        result: Tensor = b.Identity(tensor)
    return result


def beside(tensor: Tensor, other: Tensor, may_grow: bool = False) -> Tensor:
    """The tensor without its last dimension of 1, if it has one dimension more than another; with one more, if less."""
    if tensor.dims is None or (other.dims is None and tensor.dims):
        return _of_unknown_rank(tensor, other, may_grow)
    excess = len(tensor.dims) - len(other.dims or ())
    result = tensor
    if excess == 1 and tensor.dims[-1] in (1, None):
        result = b.Squeeze(tensor, squeeze_dims=[-1])
    elif excess == -1 and tensor.dims and may_grow:
        result = b.ExpandDims(tensor, -1)
    return result


def _of_unknown_rank(tensor: Tensor, other: Tensor, may_grow: bool) -> Tensor:
    if not _may_be_column(tensor.dims) and not may_grow:
        return tensor
    shape = b.Shape(tensor)
    rank = b.Size(shape)
    excess = b.Sub(rank, b.Rank(other))
    kept = b.Slice(shape, [0], b.Pack([b.Sub(rank, b.Cast(b.Equal(excess, 1), DstT=int32))]))
    if may_grow:
        grows = b.LogicalAnd(b.Equal(excess, -1), b.Greater(rank, 0))
        kept = b.ConcatV2([kept, b.Fill(b.Pack([b.Cast(grows, DstT=int32)]), 1)], 0)
    result: Tensor = b.Reshape(tensor, kept)  # fails if the dimension that goes is not 1
    return result


def _may_be_column(dims: Dims) -> bool:
    return dims is None or (bool(dims) and dims[-1] in (1, None))
