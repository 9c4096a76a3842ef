"""Branches as operations: what they keep for their gradient, and the branches that run it back.

A branch gives, beside its results, what a second call of it would not give again (:mod:`estimator.graph.backward`); in
its place the other branch gives something that nobody reads. So the gradient, a choice between the gradients of the
two, can compute everything else again from what the branches were given. The gradient of a plain call is made alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from estimator.core.dtypes import string, variant
from estimator.core.shapes import common
from estimator.graph import build
from estimator.graph.backward import call_gradients, kept_outputs
from estimator.graph.function import FunctionGraph, share_captures
from estimator.graph.gradients import Gradient
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Operation, Tensor


def make_choice(
    graph: Graph, pred: Tensor, then: FunctionGraph, otherwise: FunctionGraph, name: str
) -> list[Tensor]:
    """The results of the one function where `pred` holds, else of the other; their arguments are what they capture."""
    captured = share_captures(then, otherwise)
    with graph.control_dependencies([*then.control_captures, *otherwise.control_captures]):
        outputs: list[Tensor] = graph.apply(
            "StatelessIf" if then.is_pure and otherwise.is_pure else "If",
            (pred, captured),
            {
                "Tout": [tensor.dtype for tensor in then.results],
                "then_branch": then.name,
                "else_branch": otherwise.name,
                "output_shapes": [
                    common(left.dims, right.dims)
                    for left, right in zip(then.results, otherwise.results, strict=True)
                ],
                "name": name,
            },
        )
    return outputs


def keep_for_gradient(then: FunctionGraph, otherwise: FunctionGraph) -> None:
    """Let two branches that are being made give what their gradients will need."""
    for body, other in ((then, otherwise), (otherwise, then)):
        for tensor in kept_outputs(body):
            if tensor not in body.results:
                nothing = _nothing_like(other, tensor)
                body.results.append(tensor)
                other.results.append(nothing)


def _nothing_like(body: FunctionGraph, tensor: Tensor) -> Tensor:
    with body.as_default(), body.control_dependencies(None):
        if tensor.dtype is variant:
            empty: Tensor = build.EmptyTensorList(np.zeros(0, np.int32), 0, element_dtype=tensor.dtype)
            return empty
        return body.constant("" if tensor.dtype is string else 0, tensor.dtype, "nothing")


def choice_gradients(op: Operation, dys: Sequence[Gradient | None]) -> list[Gradient | None]:
    """The gradients of what an If was given, its condition among it, from those of what it gives."""
    pred, *given = op.inputs
    bodies, places = call_gradients(op, ("then_branch", "else_branch"), given, dys)
    if not places:
        return [None] * len(op.inputs)
    graph = get_default_graph()
    outputs = make_choice(graph, graph.convert(pred), bodies[0], bodies[1], op.name.rpartition("/")[2])
    return [None, *_placed(outputs, places, len(given))]


def function_gradients(op: Operation, dys: Sequence[Gradient | None]) -> list[Gradient | None]:
    """The gradients of what a call of one function was given, from those of what it gives."""
    (body,), places = call_gradients(op, ("f",), op.inputs, dys)
    if not places:
        return [None] * len(op.inputs)
    outputs = get_default_graph().apply(
        "PartitionedCall" if body.is_pure else "StatefulPartitionedCall",
        ([*body.captures],),
        {
            "Tout": [tensor.dtype for tensor in body.results],
            "f": body.name,
            "name": op.name.rpartition("/")[2],
        },
    )
    for output, result in zip(outputs, body.results, strict=True):
        output.set_shape(result.dims)
    return _placed(outputs, places, len(op.inputs))


def _placed(outputs: Sequence[Tensor], places: Sequence[int], count: int) -> list[Gradient | None]:
    found = dict(zip(places, outputs, strict=True))
    return [found.get(place) for place in range(count)]
