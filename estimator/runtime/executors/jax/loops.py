"""How loops are lowered: While becomes lax.while_loop, or lax.fori_loop where the rounds can be counted beforehand.

A loop carries what its rounds change: its variables, and whatever else of the state, which is found by tracing a round
on shapes alone. What jax compiles has fixed shapes: a loop variable keeps its shape, and a list that a loop pushes to
has room for as many elements as the loop has rounds, or may have at most. Where nobody can tell that, the loop cannot
be lowered, and the host runs it.

Source: TensorFlow 2.15, core/kernels/functional_ops.cc, for what the operations do
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any, NamedTuple

from estimator.graph.counting import Bound, count_rounds, growths_of, necessary_bounds
from estimator.graph.function import FunctionGraph
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.jax.branches import taken
from estimator.runtime.executors.jax.device_lists import DeviceList
from estimator.runtime.executors.jax.library import jax, jnp, lax
from estimator.runtime.executors.jax.lower import lowers
from estimator.runtime.executors.jax.outcomes import carried_state, forked, on_device, outcome_of
from estimator.runtime.executors.jax.traced import CannotLower, Trace, is_known
from estimator.runtime.program import Program, body_program

_TRIES = 4  # rounds that are traced until the shapes of what is carried stay


@lowers("While", "StatelessWhile")
def lower_loop(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """The values after the last round of a While."""
    rounds = _rounds(trace, op, inputs)
    if rounds.exact == 0:
        return list(inputs)
    return _Loop(trace, op, inputs, rounds).run()


# -- how many rounds ---------------------------------------------------------------------------------------------------


class _Rounds(NamedTuple):
    """What is known of the number of rounds: itself, or the most that there can be."""

    exact: int | None
    most: int | None


def _rounds(trace: Trace, op: Operation, inputs: Sequence[Any]) -> _Rounds:
    test: FunctionGraph = op.body("cond")
    bounds, asks_more = necessary_bounds(test, growths_of(op.body("body")))
    asked = []
    for bound in bounds:
        begin, limit = inputs[bound.place], _limit(trace, test, bound, inputs)
        if is_known(begin) and is_known(limit):
            asked.append((bound, begin, limit))
    counted = count_rounds(asked) if asked else None
    if asks_more or not test.is_pure or len(asked) < len(bounds):
        return _Rounds(None, counted)
    return _Rounds(counted, counted)


def _limit(trace: Trace, test: FunctionGraph, bound: Bound, inputs: Sequence[Any]) -> Any:
    """What a counter is compared with, as far as it is known; see :mod:`estimator.runtime.rounds`."""
    if bound.limit.op.type == "Const":
        return bound.limit.op.attrs["value"]
    if bound.limit in test.inputs:
        return inputs[test.inputs.index(bound.limit)]
    program = body_program(test, [bound.limit])
    return trace.walk(program, taken(program, inputs))[0]


# -- the loop ----------------------------------------------------------------------------------------------------------


class _Loop:
    """A loop that is being lowered.

    Parameters
    ----------
    trace : Trace
    op : Operation
    inputs : sequence
    rounds : _Rounds
    """

    def __init__(self, trace: Trace, op: Operation, inputs: Sequence[Any], rounds: _Rounds) -> None:
        self._trace = trace
        self._op = op
        self._inputs = list(inputs)
        self._rounds = rounds
        self._test: Program = trace.body(op, "cond")
        self._step: Program = trace.body(op, "body")
        self._places = [place for place, is_wanted in enumerate(trace.wanted(op, "body")) if is_wanted]
        self._keys: list[Hashable] = []

    def run(self) -> list[Any]:
        """The variables after the last round."""
        trace = self._trace
        carried, grown = self._settled()
        tested = outcome_of(trace, (self._op, "cond", tuple(self._places)), self._inputs, self._tested)
        self._keys = list(dict.fromkeys([*self._keys, *tested.changed]))
        state = carried_state(trace, self._keys)
        loop = self._counted if self._rounds.exact is not None else self._asking(bool(tested.changed))
        carried, state = loop(carried, state)
        trace.state.update(zip(self._keys, state, strict=True))
        made = list(self._inputs)
        for place, value in zip(self._places, carried, strict=True):
            made[place] = self._ended(place, value, grown.get(place))
        return made

    def _values(self, carried: Sequence[Any]) -> list[Any]:
        """All loop variables in a round."""
        made = list(self._inputs)
        for place, value in zip(self._places, carried, strict=True):
            made[place] = value
        return made

    def _tested(self) -> list[Any]:
        return self._trace.walk(self._test, taken(self._test, self._inputs))

    def _goes_on(self, carried: Sequence[Any]) -> Any:
        (answer,) = self._trace.walk(self._test, taken(self._test, self._values(carried)))
        return jnp.asarray(bool(answer.size)) if answer.ndim else jnp.asarray(answer) != 0

    def _round(self, carried: Sequence[Any]) -> list[Any]:
        results = self._trace.walk(self._step, taken(self._step, self._values(carried)))
        return [on_device(result) for result in results]

    # -- the forms that jax has ----------------------------------------------------------------------------------------

    def _counted(self, carried: list[Any], state: list[Any]) -> tuple[list[Any], list[Any]]:
        def step(_: Any, carry: tuple[list[Any], list[Any]]) -> tuple[list[Any], list[Any]]:
            return self._within(carry, self._round)

        found: tuple[list[Any], list[Any]] = lax.fori_loop(0, self._rounds.exact, step, (carried, state))
        return found

    def _asking(self, changes: bool) -> Callable[[list[Any], list[Any]], tuple[list[Any], list[Any]]]:
        """A loop that asks before each round; what changes something when it is asked, is asked within the rounds."""
        return self._asking_inside if changes else self._asking_ahead

    def _asking_ahead(self, carried: list[Any], state: list[Any]) -> tuple[list[Any], list[Any]]:
        found: tuple[list[Any], list[Any]] = lax.while_loop(
            lambda carry: self._within(carry, self._goes_on)[0],
            lambda carry: self._within(carry, self._round),
            (carried, state),
        )
        return found

    def _asking_inside(self, carried: list[Any], state: list[Any]) -> tuple[list[Any], list[Any]]:
        going, state = self._within((carried, state), self._goes_on)

        def step(carry: tuple[Any, list[Any], list[Any]]) -> tuple[Any, list[Any], list[Any]]:
            values, after = self._within(carry[1:], self._round)
            return (*self._asked(values, after),)

        first = (going, carried, state)
        _, carried, state = lax.while_loop(lambda carry: carry[0], step, first)
        return carried, state

    def _asked(self, carried: list[Any], state: list[Any]) -> tuple[Any, list[Any], list[Any]]:
        going, after = self._within((carried, state), self._goes_on)
        return going, carried, after

    def _within(
        self, carry: tuple[list[Any], list[Any]], part: Callable[[list[Any]], Any]
    ) -> tuple[Any, list[Any]]:
        """What a part gives inside of a loop, and the state behind it."""
        carried, state = carry
        with forked(self._trace) as inner:
            inner.update(zip(self._keys, state, strict=True))
            result = part(carried)
            return result, carried_state(self._trace, self._keys)

    # -- what is carried -----------------------------------------------------------------------------------------------

    def _settled(self) -> tuple[list[Any], dict[int, int]]:
        """What is carried, of shapes that the rounds keep; for lists how many elements each round adds, by place."""
        carried = [on_device(self._inputs[place]) for place in self._places]
        grown: dict[int, int] = {}
        for _ in range(_TRIES):
            what = self._op, "body", tuple(self._places)
            outcome = outcome_of(self._trace, what, self._values(carried), partial(self._round, carried))
            self._keys = list(dict.fromkeys([*self._keys, *outcome.changed]))
            settled = []
            for place, before, after in zip(self._places, carried, outcome.results, strict=True):
                if isinstance(before, DeviceList):
                    settled.append(self._list_with_room(place, before, after, grown))
                else:
                    settled.append(_demand_same(self._step.graph.inputs[place], before, after))  # type: ignore[attr-defined]
            if all(map(_is_same, settled, carried)):
                return carried, grown
            carried = settled
        raise CannotLower("the shapes of its loop variables do not settle")

    def _list_with_room(
        self, place: int, before: DeviceList, after: DeviceList, grown: dict[int, int]
    ) -> DeviceList:
        if before.rows is None and after.rows is not None:
            room = before.room
            before = before.having(
                rows=jax.tree.map(lambda leaf: jnp.zeros((room, *leaf.shape[1:]), leaf.dtype), after.rows)
            )
        if before.is_counted:
            if after.room != before.room and before.rows is not None:
                raise CannotLower("a list that is carried from round to round changes its room")
            return before
        if after.is_counted:
            return before.counted(max(before.room, after.room))
        more = int(after.length) - int(before.length)
        if not more:
            return before
        grown[place] = more
        if more < 0:
            return before.counted(before.room)
        if self._rounds.most is None:
            raise CannotLower("it pushes to a list, and only the run tells how many rounds there are")
        return before.counted(int(before.length) + more * self._rounds.most)

    def _ended(self, place: int, value: Any, more: int | None) -> Any:
        """A loop variable after the last round; the length of a list is known again if the number of rounds is."""
        first = self._inputs[place]
        if more is None or self._rounds.exact is None or first.is_counted:
            return value
        length = int(first.length) + more * self._rounds.exact
        self._trace.demand(value.length == length)
        return value.having(length=length).cut()


def _demand_same(tensor: Tensor, before: Any, after: Any) -> Any:
    if before.shape != after.shape or before.dtype != after.dtype:
        raise CannotLower(
            f"its variable {tensor.name} changes from round to round: {before.dtype}{list(before.shape)} becomes "
            f"{after.dtype}{list(after.shape)}"
        )
    return before


def _is_same(one: Any, two: Any) -> bool:
    return one is two
