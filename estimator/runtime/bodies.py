"""The functions that operations call, and what kernels get to call them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.graph.function import FunctionGraph
from estimator.graph.liveness import Wanted
from estimator.graph.tensor import Operation
from estimator.runtime.program import Program
from estimator.runtime.resources import Resource
from estimator.runtime.store import Storage, VariableStore

if TYPE_CHECKING:
    from estimator.runtime.rounds import Body, Compile, CountedLoop, TestedLoop


class Bodies:
    """The functions that operations call, compiled by one executor when they are first called.

    Parameters
    ----------
    compile : callable
        What the executor makes of a program.
    plain : bool
        Whether loops are run as they are written: no rounds are counted beforehand, nothing is computed once for all.
    """

    def __init__(self, compile: Compile, plain: bool) -> None:
        self._compile = compile
        self._plain = plain
        self._called: dict[tuple[FunctionGraph, Wanted], Body] = {}
        self._loops: dict[tuple[FunctionGraph, FunctionGraph, Wanted], TestedLoop | CountedLoop] = {}

    def call(self, body: FunctionGraph, wanted: Wanted, arguments: Sequence[Any]) -> list[Any]:
        """The results of a function, None for one that is not wanted; several threads may call it."""
        key = body, wanted
        if key not in self._called:
            from estimator.runtime.rounds import Body  # which a graph without bodies has no use for

            self._called[key] = Body(
                self._compile, body, list(itertools.compress(body.results, wanted)), body.always_run
            )
        results = self._called[key](arguments)
        if len(results) == len(wanted):
            return results
        found = iter(results)
        return [next(found) if is_wanted else None for is_wanted in wanted]

    def loop(self, test: FunctionGraph, step: FunctionGraph, wanted: Wanted) -> TestedLoop | CountedLoop:
        """The loop of that condition and that body, as far as it gives these results."""
        key = test, step, wanted
        if key not in self._loops:
            from estimator.runtime.rounds import compile_loop

            self._loops[key] = compile_loop(self._compile, *key, self._plain)
        return self._loops[key]


class BoundRun:
    """What a kernel with a ``run`` parameter gets; see :class:`estimator.graph.op.OpRun`."""

    def __init__(self, op: Operation, program: Program, store: VariableStore, bodies: Bodies) -> None:
        self.op = op
        self._store = store
        self._bodies = bodies
        self._wanted = program.wanted.get(op, {})
        self._loop: TestedLoop | CountedLoop | None = None

    def storage(self) -> Storage:
        """The storage of the variable that this operation names."""
        return self._store.of_handle(self.op.outputs[0])

    def shared(self) -> Resource:
        """The lookup table, queue or reader that this operation names."""
        return self._store.resource(self.op)

    def generator(self) -> np.random.Generator:
        """The generator for this execution of this operation."""
        return self._store.generator(self.op)

    def count(self) -> int:
        """How often this operation has run in the session, this time included."""
        return self._store.count(self.op)

    def resource(self, name: str) -> Any:
        """The Python object behind a handle."""
        return self.op.graph.resources[name]

    def call(self, attr: str, arguments: Sequence[Any], place: int = 0) -> list[Any]:
        """The results of a function that an attribute of this operation names; None for one that nobody wants."""
        return self._bodies.call(self.op.bodies_of(attr)[place], self._wanted[attr], arguments)

    def repeat(self, test: str, step: str, values: Sequence[Any]) -> list[Any]:
        """The values after the function `step` has replaced them as long as `test` holds of them."""
        if self._loop is None:
            self._loop = self._bodies.loop(self.op.body(test), self.op.body(step), self._wanted[step])
        return self._loop.run(values)
