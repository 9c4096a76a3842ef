"""How operations are traced: by a lowering of their own, or else by their kernel, called with jax's arrays.

A lowering is declared by the op type that it is for::

    @lowers("Assert")
    def _assert(trace, op, inputs): ...

It is given the values of the operation's inputs: numpy arrays where they are known while the segment is traced, tracers
of jax's else, and for the handle of a variable a :class:`~.traced.Cell`. It returns a list of the outputs, and writes
variables itself. What is no more than another kernel is declared as one, ``@computes("Conv2D")``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.graph.bfloat16 import computes_in_bfloat16
from estimator.graph.conditions import noted
from estimator.graph.constant import run_kernel
from estimator.graph.op import Kernel
from estimator.graph.tensor import Operation
from estimator.runtime.executors.jax.arrays import ARRAYS
from estimator.runtime.executors.jax.library import jnp
from estimator.runtime.executors.jax.memory import Memory, plain
from estimator.runtime.executors.jax.traced import CannotLower, Cell, Trace, is_known

Lowering: TypeAlias = Callable[[Trace, Operation, Sequence[Any]], list[Any]]

LOWERINGS: dict[str, Lowering] = {}
KERNELS: dict[str, Kernel] = {}


def lowers(*types: str) -> Callable[[Lowering], Lowering]:
    """Decorator: what traces the operations of these types."""

    def declare(lowering: Lowering) -> Lowering:
        LOWERINGS.update(dict.fromkeys(types, lowering))
        return lowering

    return declare


def computes(*types: str) -> Callable[[Kernel], Kernel]:
    """Decorator: the kernel that traces the operations of these types in the place of their own."""

    def declare(kernel: Kernel) -> Kernel:
        KERNELS.update(dict.fromkeys(types, kernel))
        return kernel

    return declare


def lower(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """The outputs of an operation, after what it writes is written.

    Raises
    ------
    CannotLower
        If the operation is one for the host.
    """
    lowering = LOWERINGS.get(op.type)
    if lowering is not None:
        return lowering(trace, op, inputs)
    if op.effect == "pure" and inputs and all(map(is_known, inputs)):  # it stays known
        with np.errstate(all="ignore"):
            return [np.asarray(result) for result in run_kernel(op, np, inputs)]
    return by_kernel(trace, op, inputs)


def by_kernel(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """The outputs of an operation by its kernel, or the one that is declared in its place, after it has written."""
    if computes_in_bfloat16(op):
        raise CannotLower("it computes in bfloat16")
    definition = op.definition
    rows = {place: _Rows(inputs[place]) for place in _places_of_rows(op)}
    with noted() as conditions:
        given = [rows.get(place, value) for place, value in enumerate(inputs)]
        results = [plain(result) for result in run_kernel(op, ARRAYS, given, kernel=KERNELS.get(op.type))]
    for condition in conditions:
        trace.demand(condition)
    for place, table in rows.items():
        inputs[place].write(table.value.value)
    if not definition.updates:
        return results
    for place, value in zip(definition.written_places, results, strict=True):
        inputs[place].write(value)
    return []


def _places_of_rows(op: Operation) -> list[int]:
    names = op.definition.writes_rows
    return [place for place, name in enumerate(op.definition.input_names) if name in names]


class _Rows:
    """A variable of which a kernel changes some rows, in the place of its storage."""

    def __init__(self, cell: Cell) -> None:
        self.value = Memory(cell.value)


@lowers("Assert")
def _assert(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """A run in which it does not hold is made again by the interpreter, which shows the data."""
    trace.demand(jnp.all(inputs[0]))
    return []
