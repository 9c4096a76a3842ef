"""Dense components whose sizes differ, made ragged so that batches can be made of them."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType
from estimator.core.frozen import frozen
from estimator.pipeline.element import Element
from estimator.pipeline.ragged import ragged_spec, with_ragged_rank
from estimator.pipeline.specs import RaggedTensorSpec, Spec
from estimator.pipeline.stage import Context, Rows, Step, Stream, Tickets
from estimator.pipeline.structure import leaves, map_leaves


@frozen(eq=False)
class RaggedNode(Step):
    """The same elements; tensors of sizes that are not known are rows of ragged tensors, with splits of a type."""

    dtype: DType

    @property
    def spec(self) -> Any:
        """That of the input, with a ragged component for each tensor with a size that is not known."""
        return map_leaves(lambda spec: ragged_spec(spec, self.dtype), self.input.spec)

    def describe(self) -> list[Any]:
        """The type of the splits."""
        return ["ragged", self.dtype.name, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """The input's tickets, redeemed as ragged components."""
        stage, rows, indexed = self.input.start(context)
        specs = zip(leaves(self.input.spec), leaves(self.spec), strict=True)
        return Stream(stage, _RaggedRows(rows, [new if new != old else None for old, new in specs]), indexed)


class _RaggedRows(Rows):
    """Elements some components of which become ragged."""

    def __init__(self, rows: Rows, specs: list[Spec | None]) -> None:
        self._rows = rows
        self._specs = specs

    def elements(self, tickets: Tickets) -> list[Element]:
        """The elements behind the tickets."""
        return [list(map(_as, element, self._specs)) for element in self._rows.elements(tickets)]

    def state(self) -> Any:
        """That of the elements before."""
        return self._rows.state()

    def restore(self, state: Any) -> None:
        """Let the elements before go on."""
        self._rows.restore(state)


def _as(component: Any, spec: Spec | None) -> Any:
    return with_ragged_rank(component, spec) if isinstance(spec, RaggedTensorSpec) else component
