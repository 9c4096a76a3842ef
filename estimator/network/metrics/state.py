"""What all metrics share: totals kept between batches, and the pair (value, update_op) made from them.

A metric adds amounts of each batch to its variables, and computes its value from them. The value reads the
variables as they are; the update gives the value after adding a batch. The variables are local: evaluation
initialises them, checkpoints leave them out. They are float64, so that a million batches add up right;
the value is computed from them in float32, to the bits of TensorFlow's where its own totals are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeAlias

from estimator.core.dtypes import DTypeLike, float32, float64
from estimator.core.shapes import compatible, show
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph, graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.variables.initializers import Zeros
from estimator.variables.variable import Variable

Pair: TypeAlias = "tuple[Tensor, Tensor]"
Collections: TypeAlias = "Sequence[str] | str | None"


def metric_variable(name: str, shape: Sequence[int] = (), dtype: DTypeLike = float64) -> Variable:
    """A local variable below the current name scope, zero at the start of an evaluation."""
    return Variable(
        lambda: Zeros()(shape, dtype),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
        name=name,
        dtype=dtype,
        initializer_scope="Initializer/",
    )


def value_and_update(
    compute: Callable[..., Tensor],
    amounts: dict[str, Tensor],
    metrics_collections: Collections,
    updates_collections: Collections,
    prefix: str = "",
) -> Pair:
    """The pair of a metric whose variables grow by `amounts`.

    Parameters
    ----------
    compute : callable
        From the totals, in the order of `amounts`, to the metric.
    amounts : dict
        Name of a variable to what the batch adds to it.
    metrics_collections, updates_collections : sequence of str, optional
        Where value and update are listed.
    prefix : str
        Before their names, ``value`` and ``update_op``.
    """
    graph = get_default_graph()
    totals = [metric_variable(name, _fixed(amount)) for name, amount in amounts.items()]
    after = [
        total.assign_add(graph.cast(amount, float64))
        for total, amount in zip(totals, amounts.values(), strict=True)
    ]
    value: Tensor = b.Identity(compute(*floats(*totals)), name=f"{prefix}value")
    update: Tensor = b.Identity(compute(*floats(*after)), name=f"{prefix}update_op")
    graph.add_to_collections(metrics_collections or (), value)
    graph.add_to_collections(updates_collections or (), update)
    return value, update


def _fixed(amount: Tensor) -> tuple[int, ...]:
    return amount.dims  # type: ignore[return-value]  # amounts are sums, their shapes are known


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
    left, right = graph.convert(labels), graph.convert(predictions)
    if left.dims is not None and right.dims is not None:
        left = _drop_last(left, len(right.dims))
        right = _drop_last(right, len(left.dims or ()))
    if not compatible(left.dims, right.dims):
        raise ValueError(
            f"{what}: labels have the shape {show(left.dims)}, predictions {show(right.dims)}; they must "
            "be alike."
        )
    return left, right


def _drop_last(tensor: Tensor, rank: int) -> Tensor:
    dims = tensor.dims or ()
    if len(dims) - rank == 1 and dims[-1] in (1, None):
        result: Tensor = b.Squeeze(tensor, squeeze_dims=[-1])
        return result
    return tensor


def broadcast_weights(weights: TensorLike | None, values: Tensor, what: str) -> Tensor | None:
    """Weights as a float32 tensor in the shape of the values; None stays None.

    Raises
    ------
    ValueError
        If they do not fit.
    """
    if weights is None:
        return None
    (weight,) = floats(weights)
    dims, wanted = weight.dims, values.dims
    if dims is not None and wanted is not None and dims != ():
        if len(dims) == len(wanted) + 1:
            weight = _drop_last(weight, len(wanted))
        elif len(dims) == len(wanted) - 1:
            weight = b.ExpandDims(weight, -1)
        _check_weights(weight.dims or (), wanted, what)
    result: Tensor = b.Mul(weight, b.OnesLike(values), name="broadcast_weights")
    return result


def _check_weights(weights: Sequence[int | None], values: Sequence[int | None], what: str) -> None:
    fits = len(weights) == len(values) and all(
        w in (1, None) or v is None or w == v for w, v in zip(weights, values, strict=True)
    )
    if not fits:
        raise ValueError(
            f"{what}: weights can not be broadcast to values: weights have the shape "
            f"{show(tuple(weights))}, the values {show(tuple(values))}. Weights are a scalar or have as "
            "many dimensions, each of the same size or 1."
        )


def metric_scope(
    name: str | None, default: str, values: Sequence[TensorLike | None]
) -> AbstractContextManager[str]:
    """The name scope of a metric; entering gives its name with a last slash."""
    graph: Graph = graph_of(values)
    return graph.name_scope(name or default)
