"""The schedule of checkpoints, with a saver that only writes down what it is asked for."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import Mock

import pytest
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

from estimator.core.errors import InvalidArgumentError
from estimator.graph import written
from estimator.training.hooks.checkpoint_saver import (
    CheckpointSaverHook,
    CheckpointSaverListener,
    write_graph,
)
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.training.monitored import MonitoredSession
from tests.conftest import FakeClock
from tests.training.loops import counting


class NotingSaver:
    """Writes each save into a list."""

    def __init__(self, entries: list[Any]) -> None:
        self.entries = entries

    def save(self, session: Any, save_path: str, global_step: int, write_meta_graph: bool) -> str:
        self.entries.append(global_step)
        return f"{save_path}-{global_step}"


class Listener(CheckpointSaverListener):
    """Writes its calls into a list; asks to stop after the save of one step."""

    def __init__(self, entries: list[Any], name: str = "", stop_at: int | None = None) -> None:
        self.entries = entries
        self.name = name
        self.stop_at = stop_at

    def begin(self) -> None:
        self.entries.append(f"{self.name}begin")

    def before_save(self, session: Any, global_step_value: int) -> None:
        self.entries.append(f"{self.name}before {global_step_value}")

    def after_save(self, session: Any, global_step_value: int) -> bool:
        self.entries.append(f"{self.name}after {global_step_value}")
        return global_step_value == self.stop_at

    def end(self, session: Any, global_step_value: int) -> None:
        self.entries.append(f"{self.name}end {global_step_value}")


def run(
    directory: Path,
    steps: int,
    entries: list[Any],
    clock: FakeClock | None = None,
    secs: float = 0,
    **options: Any,
) -> None:
    """Make so many steps, each of `secs` on the clock, with a saver that writes into `entries`."""
    with counting() as model:
        if clock is not None:
            options["clock"] = clock
        saver = CheckpointSaverHook(directory, saver=NotingSaver(entries), save_graph_def=False, **options)
        with MonitoredSession(hooks=[saver, StopAtStepHook(num_steps=steps)]) as session:
            while not session.should_stop():
                if clock is not None:
                    clock.advance(secs)
                session.run(model.train_op)


def test_every_100_steps_saves_1_101_201_and_the_last(tmp_path: Path) -> None:
    saved: list[Any] = []
    run(tmp_path, 250, saved, save_steps=100)
    assert saved == [1, 101, 201, 250]


def test_a_last_step_that_is_due_is_saved_once(tmp_path: Path) -> None:
    saved: list[Any] = []
    run(tmp_path, 201, saved, save_steps=100)
    assert saved == [1, 101, 201]


def test_seconds_count_from_the_last_save(tmp_path: Path, clock: FakeClock) -> None:
    saved: list[Any] = []
    run(tmp_path, 8, saved, clock, secs=0.4, save_secs=1)
    assert saved == [1, 4, 7, 8]


def test_the_first_save_may_come_before_the_first_step_as_in_tensorflow(tmp_path: Path) -> None:
    saved: list[Any] = []
    run(tmp_path, 10, saved, save_steps=3, save_at_start="before_first_step")
    assert saved == [0, 3, 6, 9, 10]  # as TensorFlow 2.15 does


def test_the_first_save_may_be_left_to_the_schedule(tmp_path: Path) -> None:
    saved: list[Any] = []
    run(tmp_path, 10, saved, save_steps=4, save_at_start="none")
    assert saved == [4, 8, 10]


def test_listeners_are_called_around_each_save_in_their_order(tmp_path: Path) -> None:
    calls: list[Any] = []
    run(tmp_path, 2, calls, save_steps=100, listeners=[Listener(calls, "a "), Listener(calls, "b ")])
    assert calls == [
        *("a begin", "b begin"),
        *("a before 1", "b before 1", 1, "a after 1", "b after 1"),
        *("a before 2", "b before 2", 2, "a after 2", "b after 2"),
        *("a end 2", "b end 2"),
    ]


class Counts(CheckpointSaverHook):
    """Overrides what TensorFlow's hook calls for each save, as scripts do."""

    saved: ClassVar[list[int]] = []

    def _save(self, session: Any, step: int) -> bool:
        self.saved.append(step)
        return super()._save(session, step)


def test_a_script_may_override_the_method_that_saves(tmp_path: Path) -> None:
    saver = Counts(tmp_path, save_steps=3, saver=NotingSaver([]), save_graph_def=False)
    with counting() as model, MonitoredSession(hooks=[saver]) as session:
        for _ in range(5):
            session.run(model.train_op)
    assert Counts.saved == [1, 4, 5]


def test_a_listener_stops_the_training(tmp_path: Path) -> None:
    calls: list[Any] = []
    run(tmp_path, 100, calls, save_steps=2, listeners=[Listener(calls, stop_at=3)])
    assert calls[-1] == "end 3"


