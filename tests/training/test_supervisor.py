"""The Supervisor: what it restores, saves and stops."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.saver import Saver
from estimator.core.errors import UnimplementedError
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.model_dir.finding import latest_prefix
from estimator.pipeline.dataset import Dataset
from estimator.runtime.session import Session
from estimator.summaries.ops import scalar
from estimator.summaries.reader import summary_iterator
from estimator.training.supervisor import Supervisor, basic_train_loop
from estimator.variables.variable import Variable
from tests.training.loops import counting


class Noticed(Saver):
    """A saver that tells when it has saved."""

    def __init__(self) -> None:
        super().__init__()
        self.done = threading.Event()

    def save(self, *args: Any, **kwargs: Any) -> Any:
        result = super().save(*args, **kwargs)
        self.done.set()
        return result


def events(directory: Path) -> list[Any]:
    return [event for path in sorted(directory.glob("events*")) for event in summary_iterator(path)]


def test_a_loop_is_saved_beside_and_goes_on_where_it_was(tmp_path: Path) -> None:
    with counting() as model:
        supervisor = Supervisor(logdir=tmp_path, saver=(saver := Noticed()), save_summaries_secs=0)
        with supervisor.managed_session() as session:
            assert saver.done.wait(30)  # the first save comes at once
            for _ in range(3):
                session.run(model.train_op)
            saver.save(session, supervisor.save_path, global_step=supervisor.global_step)
        assert supervisor.should_stop() and session.is_closed
        assert Path(str(latest_prefix(tmp_path))).name == "model.ckpt-3"
        assert (tmp_path / "graph.pbtxt").exists()
    with counting() as model:
        with Supervisor(logdir=tmp_path, save_model_secs=0).managed_session() as session:
            assert session.run(model.step) == 3
    logged = [event.session_log.status for event in events(tmp_path) if event.HasField("session_log")]
    assert logged == [1, 3, 2, 1, 2]  # START, CHECKPOINT, STOP; START, STOP


def test_summaries_are_written_by_the_thread_and_by_the_loop(tmp_path: Path) -> None:
    written = threading.Event()
    with counting() as model:
        summary = scalar("weight_now", model.weight)
        supervisor = Supervisor(logdir=tmp_path, save_model_secs=0, save_summaries_secs=3600)
        add = supervisor.summary_writer.add_summary

        def noticing(*args: Any) -> None:
            add(*args)
            written.set()

        supervisor.summary_writer.add_summary = noticing
        with supervisor.managed_session() as session:
            assert written.wait(30)
            supervisor.summary_computed(session, session.run(summary), global_step=7)
    found = {(value.tag, event.step) for event in events(tmp_path) for value in event.summary.value}
    assert {("weight_now", 0), ("weight_now", 7)} <= found


def test_without_a_directory_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with counting() as model:
        supervisor = Supervisor()
        with supervisor.managed_session() as session:
            session.run(model.train_op)
            with pytest.raises(RuntimeError, match="give the Supervisor a logdir"):
                supervisor.summary_computed(session, b"")
        assert model.step.graph.finalized
    assert list(tmp_path.iterdir()) == []


def test_the_end_of_the_input_ends_the_block_and_an_error_goes_on() -> None:
    with counting():
        element = Dataset.range(2).make_one_shot_iterator().get_next()
        with Supervisor().managed_session() as session:
            while True:
                session.run(element)
    with counting():
        with pytest.raises(ZeroDivisionError), Supervisor().managed_session():
            1 / 0  # noqa: B018


def test_an_error_of_a_thread_ends_the_loop() -> None:
    def fail() -> None:
        raise ValueError("broken")

    with counting() as model:
        supervisor = Supervisor()
        with pytest.raises(ValueError, match="broken"), supervisor.managed_session() as session:
            supervisor.loop(None, fail)
            while not supervisor.should_stop():
                session.run(model.train_op)


def test_what_is_given_counts_and_none_is_none() -> None:
    with counting() as model:
        init = model.weight.initializer
        model.weight.graph.add_to_collection(GraphKeys.INIT_OP, init)
        fn: list[Session] = []
        supervisor = Supervisor(
            saver=None, ready_op=None, summary_op=None, global_step=None, init_fn=fn.append
        )
        assert supervisor.init_op is init
        assert (supervisor.saver, supervisor.ready_op, supervisor.global_step) == (None, None, None)
        session = supervisor.PrepareSession()
        assert (fn, session.run(model.weight)) == ([session], np.float32(1))
        supervisor.Stop()
        assert supervisor.ShouldStop()


def test_workers_are_refused() -> None:
    with counting(), pytest.raises(UnimplementedError, match="nobody would be the chief"):
        Supervisor(is_chief=False)


def test_what_is_no_argument_of_a_supervisor_is_refused_at_once(tmp_path: Path) -> None:
    with (
        Graph().as_default(),
        pytest.raises(
            TypeError,
            match=r"`graph` must be a tf.Graph, given: 3. .*`logdir` must be a path.*`saver` must be a tf.train.Sav",
        ),
    ):
        Supervisor(3, logdir=4, saver="s")  # type: ignore[arg-type]


def test_a_function_is_called_until_the_supervisor_is_to_stop() -> None:
    with Graph().as_default():
        v = Variable(1.0)
        supervisor = Supervisor(summary_op=None)
        seen = []

        def step(session: Any, add: float, times: float) -> None:
            seen.append(session.run(v) + add * times)
            if len(seen) == 3:
                supervisor.request_stop()

        basic_train_loop(supervisor, step, (5.0,), {"times": 2.0})
    assert seen == [11.0] * 3
