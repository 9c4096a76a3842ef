"""Transformations that carry a state from element to element: reduce, scan, take_while, unique."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.graph.function import FunctionGraph
from estimator.pipeline.components import arrays_of, components_of
from estimator.pipeline.element import Array, Element
from estimator.pipeline.functions import Running, describe_body, traced, works_on_host
from estimator.pipeline.specs import Spec, describe_spec
from estimator.pipeline.stage import UNKNOWN, Context, Plain, Stage, State, Step, Stream
from estimator.pipeline.structure import leaves, pack, same_structure


def traced_fold(
    function: Callable[..., Any], state: Any, element: Any, name: str, gives: Callable[[Any], Any]
) -> tuple[FunctionGraph, Any, Any]:
    """The graph of a function of a state and an element; the spec of what it returns, and of the state in any round.

    Parameters
    ----------
    function : callable
    state, element : nested structure of TensorSpec
        What it takes; a size of the state that the function changes becomes unknown.
    name : str
        For messages.
    gives : callable
        From the spec of what is returned to that of the next state.

    Raises
    ------
    TypeError
        If the next state has another structure or other types.
    """
    body, returned = traced(function, (state, element), name)
    following = gives(returned)
    kinds = [[(type(spec), spec.dtype) for spec in leaves(nested)] for nested in (state, following)]
    if not same_structure(state, following) or kinds[0] != kinds[1]:
        raise TypeError(
            f"{name}: the types of the new state must match the initial state, {describe_spec(state)}; the "
            f"function gives {describe_spec(following)}."
        )
    pairs = zip(leaves(state), leaves(following), strict=True)
    both = pack(state, [before.merged(after) for before, after in pairs])
    if leaves(both) == leaves(state):
        return body, returned, state
    return traced_fold(function, both, element, name, gives)


def reduced(stream: Stream, function: Running, state: Element) -> Element:
    """What the function makes of the state and the elements, one after the other."""
    while len(tickets := stream.stage.read(1)):
        state = function([*state, *stream.rows.elements(tickets)[0]])
    return state


@frozen(eq=False)
class ScanNode(Step):
    """What a function gives for each element beside the next state."""

    body: FunctionGraph
    returned: tuple[Any, Any]
    initial: Sequence[Array]
    captured: tuple[Array, ...] = ()

    @property
    def spec(self) -> Any:
        """What the function gives beside the state."""
        return self.returned[1]

    @property
    def takes_time(self) -> bool:
        """Whether the function decodes something or calls Python, unless the elements take time already."""
        return self.input.takes_time or works_on_host(self.body)

    def describe(self) -> list[Any]:
        """The operations of the function."""
        return ["scan", describe_body(self.body), self.input.describe()]

    def start(self, context: Context) -> Stream:
        """With the initial state."""
        function = Running(self.body, context, self.captured, leaves(self.returned))
        specs = leaves(self.returned[0])
        stage = ScanStage(self.input.start(context), function, components_of(specs, self.initial), specs)
        return Stream(stage, Plain(), False)


class ScanStage(Stage):
    """Holds the state, which is saved whole."""

    def __init__(self, stream: Stream, function: Running, initial: Element, specs: Sequence[Spec]) -> None:
        self._stage, self._rows, _ = stream
        self._function = function
        self._specs = specs
        self._initial = self._current = initial

    def read(self, count: int) -> list[Element]:
        """The next results."""
        found: list[Element] = []
        while len(found) < count and len(tickets := self._stage.read(1)):
            results = self._function([*self._current, *self._rows.elements(tickets)[0]])
            self._current, result = results[: len(self._specs)], results[len(self._specs) :]
            found.append(result)
        return found

    def rewind(self) -> None:
        """With the initial state again."""
        self._current = self._initial
        self._stage.rewind()

    def state(self) -> State:
        """The state, and where the input stands."""
        own = {"carried": [as_json(array) for array in arrays_of(self._current)], "rows": self._rows.state()}
        return {**own, "function": self._function.state(), "input": self._stage.state()}

    def restore(self, state: State) -> None:
        """Go on with the saved state."""
        self._current = components_of(self._specs, map(from_json, state["carried"]))
        self._function.restore(state["function"])
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])


@frozen(eq=False)
class TakeWhileNode(Step):
    """The elements before the first for which a function is false."""

    body: FunctionGraph
    captured: tuple[Array, ...] = ()

    @property
    def cardinality(self) -> int:
        """Not known, unless there is nothing to choose from."""
        return 0 if self.input.cardinality == 0 else UNKNOWN

    @property
    def takes_time(self) -> bool:
        """Whether the function decodes something or calls Python, unless the elements take time already."""
        return self.input.takes_time or works_on_host(self.body)

    def describe(self) -> list[Any]:
        """The operations of the function."""
        return ["take_while", describe_body(self.body), self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Elements that are looked at one by one."""
        function = Running(self.body, context, self.captured)
        stage = ChoiceStage(self.input.start(context), lambda element: bool(function(element)[0]), function)
        return Stream(stage, Plain(), False)


