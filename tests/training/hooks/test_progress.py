"""The hooks that show how far something is: when they do, what they ask for, and what they leave."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest

from estimator.core import log
from estimator.training.hooks.logging_tensor import LoggingTensorHook
from estimator.training.hooks.progress import BatchProgressHook, ProgressHook
from estimator.training.hooks.step_counter import StepCounterHook
from estimator.training.monitored import MonitoredSession
from estimator.training.session_run_hook import SessionRunHook
from tests.conftest import FakeClock
from tests.tiny import batches, estimator
from tests.training.loops import Counting, counting
from tests.training.screen import Terminal


@pytest.fixture(autouse=True)
def ordinary_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def model() -> Iterator[Counting]:
    """The counting model in its graph."""
    with counting() as made:
        yield made


def run(model: Counting, hooks: list[SessionRunHook], steps: int, clock: FakeClock | None = None) -> None:
    with MonitoredSession(hooks=hooks) as session:
        for _ in range(steps):
            if clock is not None:
                clock.advance(1)
            session.run(model.train_op)


def lines(stream: io.StringIO) -> list[str]:
    """All that was shown one after another."""
    return [text.rstrip() for text in stream.getvalue().split("\r") if text.strip()]


def test_a_terminal_shows_step_loss_speed_time_and_checkpoint_in_one_row(model: Counting) -> None:
    stream, clock = Terminal(), FakeClock()
    hook = ProgressHook(40, None, model.loss, lambda: (7, 3.0), stream=stream, clock=clock)
    run(model, [hook], 20, clock)
    shown = lines(stream)
    assert shown[0] == "train 0/40"
    assert shown[10] == f"train 10/40, loss {2.0**9:g}, 1 steps/s, 0:30 left, saved 7, 3 s ago"
    assert "\n" not in stream.getvalue()  # rewritten in place
    assert stream.rows == [""]  # and gone at the end


def test_it_is_not_drawn_more_often_than_the_eye_follows(model: Counting) -> None:
    stream, clock = Terminal(), FakeClock()
    run(model, [ProgressHook(40, stream=stream, clock=clock)], 20)
    assert lines(stream) == ["train 0/40"]


def test_steps_are_counted_from_the_start_of_the_session(model: Counting) -> None:
    stream, clock = Terminal(), FakeClock()
    run(model, [ProgressHook(num_steps=5, stream=stream, clock=clock)], 3, clock)
    assert lines(stream)[0] == "train 0/5"


def test_a_checkpoint_that_was_restored_is_the_last_one_until_the_next(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    monkeypatch.setattr(ProgressHook, "after_create_session", lambda hook, *_: seen.append(hook._last_save()))
    monkeypatch.setattr(ProgressHook, "end", lambda hook, _: seen.append(hook._last_save()))
    for _ in range(2):
        estimator(tmp_path, progress=True).train(batches(), steps=3)  # type: ignore[arg-type]
    first, after_first, second, after_second = seen
    assert first is None
    assert (after_first[0], second[0], after_second[0]) == (3, 3, 6)  # type: ignore[index]
    assert all(0 <= found[1] < 600 for found in (after_first, second, after_second))  # type: ignore[index]


def test_anything_else_shows_nothing_unless_it_is_asked_for(model: Counting) -> None:
    stream = io.StringIO()
    run(model, [ProgressHook(last_step=40, stream=stream)], 40)
    assert stream.getvalue() == ""
    run(model, [ProgressHook(last_step=80, stream=stream, always=True)], 40)
    assert lines(stream)[0] == "train 0/80"


class KernelStream(io.StringIO):
    """What sys.stderr is in a notebook: no terminal, and what is flushed is a block of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []
        self.flushes = 0

    def write(self, text: str) -> int:
        self.writes.append(text)
        return len(text)

    def flush(self) -> None:
        self.flushes += 1


KernelStream.__module__ = "ipykernel.iostream"


def test_a_kernel_without_a_page_gets_the_log_alone_each_record_in_one_write(
    model: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = KernelStream()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest's own, which would decide
    monkeypatch.setattr(log.tensorflow_logger, "handlers", [log._StandardError()])
    monkeypatch.setattr(log.tensorflow_logger, "level", logging.INFO)
    hooks = [
        ProgressHook(last_step=300, loss=model.loss),
        StepCounterHook(100, joins_next=True),
        LoggingTensorHook({"loss": model.loss}, every_n_iter=100),
    ]
    run(model, hooks, 300)
    losses = [text for text in stream.writes if text.startswith("loss = ")]
    assert len(losses) == 3  # at steps 1, 101 and 201
    assert losses == stream.writes[-3:]
    assert all(text.count("\n") == 1 and "\r" not in text for text in stream.writes), stream.writes
    assert "global_step/sec" in losses[1]
    assert stream.flushes == 0


def test_batches_are_counted_and_the_row_is_empty_while_the_caller_has_the_turn(model: Counting) -> None:
    stream, clock = Terminal(), FakeClock()
    hook = BatchProgressHook("predict", hides=True, stream=stream, clock=clock)
    seen: list[list[str]] = []
    with MonitoredSession(hooks=[hook]) as session:
        for _ in range(3):
            session.run(model.loss)
            clock.advance(1)
            seen.append(stream.rows)
    assert seen == [[""]] * 3
    assert lines(stream)[-1].startswith("predict 2, ")


def test_a_known_number_of_batches_is_shown_with_the_time_left(model: Counting) -> None:
    stream, clock = Terminal(), FakeClock()
    with MonitoredSession(hooks=[BatchProgressHook("evaluate", 7, stream=stream, clock=clock)]) as session:
        for _ in range(4):
            clock.advance(1)
            session.run(model.loss)
    assert lines(stream) == [
        "evaluate 0/7",
        "evaluate 1/7",
        "evaluate 2/7, 1 batches/s, 0:05 left",
        "evaluate 3/7, 1 batches/s, 0:04 left",
        "evaluate 4/7, 1 batches/s, 0:03 left",
    ]


def test_a_failure_removes_the_line_and_its_filter(model: Counting) -> None:
    stream, before = Terminal(), list(logging.getLogger("estimator").filters)
    with pytest.raises(KeyError), MonitoredSession(hooks=[ProgressHook(num_steps=4, stream=stream)]):
        assert logging.getLogger("estimator").filters != before
        raise KeyError("x")
    assert logging.getLogger("estimator").filters == before
    assert stream.rows == [""]
