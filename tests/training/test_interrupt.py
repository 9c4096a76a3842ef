"""Signals: the first waits for the step, the second does not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from estimator.runtime.hurry import HURRY
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


class Handler:
    """A script's own handler; it writes down what came, and raises on demand."""

    def __init__(self, raises: BaseException | None = None) -> None:
        self.calls: list[int] = []
        self.raises = raises

    def __call__(self, number: int, frame: Any) -> None:
        assert isinstance(frame, FrameType)
        self.calls.append(number)
        if self.raises is not None:
            raise self.raises


@pytest.fixture
def install() -> Iterator[Callable[[int, Any], None]]:
    """Installs handlers, and puts back what was there."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield signal.signal
    for number, handler in before.items():
        signal.signal(number, handler)


def steps_with_a_signal(number: int, saved: list[int]) -> int:
    """How many of five steps are made, if the signal comes in the third; the saves are written down."""
    runs = 0
    with Interruption() as interruption, counting() as model:
        stop = StopOnSignalHook(interruption, lambda session: saved.append(session.run(model.step)))
        with MonitoredSession(hooks=[stop]) as session:
            while not session.should_stop() and runs < 5:
                if runs == 2:
                    signal.raise_signal(number)
                session.run(model.train_op)
                runs += 1
    return runs


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_handler_of_the_scripts_own_is_called_after_the_save_and_decides(number: int, install: Any) -> None:
    saved: list[int] = []
    handler = Handler()
    install(number, handler)
    assert steps_with_a_signal(number, saved) == 5  # it returned: the training goes on
    assert (handler.calls, saved) == ([number], [3])
    handler.raises = SystemExit("moved")
    with pytest.raises(SystemExit, match="moved"):
        steps_with_a_signal(number, saved)
    assert (handler.calls, saved) == ([number] * 2, [3, 3])


def test_a_second_signal_reaches_the_scripts_handler_at_once(install: Any) -> None:
    handler = Handler()
    install(signal.SIGTERM, handler)
    with Interruption():
        signal.raise_signal(signal.SIGTERM)
        assert not handler.calls
        signal.raise_signal(signal.SIGTERM)
        assert handler.calls == [signal.SIGTERM]


def test_a_signal_after_the_last_step_is_answered_when_the_block_is_left(install: Any) -> None:
    handler = Handler()
    install(signal.SIGTERM, handler)
    with Interruption():
        signal.raise_signal(signal.SIGTERM)
        assert not handler.calls
    assert handler.calls == [signal.SIGTERM]


def test_a_lost_terminal_ends_the_loop_like_a_request_to_end(install: Any) -> None:
    install(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup
    with pytest.raises(SystemExit) as caught:
        steps_with_a_signal(signal.SIGHUP, [])
    assert caught.value.code == 129


def test_who_ignores_a_signal_goes_on_ignoring_it(install: Any) -> None:
    install(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    assert steps_with_a_signal(signal.SIGHUP, []) == 5


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


@pytest.mark.parametrize("error", [None, ValueError("other"), KeyboardInterrupt()])
def test_a_signal_hurries_the_step_until_it_is_answered(error: BaseException | None) -> None:
    raised = SystemExit if error is None else type(error)
    with pytest.raises(raised), Interruption():
        assert not HURRY.is_set()
        signal.raise_signal(signal.SIGTERM)
        assert HURRY.is_set()
        if error is not None:
            raise error
    assert not HURRY.is_set()


def test_a_second_signal_hurries_nobody_after_it() -> None:
    with pytest.raises(KeyboardInterrupt), Interruption():
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert not HURRY.is_set()
