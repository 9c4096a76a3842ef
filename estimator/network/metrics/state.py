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

from estimator.core.dtypes import DType, DTypeLike, float32, float64
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
    names: tuple[str, str] = ("value", "update_op"),
    compute_update: Callable[..., Tensor] | None = None,
    dtype: DType = float32,
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
    names : tuple of str
        What the operations of value and update are called.
    compute_update : callable, optional
        From the totals to what the update gives, where that is not the metric.
    dtype : DType
        The type of the totals that `compute` gets.
    """
    graph = get_default_graph()
    totals = [metric_variable(name, _fixed(amount)) for name, amount in amounts.items()]
    after = [
        total.assign_add(graph.cast(amount, float64))
        for total, amount in zip(totals, amounts.values(), strict=True)
    ]
    value = compute(*(graph.cast(graph.convert(total), dtype) for total in totals))
    update = (compute_update or compute)(*(graph.cast(total, dtype) for total in after))
    return listed(
        b.Identity(value, name=names[0]),
        b.Identity(update, name=names[1]),
        metrics_collections,
        updates_collections,
    )


def listed(
    value: Tensor, update: Tensor, metrics_collections: Collections, updates_collections: Collections
) -> Pair:
    """Value and update, which stand in the collections from now on."""
    value.graph.add_to_collections(metrics_collections or (), value)
    value.graph.add_to_collections(updates_collections or (), update)
    return value, update


def _fixed(amount: Tensor) -> tuple[int, ...]:
    return amount.dims  # type: ignore[return-value]  # amounts are sums, their shapes are known


def metric_scope(
    name: str | None, default: str, values: Sequence[TensorLike | None]
) -> AbstractContextManager[str]:
    """The name scope of a metric; entering gives its name with a last slash."""
    graph: Graph = graph_of(values)
    return graph.name_scope(name or default)
