"""Loops: a body that is called round by round.

Each round gives the loop variables that the next one is given. As long as their shapes may change, every call looks at
what it is given; once they are known to stay, the rounds are a Python loop around two steps of a plan, which are
called in turn, so that what a round gives is not copied. Where a condition only asks how far counters have come
(:mod:`estimator.graph.counting`), it is not asked: the rounds are counted beforehand, and the body is given its
counters instead of computing them. What it would compute alike in every round (:mod:`estimator.graph.invariants`) is
computed before the first one, and is one more variable that no round changes.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.shapes import Dims, is_static
from estimator.graph.constant import is_true
from estimator.graph.counting import Bound, bounds, count_rounds, growths_of
from estimator.graph.function import FunctionGraph
from estimator.graph.invariants import invariants
from estimator.graph.liveness import Wanted
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.code import counted_rounds, tested_rounds
from estimator.runtime.program import Calls, Executable, Program, Steady, body_program

Compile = Callable[[Program], Executable]

_AT_ONCE = 1024  # numbers that are made, and perhaps remembered, together


class Body:
    """A function, compiled to give some of its tensors.

    Parameters
    ----------
    compile : callable
        What the executor makes of a program.
    body : FunctionGraph
    tensors, targets : sequence
        What it is to give, and which of its operations it is to run besides.
    lends : bool
        Whether it is to be called round by round, see :attr:`Program.lends`.
    fixed : sequence of Tensor
        Tensors of the function that it is given behind the inputs, if it needs them.

    Attributes
    ----------
    executable : Executable
    fixed : list of Tensor
        Those of `fixed` that it needs.
    given : tuple of int
        The places of what it takes, among the function's inputs and `fixed`.
    """

    def __init__(
        self,
        compile: Compile,
        body: FunctionGraph,
        tensors: Sequence[Tensor],
        targets: Sequence[Operation] = (),
        lends: bool = False,
        fixed: Sequence[Tensor] = (),
    ) -> None:
        program = body_program(body, tensors, targets, lends, fixed)
        self.fixed = [tensor for tensor in fixed if tensor in program.given]
        places = {tensor: place for place, tensor in enumerate([*body.inputs, *self.fixed])}
        self.given = tuple([places[tensor] for tensor in program.given])
        self.executable = compile(program)

    def taken(self, inputs: Sequence[Any]) -> list[Any]:
        """What it takes of all inputs of the function."""
        return [inputs[place] for place in self.given]

    def __call__(self, inputs: Sequence[Any]) -> list[Any]:
        """The tensors, from all inputs of the function."""
        return self.executable(self.taken(inputs))

    def stays(self, steady: Steady, changed: Mapping[int, Dims]) -> bool:
        """Whether it goes on to be given the same shapes if each round gives the inputs at these places these."""
        return all(
            is_static(dims) and changed[self.given[position]] == dims
            for position, dims in steady.given_dims.items()
            if self.given[position] in changed
        )


class _Step:
    """The body of a loop, as far as it gives some of the variables.

    Parameters
    ----------
    compile : callable
        What the executor makes of a program.
    step : FunctionGraph
    places : sequence of int
        Those of the variables that it gives.
    plain : bool
        Whether to compute everything in every round.

    Attributes
    ----------
    body : Body
    places : tuple of int
    count : int
        The number of variables with those that are added for what no round changes.
    """

    def __init__(self, compile: Compile, step: FunctionGraph, places: Sequence[int], plain: bool) -> None:
        results = [step.results[place] for place in places]
        fixed = [] if plain else invariants(step)
        self.places = tuple(places)
        self.body = Body(compile, step, results, step.always_run, lends=True, fixed=fixed)
        self._fixed = Body(compile, step, self.body.fixed) if self.body.fixed else None
        self.count = len(step.inputs) + len(self.body.fixed)

    def begun(self, values: Sequence[Any]) -> list[Any]:
        """The variables before the first round, for which all is computed that no round changes."""
        return list(values) if self._fixed is None else [*values, *self._fixed(values)]

    def following(self, calls: Calls, values: Sequence[Any]) -> list[Any]:
        """The variables after one more round."""
        made = list(values)
        for place, result in zip(self.places, calls(self.body.taken(values)), strict=True):
            made[place] = result
        return made

    def changed(self, steady: Steady) -> dict[int, Dims]:
        """The shapes of the variables that it gives."""
        return dict(zip(self.places, steady.result_dims, strict=True))

    def ended(self, values: Sequence[Any], count: int) -> list[Any]:
        """The variables after the last round; what rounds have lent is copied before its memory is given back."""
        made = list(values[:count])
        for place in self.places:
            if isinstance(made[place], np.ndarray):
                made[place] = made[place].copy()
        return made


class TestedLoop:
    """A loop whose condition is asked before each round; several threads may run it.

    Parameters
    ----------
    compile : callable
        What the executor makes of a program.
    test, step : FunctionGraph
        The condition and the body.
    wanted : tuple of bool
        Which variables somebody needs after a round.
    plain : bool
        Whether to compute everything in every round.
    """

    def __init__(
        self, compile: Compile, test: FunctionGraph, step: FunctionGraph, wanted: Wanted, plain: bool
    ) -> None:
        places = [place for place, is_wanted in enumerate(wanted) if is_wanted]
        self._test = Body(compile, test, test.results, test.always_run, lends=True)
        self._step = _Step(compile, step, places, plain)
        self._go_on = tested_rounds(
            self._step.count, self._test.given, self._step.body.given, self._step.places
        )
        self._known: tuple[Steady | None, Steady | None] = None, None  # the last by which rounds went on

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The variables after the last round."""
        test, step = self._test.executable.opened(), self._step.body.executable.opened()
        try:
            if not is_true(test(self._test.taken(values))[0]):
                return list(values)
            return self._step.ended(self._rounds(test, step, self._step.begun(values)), len(values))
        finally:
            test.end()
            step.end()

    def _rounds(self, test: Calls, step: Calls, values: list[Any]) -> list[Any]:
        going = True
        while going:
            tests = test.steady(self._test.taken(values))
            steps = step.steady(self._step.body.taken(values))
            if self._may_go_on(tests, steps):
                try:
                    return self._go_on(values, test.steps[0], *step.steps)
                except BaseException as error:
                    test.locate(error)
                    step.locate(error)
                    raise
            values = self._step.following(step, values)
            going = is_true(test(self._test.taken(values))[0])
        return values

    def _may_go_on(self, tests: Steady | None, steps: Steady | None) -> bool:
        """Whether the rounds need no more look at shapes."""
        if tests is None or steps is None:
            return False
        if tests is self._known[0] and steps is self._known[1]:
            return True
        changed = self._step.changed(steps)
        may = tests.result_dims == [()] and self._test.stays(tests, changed)
        if not (may and self._step.body.stays(steps, changed)):
            return False
        self._known = tests, steps
        return True


