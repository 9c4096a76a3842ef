"""Several streams in turn, each opened on an element of another: flat_map, interleave, unbatch."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.pipeline.element import Element
from estimator.pipeline.functions import MappedRows, Running
from estimator.pipeline.nested import DatasetFunction
from estimator.pipeline.retrace import Retraced
from estimator.pipeline.sources import Columns, IndexStage, rows_of
from estimator.pipeline.specs import row_spec, type_spec_from_value
from estimator.pipeline.stage import UNKNOWN, Context, Plain, Stage, State, Step, Stream
from estimator.pipeline.structure import leaves, map_leaves

ALL = sys.maxsize  # as the length of a block: a stream to its end


@frozen(eq=False)
class InterleaveNode(Step):
    """The elements of the datasets that a function makes, `block_length` of each of `cycle_length` in turn."""

    function: DatasetFunction
    cycle_length: int
    block_length: int
    captured: tuple[Any, ...] = ()

    @property
    def spec(self) -> Any:
        """That of the datasets."""
        return self.function.node.spec

    @property
    def cardinality(self) -> int:
        """Not known before the datasets are made."""
        return UNKNOWN

    @property
    def takes_time(self) -> bool:
        """Whether those of the datasets, or those that they are made of, do."""
        return self.input.takes_time or self.function.node.takes_time

    def describe(self) -> list[Any]:
        """The function, and the lengths of cycle and block."""
        return [
            "interleave",
            self.cycle_length,
            self.block_length,
            self.function.describe(),
            self.input.describe(),
        ]

    def start(self, context: Context) -> Stream:
        """No dataset is made before its first element is wanted."""
        stage, rows, indexed = self.input.start(context)
        values = MappedRows(rows, Running(self.function.body, context, self.captured))

        def begin(element: Element, seed: int) -> Stream:
            return self.function.start(element, context, seed)

        turns = CycleStage(
            Stream(stage, values, indexed), begin, self.cycle_length, self.block_length, context.seed(None)
        )
        return Stream(turns, Plain(), False)


@frozen(eq=False)
class UnbatchNode(Step):
    """The rows of the elements."""

    @property
    def spec(self) -> Any:
        """A dimension less."""
        return map_leaves(row_spec, self.input.spec)

    @property
    def cardinality(self) -> int:
        """Not known, unless every element has the same number of rows."""
        sizes = [
            size for spec in leaves(self.input.spec) for size in (spec.dims or ())[:1] if size is not None
        ]
        elements = self.input.cardinality
        if elements == 0 or not sizes:
            return 0 if elements == 0 else UNKNOWN
        if elements < 0:
            return elements if sizes[0] else UNKNOWN
        return int(elements * sizes[0])

    def describe(self) -> list[Any]:
        """Nothing of its own."""
        return ["unbatch", self.input.describe()]

    def start(self, context: Context) -> Stream:
        """From the first row of the first element."""
        stage = CycleStage(self.input.start(context), lambda element, seed: _rows_of(element), 1, ALL, 0)
        return Stream(stage, Plain(), False)


def _rows_of(element: Element) -> Stream:
    if scalars := [number for number, part in enumerate(element) if not type_spec_from_value(part).dims]:
        raise InvalidArgumentError(f"Dataset.unbatch: component {scalars[0]} is a scalar, which has no rows.")
    columns = list(map(rows_of, element))
    sizes = {len(column) for column in columns}
    if len(sizes) > 1:
        raise InvalidArgumentError(
            f"Dataset.unbatch: all components of an element need the same number of rows, given: {sorted(sizes)}."
        )
    return Stream(IndexStage(len(columns[0])), Columns(columns), True)


class _Turn(NamedTuple):
    """An open stream, and the number of the element that it was opened on."""

    number: int
    stream: Stream


class CycleStage(Stage):
    """Some streams in turn, a block of each; one that ends makes room for the next.

    Parameters
    ----------
    stream : Stream
        Of what the streams are opened on.
    begin : callable
        From an element and a seed to a stream.
    cycle_length, block_length : int
        How many streams are open, and how many elements one gives when it is its turn.
    seed : int
        From which the seed of each stream follows.
    """

    def __init__(
        self,
        stream: Stream,
        begin: Callable[[Element, int], Stream],
        cycle_length: int,
        block_length: int,
        seed: int,
    ) -> None:
        self._input = Retraced(stream)
        self._begin = begin
        self._block_length = block_length
        self._seed = seed
        self._pass = 0
        self._turns: list[_Turn | None] = [None] * cycle_length
        self._place = self._given = 0  # whose turn it is, and what it has given
        self._ended = False

    def read(self, count: int) -> list[Element]:
        """The next elements, block after block."""
        found: list[Element] = []

        def take(stream: Stream, wanted: int) -> int:
            elements = stream.rows.elements(stream.stage.read(wanted))
            found.extend(elements)
            return len(elements)

        self._go_on(count, take)
        return found

    def skip(self, count: int) -> int:
        """Pass over the next elements, block after block."""
        return self._go_on(count, lambda stream, wanted: stream.rows.pass_over(stream.stage, wanted))

    def _go_on(self, count: int, take: Callable[[Stream, int], int]) -> int:
        """Take so many elements of the streams whose turn it is; how many there were."""
        taken = 0
        while taken < count and not (self._ended and not any(self._turns)):
            turn = self._turns[self._place]
            if turn is not None:
                wanted = min(count - taken, self._block_length - self._given)
                number = take(turn.stream, wanted)
                taken += number
                self._count(number, wanted)
            elif self._ended:
                self._advance()
            else:
                self._open()
        return taken

    def _count(self, number: int, wanted: int) -> None:
        """The open stream gave so many of its block; at its end it is closed."""
        self._given += number
        if number < wanted:
            self._turns[self._place] = None
        if number < wanted or self._given == self._block_length:
            self._advance()

    def _advance(self) -> None:
        self._place, self._given = (self._place + 1) % len(self._turns), 0

    def _open(self) -> None:
        number = self._input.count
        element = self._input.pull(min(self._numbers(), default=number))
        self._ended = element is None
        if element is not None:
            self._turns[self._place] = _Turn(number, self._started(element, number))

    def _started(self, element: Element, number: int) -> Stream:
        return self._begin(element, Context(Context(self._seed).seed(self._pass)).seed(number))

    def _numbers(self) -> list[int]:
        return [turn.number for turn in self._turns if turn is not None]

    def rewind(self) -> None:
        """Close all and begin with the first again; what is random in them is drawn anew."""
        self._pass += 1
        self._close_all()
        self._input.rewind()

    def _close_all(self) -> None:
        self._turns = [None] * len(self._turns)
        self._place = self._given = 0
        self._ended = False

    def state(self) -> State:
        """Which streams are open and where each stands, whose turn it is, and the input before the oldest of them."""
        turns = [
            turn and [turn.number, turn.stream.stage.state(), turn.stream.rows.state()]
            for turn in self._turns
        ]
        own = {"seed": self._seed, "pass": self._pass, "place": self._place, "given": self._given}
        return {
            **own,
            "ended": self._ended,
            "turns": turns,
            "input": self._input.state(min(self._numbers(), default=None)),
        }

    def restore(self, state: State) -> None:
        """Open the same streams on the same elements, and let each go on where it stood."""
        self._close_all()
        self._seed, self._pass, self._ended = int(state["seed"]), int(state["pass"]), bool(state["ended"])
        self._place, self._given = int(state["place"]), int(state["given"])
        elements = self._input.restore(state["input"], {turn[0] for turn in state["turns"] if turn})
        for place, turn in enumerate(state["turns"]):
            if turn:
                stream = self._started(elements[turn[0]], turn[0])
                stream.stage.restore(turn[1])
                stream.rows.restore(turn[2])
                self._turns[place] = _Turn(turn[0], stream)
