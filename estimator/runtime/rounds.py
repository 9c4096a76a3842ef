"""Loops: a body that is called round by round.

Each round gives the loop variables that the next one is given. As long as their shapes may change, every call looks at
what it is given; once they are known to stay, the rounds are a Python loop around two steps of a plan, which are
called in turn, so that what a round gives is not copied. Where a condition only asks how far counters have come
(:mod:`estimator.graph.counting`), it is not asked: the rounds are counted beforehand, and the body is given its
counters instead of computing them.
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
from estimator.graph.liveness import Wanted
from estimator.graph.tensor import Tensor
from estimator.runtime.code import counted_rounds, tested_rounds
from estimator.runtime.program import Executable, Program, Steady, body_program

Compile = Callable[[Program], Executable]

_AT_ONCE = 1024  # numbers that are made, and perhaps remembered, together


class Body:
    """A function, compiled to give some of its tensors.

    Parameters
    ----------
    compile : callable
        What the executor makes of a program.
    body : FunctionGraph
    tensors : sequence of Tensor
        What it is to give.
    lends : bool
        Whether it is to be called round by round, see :attr:`Program.lends`.

    Attributes
    ----------
    executable : Executable
    given : tuple of int
        The places of those of the function's inputs that it is to be given.
    """

    def __init__(
        self, compile: Compile, body: FunctionGraph, tensors: Sequence[Tensor], lends: bool = False
    ) -> None:
        program = body_program(body, tensors, lends)
        places = {tensor: place for place, tensor in enumerate(body.inputs)}
        self.given = tuple([places[tensor] for tensor in program.given])
        self.executable = compile(program)

    def __call__(self, inputs: Sequence[Any]) -> list[Any]:
        """The tensors, from all inputs of the function."""
        return self.executable([inputs[place] for place in self.given])


class _Rounds:
    """A function that is called again and again with the variables of a loop.

    Parameters
    ----------
    body : Body
    places : sequence of int
        The places of the variables that it gives anew.
    """

    def __init__(self, body: Body, places: Sequence[int] = ()) -> None:
        self._given = body.given
        self._places = places
        self._calls = body.executable.opened()
        self.end = self._calls.end

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        """What it gives."""
        return self._calls([values[place] for place in self._given])

    def following(self, values: Sequence[Any]) -> list[Any]:
        """The variables after one more round."""
        made = list(values)
        for place, result in zip(self._places, self(values), strict=True):
            made[place] = result
        return made

    def steady(self, values: Sequence[Any]) -> Steady | None:
        """How to go on from here, if the shapes stay what they are; None if each call must look at them."""
        return self._calls.steady([values[place] for place in self._given])

    def stays(self, steady: Steady, changed: Mapping[int, Dims]) -> bool:
        """Whether it goes on to be given the same shapes if a round gives variables these."""
        given = {self._given[position]: dims for position, dims in steady.given_dims.items()}
        return all(
            is_static(dims) and changed[place] == dims for place, dims in given.items() if place in changed
        )

    def changed(self, steady: Steady) -> dict[int, Dims]:
        """The shapes of the variables that it gives anew."""
        return dict(zip(self._places, steady.result_dims, strict=True))


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
    """

    def __init__(self, compile: Compile, test: FunctionGraph, step: FunctionGraph, wanted: Wanted) -> None:
        self._places = tuple([place for place, is_wanted in enumerate(wanted) if is_wanted])
        self._test = Body(compile, test, test.results, lends=True)
        self._step = Body(compile, step, [step.results[place] for place in self._places], lends=True)
        self._go_on = tested_rounds(len(wanted), self._test.given, self._step.given, self._places)

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The variables after the last round."""
        test, step = _Rounds(self._test), _Rounds(self._step, self._places)
        try:
            return _lasting(self._rounds(test, step, values), self._places)
        finally:
            test.end()
            step.end()

    def _rounds(self, test: _Rounds, step: _Rounds, values: Sequence[Any]) -> Sequence[Any]:
        while is_true(test(values)[0]):
            tests, steps = test.steady(values), step.steady(values)
            if tests is not None and steps is not None and tests.result_dims == [()]:
                changed = step.changed(steps)
                if test.stays(tests, changed) and step.stays(steps, changed):
                    try:
                        return self._go_on(values, tests.steps[0], *steps.steps)
                    except BaseException as error:
                        tests.locate(error)
                        steps.locate(error)
                        raise
            values = step.following(values)
        return values


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
        self._places = tuple([p for p, is_wanted in enumerate(wanted) if is_wanted and p not in growths])
        self._step = Body(compile, step, [step.results[place] for place in self._places], lends=True)
        self._numbered = {place: growths[place] for place in self._step.given if place in growths}
        self._go_on = counted_rounds(len(wanted), tuple(self._numbered), self._step.given, self._places)
        self._make_tested = functools.partial(TestedLoop, compile, test, step, wanted)

    @functools.cached_property
    def _tested(self) -> TestedLoop:
        return self._make_tested()

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The variables after the last round."""
        rounds = count_rounds([(bound, values[bound.place], limit(values)) for bound, limit in self._bounds])
        if rounds is None:
            return self._tested.run(values)
        step = _Rounds(self._step, self._places)
        try:
            found = _lasting(self._rounds(step, list(values), rounds), self._places)
        finally:
            step.end()
        for place, number in self._counters.items():
            (found[place],) = numbers(values[place], number, rounds, rounds + 1)
        return found

    def _rounds(self, step: _Rounds, values: list[Any], rounds: int) -> list[Any]:
        counters = [numbers(values[place], number, 0, rounds) for place, number in self._numbered.items()]
        turns = zip(*counters, strict=True) if counters else itertools.repeat((), rounds)
        for _ in range(rounds):
            steps = step.steady(values)
            if steps is not None and step.stays(steps, step.changed(steps)):
                try:
                    return self._go_on(values, turns, *steps.steps)
                except BaseException as error:
                    steps.locate(error)
                    raise
            for place, number in zip(self._numbered, next(turns), strict=True):
                values[place] = number
            values = step.following(values)
        return values


def compile_loop(
    compile: Compile, test: FunctionGraph, step: FunctionGraph, wanted: Wanted, counts: bool
) -> TestedLoop | CountedLoop:
    """A condition and a body that is called as long as it holds.

    Parameters
    ----------
    compile, test, step, wanted
        See :class:`TestedLoop`.
    counts : bool
        Whether the rounds are counted beforehand, if they can be, instead of asking the condition.
    """
    asked = bounds(test, growths_of(step)) if counts else None
    if asked is None:
        return TestedLoop(compile, test, step, wanted)
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


def _lasting(values: Sequence[Any], places: Sequence[int]) -> list[Any]:
    """The variables, with copies of those that rounds have lent, before their memory is given back."""
    made = list(values)
    for place in places:
        if isinstance(made[place], np.ndarray):
            made[place] = made[place].copy()
    return made


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
