"""One operation at a time: what those executors share that walk over the operations.

A table of ten million rows is drawn, scaled, shifted and assigned. Each of these four would take an array more than the
table needs, if what is drawn were not scaled and shifted where it lies, and then became the variable's own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.errors import InternalError
from estimator.core.shapes import Dims, is_static
from estimator.core.tracebacks import cause_of
from estimator.graph.bfloat16 import computes_in_bfloat16
from estimator.graph.constant import run_kernel
from estimator.graph.handles import is_array
from estimator.graph.static import GRAPH, NOTHING, demand_fit, may_misfit
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime import store as stores
from estimator.runtime.bodies import Bodies, BoundRun
from estimator.runtime.facts import is_meant_to_be_given
from estimator.runtime.program import Program, is_of_body, located
from estimator.runtime.store import VariableStore
from estimator.runtime.waiting import changes_state, may_wait


class Kernels:
    """Runs the operations of a program, each by its kernel.

    Parameters
    ----------
    program : Program
    store : VariableStore
    bodies : Bodies
        What runs functions.
    locks : bool
        Whether each operation takes the session's lock that needs it, since the run as a whole does not.
    in_place : bool
        Whether what an operation has allocated may become the memory of what is computed of it.
    """

    def __init__(
        self,
        program: Program,
        store: VariableStore,
        bodies: Bodies,
        locks: bool = False,
        in_place: bool = True,
    ) -> None:
        self._lock = store.lock
        self._locked = frozenset(
            op for op in program.order if locks and changes_state(op) and not may_wait(op)
        )
        self._copied = _only_assigned(program)
        self._unsure = _unsure(program)
        self._heirs = _heirs(program) if in_place else {}
        self._runs = {
            op: BoundRun(op, program, store, bodies) for op in program.order if op.definition.takes_run
        }

    def __call__(self, op: Operation, inputs: Sequence[Any]) -> list[Any]:
        """The values of the outputs, after all that the operation writes is written.

        Raises
        ------
        OpError
            If it fails; the message names it, its inputs and the user's line.
        """
        if op in self._locked:
            with self._lock:
                return self._perform(op, inputs)
        return self._perform(op, inputs)

    def _perform(self, op: Operation, inputs: Sequence[Any]) -> list[Any]:
        try:
            if op in self._unsure:
                demand_fit(op, inputs)
            results = self._results(op, inputs)
            if op.definition.updates:
                _write(op, inputs, results, op in self._heirs)
                return []
            if op.definition.writes_rows:
                for place in op.definition.written_places:
                    inputs[place].filled()
        except Exception as error:
            if is_of_body(op, error):
                raise
            raise located(op, [np.shape(value) for value in inputs], error) from cause_of(error)
        return [
            value if tensor in self._copied or value is None else _checked(tensor, value)
            for tensor, value in zip(op.outputs, results, strict=True)
        ]

    def _results(self, op: Operation, inputs: Sequence[Any]) -> list[Any]:
        ufunc = op.definition.ufunc
        if ufunc is not None and op in self._heirs and not computes_in_bfloat16(op):
            return [ufunc(*inputs, out=inputs[self._heirs[op]])]
        return run_kernel(op, np, inputs, self._runs.get(op))


def _unsure(program: Program) -> frozenset[Operation]:
    """The operations of which only the run tells if their inputs go together.

    Static shapes that rest on a value are not believed where something else is given in its place, nor is anything in
    a body, which may be given other shapes than it was built for.
    """
    as_built = not program.graph.is_function and all(map(is_meant_to_be_given, program.given))
    known = GRAPH if as_built else NOTHING
    return frozenset(op for op in program.order if may_misfit(op, known))


def _only_assigned(program: Program) -> frozenset[Tensor]:
    """What is only copied into variables, so that a table filled with one value needs no memory before."""
    readers: dict[Tensor, set[str]] = {}
    for op in program.order:
        for tensor in op.inputs:
            readers.setdefault(tensor, set()).add(op.type)
    assigned = {tensor for tensor, types in readers.items() if types == {"AssignVariableOp"}}
    return frozenset(assigned.difference(program.fetches))


def _write(op: Operation, inputs: Sequence[Any], results: Sequence[Any], is_heir: bool) -> None:
    for place, value in zip(op.definition.written_places, results, strict=True):
        inputs[place].write(value, is_nobodys=is_heir)


def result_of(tensor: Tensor, value: Any) -> Any:
    """What a run gives for a tensor: a copy, since the value may be a variable's array, or what was fed."""
    return np.array(value) if is_array(tensor) else value


def _checked(tensor: Tensor, value: Any) -> Any:
    if not is_array(tensor):
        return value
    array = np.asarray(value, order="C")
    if array.dtype != tensor.dtype.np:
        raise InternalError(f"{tensor.op.describe()} gave {array.dtype.name} instead of {tensor.dtype.name}.")
    return array


# -- the memory of inputs ---------------------------------------------------------------------------------------------


def _heirs(program: Program) -> dict[Operation, int]:
    """The operations that may have the memory of an input, with the place of that input; mostly none.

    Those are the only readers of a large array that an operation has just allocated, and compute element by element or
    assign it. What a program is given may have other shapes than the graph says: such a program has none.
    """
    if program.given:
        return {}
    large = {
        tensor for op in program.order for tensor in op.outputs if _is_large(tensor.dims, tensor.dtype.size)
    }
    if not large:
        return {}
    uses = Counter(tensor for op in program.order for tensor in op.inputs)
    uses.update(program.fetches)
    once = {tensor for tensor in large if uses[tensor] == 1 and _allocates(tensor.op)}
    found = {}
    for op in program.order:
        for place, tensor in enumerate(op.inputs):
            if tensor in once and (op.type == "AssignVariableOp" or _goes_in_place(op, tensor)):
                found[op] = place
    return found


def _is_large(dims: Dims, size: int) -> bool:
    return is_static(dims) and math.prod(dims) * size > stores.ARENA_LIMIT  # type: ignore[arg-type]  # it is static


def _allocates(op: Operation) -> bool:
    """Whether what it gives is always an array of its own, which nothing else knows."""
    return op.definition.ufunc is not None or op.effect == "random"


def _goes_in_place(op: Operation, tensor: Tensor) -> bool:
    if op.definition.ufunc is None:
        return False
    [output] = op.outputs
    return output.dtype is tensor.dtype and output.dims == tensor.dims
