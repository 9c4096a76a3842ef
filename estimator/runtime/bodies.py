"""The functions that operations call, and what kernels get to call them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from estimator.core.shapes import is_static
from estimator.graph.constant import is_true
from estimator.graph.function import FunctionGraph
from estimator.graph.liveness import Wanted
from estimator.graph.tensor import Operation
from estimator.runtime.code import loop_function
from estimator.runtime.program import Calls, Executable, Program, Steady, body_program
from estimator.runtime.store import Storage, VariableStore
from estimator.runtime.tables import Table


class _Body:
    """A function, compiled to give some of its results.

    Parameters
    ----------
    compile : callable
    body : FunctionGraph
    wanted : tuple of bool
    lends : bool
        Whether it is to be called round by round, see :attr:`Program.lends`.
    """

    def __init__(
        self, compile: Callable[[Program], Executable], body: FunctionGraph, wanted: Wanted, lends: bool
    ) -> None:
        program = body_program(body, wanted, lends)
        places = {tensor: place for place, tensor in enumerate(body.inputs)}
        self._executable = compile(program)
        self._given = [places[tensor] for tensor in program.given]
        self._wanted = [place for place, is_wanted in enumerate(wanted) if is_wanted]
        self._count = len(wanted)

    def call(self, arguments: Sequence[Any]) -> list[Any]:
        """All results, with None for those that are not wanted."""
        results = self._executable([arguments[place] for place in self._given])
        if len(self._wanted) == self._count:
            return results
        found: list[Any] = [None] * self._count
        for place, result in zip(self._wanted, results, strict=True):
            found[place] = result
        return found

    @contextlib.contextmanager
    def opened(self) -> Iterator[_Rounds]:
        """The function for many calls."""
        with self._executable.opened() as calls:
            yield _Rounds(calls, tuple(self._given), tuple(self._wanted), self._count)


class _Rounds:
    """A function that is called again and again, with all arguments of a loop.

    Attributes
    ----------
    given, wanted : tuple of int
        The places of the arguments that it takes, and of the results that it gives.
    """

    def __init__(self, calls: Calls, given: tuple[int, ...], wanted: tuple[int, ...], count: int) -> None:
        self.given, self.wanted = given, wanted
        self._calls = calls
        self._gives_all = len(wanted) == count

    def __call__(self, arguments: Sequence[Any]) -> list[Any]:
        """All results; in place of one that is not wanted its argument."""
        given = [arguments[place] for place in self.given]
        if self._gives_all:
            return self._calls(given)
        results = list(arguments)
        for place, result in zip(self.wanted, self._calls(given), strict=True):
            results[place] = result
        return results

    def steady(self, arguments: Sequence[Any]) -> Steady | None:
        """How to go on from here, if the shapes are known to stay what they are."""
        steady = self._calls.steady([arguments[place] for place in self.given])
        if steady is None or not all(map(is_static, steady.result_dims)):
            return None
        read = {self.given[position] for position in steady.listed}
        return None if read.intersection(self.wanted) else steady  # a round might give a list other elements


class Bodies:
    """The functions that operations call, compiled by one executor when they are first called.

    Parameters
    ----------
    compile : callable
        What the executor makes of a program.
    """

    def __init__(self, compile: Callable[[Program], Executable]) -> None:
        self._compile = compile
        self._compiled: dict[tuple[FunctionGraph, Wanted, bool], _Body] = {}

    def of(self, body: FunctionGraph, wanted: Wanted, lends: bool = False) -> _Body:
        """The function, as far as it gives these results; several threads may call it, each with buffers of its own."""
        key = body, wanted, lends
        if key not in self._compiled:
            self._compiled[key] = _Body(self._compile, *key)
        return self._compiled[key]


class BoundRun:
    """What a kernel with a ``run`` parameter gets; see :class:`estimator.graph.op.OpRun`."""

    def __init__(self, op: Operation, program: Program, store: VariableStore, bodies: Bodies) -> None:
        self.op = op
        self._store = store
        self._bodies = bodies
        self._wanted = program.wanted.get(op, {})

    def storage(self) -> Storage:
        """The storage of the variable that this operation names."""
        return self._store.of_handle(self.op.outputs[0])

    def table(self) -> Table:
        """The lookup table that this operation names."""
        return self._store.table(self.op)

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
        return self._bodies.of(self.op.bodies_of(attr)[place], self._wanted[attr]).call(arguments)

    def repeat(self, test: str, step: str, values: Sequence[Any]) -> list[Any]:
        """The values after the function `step` has replaced them as long as `test` holds of them."""
        with self._opened(test) as goes_on, self._opened(step) as following:
            if not is_true(goes_on(values)[0]):
                return list(values)
            going = True
            while going:
                values = following(values)
                values, going = self._steadily(goes_on, following, values)
            # What the last round has lent is copied before its memory is given back.
            return [_lasting(value) for value in values]

    def _steadily(self, goes_on: _Rounds, following: _Rounds, values: list[Any]) -> tuple[list[Any], bool]:
        """The values after all rounds that need no look at shapes, and whether there is another round."""
        tests, steps = goes_on.steady(values), following.steady(values)
        if tests is None or steps is None or tests.result_dims != [()] or self.op.effect == "write":
            return values, is_true(goes_on(values)[0])
        loop = loop_function(len(values), goes_on.given, following.given, following.wanted)
        try:
            return loop(values, tests.steps[0], *steps.steps), False
        except BaseException as error:
            tests.locate(error)
            steps.locate(error)
            raise

    def _opened(self, attr: str) -> AbstractContextManager[_Rounds]:
        return self._bodies.of(self.op.body(attr), self._wanted[attr], lends=True).opened()


def _lasting(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value
