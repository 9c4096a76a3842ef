"""An evaluation that several processes share: each evaluates its part of the batches, and their sums are added up.

Metrics keep sums of what the batches add to them. If an evaluation does nothing but add to variables what depends on a
batch alone, the sums of all processes together are those of one process: integers and counts exactly, other numbers but
for the order in which they are added. Whether it is so is seen in the graph. Where it is not, as for a metric that
keeps a maximum, or calls a function of Python, every process evaluates everything, and one line says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core import log, nest
from estimator.distribution.collective import current
from estimator.graph.handles import variable_of, written_variables
from estimator.graph.tensor import Operation, Tensor
from estimator.pipeline.sharing import share_out
from estimator.runtime.order import prune

if TYPE_CHECKING:
    from estimator.calls.opening import BuiltModel
    from estimator.distribution.collective import Collective

_ADDING = frozenset(
    ("AssignAddVariableOp", "AssignSubVariableOp", "ResourceScatterAdd", "ResourceScatterSub")
)
_QUEUES = "queue_runners"


class Split:
    """The part of one process.

    Parameters
    ----------
    collective : Collective
    sums : sequence of Tensor
        The handles of the variables that are added to.
    """

    def __init__(self, collective: Collective, sums: Sequence[Tensor]) -> None:
        self._collective = collective
        self._sums = sums
        self._first: list[Any] = []

    def steps(self, steps: int | None) -> int | None:
        """How many of the first `steps` batches are this process's; None for all there are."""
        return None if steps is None else len(range(self._collective.rank, steps, self._collective.size))

    def begin(self, session: Any) -> None:
        """Remember what the sums begin with: it counts once."""
        self._first = [session.store.of_handle(handle).value.copy() for handle in self._sums]

    def merge(self, session: Any) -> None:
        """Let the sums be those of all processes: one message for each type of numbers."""
        arrays = [session.store.of_handle(handle).value for handle in self._sums]
        for dtype in sorted({array.dtype for array in arrays}, key=str):
            pairs = [pair for pair in zip(arrays, self._first, strict=True) if pair[0].dtype == dtype]
            flat = np.concatenate([np.ravel(array - first) for array, first in pairs])
            self._collective.all_sum(flat)
            start = 0
            for array, first in pairs:
                np.add(first, flat[start : start + array.size].reshape(array.shape), out=array)
                start += array.size

    def total(self, number: int) -> int:
        """The sum of a number that each process has."""
        sums = np.array([number])
        self._collective.all_sum(sums)
        return int(sums[0])


def split_of(built: BuiltModel, update: Operation, values: Any, hooks: Sequence[Any]) -> Split | None:
    """How an evaluation is split over the processes there are; None if each evaluates everything.

    Parameters
    ----------
    built : BuiltModel
        Its input, of which nothing was read yet, is shared out.
    update : Operation
        What each batch runs.
    values : nested structure of Tensor
        What is fetched at the end.
    hooks : sequence
        The user's.

    Raises
    ------
    UsageError
        If the processes have different inputs.
    """
    if current().size == 1 or not built.model.config.split_evaluation:
        return None
    needed = prune([update], frozenset())
    reason = (
        _hinders_sharing(built, needed, [*hooks, *built.spec.evaluation_hooks])
        or _hinders_adding(needed)
        or _hinders_fetching(values)
    )
    if reason is not None:
        log.info("every process evaluates all batches, since %s.", reason)
        return None
    assert built.source is not None
    share_out(built.source, current(), whole=False)
    handles = {variable_of(op.inputs[0]): op.inputs[0] for op in needed if op.type in _ADDING}
    return Split(current(), list(handles.values()))


def _hinders_sharing(built: BuiltModel, needed: Sequence[Operation], hooks: Sequence[Any]) -> str | None:
    """Why the batches cannot be shared out."""
    if built.source is None or not any(op.type.startswith("IteratorGetNext") for op in needed):
        return "the input is no dataset"
    if built.graph.get_collection(_QUEUES) or any(op.type == "Placeholder" for op in needed):
        return "input comes from queues or is fed"
    if hooks:
        return f"the hook {type(hooks[0]).__name__} may want to see them"
    return None


def _hinders_adding(needed: Sequence[Operation]) -> str | None:
    """Why the sums of the processes are not those of one."""
    written = {name for op in needed for name in written_variables(op)}
    for op in needed:
        if op.effect == "random":
            return f"{op.describe()} draws random numbers"
        if op.type.startswith("IteratorGetNext") or op.effect not in ("write", "outside"):
            continue
        if op.type not in _ADDING:
            return f"{op.describe()} does more than add to a sum"
        if any(_reads(step, written) for step in _sources(op.inputs[1:])):
            return f"what {op.describe()} adds depends on the batches before"
    return None


def _hinders_fetching(values: Any) -> str | None:
    """Why what is fetched at the end is not that of one process."""
    fetched = [getattr(value, "op", value) for value in nest.flatten(values)]
    late = [op for op in prune(fetched, frozenset()) if op.effect in ("write", "outside", "random")]
    return f"{late[0].describe()} is run for the values" if late else None


def _sources(tensors: Sequence[Tensor]) -> set[Operation]:
    """The operations whose values go into tensors, directly or not."""
    found: set[Operation] = set()
    stack = [tensor.op for tensor in tensors]
    while stack:
        op = stack.pop()
        if op not in found:
            found.add(op)
            stack += [tensor.op for tensor in op.inputs]
    return found


def _reads(op: Operation, variables: set[str | None]) -> bool:
    return op.type != "VarHandleOp" and any(
        variable_of(tensor) in variables for tensor in op.inputs if variable_of(tensor) is not None
    )
