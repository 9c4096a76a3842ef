"""Signals: the first waits for the step, the second does not."""

from __future__ import annotations

import signal
import threading
from typing import Any

import pytest

from estimator.training.interrupt import Interruption, StopOnSignalHook
from estimator.training.monitored import MonitoredSession
from tests.training.loops import Diary, counting


def test_the_first_signal_ends_the_loop_cleanly_and_is_raised_after_it() -> None:
    entries: list[str] = []
    runs = 0
    with pytest.raises(SystemExit) as caught, counting() as model, Interruption() as interruption:
        with MonitoredSession(hooks=[StopOnSignalHook(interruption), Diary(entries)]) as session:
            while not session.should_stop():
                if runs == 2:
                    signal.raise_signal(signal.SIGTERM)
                session.run(model.train_op)
                runs += 1
    assert caught.value.code == 143
    assert runs == 3
    assert entries[-2:] == ["after_run", "end"]


def test_ctrl_c_ends_as_keyboard_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt), Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        assert interruption.signal_number == signal.SIGINT


def test_the_second_signal_ends_at_once() -> None:
    reached: list[str] = []
    with pytest.raises(KeyboardInterrupt), Interruption():
        signal.raise_signal(signal.SIGINT)
        reached.append("after the first")
        signal.raise_signal(signal.SIGINT)
        reached.append("after the second")
    assert reached == ["after the first"]


def test_a_signal_before_the_first_step_lets_none_be_made() -> None:
    diary = Diary([])
    with pytest.raises(KeyboardInterrupt), counting() as model, Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        with MonitoredSession(hooks=[StopOnSignalHook(interruption), diary]) as session:
            while not session.should_stop():
                session.run(model.train_op)
    assert diary.entries == ["begin", "after_create_session", "end"]


def test_an_error_is_not_replaced_by_the_signal() -> None:
    with pytest.raises(KeyError), Interruption():
        signal.raise_signal(signal.SIGINT)
        raise KeyError("x")


def test_the_handlers_are_back_afterwards() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Interruption():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_another_thread_changes_no_handler() -> None:
    seen: list[Any] = []

    def work() -> None:
        with Interruption():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
