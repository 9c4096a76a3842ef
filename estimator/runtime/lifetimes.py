"""How each operation of a plan is run, which memory each tensor lies in, and until when that memory is needed.

A tensor's *origins* are the tensors whose memory it may share: its own for results written to a buffer, its input's for
views, and all inputs' for kernels (they allocate, or may return an input). Memory is free after the last use of
whatever may share it. A variable's read is a view only if nothing writes the variable before that last use.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from enum import Enum
from typing import Any

from estimator.core.shapes import is_static
from estimator.graph.bfloat16 import computes_in_bfloat16
from estimator.graph.handles import (
    HANDLE_OPS,
    handle_dims,
    handles_of,
    is_array,
    variable_of,
    written_variables,
)
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.facts import Facts
from estimator.runtime.program import Program
from estimator.runtime.ranges import RangeCheck, find_range_checks


class Way(Enum):
    """How an operation is run."""

    FOLDED = "known before the run"
    NEEDLESS = "used by nothing that is left to run"
    REPEAT = "what another operation before it does"
    HANDLE = "names a variable, a table or a queue"
    READ = "reads a variable"
    VIEW = "another shape of the same memory"
    CONVERSION = "left to those that copy it, each to its place"
    UFUNC = "one ufunc into a buffer"
    EMIT = "numpy calls of its own"
    UPDATE = "numpy calls that update variables in place"
    RANGE = "a check of a range, with others as one comparison"
    KERNEL = "a call of its kernel"


NOTHING_LEFT = (Way.FOLDED, Way.NEEDLESS, Way.REPEAT)
_SHARING = (
    Way.VIEW,
    Way.CONVERSION,
    Way.KERNEL,
    Way.REPEAT,
)  # what they give may lie in other tensors' memory


def way_of(op: Operation, facts: Facts) -> Way:
    """How the plan runs an operation."""
    definition = op.definition
    if facts.is_folded(op):
        return Way.FOLDED
    if op.type in HANDLE_OPS:
        return Way.HANDLE
    static = all(facts.is_static(tensor) for tensor in (*op.inputs, *op.outputs))
    if not all(
        map(is_array, op.outputs)
    ):  # some ops of arrays take lists, too, but no emitter of theirs does
        return Way.EMIT if static and definition.host and definition.emitter is not None else Way.KERNEL
    # An operation with a fed output runs for its others: only a kernel's results can be dropped one by one.
    if any(facts.is_given(tensor) for tensor in op.outputs) or not _has_fixed_variables(op):
        return Way.KERNEL
    if op.type == "ReadVariableOp":
        return Way.READ
    if definition.view and (static or _is_certain_view(op, facts)):
        return Way.VIEW
    if computes_in_bfloat16(op):
        return Way.KERNEL
    if definition.updates:
        return Way.UPDATE if static and definition.emitter else Way.KERNEL
    if static and definition.ufunc is not None:
        return Way.UFUNC
    if static and definition.emitter is not None:
        return Way.EMIT
    return Way.KERNEL


def _is_certain_view(op: Operation, facts: Facts) -> bool:
    """Whether one size of a view follows from the others, whatever the sizes are that only the run tells."""
    given, made = facts.dims[op.inputs[0]], facts.dims[op.outputs[0]]
    if given is None or made is None or made.count(None) != 1:
        return False
    whole, rows = (math.prod(size for size in dims if size is not None) for dims in (given, made))
    return (
        rows > 0 and whole % rows == 0 and all(facts.value_of(wanted) is not None for wanted in op.inputs[1:])
    )


def _has_fixed_variables(op: Operation) -> bool:
    """Whether no write can give a variable of `op` another array while the plan runs."""
    # A value of another shape would, and the plan's views would go on showing the old array.
    return all(is_static(handle_dims(handle)) for handle in handles_of(op))


class Lifetimes:
    """Origins and last uses in one program.

    Attributes
    ----------
    ways : dict
        Operation to its :class:`Way`.
    origins : dict
        Tensor to the set of tensors that own memory which it may share. What a kernel allocates is nobody's: the plan
        never uses it again, so only what the kernel was given counts.
    first : dict
        What a repeat gives to the tensor that is the same.
    ranges : dict
        The last operation of each check of a range to that check.
    last_use : dict
        Origin to the position of its last use; ``len(order)`` if it is fetched.
    """

    def __init__(self, program: Program, facts: Facts) -> None:
        ways = _without_needless({op: way_of(op, facts) for op in program.order}, program)
        self.first = _find_repeats(program.order, ways, facts)
        ways |= {tensor.op: Way.REPEAT for tensor in self.first}
        self.ways = ways | dict.fromkeys(_left_conversions(ways, program), Way.CONVERSION)
        self.ranges = {found.last: found for found in self._find_ranges(program, facts)}
        self.origins: dict[Tensor, frozenset[Tensor]] = {
            tensor: frozenset((tensor,)) for tensor in program.given
        }
        self.last_use: dict[Tensor, int] = {}
        for op in program.order:
            self._find_origins(op)
        for position, op in enumerate(program.order):
            if self.ways[op] not in NOTHING_LEFT:
                self._use(self.ranges[op].inputs if op in self.ranges else op.inputs, position)
        self._use(program.fetches, len(program.order))
        self._writes = _writes(program.order)

    def _find_ranges(self, program: Program, facts: Facts) -> list[RangeCheck]:
        found = find_range_checks(program, facts, self._is_harmless, self.viewed)
        for check in found:
            self.ways |= dict.fromkeys(check.covered, Way.NEEDLESS) | {check.last: Way.RANGE}
        return found

    def _is_harmless(self, op: Operation) -> bool:
        return self.ways[op] not in (Way.UPDATE, Way.KERNEL, Way.EMIT) or op.type == "All"

    def _find_origins(self, op: Operation) -> None:
        way = self.ways[op]
        inherited: frozenset[Tensor] = frozenset()
        if way in (Way.VIEW, Way.CONVERSION):
            inherited = self.origins[op.inputs[0]]
        elif way is Way.KERNEL:
            inherited = frozenset().union(*(self.origins[tensor] for tensor in op.inputs))
        for tensor in op.outputs:
            if way is Way.REPEAT:
                inherited = self.origins[self.first[tensor]]
            own = frozenset((tensor,)) if way not in _SHARING else inherited
            self.origins.setdefault(tensor, own)  # what is fed is its own origin, whatever would make it

    def _use(self, tensors: Sequence[Tensor], position: int) -> None:
        for tensor in tensors:
            for origin in self.origins[tensor]:
                self.last_use[origin] = position

    def viewed(self, tensor: Tensor) -> Tensor:
        """The tensor that this one is a view of, perhaps in another shape; itself if it is none."""
        while self.ways.get(tensor.op) is Way.VIEW:
            tensor = tensor.op.inputs[0]
        return tensor

    def read_must_copy(self, read: Operation, position: int) -> bool:
        """Whether the variable is written between this read and the last use of what it gave."""
        # Views count, whose origin it is; what a kernel has made of it as well, since that may be the array itself.
        until = self.last_use.get(read.outputs[0], -1)
        variable = variable_of(read.inputs[0])
        return any(_has_between(self._writes.get(name, ()), position, until) for name in (variable, None))


_SHAPES = ("Shape", "ShapeN", "Size", "Rank")


def _without_needless(ways: dict[Operation, Way], program: Program) -> dict[Operation, Way]:
    """The ways, where what only those operations would use that are folded, or needless themselves, is needless.

    Of such a kind are sums whose shape alone somebody asks for, and shapes of which that size is known that is asked
    for. What may fail is run all the same.
    """
    used = {
        tensor for op in program.order for tensor in op.inputs
    }  # whoever asks for an operation itself gets it
    needed = set(program.fetches)
    found = {}
    for op, way in reversed(ways.items()):
        is_harmless = way in (Way.UFUNC, Way.VIEW) or op.type in _SHAPES
        if is_harmless and needed.isdisjoint(op.outputs) and not used.isdisjoint(op.outputs):
            found[op] = Way.NEEDLESS
        else:
            found[op] = way
            if way is not Way.FOLDED:
                needed.update(op.inputs)
    return found


def _find_repeats(
    order: Sequence[Operation], ways: dict[Operation, Way], facts: Facts
) -> dict[Tensor, Tensor]:
    """What operations give that do the same as another one, to the same tensors: to what the first of these gives."""
    first: dict[Tensor, Tensor] = {}
    known: dict[Any, list[Operation]] = {}
    for op in order:
        if (
            ways[op] not in _REPEATABLE
            or op.effect != "pure"
            or not op.inputs
            or not _gives_arrays(op, facts)
        ):
            continue
        alike = known.setdefault(
            (op.type, *[_same(first.get(tensor, tensor), facts) for tensor in op.inputs]), []
        )
        same = next((other for other in alike if other.attrs == op.attrs), None)
        if same is None:
            alike.append(op)
        else:
            first |= zip(op.outputs, same.outputs, strict=True)
    return first


def _same(tensor: Tensor, facts: Facts) -> Any:
    """Equal for what is the same: a tensor, or a known value of a few bytes."""
    value = facts.value_of(tensor)
    if value is None or value.nbytes > _FEW or value.dtype == object:
        return tensor
    return value.dtype, value.shape, value.tobytes()


_FEW = 64  # bytes
_REPEATABLE = (Way.VIEW, Way.UFUNC, Way.EMIT, Way.KERNEL)


def _gives_arrays(op: Operation, facts: Facts) -> bool:
    """Whether an operation gives new arrays to whoever asks: none of its outputs is fed, and none is a list."""
    return bool(op.outputs) and all(is_array(tensor) and not facts.is_given(tensor) for tensor in op.outputs)


def _left_conversions(ways: dict[Operation, Way], program: Program) -> list[Operation]:
    """Conversions that nobody looks at but operations that copy them to a place of their own."""
    looked_at = set(program.fetches)
    for op, way in ways.items():
        if way is not Way.EMIT or not op.definition.joins:
            looked_at.update(op.inputs)
    return [
        op
        for op, way in ways.items()
        if way is Way.EMIT
        and op.definition.converts is not None
        and looked_at.isdisjoint(op.outputs)
        and op.definition.converts(op)
    ]


def _writes(order: Sequence[Operation]) -> dict[str | None, list[int]]:
    """Variable to the positions of what writes it; under None those of which only the run tells what they write."""
    found: dict[str | None, list[int]] = {}
    for position, op in enumerate(order):
        for variable in written_variables(op):
            found.setdefault(variable, []).append(position)
    return found


def _has_between(positions: Sequence[int], after: int, until: int) -> bool:
    """Whether one of the ascending positions lies behind `after`, and not behind `until`."""
    return bisect_right(positions, after) < bisect_right(positions, until)