def test_a_failed_training_saves_nothing_and_names_the_last_checkpoint(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    saved: list[Any] = []
    with counting() as model, pytest.raises(KeyError), caplog.at_level(logging.WARNING, "estimator"):
        saver = CheckpointSaverHook(tmp_path, saver=NotingSaver(saved), save_graph_def=False, save_steps=100)
        with MonitoredSession(hooks=[saver]) as session:
            for _ in range(3):
                session.run(model.train_op)
            raise KeyError("x")
    assert saved == [1]
    assert f"the last checkpoint is {tmp_path}/model.ckpt-1" in caplog.text


def test_each_save_is_in_the_events_file(tmp_path: Path) -> None:
    run(tmp_path, 3, [], save_steps=100)
    (path,) = tmp_path.glob("events.out.tfevents.*")
    logs = [event for event in EventFileLoader(str(path)).Load() if event.HasField("session_log")]
    assert [(event.step, event.session_log.checkpoint_path) for event in logs] == [
        (1, f"{tmp_path}/model.ckpt-1"),
        (3, f"{tmp_path}/model.ckpt-3"),
    ]


@pytest.mark.parametrize("options", [{}, {"save_secs": 1, "save_steps": 1}])
def test_exactly_one_schedule_is_needed(tmp_path: Path, options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="exactly one of save_secs and save_steps"):
        CheckpointSaverHook(tmp_path, **options)  # type: ignore[arg-type]


def test_a_listener_of_another_class_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        TypeError, match="saving_listeners must be a list of CheckpointSaverListener, given: 'x'"
    ):
        CheckpointSaverHook(tmp_path, save_steps=1, listeners=["x"])  # type: ignore[list-item]


def test_a_graph_that_no_file_can_hold_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "LARGEST_GRAPH", 3)
    entries: list[Any] = []
    with counting():
        refused = CheckpointSaverHook(tmp_path / "model", save_steps=1, saver=NotingSaver(entries))
        with pytest.raises(
            InvalidArgumentError, match=r"a file of a graph can hold no more than 3.*input_fn"
        ):
            refused.begin()
    assert (entries, list(tmp_path.iterdir())) == ([], [])
    run(tmp_path, 2, entries, save_steps=1)  # which writes no graph
    assert entries == [1, 2]


# -- graph.pbtxt


def write_twice(directory: Path, before: str, step_name: str = "global_step") -> dict[str, str]:
    """The texts under graph*.pbtxt after two trainings wrote their graph beside or over a file."""
    (directory / "graph.pbtxt").write_text(before)
    for _ in range(2):
        with counting() as model:
            write_graph(model.train_op.graph, str(directory / "graph.pbtxt"), step_name)
    return {file.name: file.read_text() for file in directory.glob("graph*.pbtxt")}


@pytest.mark.parametrize(
    "before", ["", 'node {\n  name: "global_step"\n  op: "VariableV2"\n}\n', 'node {\n  name: "n.o"\n}\n']
)
def test_the_graph_of_an_earlier_training_is_replaced(before: str, tmp_path: Path) -> None:
    found = write_twice(tmp_path, before, step_name="n.o")
    assert list(found) == ["graph.pbtxt"]
    assert 'op: "VarHandleOp"' in found["graph.pbtxt"]


@pytest.mark.parametrize(
    "before",
    ["my notes", 'node {\n  name: "frozen"\n  op: "Const"\n}\n', 'node {\n  name: "my/global_step"\n}\n'],
)
def test_a_file_that_is_no_trainings_graph_stays_and_the_graph_goes_beside_it(
    before: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = write_twice(tmp_path, before)
    assert found.pop("graph.pbtxt") == before
    assert list(found) == ["graph.estimator.pbtxt"]
    assert 'name: "global_step"' in found["graph.estimator.pbtxt"]
    assert (
        "graph.pbtxt is not the graph of a training and stays as it is; the graph is written to"
        in caplog.text
    )


class Wants(CheckpointSaverListener):
    """Wants some steps to be saved."""

    def __init__(self, *steps: int) -> None:
        self.steps = steps

    def wants_save(self, global_step_value: int) -> bool:
        return global_step_value in self.steps


def test_a_listener_may_want_saves_and_the_schedule_counts_from_them(tmp_path: Path) -> None:
    saved: list[Any] = []
    run(tmp_path, 20, saved, save_steps=8, listeners=[Wants(5), Wants(5, 7)])
    assert saved == [1, 5, 7, 15, 20]


def test_a_mock_of_a_listener_wants_nothing(tmp_path: Path) -> None:
    saved: list[Any] = []
    listener = Mock(spec=CheckpointSaverListener)
    listener.after_save.return_value = None
    run(tmp_path, 9, saved, save_steps=5, listeners=[listener])
    assert saved == [1, 6, 9] and listener.after_save.call_count == 3
