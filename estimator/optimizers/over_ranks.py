"""Gradients summed, or averaged, over the processes that train one model.

This is done once between the loss and the updates: where gradients are computed, so that whatever clips or changes them
sees what one process with the whole batch would see; or, of gradients that an optimizer has not computed, where they
are applied. A graph of one process has nothing of it.

Source: tf.train.Optimizer under tf.distribute, TF 1.15 optimizer.py: averages, but sums where the loss was the sum of
those of the examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.distribution.collective import current
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph, graph_of
from estimator.graph.handles import variable_of
from estimator.graph.keys import GraphKeys
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.checks import Gradient, GradientAndVariable, come_once
from estimator.variables.variable import trainable_variables

GRADIENTS = "gradients"


def over_ranks(pairs: Sequence[GradientAndVariable], loss: Tensor | None = None) -> list[GradientAndVariable]:
    """The pairs with gradients of all processes.

    Parameters
    ----------
    pairs : sequence of (gradient, Variable)
        As this process computes them, on its part of the batch.
    loss : Tensor, optional
        What they are gradients of; where they are summed, what regularizes is counted once, not once a process.
    """
    is_mean = reduction_of(pairs) == "mean"
    own: list[Gradient] = [gradient for gradient, _ in pairs]
    loss = loss if loss is not None and loss.dims == () else None
    if loss is not None:
        variables = [variable for _, variable in pairs]
        own = [*(own if is_mean else _with_regularization_once(own, loss, variables)), loss]
        if not is_mean:
            own[-1] = _loss_with_regularization_once(loss)
    found: dict[int, Gradient] = {}
    for places in _alike(own).values():
        found |= zip(places, _exchanged([own[place] for place in places], is_mean), strict=True)
    if loss is not None:  # it travels with the gradients, for the log
        outermost: Graph = loss.graph.outermost  # type: ignore[assignment]  # it is no body
        of_all: Any = found[len(pairs)]
        outermost.losses_of_all[loss] = of_all
    return [(found.get(place), variable) for place, (_, variable) in enumerate(pairs)]


def not_yet_over_ranks(pairs: Sequence[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """The pairs with gradients of all processes, those left as they are that come of such ones."""
    own = [place for place, (gradient, _) in enumerate(pairs) if not _comes_of_all(gradient)]
    found = list(pairs)
    for place, pair in zip(own, over_ranks([pairs[place] for place in own]), strict=True):
        found[place] = pair
    return found


def reduction_of(pairs: Sequence[tuple[Any, Any]]) -> str:
    """``mean`` or ``sum``: as RunConfig says; else sums for a loss that is the sum of those of the examples."""
    graph = graph_of([variable for _, variable in pairs]).outermost
    if graph.gradient_reduction is not None:
        return graph.gradient_reduction
    return "sum" if graph.loss_reduction == "weighted_sum" else "mean"


# -- exchanges ---------------------------------------------------------------------------------------------------------


def _alike(own: Sequence[Gradient]) -> dict[Any, list[int]]:
    """The places of the gradients that go in one message: dense ones of one type, rows of one type."""
    found: dict[Any, list[int]] = {}
    for place, gradient in enumerate(own):
        if isinstance(gradient, IndexedSlices):
            found.setdefault(("rows", gradient.values.dtype, gradient.indices.dtype), []).append(place)
        elif gradient is not None:
            found.setdefault(("dense", gradient.dtype), []).append(place)
    return found


def _exchanged(own: Sequence[Any], is_mean: bool) -> list[Any]:
    if not isinstance(own[0], IndexedSlices):
        return list(b.CollectiveSum(own, is_mean=is_mean, of=GRADIENTS, name="gradients_of_all"))
    flat = b.CollectiveRows(
        [gradient.values for gradient in own],
        [gradient.indices for gradient in own],
        is_mean=is_mean,
        name="rows_of_all",
    )
    return [
        _once(IndexedSlices(all_rows, all_ids, gradient.dense_shape), gradient.indices)
        for all_rows, all_ids, gradient in zip(flat[: len(own)], flat[len(own) :], own, strict=True)
    ]


def _once(gathered: IndexedSlices, ids: Tensor) -> IndexedSlices:
    """The rows of all, each id once if so it was in each process: as one process would have it, for norms."""
    if not come_once(ids):
        return gathered
    unique, places = b.Unique(gathered.indices)
    return IndexedSlices(
        b.UnsortedSegmentSum(gathered.values, places, b.Size(unique)), unique, gathered.dense_shape
    )


# -- what was computed by whom -----------------------------------------------------------------------------------------


def _comes_of_all(gradient: Any) -> bool:
    """Whether a gradient was computed of gradients that are summed over all processes; None needs no sum.

    It may have been kept in a variable meanwhile, to add up those of several batches: in one that is not trained.
    """
    if gradient is None:
        return True
    tensors = [gradient.values] if isinstance(gradient, IndexedSlices) else [gradient]
    trained = {variable.handle for variable in trainable_variables()}
    writers: dict[str | None, list[Operation]] | None = None
    seen: set[Operation] = set()
    stack = [tensor.op for tensor in tensors if isinstance(tensor, Tensor)]
    while stack:
        op = stack.pop()
        if op in seen:
            continue
        seen.add(op)
        if op.type == "CollectiveRows" or op.attrs.get("of") == GRADIENTS:
            return True
        stack += [tensor.op for tensor in op.inputs]
        if op.type == "ReadVariableOp" and op.inputs[0] not in trained:
            writers = _writers(op.graph) if writers is None else writers
            stack += writers.get(variable_of(op.inputs[0]), [])
    return False


def _writers(graph: Any) -> dict[str | None, list[Operation]]:
    found: dict[str | None, list[Operation]] = {}
    for op in graph.outermost.get_operations():
        for place in op.definition.written_places:
            found.setdefault(variable_of(op.inputs[place]), []).append(op)
    return found


def _regularization(loss: Tensor) -> list[tuple[Tensor, Tensor]]:
    """What regularizes a loss, as far as that is listed, with how much of it is in the loss: mostly 1."""
    listed = [
        tensor
        for tensor in loss.graph.outermost.get_collection(GraphKeys.REGULARIZATION_LOSSES)
        if isinstance(tensor, Tensor) and tensor.graph is loss.graph
    ]
    shares = gradients(loss, listed) if listed else []
    return [
        (tensor, share)
        for tensor, share in zip(listed, shares, strict=True)
        if isinstance(share, Tensor)  # of scalars nobody has rows
    ]


def _with_regularization_once(
    own: Sequence[Gradient], loss: Tensor, targets: Sequence[Any]
) -> list[Gradient]:
    """The gradients of a loss in which what regularizes counts one n-th, since n processes add it."""
    counted = _regularization(loss)
    if not counted:
        return list(own)
    extra = gradients([tensor for tensor, _ in counted], targets, [share for _, share in counted])
    return [
        gradient if more is None or gradient is None else _without(gradient, more)
        for gradient, more in zip(own, extra, strict=True)
    ]


def _loss_with_regularization_once(loss: Tensor) -> Tensor:
    for tensor, share in _regularization(loss):
        loss = _without(loss, b.Mul(tensor, share))
    return loss


def _without(value: Any, regularization: Any) -> Any:
    """A value without all but one n-th of what regularizes."""
    size = current().size
    dense = [
        part.as_tensor() if isinstance(part, IndexedSlices) else part for part in (value, regularization)
    ]
    graph: Graph = graph_of(dense)
    return b.Sub(dense[0], b.Mul(dense[1], graph.constant(1 - 1 / size, dense[0].dtype)))