class CountedLoop:
    """A loop whose condition only asks how far counters have come; several threads may run it.

    Parameters
    ----------
    compile : callable
        What the executor makes of a program.
    test, step : FunctionGraph
        The condition and the body.
    wanted : tuple of bool
        Which variables somebody needs after a round.
    asked : sequence of Bound
        What the condition asks.
    """

    def __init__(
        self,
        compile: Compile,
        test: FunctionGraph,
        step: FunctionGraph,
        wanted: Wanted,
        asked: Sequence[Bound],
    ) -> None:
        self._bounds = [(bound, _limit(compile, test, bound.limit)) for bound in asked]
        growths = {place: number for place, number in enumerate(growths_of(step)) if number}
        self._counters = {place: number for place, number in growths.items() if wanted[place]}
        places = [place for place, is_wanted in enumerate(wanted) if is_wanted and place not in growths]
        self._step = _Step(compile, step, places, plain=False)
        given = self._step.body.given
        self._numbered = {place: growths[place] for place in given if place in growths}
        self._go_on = counted_rounds(self._step.count, tuple(self._numbered), given, self._step.places)
        self._known: Steady | None = None  # the last by which rounds went on
        self._make_tested = functools.partial(TestedLoop, compile, test, step, wanted, plain=False)

    @functools.cached_property
    def _tested(self) -> TestedLoop:
        return self._make_tested()

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The variables after the last round."""
        rounds = count_rounds([(bound, values[bound.place], limit(values)) for bound, limit in self._bounds])
        if rounds is None:
            return self._tested.run(values)
        if not rounds:
            return list(values)
        calls = self._step.body.executable.opened()
        try:
            found = self._step.ended(self._rounds(calls, self._step.begun(values), rounds), len(values))
        finally:
            calls.end()
        for place, number in self._counters.items():
            (found[place],) = numbers(values[place], number, rounds, rounds + 1)
        return found

    def _rounds(self, calls: Calls, values: list[Any], rounds: int) -> list[Any]:
        counters = [numbers(values[place], number, 0, rounds) for place, number in self._numbered.items()]
        turns = zip(*counters, strict=True) if counters else itertools.repeat((), rounds)
        for _ in range(rounds):
            steady = calls.steady(self._step.body.taken(values))
            if steady is not None and self._may_go_on(steady):
                try:
                    return self._go_on(values, turns, *calls.steps)
                except BaseException as error:
                    calls.locate(error)
                    raise
            for place, number in zip(self._numbered, next(turns), strict=True):
                values[place] = number
            values = self._step.following(calls, values)
        return values

    def _may_go_on(self, steady: Steady) -> bool:
        """Whether the rounds need no more look at shapes."""
        if steady is not self._known:
            if not self._step.body.stays(steady, self._step.changed(steady)):
                return False
            self._known = steady
        return True


def compile_loop(
    compile: Compile, test: FunctionGraph, step: FunctionGraph, wanted: Wanted, plain: bool
) -> TestedLoop | CountedLoop:
    """A condition and a body that is called as long as it holds.

    Parameters
    ----------
    compile, test, step, wanted
        See :class:`TestedLoop`.
    plain : bool
        Whether it is run as it is written, without counting rounds beforehand or computing anything once for all.
    """
    asked = None if plain else bounds(test, growths_of(step))
    if asked is None:
        return TestedLoop(compile, test, step, wanted, plain)
    return CountedLoop(compile, test, step, wanted, asked)


def _limit(compile: Compile, test: FunctionGraph, tensor: Tensor) -> Callable[[Sequence[Any]], Any]:
    """How to find what a counter is compared with, from the variables before the first round."""
    if tensor.op.type == "Const":  # what else is known of a body may rest on shapes that a run feeds anew
        value = tensor.op.attrs["value"]
        return lambda values: value
    if tensor in test.inputs:
        return operator.itemgetter(test.inputs.index(tensor))
    body = Body(compile, test, [tensor])
    return lambda values: body(values)[0]


# -- counters ----------------------------------------------------------------------------------------------------------


def numbers(first: Any, growth: int, start: int, stop: int) -> Iterable[np.ndarray[Any, Any]]:
    """What a counter is before the rounds of these numbers, as scalars that nobody may write to."""
    begin, dtype = int(first), first.dtype
    if stop - start <= _AT_ONCE:
        return _some_numbers(begin, growth, start, stop, dtype)
    starts = range(start, stop, _AT_ONCE)
    return itertools.chain.from_iterable(
        _some_numbers(begin, growth, at, min(at + _AT_ONCE, stop), dtype) for at in starts
    )


@functools.lru_cache(maxsize=64)
def _some_numbers(
    begin: int, growth: int, start: int, stop: int, dtype: np.dtype[Any]
) -> tuple[np.ndarray[Any, Any], ...]:
    made = (begin + growth * np.arange(start, stop, dtype=np.int64)).astype(dtype)
    made.flags.writeable = False
    return tuple([made[place, ...] for place in range(stop - start)])
