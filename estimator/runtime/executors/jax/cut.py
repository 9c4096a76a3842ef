"""Cuts the operations of a program into parts, by turns for the host and for the device, as few as possible.

The parts keep what the order of a run promises (:mod:`estimator.runtime.order`): an operation runs behind those it
waits for, reads of a variable see what they saw, checks come before what is written, and what acts outside keeps its
place among the writers. Apart from that an operation goes into the earliest part of its kind.

What is computed of the input alone, for an operation of the host, stays on the host with it: a column of ids that is
converted before it is looked up would otherwise go to the device and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import is_static
from estimator.graph.handles import handles_of, is_array, is_handle, variable_of, written_variables
from estimator.graph.tensor import Operation
from estimator.runtime.executors.jax.lowered_facts import LoweredFacts
from estimator.runtime.executors.jax.placement import needs_lowering, runs_on_device
from estimator.runtime.program import Program

_HOST, _DEVICE = 0, 1


class Part(NamedTuple):
    """Operations that run one after another in the same place."""

    on_device: bool
    order: Sequence[Operation]


def cut(program: Program, facts: LoweredFacts, refused: Set[Operation] = frozenset()) -> list[Part]:
    """The parts of a program in the order in which they run, without what is known before.

    Parameters
    ----------
    program : Program
    facts : LoweredFacts
        What is known of it for some shapes of what it is given.
    refused : set of Operation
        Those that have turned out not to be for the device.
    """
    kinds = _kinds(program, facts, refused)
    levels = _levels(program, kinds)
    parts: dict[int, list[Operation]] = {}
    for op in program.order:
        if op in kinds:
            parts.setdefault(levels[op], []).append(op)
    return [Part(level % 2 == _DEVICE, parts[level]) for level in sorted(parts)]


def _kinds(program: Program, facts: LoweredFacts, refused: Set[Operation]) -> dict[Operation, int]:
    """Where the operations run that have anything to do."""
    busy = [op for op in program.order if not (facts.is_folded(op) or op.type in ("NoOp", "VarHandleOp"))]
    on_host = {op for op in busy if op in refused or not _fits_device(op, facts)}
    follows_variables: set[Operation] = set()
    for op in busy:
        if handles_of(op) or any(tensor.op in follows_variables for tensor in op.inputs):
            follows_variables.add(op)
    members = set(busy)
    for op in reversed(busy):
        if op in on_host and op not in follows_variables:
            on_host.update(
                tensor.op for tensor in op.inputs if tensor.op in members and not facts.is_given(tensor)
            )
    return {op: _HOST if op in on_host else _DEVICE for op in busy}


def _fits_device(op: Operation, facts: LoweredFacts) -> bool:
    if needs_lowering(op):
        return op in facts.lowered
    tensors = op.inputs[:1] if op.type == "Assert" else (*op.inputs, *op.outputs)
    return runs_on_device(op) and all(
        is_static(facts.dims_of(tensor)) for tensor in tensors if is_array(tensor)
    )


def _levels(program: Program, kinds: dict[Operation, int]) -> dict[Operation, int]:
    """The number of the part in which each runs: even ones are the host's, odd ones the device's."""
    given = frozenset(program.given)
    levels: dict[Operation, int] = {}
    late = _Late()
    for op in program.order:
        earlier = [tensor.op for tensor in op.inputs if tensor not in given and tensor.op in levels]
        earlier += [before for before in op.control_inputs if before in levels]
        level = max([levels[before] for before in earlier], default=-1)
        if op in kinds:
            level = max(level, late.level_before(op), 0)
            level += level % 2 != kinds[op]
            late.note(op, level)
        levels[op] = level
    return levels


class _Late:
    """What else than values orders operations, in levels."""

    def __init__(self) -> None:
        self._reads: dict[str | None, int] = {}
        self._writes: dict[str | None, int] = {}
        self._check = self._write = self._outside = 0

    def level_before(self, op: Operation) -> int:
        """The level behind which an operation must not fall back."""
        read, written = _variables_of(op)
        found = [_highest(self._writes, read | written), _highest(self._reads, written)]
        if op.effect in ("write", "outside"):
            found += [self._check, self._outside]
        if op.effect == "outside":
            found.append(self._write)
        return max(found)

    def note(self, op: Operation, level: int) -> None:
        """An operation runs at that level."""
        read, written = _variables_of(op)
        for names, levels in ((read, self._reads), (written, self._writes)):
            for name in names:
                levels[name] = max(levels.get(name, 0), level)
        if op.effect == "check":
            self._check = max(self._check, level)
        elif op.effect == "write":
            self._write = max(self._write, level)
        elif op.effect == "outside":
            self._outside = max(self._outside, level)


def _variables_of(op: Operation) -> tuple[set[str | None], set[str | None]]:
    """The variables that an operation may read, and those that it may write; None stands for any."""
    handles = {variable_of(tensor) for tensor in op.inputs if is_handle(tensor)}
    return handles, written_variables(op)


def _highest(levels: dict[str | None, int], names: Iterable[str | None]) -> int:
    names = set(names)
    if not names:
        return 0
    if None in names:
        return max(levels.values(), default=0)
    return max(levels.get(name, 0) for name in (*names, None))
