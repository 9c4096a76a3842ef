"""How operations are traced: by a lowering of their own, or else by their kernel, called with jax's arrays.

A lowering is declared by the op type that it is for::

    @lowers("Assert")
    def _assert(trace, op, inputs): ...

It is given the values of the operation's inputs: numpy arrays where they are known while the segment is traced, tracers
of jax's else, and for the handle of a variable a :class:`~.traced.Cell`. It returns a list of the outputs, and writes
variables itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.graph.constant import run_kernel
from estimator.graph.tensor import Operation
from estimator.runtime.executors.jax.arrays import ARRAYS
from estimator.runtime.executors.jax.library import jnp
from estimator.runtime.executors.jax.traced import Trace, is_known

Lowering: TypeAlias = Callable[[Trace, Operation, Sequence[Any]], list[Any]]

LOWERINGS: dict[str, Lowering] = {}


def lowers(*types: str) -> Callable[[Lowering], Lowering]:
    """Decorator: what traces the operations of these types."""

    def declare(lowering: Lowering) -> Lowering:
        LOWERINGS.update(dict.fromkeys(types, lowering))
        return lowering

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
    results = run_kernel(op, ARRAYS, inputs)
    if not op.definition.updates:
        return results
    for place, value in zip(op.definition.written_places, results, strict=True):
        inputs[place].write(value)
    return []


@lowers("Assert")
def _assert(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """A run in which it does not hold is made again by the interpreter, which shows the data."""
    trace.demand(ARRAYS.all(inputs[0]))
    return []


@lowers("MatMul")
def _mat_mul(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    a, b = inputs
    return [jnp.dot(a.T if op.attrs["transpose_a"] else a, b.T if op.attrs["transpose_b"] else b)]
