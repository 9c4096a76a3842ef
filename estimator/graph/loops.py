"""Loops as operations: what they keep for their gradient, and the loop that runs it back.

A loop that is to be differentiated carries its history: one list for each loop variable that changes, and for each
tensor of its body that a second call would not give again; every round pushes what they are. Nothing of the loop has to
change when a gradient is asked for, and a run that does not ask leaves the history out
(:mod:`estimator.graph.liveness`). The gradient is a second loop, from the last round to the first: it takes the loop
variables of a round from their lists and computes the rest of the body again; large products, which take longer than
a list, are kept as well.

The lists are found by their form, so that loops that TensorFlow wrote have a history as well: a loop variable that
begins as an empty list, and that a round only pushes to. A loop without is run once more with one. What a variable was
that grows by the same number in every round, such as a counter, needs no list.

The first two variables of every loop are a counter of its rounds and their limit, as TensorFlow's own gradient of a
loop wants them. A run leaves out the counter where no limit asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import int32, variant
from estimator.core.errors import GradientError
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims
from estimator.graph import build
from estimator.graph.backward import (
    BackwardGraph,
    can_be_carried,
    compute_again,
    costly_outputs,
    dense,
    gradient_kind,
    kept_outputs,
)
from estimator.graph.counting import growth
from estimator.graph.function import FunctionGraph, filling, share_captures, tracing
from estimator.graph.gradients import Gradient, gradients_within, reached_by_gradients
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.handles import is_handle, outside
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor


def make_loop(
    graph: Graph,
    test: FunctionGraph,
    step: FunctionGraph,
    values: Sequence[Any],
    name: str,
    rounds_at_once: int = 10,
) -> list[Tensor]:
    """The values behind the last round of a loop, those that the functions capture left out.

    Parameters
    ----------
    graph : Graph
    test, step : FunctionGraph
        Of the same arguments; the one gives whether there is another round, the other the new values.
    values : sequence
        The arguments before the first round.
    name : str
    rounds_at_once : int
        The attribute ``parallel_iterations``.
    """
    captured = share_captures(test, step)
    step.results += step.captures.values()
    with graph.control_dependencies([*test.control_captures, *step.control_captures]):
        outputs: list[Tensor] = graph.apply(
            "StatelessWhile" if test.is_pure and step.is_pure else "While",
            ([*values, *captured],),
            {
                "cond": test.name,
                "body": step.name,
                "output_shapes": [tensor.dims for tensor in step.inputs],
                "parallel_iterations": rounds_at_once,
                "name": name,
            },
        )
    return outputs[: len(values)]


def add_counter(
    graph: Graph, test: FunctionGraph, step: FunctionGraph, limit: Tensor | None = None
) -> list[Tensor]:
    """Let a loop that is being made count its rounds, and end after so many; gives the values that it begins with.

    Source
    ------
    TF 2.15 while_v2.py: the loop variables loop_counter and maximum_iterations, which is -1 if there is no limit
    """
    first = graph.constant(0, int32, "loop_counter")
    most = graph.constant(-1, int32, "maximum_iterations") if limit is None else limit
    for body in (test, step):
        count = body.add_argument(int32, (), "loop_counter")
        limit_inside = body.add_argument(int32, (), "maximum_iterations")
        body.arguments = [count, limit_inside, *body.arguments[:-2]]
        with body.as_default(), body.control_dependencies(None):
            if body is step:
                step.results = [build.AddV2(count, 1), limit_inside, *step.results]
            elif limit is not None:
                test.results = [build.LogicalAnd(build.Less(count, limit_inside), *test.results)]
    return [first, most]


# -- history -----------------------------------------------------------------------------------------------------------


def add_history(test: FunctionGraph, step: FunctionGraph) -> list[Tensor]:
    """Let a loop that is being made keep what its gradient needs; gives the lists that it begins with, too."""
    pairs = zip(step.arguments, step.results, strict=True)
    changing = [argument for argument, result in pairs if growth(argument, result) is None]
    kept = [*changing, *kept_outputs(step), *costly_outputs(step)]
    lists = [
        build.EmptyTensorList(shape_input(tensor.dims), -1, element_dtype=tensor.dtype) for tensor in kept
    ]
    for tensor in kept:
        test.add_argument(variant, (), "history")
        history = step.add_argument(variant, (), "history")
        with step.as_default(), step.control_dependencies(None):
            step.results.append(build.TensorListPushBack(history, tensor))
    return lists


def shape_input(dims: Dims) -> np.ndarray[Any, Any]:
    """A static shape as the input `element_shape` of an op of lists."""
    return np.array(-1 if dims is None else [-1 if size is None else size for size in dims], np.int32)


class _Kept(NamedTuple):
    """A loop that keeps all its gradient needs.

    Attributes
    ----------
    loop : Operation
    history : dict
        Tensor of the body to the list of what it was in all rounds.
    places : sequence of int
        Where the inputs of the loop that it stands for are among its own.
    """

    loop: Operation
    history: dict[Tensor, Tensor]
    places: Sequence[int]


def _with_history(loop: Operation) -> _Kept:
    """The loop itself, if it keeps what is needed; else one that does the same once more, and does."""
    step, history = loop.body("body"), _history(loop)
    pairs = zip(step.inputs, step.results, strict=True)
    needed = [
        argument
        for argument, result in pairs
        if growth(argument, result) is None and not _is_only_pushed(argument, result)
    ]
    if all(tensor in history for tensor in (*needed, *kept_outputs(step))):
        return _Kept(loop, history, range(len(loop.inputs)))
    if loop.effect not in ("pure", "read", "check"):
        raise GradientError(
            f"{loop.describe()} has no gradient: it draws random numbers or changes something, and was made without "
            "keeping what it drew or found. Make it with back_prop=True."
        )
    return _once_more(loop)


def _history(loop: Operation) -> dict[Tensor, Tensor]:
    step = loop.body("body")
    return {
        result.op.inputs[1]: loop.outputs[place]
        for place, (argument, result) in enumerate(zip(step.inputs, step.results, strict=True))
        if _is_only_pushed(argument, result) and outside(loop.inputs[place]).op.type == "EmptyTensorList"
    }


def _is_only_pushed(argument: Tensor, result: Tensor) -> bool:
    is_pushed = result.op.type == "TensorListPushBack" and result.op.inputs[0] is argument
    return is_pushed and len(argument.consumers()) == 1


def _once_more(loop: Operation) -> _Kept:
    graph: Any = get_default_graph()
    given = [graph.convert(tensor) for tensor in loop.inputs]
    test, step = (_copy(loop.body(attr), given) for attr in ("cond", "body"))
    values = given[: len(step.arguments)]
    lists = add_history(test, step)
    again = make_loop(graph, test, step, [*values, *lists], "again")[0].op
    captured = {
        tensor: place for place, tensor in enumerate(again.inputs) if place >= len(values) + len(lists)
    }
    places = [place if place < len(values) else captured[tensor] for place, tensor in enumerate(given)]
    return _Kept(again, _history(again), places)


def _copy(body: FunctionGraph, given: Sequence[Tensor]) -> FunctionGraph:
    """The same function once more, for a call with these inputs where gradients are being made."""
    with tracing(body.name) as copy:
        values: dict[Tensor, Tensor] = {}
        for place, tensor in enumerate(body.inputs):
            is_own = place < len(body.arguments)
            values[tensor] = (
                copy.add_argument(tensor.dtype, tensor.dims) if is_own else copy.capture(given[place])
            )
        for op in body.get_operations():
            if op.type != "Placeholder":
                compute_again(copy, op, values)
        copy.results = [values[tensor] for tensor in body.results[: len(body.arguments)]]
    return copy


# -- back --------------------------------------------------------------------------------------------------------------


def loop_gradients(op: Operation, dys: Sequence[Gradient | None]) -> list[Gradient | None]:
    """The gradients of what a loop was given, from those of what it gives.

    Raises
    ------
    GradientError
        If it was random or changed something, and has not kept what it drew or found.
    """
    loop, history, places = _with_history(op)
    given: dict[int, Gradient] = {place: dy for place, dy in zip(places, dys, strict=False) if dy is not None}
    if not history:  # no round changes anything
        return list(dys)
    carried = _carried(loop, given)
    if not carried:
        return [None] * len(op.inputs)
    outputs = _run_back(loop, history, carried, given)
    found: dict[int, Gradient] = dict(zip(carried, outputs, strict=True))
    return [found.get(place) for place in places]


def _carried(loop: Operation, given: dict[int, Gradient]) -> list[int]:
    """The places of the loop variables to which a gradient flows in some round."""
    step = loop.body("body")
    places: set[int] = set()
    grown = {place for place in given if can_be_carried(loop.inputs[place])}
    while grown != places:
        places = grown
        reached = reached_by_gradients(step.results[place] for place in places)
        grown = places | {
            place
            for place, argument in enumerate(step.inputs)
            if argument in reached and can_be_carried(loop.inputs[place])
        }
    return sorted(places)


def _run_back(
    loop: Operation, history: dict[Tensor, Tensor], carried: Sequence[int], given: dict[int, Gradient]
) -> list[Tensor]:
    """The gradients of these inputs: a loop over the rounds, from the last to the first."""
    graph: Any = get_default_graph()
    step = loop.body("body")
    arguments = [step.inputs[place] for place in carried]
    kinds = [
        gradient_kind(loop.inputs[place]) if is_handle(argument) else (argument.dtype, argument.dims)
        for place, argument in zip(carried, arguments, strict=True)
    ]
    with tracing(f"{step.name}_gradient_cond") as test:
        index = test.add_argument(int32, (), "round")
        for kind in kinds:
            test.add_argument(*kind)
        test.results = [build.GreaterEqual(index, 0)]
    back = _RoundBack(step, loop, history)
    with filling(back):
        gradients = [back.add_argument(*kind) for kind in kinds]
        flows: list[tuple[Tensor, Gradient]] = [
            (step.results[place], gradient) for place, gradient in zip(carried, gradients, strict=True)
        ]
        found = gradients_within(back, flows, arguments)
        back.results = [
            build.Sub(back.index, 1),
            *(back.convert(dense(*pair)) for pair in zip(found, arguments, strict=True)),
        ]
    last = [
        dense(given.get(place), (loop.inputs if is_handle(loop.inputs[place]) else loop.outputs)[place])
        for place in carried
    ]
    values = [build.Sub(_rounds(loop, history, back), 1), *last]
    counter = add_counter(graph, test, back)
    return make_loop(graph, test, back, [*counter, *values], loop.name.rpartition("/")[2])[3:]


def _rounds(loop: Operation, history: dict[Tensor, Tensor], back: BackwardGraph) -> Tensor:
    """How many rounds a loop has made, by a list that its gradient uses, as a run would carry others for this alone."""
    graph: Any = get_default_graph()
    lists = [graph.convert(values) for values in history.values()]
    used = [values for values in lists if values in back.captures]
    step = loop.body("body")
    counters = [
        place
        for place, (argument, result) in enumerate(zip(step.inputs, step.results, strict=True))
        if argument.dtype is int32 and growth(argument, result) == 1
    ]
    if used or not counters:
        rounds: Tensor = build.TensorListLength([*used, *lists][0])
    else:
        rounds = build.Sub(loop.outputs[counters[0]], loop.inputs[counters[0]])
    return rounds


class _RoundBack(BackwardGraph):
    """One round back: what loop variables were is found in the history, or computed if they grow evenly."""

    def __init__(self, step: FunctionGraph, loop: Operation, history: dict[Tensor, Tensor]) -> None:
        super().__init__(step, self._find)
        self._history = history
        self._even = {
            argument: (first, grown)
            for argument, result, first in zip(step.inputs, step.results, loop.inputs, strict=True)
            if (grown := growth(argument, result)) is not None
        }
        self.index = self.add_argument(int32, (), "round")

    def _find(self, tensor: Tensor) -> Tensor | None:
        if tensor in self._even:
            return self._grown(*self._even[tensor])
        if tensor not in self._history:
            return None
        found: Tensor = build.TensorListGetItem(
            self._history[tensor], self.index, shape_input(tensor.dims), element_dtype=tensor.dtype
        )
        return found

    def _grown(self, first: Tensor, number: int) -> Tensor:
        """What a loop variable was in this round that grows by the same number in every round."""
        if number == 0:
            return first
        index = self.index if first.dtype is int32 else build.Cast(self.index, DstT=first.dtype)
        grown: Tensor = index if number == 1 else build.Mul(index, number)
        return grown if static_value(first) == 0 else build.AddV2(first, grown)
