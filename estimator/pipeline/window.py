"""Windows: elements that are datasets of some consecutive elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.frozen import frozen
from estimator.pipeline.element import Element
from estimator.pipeline.nested import KeptNode, as_dataset_component
from estimator.pipeline.retrace import Retraced
from estimator.pipeline.specs import Spec
from estimator.pipeline.stage import INFINITE, UNKNOWN, Context, Plain, Stage, State, Step, Stream
from estimator.pipeline.structure import leaves


@frozen(eq=False)
class WindowNode(Step):
    """Datasets of `size` elements, each `stride` after the last; the next window begins `shift` elements later.

    Attributes
    ----------
    element : nested structure of DatasetSpec
        A dataset for each component.
    """

    element: Any
    size: int
    shift: int
    stride: int
    drop_remainder: bool

    @property
    def spec(self) -> Any:
        """A dataset for each component."""
        return self.element

    @property
    def span(self) -> int:
        """From the first element of a window to behind its last."""
        return (self.size - 1) * self.stride + 1

    @property
    def cardinality(self) -> int:
        """The number of windows."""
        elements = self.input.cardinality
        if elements in (INFINITE, UNKNOWN):
            return elements
        last = elements - self.span if self.drop_remainder else elements - 1  # where a window may begin
        return max(0, last // self.shift + 1)

    def describe(self) -> list[Any]:
        """How the windows lie."""
        return ["window", self.size, self.shift, self.stride, self.drop_remainder, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """From the first element."""
        return Stream(WindowStage(self.input.start(context), self), Plain(), False)


class WindowStage(Stage):
    """Keeps the elements of one window."""

    def __init__(self, stream: Stream, node: WindowNode) -> None:
        self._input = Retraced(stream)
        self._node = node
        self._specs: Sequence[Spec] = leaves(node.input.spec)
        self._kept: list[tuple[int, Element]] = []  # with their numbers

    def read(self, count: int) -> list[Element]:
        """The next windows."""
        found: list[Element] = []
        while len(found) < count and (window := self._next()):
            columns = zip(self._specs, zip(*window, strict=True), strict=True)
            kept = [KeptNode(spec, [[component] for component in column]) for spec, column in columns]
            found.append(list(map(as_dataset_component, kept)))
        return found

    def _next(self) -> list[Element]:
        """The elements of the next window; none at the end."""
        while len(self._kept) < self._node.span and self._pull():
            pass
        if self._node.drop_remainder and len(self._kept) < self._node.span:
            self._kept = []
        window = [element for _, element in self._kept[:: self._node.stride]]
        missing = self._node.shift - len(self._kept)
        self._kept = self._kept[self._node.shift :]
        if window:
            self._pass_over(missing)
        return window

    def _pull(self) -> bool:
        number = self._input.count
        element = self._input.pull(self._kept[0][0] if self._kept else number)
        if element is not None:
            self._kept.append((number, element))
        return element is not None

    def _pass_over(self, count: int) -> None:
        while count > 0 and self._input.pull() is not None:
            count -= 1

    def rewind(self) -> None:
        """From the first element of the next pass."""
        self._kept = []
        self._input.rewind()

    def state(self) -> State:
        """The numbers of the elements that the next window keeps, and the input before them."""
        numbers = [number for number, _ in self._kept]
        return {"kept": numbers, "input": self._input.state(min(numbers, default=None))}

    def restore(self, state: State) -> None:
        """Read them again."""
        elements = self._input.restore(state["input"], state["kept"])
        self._kept = [(number, elements[number]) for number in state["kept"]]
