"""The flag by which threads agree to stop, and the join at the end."""

from __future__ import annotations

import threading

import pytest

from estimator.core.errors import OutOfRangeError
from estimator.training.coordinator import Coordinator


def _started(coordinator: Coordinator, error: Exception | None) -> threading.Thread:
    def work() -> None:
        with coordinator.stop_on_exception():
            if error is not None:
                raise error
            coordinator.wait_for_stop()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_the_error_of_one_thread_stops_the_others_and_is_raised_by_join() -> None:
    coordinator = Coordinator()
    threads = [_started(coordinator, None), _started(coordinator, ValueError("broken"))]
    with pytest.raises(ValueError, match="broken"):
        coordinator.join(threads)
    assert coordinator.joined
    assert not any(thread.is_alive() for thread in threads)
    with pytest.raises(ValueError, match="broken"):
        coordinator.raise_requested_exception()


def test_the_end_of_data_is_a_clean_stop() -> None:
    coordinator = Coordinator()
    coordinator.register_thread(_started(coordinator, OutOfRangeError("end")))
    coordinator.join()
    assert coordinator.should_stop()


def test_what_counts_as_clean_is_the_callers_choice() -> None:
    coordinator = Coordinator(clean_stop_exception_types=(KeyError,))
    coordinator.join([_started(coordinator, KeyError("x"))])
    with pytest.raises(OutOfRangeError):
        other = Coordinator(clean_stop_exception_types=())
        other.join([_started(other, OutOfRangeError("end"))])


def test_a_thread_that_runs_on_is_an_error_unless_it_is_ignored() -> None:
    coordinator, release = Coordinator(), threading.Event()
    thread = threading.Thread(target=release.wait, name="deaf")
    thread.start()
    coordinator.request_stop()
    try:
        with pytest.raises(RuntimeError, match="threads still running: deaf"):
            coordinator.join([thread], stop_grace_period_secs=0.01)
        coordinator.join([thread], stop_grace_period_secs=0.01, ignore_live_threads=True)
    finally:
        release.set()
        thread.join()


def test_an_error_after_the_join_is_raised_where_it_is_reported() -> None:
    coordinator = Coordinator()
    coordinator.join([])
    with pytest.raises(ValueError, match="late"):
        coordinator.request_stop(ValueError("late"))
    coordinator.clear_stop()
    assert not coordinator.joined


def test_what_is_not_a_thread_is_refused() -> None:
    with pytest.raises(TypeError, match=r"threads must be a list of threading.Thread, given: \[1\]"):
        Coordinator().join([1])  # type: ignore[list-item]


def test_a_handler_of_signals_may_ask_to_stop_while_the_thread_that_it_interrupts_does() -> None:
    coordinator, asked = Coordinator(), list[bool]()

    class Interrupted(OutOfRangeError):
        def __str__(self) -> str:  # when the log is told, under the coordinator's lock
            coordinator.request_stop()
            asked.append(coordinator.should_stop())
            return "the end"

    stopping = threading.Thread(
        target=coordinator.request_stop, args=(Interrupted(None, None, "the end"),), daemon=True
    )
    stopping.start()
    stopping.join(10)
    assert asked and not stopping.is_alive()
    assert coordinator.wait_for_stop()
