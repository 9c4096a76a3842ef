"""Branches as operations: what they keep for their gradient, and the branches that run it back.

A branch gives, beside its results, what a second call of it would not give again (:mod:`estimator.graph.backward`); in
its place the other branches give something that nobody reads. So the gradient, a choice between the gradients of
the branches, can compute everything else again from what they were given. The gradient of a plain call is made alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from estimator.core.dtypes import string, variant
from estimator.core.shapes import common
from estimator.graph import build
from estimator.graph.backward import Carried, call_gradients, kept_outputs
from estimator.graph.function import FunctionGraph, share_captures
from estimator.graph.gradients import Gradient
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Operation, Tensor


def make_choice(
    graph: Graph, kind: str, chooser: Tensor, branches: Sequence[FunctionGraph], name: str
) -> list[Tensor]:
    """The results of one of several functions, whose arguments are what they capture.

    Parameters
    ----------
    graph : Graph
    kind : str
        ``"If"``: of the first of two functions where `chooser` holds, else of the second. ``"Case"``: of the function
        of that number, or of the last if there is none.
    chooser : Tensor
    branches : sequence of FunctionGraph
    name : str
    """
    captured = share_captures(*branches)
    names = [branch.name for branch in branches]
    functions = {"branches": names} if kind == "Case" else dict(zip(_OF_IF, names, strict=True))
    waits = [operation for branch in branches for operation in branch.control_captures]
    columns = zip(*(branch.results for branch in branches), strict=True)
    shapes = [reduce(common, [tensor.dims for tensor in column]) for column in columns]
    types = [tensor.dtype for tensor in branches[0].results]
    with graph.control_dependencies(waits):
        outputs: list[Tensor] = graph.apply(
            f"Stateless{kind}" if all(branch.is_pure for branch in branches) else kind,
            (chooser, captured),
            {"Tout": types, **functions, "output_shapes": shapes, "name": name},
        )
    return outputs


_OF_IF = ("then_branch", "else_branch")


def keep_for_gradient(branches: Sequence[FunctionGraph]) -> None:
    """Let branches that are being made give what their gradients will need."""
    for branch in branches:
        for tensor in kept_outputs(branch):
            if tensor not in branch.results:
                results = [tensor if other is branch else _nothing_like(other, tensor) for other in branches]
                for other, result in zip(branches, results, strict=True):
                    other.results.append(result)


_NOTHING = "nothing"


def _nothing_like(body: FunctionGraph, tensor: Tensor) -> Tensor:
    with body.as_default(), body.control_dependencies(None):
        if tensor.dtype is variant:
            empty: Tensor = build.EmptyTensorList(
                np.zeros(0, np.int32), 0, element_dtype=tensor.dtype, name=_NOTHING
            )
            return empty
        return body.constant(
            b"" if tensor.dtype is string else np.zeros((), tensor.dtype.np), tensor.dtype, _NOTHING
        )


def is_nothing(tensor: Tensor) -> bool:
    """Whether a branch gives a tensor only because another one keeps something there for its gradient."""
    last = tensor.op.name.rpartition("/")[2]
    is_ours = last == _NOTHING or last.startswith(f"{_NOTHING}_")
    return is_ours and tensor.op.type in ("Const", "EmptyTensorList") and tensor.dims == ()


def choice_gradients(op: Operation, dys: Sequence[Gradient | None]) -> list[Gradient | None]:
    """The gradients of what an If or a Case was given, what it chooses by among it, from those of what it gives."""
    chooser, *given = op.inputs
    bodies, carried = call_gradients(op, given, dys)
    if not carried:
        return [None] * len(op.inputs)
    graph, kind = get_default_graph(), op.type.removeprefix("Stateless")
    outputs = make_choice(graph, kind, graph.convert(chooser), bodies, op.name.rpartition("/")[2])
    return [None, *_placed(outputs, carried, given)]


def function_gradients(op: Operation, dys: Sequence[Gradient | None]) -> list[Gradient | None]:
    """The gradients of what a call of one function was given, from those of what it gives."""
    (body,), carried = call_gradients(op, op.inputs, dys)
    if not carried:
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
    return _placed(outputs, carried, op.inputs)


def _placed(
    outputs: Sequence[Tensor], carried: Sequence[Carried], given: Sequence[Tensor]
) -> list[Gradient | None]:
    rest = iter(outputs)
    found = {one.place: one.gradient(rest, given[one.place]) for one in carried}
    return [found.get(place) for place in range(len(given))]
