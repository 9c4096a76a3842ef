"""Batches of several sizes in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.frozen import frozen
from estimator.pipeline.batch import number_of_batches, stack
from estimator.pipeline.element import Element
from estimator.pipeline.specs import Spec, batch_spec
from estimator.pipeline.stage import UNKNOWN, Context, Plain, Stage, State, Step, Stream
from estimator.pipeline.structure import leaves, map_leaves


@frozen(eq=False)
class RebatchNode(Step):
    """As many elements at a time as the next of some sizes says; the last batch may be smaller."""

    sizes: tuple[int, ...]
    drop_remainder: bool

    @property
    def spec(self) -> Any:
        """A dimension more, of a size that is known where it is always the same."""
        size = self.sizes[0] if self.drop_remainder and len(self.sizes) == 1 else None
        return map_leaves(lambda spec: batch_spec(spec, size), self.input.spec)

    @property
    def cardinality(self) -> int:
        """The number of batches, if all are of one size."""
        elements = self.input.cardinality
        if len(self.sizes) == 1 or elements <= 0:
            return number_of_batches(elements, self.sizes[0], self.drop_remainder)
        return UNKNOWN

    def describe(self) -> list[Any]:
        """The sizes, and whether the remainder is dropped."""
        return ["rebatch", list(self.sizes), self.drop_remainder, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """With the first size."""
        return Stream(RebatchStage(self.input.start(context), self, leaves(self.input.spec)), Plain(), False)


class RebatchStage(Stage):
    """Counts the batches of a pass."""

    def __init__(self, stream: Stream, node: RebatchNode, specs: Sequence[Spec]) -> None:
        self._stage, self._rows, _ = stream
        self._node = node
        self._specs = specs
        self._given = 0

    def read(self, count: int) -> list[Element]:
        """The next batches."""
        found: list[Element] = []
        while len(found) < count:
            size = self._node.sizes[self._given % len(self._node.sizes)]
            elements = self._rows.elements(self._stage.read(size))
            if not elements or (self._node.drop_remainder and len(elements) < size):
                break
            found.append(stack(elements, self._specs))
            self._given += 1
        return found

    def rewind(self) -> None:
        """With the first size again."""
        self._given = 0
        self._stage.rewind()

    def state(self) -> State:
        """How many batches there were, and where the input stands."""
        return {"given": self._given, "rows": self._rows.state(), "input": self._stage.state()}

    def restore(self, state: State) -> None:
        """Go on with the size that comes next."""
        self._given = int(state["given"])
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])
