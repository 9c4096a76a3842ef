"""What processes sum, as lines of a plan: side by side in flat memory, where it is computed, summed, and used.

The tensors of one CollectiveSum lie in the order of its inputs, which is that of the message whichever executor a
process has. Those that are results of their own are written there in the first place, the others are copied. What
comes back lies in the same place; an update of variables that wants its gradients in just that order takes them there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from estimator.distribution.exchange import summed_as
from estimator.distribution.status import STATUS
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.buffers import Operand
from estimator.runtime.code import as_view, new_buffer
from estimator.runtime.lifetimes import Way

if TYPE_CHECKING:
    from estimator.runtime.writer import Writer


class SideBySide:
    """The tensors of a sum, side by side, and behind them the status of the process.

    Parameters
    ----------
    p : Writer
    op : Operation
        A CollectiveSum of known shapes.

    Attributes
    ----------
    flat : Operand
        The whole message.
    numbers, status : Operand
        Its parts.
    parts : list of Operand
        The tensors, in their shapes.
    starts : dict
        What comes back, to where it begins.
    """

    def __init__(self, p: Writer, op: Operation) -> None:
        self._op = op
        kind = op.inputs[0].dtype.np
        self._dtype = summed_as(kind)
        self._is_as_given = self._dtype == kind
        shapes: list[tuple[int, ...]] = [p.facts.dims[tensor] for tensor in op.inputs]  # type: ignore[misc]
        *starts, total = accumulate(map(math.prod, shapes), initial=0)
        self._raw = p.code.derive("r", new_buffer((total + STATUS) * self._dtype.itemsize))
        self.flat = self._view(p, 0, (total + STATUS,))
        self.numbers = self._view(p, 0, (total,))
        self.status = self._view(p, total, (STATUS,))
        self.parts = [self._view(p, start, shape) for start, shape in zip(starts, shapes, strict=True)]
        self.starts: dict[Tensor, int] = (
            dict(zip(op.outputs, starts, strict=True)) if self._is_as_given else {}
        )
        self._placed: dict[Tensor, int] = {}  # origin of an input to where it begins

    def _view(self, p: Writer, start: int, shape: tuple[int, ...]) -> Operand:
        view = as_view(self._dtype, shape, start * self._dtype.itemsize)
        return Operand(p.code.derive("g", view, self._raw), shape, self._dtype)

    def place(self, p: Writer) -> None:
        """Let the tensors be written where they are summed; to be called before anything is written."""
        position = p.position_of[self._op]
        for tensor, start in zip(self._op.inputs, self.starts.values(), strict=False):
            origin = p.lifetimes.viewed(tensor)
            # What somebody looks at afterwards must stay what this process has computed.
            if origin not in p.placed and p.lifetimes.last_use.get(origin) == position:
                p.placed[origin] = self._view(p, start, p.facts.dims[origin])  # type: ignore[arg-type]
                self._placed[origin] = start
        p.placed |= zip(self.starts, self.parts, strict=False)

    def gather(self, p: Writer) -> None:
        """Copy what is not in its place, because what gives it has memory of its own or somebody else needs it."""
        for place, (tensor, part) in enumerate(zip(self._op.inputs, self.parts, strict=True)):
            origin = p.lifetimes.viewed(tensor)
            start = self.starts.get(self._op.outputs[place])
            if self._placed.get(origin, -1) != start or p.operands[origin] is not p.placed[origin]:
                p.copy(part, p.operands[tensor])

    def results(self, p: Writer) -> list[Operand]:
        """What comes back: the parts themselves, or rounded to half precision."""
        if self._is_as_given:
            return self.parts
        rounded = [p.out(self._op, place) for place in range(len(self.parts))]
        for own, part in zip(rounded, self.parts, strict=True):
            p.copy(own, part)
        return rounded

    def part_of(
        self, p: Writer, origins: Sequence[Tensor], starts: Sequence[int], size: int
    ) -> Operand | None:
        """The memory of `size` numbers in which what comes back lies at these places; None if it lies otherwise."""
        first = {self.starts.get(origin, -1) - start for origin, start in zip(origins, starts, strict=True)}
        if len(first) != 1 or not self.starts.keys() >= set(origins):
            return None
        return self._view(p, first.pop(), (size,))


def find_exchanged(p: Writer, order: Sequence[Operation]) -> None:
    """Find what is summed where it lies, and let it be written there; to be called before anything is written."""
    for op in order:
        if op.type == "CollectiveSum" and p.lifetimes.ways[op] is Way.EMIT:
            p.exchanged[op] = SideBySide(p, op)
            p.exchanged[op].place(p)
