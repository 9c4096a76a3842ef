"""Several datasets as one: side by side (zip), or one after the other (concatenate)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.pipeline.element import Array, Element
from estimator.pipeline.stage import (
    INFINITE,
    UNKNOWN,
    Context,
    Node,
    Plain,
    Rows,
    Stage,
    State,
    Stream,
    Tickets,
)
from estimator.pipeline.structure import leaves, map_leaves, pack, same_structure


@frozen(eq=False)
class ZipNode(Node):
    """Elements of several inputs side by side, as long as all have one."""

    nested: Any  # a structure of Node

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The nodes, left to right."""
        return tuple(leaves(self.nested))

    @property
    def spec(self) -> Any:
        """The inputs' specs, in their structure."""
        return map_leaves(lambda node: node.spec, self.nested)

    @property
    def cardinality(self) -> int:
        """That of the shortest input, as far as it is known."""
        sizes = [node.cardinality for node in self.inputs]
        if UNKNOWN in sizes:
            return 0 if 0 in sizes else UNKNOWN
        return min((size for size in sizes if size != INFINITE), default=INFINITE)

    def describe(self) -> list[Any]:
        """The recipes of all inputs, in their order."""
        return ["zip", *(node.describe() for node in self.inputs)]

    def start(self, context: Context) -> Stream:
        """Columns of indices if all inputs have them."""
        streams = [node.start(context) for node in self.inputs]
        if not all(stream.indexed for stream in streams):
            return Stream(ElementZipStage(streams), Plain(), False)
        stage = IndexZipStage([stream.stage for stream in streams])
        return Stream(stage, ZippedRows([stream.rows for stream in streams], stage.widths), True)


class IndexZipStage(Stage):
    """Indices side by side: a row of integers is one ticket."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = stages
        self.widths = [_columns_of(stage.read(0)) for stage in stages]

    def read(self, count: int) -> Tickets:
        """As many as all have."""
        parts = [stage.read(count) for stage in self._stages]
        columns = [part.reshape(len(part), width) for part, width in zip(parts, self.widths, strict=True)]
        least = min(map(len, columns))
        return np.concatenate([column[:least] for column in columns], axis=1)

    def rewind(self) -> None:
        """Let every input begin its next pass."""
        for stage in self._stages:
            stage.rewind()

    def state(self) -> State:
        """Where every input stands."""
        return {"inputs": [stage.state() for stage in self._stages]}

    def restore(self, state: State) -> None:
        """Let every input go on where it stood."""
        for stage, saved in zip(self._stages, state["inputs"], strict=True):
            stage.restore(saved)


def _columns_of(tickets: Array) -> int:
    return 1 if tickets.ndim == 1 else tickets.shape[1]


class ZippedRows(Rows):
    """The components of several rows, one after the other."""

    def __init__(self, rows: Sequence[Rows], widths: Sequence[int]) -> None:
        self._rows = rows
        self._columns: list[Any] = []
        start = 0
        for width in widths:
            self._columns.append(start if width == 1 else slice(start, start + width))
            start += width
        sizes = [source.row_bytes for source in rows]
        self.row_bytes = None if None in sizes else sum(size for size in sizes if size is not None)

    def elements(self, tickets: Tickets) -> list[Element]:
        """Elements whose components come from all inputs."""
        parts = [
            source.elements(tickets[:, columns])
            for source, columns in zip(self._rows, self._columns, strict=True)
        ]
        return [[array for element in row for array in element] for row in zip(*parts, strict=True)]

    def gather(self, tickets: Tickets) -> Element:
        """Columns of all inputs, one after the other."""
        pairs = zip(self._rows, self._columns, strict=True)
        return [array for source, columns in pairs for array in source.gather(tickets[:, columns])]

    def pass_over(self, stage: Stage, count: int) -> int:
        """Without a look at the tickets, unless one of them draws something."""
        if self.state() is None:
            return stage.skip(count)
        return len(self.elements(stage.read(count)))

    def state(self) -> Any:
        """Theirs; None if none has one."""
        states = [source.state() for source in self._rows]
        return states if any(state is not None for state in states) else None

    def restore(self, state: Any) -> None:
        """Hand every input what it had saved."""
        for source, saved in zip(self._rows, state or [None] * len(self._rows), strict=True):
            source.restore(saved)


class ElementZipStage(Stage):
    """Elements side by side, read one at a time, so that no input is read past the end of another."""

    def __init__(self, streams: Sequence[Stream]) -> None:
        self._streams = streams
        self._ended = False

    def read(self, count: int) -> list[Element]:
        """As many as all have."""
        found: list[Element] = []
        while len(found) < count and not self._ended:
            joined: Element = []
            for stage, rows, _ in self._streams:
                tickets = stage.read(1)
                self._ended = len(tickets) == 0
                if self._ended:
                    return found
                joined += rows.elements(tickets)[0]
            found.append(joined)
        return found

    def rewind(self) -> None:
        """Let every input begin its next pass."""
        self._ended = False
        for stream in self._streams:
            stream.stage.rewind()

    def state(self) -> State:
        """Where every input stands, and whether one has come to its end."""
        return {
            "ended": self._ended,
            "inputs": [stream.stage.state() for stream in self._streams],
            "rows": [stream.rows.state() for stream in self._streams],
        }

    def restore(self, state: State) -> None:
        """Let every input go on where it stood."""
        self._ended = bool(state["ended"])
        for stream, inner, rows in zip(self._streams, state["inputs"], state["rows"], strict=True):
            stream.stage.restore(inner)
            stream.rows.restore(rows)


@frozen(eq=False)
class ConcatenateNode(Node):
    """The elements of the first, then those of the second."""

    first: Node
    second: Node

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The two that are joined, in their order."""
        return self.first, self.second

    @property
    def spec(self) -> Any:
        """The spec that covers the elements of both."""
        pairs = zip(leaves(self.first.spec), leaves(self.second.spec), strict=True)
        return pack(self.first.spec, [left.merged(right) for left, right in pairs])

    @property
    def cardinality(self) -> int:
        """The elements of both together."""
        sizes = (self.first.cardinality, self.second.cardinality)
        if INFINITE in sizes:
            return INFINITE
        return UNKNOWN if UNKNOWN in sizes else sum(sizes)

    def describe(self) -> list[Any]:
        """The recipes of both, in their order."""
        return ["concatenate", self.first.describe(), self.second.describe()]

    def start(self, context: Context) -> Stream:
        """Begin with the first; the second follows at its end."""
        return Stream(
            ConcatenateStage([self.first.start(context), self.second.start(context)]), Plain(), False
        )


