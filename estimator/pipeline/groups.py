"""Elements gathered by a key, and what a function makes of each group: group_by_window."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen, mutable
from estimator.graph.function import FunctionGraph
from estimator.pipeline.element import Array, Element
from estimator.pipeline.functions import Running, describe_body
from estimator.pipeline.nested import DatasetFunction, KeptNode, as_dataset_component
from estimator.pipeline.retrace import Retraced
from estimator.pipeline.stage import UNKNOWN, Context, Plain, Stage, State, Step, Stream


@frozen(eq=False)
class GroupNode(Step):
    """What a function makes of each window of elements that have one key.

    Attributes
    ----------
    key, size : FunctionGraph
        From an element to its key, and from a key to the size of its windows.
    reduce : DatasetFunction
        From a key and a window to a dataset.
    captured : tuple of tuple of ndarray
        What the three use of the graph around them.
    """

    key: FunctionGraph
    size: FunctionGraph
    reduce: DatasetFunction
    captured: tuple[tuple[Array, ...], ...]

    @property
    def spec(self) -> Any:
        """That of the datasets."""
        return self.reduce.node.spec

    @property
    def cardinality(self) -> int:
        """Not known before the datasets are made."""
        return UNKNOWN

    def describe(self) -> list[Any]:
        """The operations of the three functions."""
        bodies = [describe_body(self.key), describe_body(self.size), self.reduce.describe()]
        return ["group_by_window", *bodies, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """With no element in any group."""
        return Stream(GroupStage(self.input.start(context), self, context), Plain(), False)


@mutable
class _Group:
    """The elements of one key that wait, and their numbers."""

    size: int
    numbers: list[int]
    elements: list[Element]


class GroupStage(Stage):
    """Fills groups until one is full; what is made of that is given before another element is read."""

    def __init__(self, stream: Stream, node: GroupNode, context: Context) -> None:
        self._input = Retraced(stream)
        self._node = node
        self._context = context
        bodies = (node.key, node.size, node.reduce.body)
        self._functions = [
            Running(body, context, captured) for body, captured in zip(bodies, node.captured, strict=True)
        ]
        self._seed = context.seed(None)
        self._opened = 0
        self._drawn: Any = None  # by the last call of reduce, before it
        self._clear()

    def _clear(self) -> None:
        self._groups: dict[int, _Group] = {}
        self._full: tuple[int, _Group] | None = None  # what is being given, and its key
        self._stream: Stream | None = None
        self._ended = False

    def read(self, count: int) -> list[Element]:
        """The next elements of what the function makes of full groups, at the end of all."""
        found: list[Element] = []
        while len(found) < count and (stream := self._stream or self._open()):
            wanted = count - len(found)
            elements = stream.rows.elements(stream.stage.read(wanted))
            found += elements
            if len(elements) < wanted:
                self._full = self._stream = None
        return found

    def _open(self) -> Stream | None:
        """Begin what is made of the next group that is full; None if there is none any more."""
        key = None
        while key is None and not self._ended:
            key = self._fill()
        if key is None and self._groups:
            key = min(self._groups)
        if key is None:
            return None
        self._opened += 1
        self._drawn = self._functions[2].state()
        self._full = key, self._groups.pop(key)
        self._stream = self._begin(*self._full)
        return self._stream

    def _begin(self, key: int, group: _Group) -> Stream:
        window = KeptNode(self._node.input.spec, tuple(group.elements))
        values = self._functions[2]([np.array(key, np.int64), as_dataset_component(window)])
        return self._node.reduce.start(values, self._context, Context(self._seed).seed(self._opened))

    def _fill(self) -> int | None:
        """Put the next element into its group; the key, if that is full."""
        number = self._input.count
        element = self._input.pull(self._oldest())
        if element is None:
            self._ended = True
            return None
        key = self._functions[0](element)[0]
        group = self._groups.get(int(key)) or self._new_group(key)
        group.numbers.append(number)
        group.elements.append(element)
        return int(key) if len(group.numbers) >= group.size else None

    def _new_group(self, key: Array) -> _Group:
        size = int(self._functions[1]([key])[0])
        if size <= 0:
            raise InvalidArgumentError(
                f"Window size must be greater than zero, but got {size} for the key {int(key)}."
            )
        return self._groups.setdefault(int(key), _Group(size, [], []))

    def _oldest(self) -> int | None:
        """The number of the oldest element that is kept."""
        groups = [*self._groups.values(), *([self._full[1]] if self._full else [])]
        return min((group.numbers[0] for group in groups), default=None)

    def rewind(self) -> None:
        """Empty all groups and begin the next pass."""
        self._clear()
        self._input.rewind()

    def state(self) -> State:
        """The numbers of the elements in all groups, what is being given, and the input before the oldest of them."""
        groups = [[key, group.size, list(group.numbers)] for key, group in self._groups.items()]
        full = self._full and [self._full[0], self._full[1].size, list(self._full[1].numbers)]
        stream = self._stream and [self._stream.stage.state(), self._stream.rows.state()]
        return {
            "groups": groups,
            "full": full,
            "stream": stream,
            "seed": self._seed,
            "opened": self._opened,
            "drawn": self._drawn,
            "ended": self._ended,
            "functions": [function.state() for function in self._functions],
            "input": self._input.state(self._oldest()),
        }

    def restore(self, state: State) -> None:
        """Fill the groups again, and go on in what was being given."""
        self._clear()
        self._seed, self._opened, self._ended = state["seed"], state["opened"], state["ended"]
        kept = [row for row in (*state["groups"], state["full"]) if row]
        elements = self._input.restore(state["input"], {number for row in kept for number in row[2]})

        def group(size: int, numbers: list[int]) -> _Group:
            return _Group(size, list(numbers), [elements[number] for number in numbers])

        self._groups = {key: group(size, numbers) for key, size, numbers in state["groups"]}
        if state["full"]:
            self._drawn = state["drawn"]
            self._functions[2].restore(self._drawn)
            key, size, numbers = state["full"]
            self._full = key, group(size, numbers)
            self._stream = self._begin(*self._full)
            self._stream.stage.restore(state["stream"][0])
            self._stream.rows.restore(state["stream"][1])
        for function, saved in zip(self._functions, state["functions"], strict=True):
            function.restore(saved)