class ChoiceStage(Stage):
    """Elements up to the first that is refused.

    Parameters
    ----------
    stream : Stream
    accepts : callable
    function : Running
        What `accepts` calls: it may draw random numbers.
    """

    def __init__(self, stream: Stream, accepts: Callable[[Element], bool], function: Running) -> None:
        self._stage, self._rows, _ = stream
        self._accepts = accepts
        self._function = function
        self._ended = False

    def read(self, count: int) -> list[Element]:
        """The next elements; none after the first that was refused."""
        found: list[Element] = []
        while len(found) < count and not self._ended:
            elements = self._rows.elements(self._stage.read(1))
            self._ended = not elements or not self._accepts(elements[0])
            found += [] if self._ended else elements
        return found

    def rewind(self) -> None:
        """Begin the next pass over the input."""
        self._ended = False
        self._stage.rewind()

    def state(self) -> State:
        """Whether it has ended, and where the input stands."""
        own = {"ended": self._ended, "rows": self._rows.state(), "function": self._function.state()}
        return {**own, "input": self._stage.state()}

    def restore(self, state: State) -> None:
        """Go on where the input stood."""
        self._ended = bool(state["ended"])
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])
        self._function.restore(state["function"])


@frozen(eq=False)
class UniqueNode(Step):
    """Each value once."""

    @property
    def cardinality(self) -> int:
        """Not known, unless there is nothing."""
        return 0 if self.input.cardinality == 0 else UNKNOWN

    def describe(self) -> list[Any]:
        """Nothing of its own."""
        return ["unique", self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Nothing has been seen."""
        return Stream(UniqueStage(self.input.start(context)), Plain(), False)


class UniqueStage(Stage):
    """Remembers the values that were given."""

    def __init__(self, stream: Stream) -> None:
        self._stage, self._rows, _ = stream
        self._seen: dict[Any, Array] = {}  # in the order in which they came

    def read(self, count: int) -> list[Element]:
        """The next values that are new."""
        found: list[Element] = []
        while len(found) < count and len(tickets := self._stage.read(1)):
            element = self._rows.elements(tickets)[0]
            key = (element[0].shape, repr(element[0].tolist()))
            if key not in self._seen:
                self._seen[key] = element[0]
                found.append(element)
        return found

    def rewind(self) -> None:
        """Everything is new again."""
        self._seen.clear()
        self._stage.rewind()

    def state(self) -> State:
        """The values that were given, and where the input stands."""
        seen = [as_json(array) for array in self._seen.values()]
        return {"seen": seen, "rows": self._rows.state(), "input": self._stage.state()}

    def restore(self, state: State) -> None:
        """Remember them again."""
        arrays = map(from_json, state["seen"])
        self._seen = {(array.shape, repr(array.tolist())): array for array in arrays}
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])


def as_json(array: Array) -> list[Any]:
    """An array as JSON can write it, to the last bit."""
    if array.dtype == object:
        values = [base64.b64encode(text).decode() for text in array.ravel()]
        return ["text", list(array.shape), values]
    return [array.dtype.str, list(array.shape), base64.b64encode(array.tobytes()).decode()]


def from_json(saved: Sequence[Any]) -> Array:
    """The array that :func:`as_json` wrote."""
    kind, shape, values = saved
    if kind != "text":
        return np.frombuffer(base64.b64decode(values), np.dtype(kind)).reshape(shape)
    array = np.empty(len(values), object)
    array[:] = [base64.b64decode(text) for text in values]
    return array.reshape(shape)
