"""Meetings: what processes tell one another, and that nobody waits for one who does not come."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from estimator.distribution import agreement
from estimator.distribution.agreement import (
    Meetings,
    Parted,
    Place,
    broadcast_bytes,
    end_all,
    exit_code,
    gather_texts,
    say_goodbye,
)
from estimator.distribution.collective import current
from tests.distribution.threads import ThreadRanks, in_threads


def test_a_meeting_gives_the_sums_of_what_is_told() -> None:
    def play(rank: int) -> list[list[int]]:
        meetings = Meetings(current())
        return [
            meetings.meet(Place.STEP, rank, 1),
            meetings.meet(Place.HOOKS, 5),
            meetings.meet(Place.DONE),
        ]

    assert in_threads(3, play) == [[[3, 3], [15], []]] * 3


def test_a_meeting_is_one_sum() -> None:
    ranks = ThreadRanks(2)
    in_threads(2, lambda rank: Meetings(current()).meet(Place.STEP, 1), ranks)
    assert ranks.sums == 1


def test_one_who_has_failed_is_named_to_the_others_with_what_it_says() -> None:
    def play(rank: int) -> Any:
        meetings = Meetings(current())
        if rank == 1:
            meetings.tell_failure(KeyError("no column b"))
            return meetings.is_over
        return meetings.meet(Place.BUILT)

    first, second, third = in_threads(3, play, gives_errors=True)
    assert second is True
    for error in (first, third):
        assert isinstance(error, Parted) and "rank 1 of 3 has failed: KeyError: 'no column b'" in str(error)


def test_all_may_fail_at_once() -> None:
    def play(rank: int) -> bool:
        meetings = Meetings(current())
        meetings.tell_failure(ValueError("the same everywhere"))
        meetings.tell_failure(ValueError("once is enough"))
        return meetings.is_over

    assert in_threads(2, play) == [True, True]


def test_processes_at_different_places_are_told_who_is_where() -> None:
    def play(rank: int) -> Any:
        return Meetings(current()).meet(Place.BEGUN if rank else Place.DONE)

    for error in in_threads(2, play, gives_errors=True):
        assert isinstance(error, Parted)
        assert "rank 0 has ended a training, rank 1 begins a training" in str(error)


def test_one_that_has_ended_its_loop_ends_it_for_all() -> None:
    def play(rank: int) -> Any:
        meetings = Meetings(current())
        told = meetings.meet_or_end(Place.CLOSED if rank else Place.INPUT, 0, rank)
        return told, meetings.is_over

    assert in_threads(2, play) == [([0, 1], True)] * 2


def test_one_that_has_ended_its_program_is_told_to_who_begins_something() -> None:
    def play(rank: int) -> Any:
        return say_goodbye(current()) if rank == 0 else Meetings(current()).meet(Place.BEGUN)

    first, second = in_threads(2, play, gives_errors=True)
    assert first is None
    assert isinstance(second, Parted) and "rank 0 has ended its program" in str(second)


def test_all_end_their_programs_together() -> None:
    assert in_threads(3, lambda rank: say_goodbye(current())) == [None] * 3


def test_a_failure_in_the_middle_of_a_step_ends_all_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    ranks = ThreadRanks(1)
    meetings = Meetings(ranks)
    meetings.is_summing = True
    meetings.tell_failure(ValueError("label 7"))
    assert ranks.codes == [1] and ranks.sums == 0
    assert "ValueError: label 7\n(rank 0 of 1)" in capsys.readouterr().err


def test_others_that_do_not_come_are_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(agreement, "_PATIENCE_SECS", 0.01)
    ranks = ThreadRanks(2)
    with pytest.raises(threading.BrokenBarrierError):
        Meetings(ranks).tell_failure(OSError("disk full"))
    assert ranks.codes == [1]
    assert "disk full" in capsys.readouterr().err


def test_the_chief_alone_is_asked() -> None:
    asked = []

    def play(rank: int) -> Any:
        def find() -> list[Any]:
            asked.append(rank)
            return ["model.ckpt-7", 7, None]

        return Meetings(current()).of_chief(Place.BEGUN, find)

    assert in_threads(3, play) == [["model.ckpt-7", 7, None]] * 3
    assert asked == [0]


def test_what_the_chief_raises_when_it_is_asked_is_told() -> None:
    def play(rank: int) -> Any:
        meetings = Meetings(current())

        def find() -> None:
            raise PermissionError("not yours")

        try:
            return meetings.of_chief(Place.BEGUN, find)
        except PermissionError as error:
            meetings.tell_failure(error)
            raise

    first, second = in_threads(2, play, gives_errors=True)
    assert isinstance(first, PermissionError)
    assert isinstance(second, Parted) and "rank 0 of 2 has failed: PermissionError: not yours" in str(second)


def test_texts_and_bytes_of_any_length_travel() -> None:
    texts = ["", "änders", "x" * 5000]
    assert in_threads(3, lambda rank: gather_texts(current(), texts[rank])) == [texts] * 3
    told = [b"", bytes(range(256)) * 9]
    for data in told:
        assert (
            in_threads(2, lambda rank, data=data: broadcast_bytes(current(), data if rank == 0 else b"no"))
            == [data] * 2
        )


def test_which_processes_it_is() -> None:
    assert in_threads(4, lambda rank: Meetings(current()).ranks_of(rank in (1, 3))) == [[1, 3]] * 4


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError(), 1),
        (KeyboardInterrupt(), 130),
        (SystemExit(143), 143),
        (SystemExit(0), 1),
        (SystemExit("no"), 1),
    ],
)
def test_exit_codes(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    ranks = ThreadRanks(1)
    end_all(ranks, error)
    assert exit_code(error) == code and ranks.codes == [code]
