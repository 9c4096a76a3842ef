"""What processes that make the same steps tell one another of them."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from estimator.core.errors import OutOfRangeError
from estimator.distribution.agreement import Parted
from estimator.distribution.collective import current
from estimator.training.together import Together
from tests.distribution.threads import ThreadRanks, in_threads


def _signalled(together: Together, number: int | None) -> list[int]:
    heard: list[int] = [] if number is None else [number]
    together.signal = lambda: heard[0] if heard else None
    together.hear = heard.append
    return heard


def test_where_nobody_has_anything_to_do_a_step_is_one_sum() -> None:
    ranks = ThreadRanks(2)

    def play(rank: int) -> bool:
        together = Together(current(), leaves_together=True)
        together.before_step(None, True)
        return together.step_made(False, False, False)

    assert in_threads(2, play, ranks) == [False, False]
    assert ranks.sums == 1


def test_hooks_that_one_calls_are_waited_for_by_all_and_may_stop_all() -> None:
    def play(rank: int) -> Any:
        together, seen = Together(current()), []
        for wants_stop in (False, True):
            is_last = together.step_made(rank == 1, False, False)
            seen.append(is_last)
            if rank == 1:
                seen.append(together.hooks_called(wants_stop))
        return seen, together.hooks_called(False)

    assert in_threads(3, play) == [
        ([False, True], True),
        ([True, False, True, True], True),
        ([False, True], True),
    ]


def test_hooks_that_are_called_at_each_step_do_not_end_a_stretch() -> None:
    def play(rank: int) -> Any:
        together = Together(current())
        return together.step_made(False, rank == 0, False), together.hooks_called(rank == 0)

    assert in_threads(2, play) == [(False, True), (True, True)]


def test_a_loss_that_is_no_number_ends_the_stretch_of_all_who_learn_whose_it_is() -> None:
    def play(rank: int) -> Any:
        together = Together(current())
        is_last = together.step_made(rank == 2, False, rank == 2)
        return is_last, together.not_a_number, together.hooks_called(False)

    assert in_threads(3, play) == [(True, [2], False)] * 3


@pytest.mark.parametrize("at", ["step", "hooks", "close", "input"])
def test_a_signal_to_one_is_heard_by_all(at: str) -> None:
    def play(rank: int) -> Any:
        together = Together(current())
        heard = _signalled(together, signal.SIGTERM if rank == 1 else None)
        if at == "step":
            is_last = together.step_made(False, False, False)
            return heard, is_last, together.hooks_called(False)
        if at == "hooks":
            return heard, True, together.begun(False)
        if at == "input" and rank == 0:
            with pytest.raises(OutOfRangeError):
                together.before_step(None, False)
        together.leave(None)
        return heard, together.has_closed, False

    assert in_threads(2, play) == [([signal.SIGTERM], True, False)] * 2


def test_where_the_input_of_one_has_ended_nobody_makes_the_step() -> None:
    def play(rank: int) -> Any:
        together = Together(current())
        together.before_step(None, True)
        assert together.meetings.is_summing
        together.step_made(False, False, False)
        together.before_step(OutOfRangeError("End of sequence") if rank == 1 else None, True)
        return together.meetings.is_summing

    first, second = in_threads(2, play, gives_errors=True)
    assert second is False  # it raises its own
    assert isinstance(first, OutOfRangeError) and "ended in rank 1" in str(first)


def test_an_error_of_the_input_is_told_when_the_loop_is_left() -> None:
    def play(rank: int) -> Any:
        together = Together(current())
        error = ValueError("row 7 of a.csv") if rank == 0 else None
        together.before_step(error, True)
        together.leave(error)

    first, second = in_threads(2, play, gives_errors=True)
    assert first is None
    assert isinstance(second, Parted) and "rank 0 of 2 has failed: ValueError: row 7 of a.csv" in str(second)


@pytest.mark.parametrize("may_end", [(False, False), (True, False), (True, True)])
def test_whether_input_may_end_all_know(may_end: tuple[bool, bool]) -> None:
    def play(rank: int) -> bool:
        together = Together(current())
        together.settle(may_end[rank])
        return together.input_may_end

    assert in_threads(2, play) == [any(may_end)] * 2


def test_an_error_where_the_others_have_begun_the_step_ends_all() -> None:
    ranks = ThreadRanks(1)
    together = Together(ranks, leaves_together=True)
    together.before_step(ValueError("row 7"), True)
    together.leave(ValueError("row 7"))
    assert ranks.codes == [1] and ranks.sums == 0
