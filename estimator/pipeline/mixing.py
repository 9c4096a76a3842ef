"""Several datasets as one, in an order that another dataset or chance says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.pipeline.element import Array, Element
from estimator.pipeline.shuffle import Draws
from estimator.pipeline.specs import TensorSpec
from estimator.pipeline.stage import (
    INFINITE,
    UNKNOWN,
    Context,
    Node,
    Plain,
    Stage,
    State,
    Stream,
)
from estimator.pipeline.structure import leaves, pack

_BELOW = 1 << 32  # what random numbers are below, as TensorFlow's


@frozen(eq=False)
class RandomNode(Node):
    """Random whole numbers without end, from 0 to 2 ** 32 - 1."""

    seed: int | None
    rerandomize: bool = False

    @property
    def spec(self) -> Any:
        """The spec of a scalar, int64."""
        return TensorSpec((), "int64")

    @property
    def cardinality(self) -> int:
        """Without end."""
        return INFINITE

    def describe(self) -> list[Any]:
        """The declared seed."""
        return ["random", self.seed, self.rerandomize]

    def start(self, context: Context) -> Stream:
        """From the first number."""
        return Stream(RandomStage(Draws(context.seed(self.seed), self.rerandomize)), Plain(), False)


class RandomStage(Stage):
    """The numbers follow from the seed, the pass and how many were given."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._given = 0

    def read(self, count: int) -> list[Element]:
        """The next numbers."""
        numbers = self._draws.numbers(self._given, count) % _BELOW
        self._given += count
        return [[np.asarray(number)] for number in numbers]

    def rewind(self) -> None:
        """The same again, or others if every pass has its own."""
        self._draws.next_epoch()
        self._given = 0

    def state(self) -> State:
        """The seed, and how many were given."""
        return {"draws": self._draws.state(), "given": self._given}

    def restore(self, state: State) -> None:
        """Go on after those that were given."""
        self._draws.restore(state["draws"])
        self._given = int(state["given"])


@frozen(eq=False)
class MixedNode(Node):
    """The next element of whichever input is chosen.

    Attributes
    ----------
    choices : Node
        Scalars of type int64.
    sources : tuple of Node
    weights : ndarray or None
        How likely each input is, where the choices are random numbers; else they are numbers of inputs.
    stop_on_empty : bool
        Whether the end of the chosen input is the end; otherwise the next choice counts.
    """

    choices: Node
    sources: tuple[Node, ...]
    weights: Array | None
    stop_on_empty: bool

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The choices, and what is chosen from."""
        return self.choices, *self.sources

    @property
    def spec(self) -> Any:
        """The spec that covers the elements of all."""
        first, *others = [leaves(node.spec) for node in self.sources]
        for other in others:
            first = [left.merged(right) for left, right in zip(first, other, strict=True)]
        return pack(self.sources[0].spec, first)

    @property
    def cardinality(self) -> int:
        """Not known: the order is not."""
        return UNKNOWN

    def describe(self) -> list[Any]:
        """The weights, and the recipes of all."""
        weights = None if self.weights is None else self.weights.tolist()
        return ["mixed", weights, self.stop_on_empty, *(node.describe() for node in self.inputs)]

    def start(self, context: Context) -> Stream:
        """Nothing is read before it is chosen."""
        choices, *sources = [node.start(context) for node in self.inputs]
        return Stream(MixedStage(choices, sources, self._pick(), self.stop_on_empty), Plain(), False)

    def _pick(self) -> Callable[[int], int]:
        if self.weights is None:
            return lambda choice: choice
        bounds = np.cumsum(self.weights / np.sum(self.weights))
        last = len(bounds) - 1  # where rounding leaves the last bound below 1
        return lambda choice: min(int(np.searchsorted(bounds, choice / _BELOW, "right")), last)


class MixedStage(Stage):
    """Reads one choice, and one element of the stream that it names."""

    def __init__(
        self, choices: Stream, sources: Sequence[Stream], pick: Callable[[int], int], stop_on_empty: bool
    ) -> None:
        self._streams = [choices, *sources]
        self._pick = pick
        self._stop_on_empty = stop_on_empty
        self._open = [True] * len(self._streams)  # the first says whether there is more to come at all

    def read(self, count: int) -> list[Element]:
        """The next elements, each by a choice of its own."""
        found: list[Element] = []
        while len(found) < count and self._open[0] and any(self._open[1:]):
            chosen = self._next_of(0)
            if not chosen:
                break
            place = self._place(int(chosen[0][0]))
            elements = self._next_of(place) if self._open[place] else []
            if not elements and self._stop_on_empty:
                self._open[0] = False
            found += elements
        return found

    def _next_of(self, place: int) -> list[Element]:
        stage, rows, _ = self._streams[place]
        elements = rows.elements(stage.read(1))
        self._open[place] = bool(elements)
        return elements

    def _place(self, choice: int) -> int:
        number = self._pick(choice)
        if not 0 <= number < len(self._streams) - 1:
            raise InvalidArgumentError(
                f"Selector index out of range: {number}; there are {len(self._streams) - 1} datasets to choose from, "
                "counted from 0."
            )
        return number + 1

    def rewind(self) -> None:
        """Begin the next pass of all."""
        self._open = [True] * len(self._streams)
        for stream in self._streams:
            stream.stage.rewind()

    def state(self) -> State:
        """Where all stand, and which have ended."""
        return {
            "open": list(self._open),
            "inputs": [stream.stage.state() for stream in self._streams],
            "rows": [stream.rows.state() for stream in self._streams],
        }

    def restore(self, state: State) -> None:
        """Let all go on where they stood."""
        self._open = [bool(is_open) for is_open in state["open"]]
        for stream, inner, rows in zip(self._streams, state["inputs"], state["rows"], strict=True):
            stream.stage.restore(inner)
            stream.rows.restore(rows)
