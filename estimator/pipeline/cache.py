"""A dataset kept in memory once it has been read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from estimator.pipeline.element import Element
from estimator.pipeline.stage import Context, Plain, Stage, State, Step, Stream


@dataclass(frozen=True, eq=False)
class CacheNode(Step):
    """The elements of the first pass, again in every later one."""

    def describe(self) -> list[Any]:
        """Nothing of its own."""
        return ["cache", self.input.describe()]

    def start(self, context: Context) -> Stream:
        """An empty cache; each iterator has its own."""
        return Stream(CacheStage(self.input.start(context)), Plain(), False)


class CacheStage(Stage):
    """Elements in memory. The state holds none: a restored cache fills itself from the input again."""

    def __init__(self, stream: Stream) -> None:
        self._stage, self._rows, _ = stream
        self._elements: list[Element] = []
        self._position = 0
        self._begin = self._save_input()

    def _save_input(self) -> State:
        return {"input": self._stage.state(), "rows": self._rows.state()}

    def read(self, count: int) -> list[Element]:
        """Elements from memory, those missing from the input."""
        self._fill(self._position + count)
        found = self._elements[self._position : self._position + count]
        self._position += len(found)
        return found

    def _fill(self, size: int) -> None:
        missing = size - len(self._elements)
        if missing > 0:
            self._elements += self._rows.elements(self._stage.read(missing))

    def rewind(self) -> None:
        """Give the elements again, from memory as far as they are there."""
        self._position = 0

    def state(self) -> State:
        """The position, and the input as it was at the beginning."""
        return {"position": self._position, "begin": self._begin}

    def restore(self, state: State) -> None:
        """Fill it again up to that position."""
        self._elements, self._position, self._begin = [], int(state["position"]), state["begin"]
        self._stage.restore(self._begin["input"])
        self._rows.restore(self._begin["rows"])
        self._fill(self._position)
