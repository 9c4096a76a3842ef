"""The executor that defines what a graph computes: walk the operations, call their kernels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.errors import InternalError
from estimator.core.tracebacks import cause_of
from estimator.graph.constant import run_kernel
from estimator.graph.handles import is_array
from estimator.graph.static import GRAPH, NOTHING, demand_fit, may_misfit
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.facts import MEANT_TO_BE_GIVEN
from estimator.runtime.program import (
    Array,
    Bodies,
    BoundRun,
    Executable,
    Program,
    is_of_body,
    located,
    note_failure,
)
from estimator.runtime.store import VariableStore


class Interpreter:
    """Runs programs operation by operation.

    Parameters
    ----------
    store : VariableStore
    bodies : Bodies, optional
        What runs functions; by default an interpreter.
    """

    def __init__(self, store: VariableStore, bodies: Bodies | None = None) -> None:
        self._store = store
        self._bodies = Bodies(self.compile) if bodies is None else bodies

    def compile(self, program: Program) -> Executable:
        """A function from the given arrays to the fetched ones."""
        copied, ending = _only_assigned(program), _last_readers(program)
        store, bodies = self._store, self._bodies
        runs = {op: BoundRun(op, program, store, bodies) for op in program.order if op.definition.takes_run}
        unsure = _unsure(program)

        def execute(given: Sequence[Array]) -> list[Array]:
            with np.errstate(all="ignore"):
                return walk(given)

        def walk(given: Sequence[Array]) -> list[Array]:
            values: dict[Tensor, Any] = dict(zip(program.given, given, strict=True))
            for op in program.order:
                inputs = [values[tensor] for tensor in op.inputs]
                try:
                    if op in unsure:
                        demand_fit(op, inputs)
                    results = run_kernel(op, np, inputs, runs.get(op))
                    if op.definition.updates:
                        _write(op, inputs, results)
                        results = []
                except BaseException as error:
                    note_failure(program, store, op, error)
                    if not isinstance(error, Exception) or is_of_body(op, error):
                        raise
                    raise located(op, [np.shape(value) for value in inputs], error) from cause_of(error)
                for tensor, value in zip(op.outputs, results, strict=True):
                    if tensor not in values:  # a fed one stays what was fed
                        values[tensor] = (
                            value if tensor in copied or value is None else _checked(tensor, value)
                        )
                for tensor in ending[op]:
                    del values[tensor]
            return [_result(tensor, values[tensor]) for tensor in program.fetches]

        return execute


def _unsure(program: Program) -> frozenset[Operation]:
    """The operations of which only the run tells if their inputs go together.

    Static shapes that rest on a value are not believed where something else is given in its place, nor is anything in
    a body, which may be given other shapes than it was built for.
    """
    as_built = not program.graph.is_function and all(
        tensor.op.type in MEANT_TO_BE_GIVEN for tensor in program.given
    )
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


def _last_readers(program: Program) -> dict[Operation, list[Tensor]]:
    """For each operation the tensors that nobody needs after it, so that a run holds no more than it must."""
    last = {tensor: op for op in program.order for tensor in (*op.outputs, *op.inputs)}
    for tensor in program.fetches:
        last.pop(tensor, None)
    ending: dict[Operation, list[Tensor]] = {op: [] for op in program.order}
    for tensor, op in last.items():
        ending[op].append(tensor)
    return ending


def _write(op: Operation, inputs: Sequence[Any], results: Sequence[Any]) -> None:
    for place, value in zip(op.definition.written_places, results, strict=True):
        inputs[place].write(value)


def _result(tensor: Tensor, value: Any) -> Any:
    # A copy: the value may be a variable's array, or what was fed.
    return np.array(value) if is_array(tensor) else value


def _checked(tensor: Tensor, value: Any) -> Any:
    if not is_array(tensor):
        return value
    array = np.asarray(value, order="C")
    if array.dtype != tensor.dtype.np:
        raise InternalError(f"{tensor.op.describe()} gave {array.dtype.name} instead of {tensor.dtype.name}.")
    return array
