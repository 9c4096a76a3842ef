"""A crew: who does the pieces of a computation, what happens to one that fails, how many processors there are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from estimator.core import crew


@pytest.fixture(autouse=True)
def _size() -> Iterator[None]:
    """The tests' own sizes go with them."""
    yield
    crew.set_crew_size(1)


def is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def test_alone_the_caller_does_all_pieces_in_their_order() -> None:
    done: list[tuple[int, bool]] = []
    crew.set_crew_size(1)
    crew.share([lambda number=number: done.append((number, is_main())) for number in range(3)])  # type: ignore[misc]
    assert done == [(0, True), (1, True), (2, True)]


@pytest.mark.parametrize("size", [2, 3])
def test_so_many_threads_take_part(size: int) -> None:
    together = threading.Barrier(size, timeout=10)  # nobody passes before all are there
    threads: list[int] = []

    def piece() -> None:
        together.wait()
        threads.append(threading.get_ident())

    crew.set_crew_size(size)
    for _ in range(3):  # the threads stay, and help again
        crew.share([piece] * size)
    assert len(set(threads)) == size
    assert len(threads) == 3 * size


def test_each_piece_is_done_once() -> None:
    crew.set_crew_size(4)
    counts = np.zeros(100, int)

    def piece(number: int) -> Callable[[], object]:
        return lambda: np.add.at(counts, number, 1)

    for _ in range(20):
        crew.share([piece(number) for number in range(100)])
    assert (counts == 20).all()


def test_few_pieces_want_few_threads() -> None:
    crew.set_crew_size(64)
    before = threading.active_count()
    crew.share([lambda: None])
    assert threading.active_count() == before


@pytest.mark.parametrize("fails_in_main", [True, False])
def test_what_a_piece_raises_comes_to_the_caller(fails_in_main: bool) -> None:
    crew.set_crew_size(2)
    together = threading.Barrier(2, timeout=10)

    def piece() -> None:
        together.wait()
        if is_main() is fails_in_main:
            raise ArithmeticError("piece")

    with pytest.raises(ArithmeticError, match="piece"):
        crew.share([piece, piece])


def test_pieces_after_one_that_failed_are_left_out() -> None:
    done: list[int] = []

    def fail() -> None:
        raise ArithmeticError("piece")

    def helped() -> None:
        done.append(1)

    crew.set_crew_size(1)
    with pytest.raises(ArithmeticError):
        crew.share([fail, helped])
    assert not done


def test_after_an_interruption_nobody_is_still_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a helper would write to memory that the next run already uses."""
    crew.set_crew_size(2)
    together, raised, ended = threading.Barrier(2, timeout=10), threading.Event(), []
    end = crew._Job.end

    def end_at_last(job: crew._Job) -> None:
        raised.set()
        end(job)

    monkeypatch.setattr(crew._Job, "end", end_at_last)

    def piece() -> None:
        together.wait()
        if is_main():
            raise KeyboardInterrupt
        assert raised.wait(10)
        np.sort(np.arange(200_000) % 997)
        ended.append(True)

    with pytest.raises(KeyboardInterrupt):
        crew.share([piece, piece])
    assert ended == [True]


def test_a_helper_that_comes_too_late_finds_the_door_shut() -> None:
    job = crew._Job([lambda: None], 1)
    (door,) = job.doors
    job.work()
    job.end()
    late: list[object] = []
    job._left = iter([lambda: late.append(1)])
    thread = threading.Thread(target=job.help, args=(door,))
    thread.start()
    thread.join()
    assert not late


def test_the_child_of_a_fork_gets_threads_of_its_own() -> None:
    crew.set_crew_size(2)
    before = crew._crew
    crew._begin_again()
    assert crew._crew is not before
    together = threading.Barrier(2, timeout=10)
    crew.share([together.wait, together.wait])


@pytest.mark.parametrize(
    ("files", "granted"),
    [
        ({"cpu.max": "250000 100000\n"}, 3),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "max 100000\n"}, 1 << 16),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 4),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1 << 16),
        ({}, 1 << 16),
    ],
)
def test_a_control_group_grants_processors(tmp_path: Path, files: dict[str, str], granted: int) -> None:
    (tmp_path / "cpu").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert crew._granted(tmp_path) == granted


def test_there_is_a_processor() -> None:
    assert crew.available_processors() >= 1