class ConcatenateStage(Stage):
    """Elements of one stream after another."""

    def __init__(self, streams: Sequence[Stream]) -> None:
        self._streams = streams
        self._current = 0

    def read(self, count: int) -> list[Element]:
        """The next elements, of the first as long as it has any."""
        found: list[Element] = []
        while len(found) < count and self._current < len(self._streams):
            stage, rows, _ = self._streams[self._current]
            tickets = stage.read(count - len(found))
            found += rows.elements(tickets)
            self._current += len(found) < count
        return found

    def skip(self, count: int) -> int:
        """Pass over the next elements, of as many streams as that takes."""
        passed = 0
        while passed < count and self._current < len(self._streams):
            stage, rows, _ = self._streams[self._current]
            passed += rows.pass_over(stage, count - passed)
            self._current += passed < count
        return passed

    def rewind(self) -> None:
        """Begin again with the first."""
        self._current = 0
        for stream in self._streams:
            stream.stage.rewind()

    def state(self) -> State:
        """Which one, and all of theirs."""
        return {
            "current": self._current,
            "inputs": [stream.stage.state() for stream in self._streams],
            "rows": [stream.rows.state() for stream in self._streams],
        }

    def restore(self, state: State) -> None:
        """Go on in the stream that was being read."""
        self._current = int(state["current"])
        for stream, inner, rows in zip(self._streams, state["inputs"], state["rows"], strict=True):
            stream.stage.restore(inner)
            stream.rows.restore(rows)


def check_same_kind(first: Node, second: Node, name: str) -> None:
    """Refuse to join datasets whose elements differ in structure or type.

    Raises
    ------
    TypeError
        With both specs.
    """
    dtypes = [[(type(spec), spec.dtype) for spec in leaves(node.spec)] for node in (first, second)]
    if same_structure(first.spec, second.spec) and dtypes[0] == dtypes[1]:
        return
    raise TypeError(
        f"Incompatible dataset elements: {name} joins {first.spec} with {second.spec}; "
        "both need the same structure and types."
    )
