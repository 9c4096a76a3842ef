"""Threads that do something again and again."""

from __future__ import annotations

import pytest

from estimator.training.coordinator import Coordinator
from estimator.training.looper import LooperThread


def test_it_calls_until_somebody_asks_to_stop() -> None:
    coord, calls = Coordinator(), []

    def call(number: int, *, most: int) -> None:
        calls.append(number)
        if len(calls) == most:
            coord.request_stop()

    thread = LooperThread.loop(coord, None, call, (7,), {"most": 3})
    coord.join()
    assert (calls, thread.is_alive(), thread.daemon) == ([7, 7, 7], False, True)


def test_the_first_call_comes_at_once_and_the_next_by_the_clock() -> None:
    coord, calls = Coordinator(), []

    class Counting(LooperThread):
        def start_loop(self) -> None:
            calls.append("start")

        def run_loop(self) -> None:
            calls.append("run")
            coord.request_stop()

        def stop_loop(self) -> None:
            calls.append("stop")

    Counting(coord, 3600.0).start()
    coord.join()
    assert calls == ["start", "run", "stop"]


def test_an_error_goes_to_the_coordinator() -> None:
    coord = Coordinator()

    def fail() -> None:
        raise ValueError("the disk is full")

    LooperThread.loop(coord, None, fail)
    with pytest.raises(ValueError, match="the disk is full"):
        coord.join()


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(ValueError, match="'coord' argument must be a Coordinator: 3"):
        LooperThread(3, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="require that you also pass 'target'"):
        LooperThread(Coordinator(), 1.0, args=(1,))
