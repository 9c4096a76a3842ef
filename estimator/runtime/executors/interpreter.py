"""The executor that defines what a graph computes: walk the operations, call their kernels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.bodies import Bodies
from estimator.runtime.executors.kernels import Kernels, result_of
from estimator.runtime.program import Array, Executable, Once, Program, note_failure
from estimator.runtime.store import VariableStore


class Interpreter:
    """Runs programs operation by operation.

    Parameters
    ----------
    store : VariableStore
    bodies : Bodies, optional
        What runs functions; by default an interpreter.
    locks : bool
        Whether each operation takes the session's lock that needs it, since the run as a whole does not.
    """

    def __init__(self, store: VariableStore, bodies: Bodies | None = None, locks: bool = False) -> None:
        self._locks = locks
        self._store = store
        self._bodies = Bodies(self.compile, plain=True) if bodies is None else bodies

    def compile(self, program: Program) -> Executable:
        """The program, ready to run."""
        kernels = Kernels(program, self._store, self._bodies, self._locks)
        if program.is_framed:
            from estimator.runtime.executors.frames import compile_frames  # graphs of old files alone are

            return compile_frames(program, self._store, kernels)
        store, ending = self._store, _last_readers(program)

        def execute(given: Sequence[Array]) -> list[Array]:
            with np.errstate(all="ignore"):
                return walk(given)

        def walk(given: Sequence[Array]) -> list[Array]:
            values: dict[Tensor, Any] = dict(zip(program.given, given, strict=True))
            for op in program.order:
                try:
                    results = kernels(op, [values[tensor] for tensor in op.inputs])
                except BaseException as error:
                    note_failure(program.before(op), store, op, error)
                    raise
                for tensor, value in zip(op.outputs, results, strict=True):
                    values.setdefault(tensor, value)  # a fed one stays what was fed
                for tensor in ending[op]:
                    del values[tensor]
            return [result_of(tensor, values[tensor]) for tensor in program.fetches]

        return Once(walk if program.is_body else execute)


def _last_readers(program: Program) -> dict[Operation, list[Tensor]]:
    """For each operation the tensors that nobody needs after it, so that a run holds no more than it must."""
    last = {tensor: op for op in program.order for tensor in (*op.outputs, *op.inputs)}
    for tensor in program.fetches:
        last.pop(tensor, None)
    ending: dict[Operation, list[Tensor]] = {op: [] for op in program.order}
    for tensor, op in last.items():
        ending[op].append(tensor)
    return ending
