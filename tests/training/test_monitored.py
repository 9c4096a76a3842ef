"""The loop: the hooks' calls and their order, merged fetches, the ends of a run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, Mock

import numpy as np
import pytest

from estimator.core.errors import OutOfRangeError, UnimplementedError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.pipeline.producers import range_input_producer
from estimator.pipeline.queue_batches import batch
from estimator.pipeline.queue_runner import start_queue_runners
from estimator.runtime.session import Session
from estimator.training.hooks.feed_fn import FeedFnHook
from estimator.training.hooks.logging_tensor import LoggingTensorHook
from estimator.training.hooks.step_counter import StepCounterHook
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.training.monitored import (
    MonitoredSession,
    MonitoredTrainingSession,
    SingularMonitoredSession,
    StepContext,
)
from estimator.training.scaffold import Scaffold
from estimator.training.session_creator import LentSession
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from estimator.variables.variable import Variable, global_variables_initializer
from tests.training.loops import Counting, Diary, counting


def test_hooks_are_called_in_the_order_of_the_list() -> None:
    entries: list[str] = []
    with counting() as model, MonitoredSession(hooks=[Diary(entries, "a"), Diary(entries, "b")]) as session:
        session.run(model.train_op)
    calls = ["begin", "after_create_session", "before_run", "after_run", "end"]
    assert entries == [f"{name} {call}" for call in calls for name in "ab"]


def test_an_exception_calls_failed_instead_of_end_and_goes_on() -> None:
    entries: list[str] = []
    with counting(), pytest.raises(KeyError), MonitoredSession(hooks=[Diary(entries)]):
        raise KeyError("x")
    assert entries == ["begin", "after_create_session", "failed KeyError"]


@pytest.mark.parametrize("error", [OutOfRangeError("the end of the input"), StopIteration()])
def test_the_end_of_the_input_is_a_normal_end(error: Exception) -> None:
    entries: list[str] = []
    with counting(), MonitoredSession(hooks=[Diary(entries)]):
        raise error
    assert entries[-1] == "end"


class Broken(SessionRunHook):
    """Fails in one method."""

    def __init__(self, method: str) -> None:
        setattr(self, method, self._raise)
        self.has_raised = False

    def _raise(self, *args: Any) -> None:
        self.has_raised = True
        raise RuntimeError("the hook is broken")


def test_a_hook_that_fails_while_failing_does_not_hide_the_first_error() -> None:
    entries: list[str] = []
    broken = Broken("failed")
    with counting(), pytest.raises(KeyError), MonitoredSession(hooks=[broken, Diary(entries)]):
        raise KeyError("x")
    assert broken.has_raised
    assert entries[-1] == "failed KeyError"


def test_the_other_hooks_end_when_one_fails_to_end() -> None:
    entries: list[str] = []
    broken = Broken("end")
    with counting(), pytest.raises(RuntimeError, match="the hook is broken"):
        with MonitoredSession(hooks=[broken, Diary(entries)]):
            pass
    assert broken.has_raised
    assert entries[-1] == "end"


@pytest.mark.parametrize("method", ["begin", "after_create_session"])
def test_a_hook_that_fails_at_the_start_fails_the_others(method: str) -> None:
    entries: list[str] = []
    with counting(), pytest.raises(RuntimeError, match="the hook is broken"):
        MonitoredSession(hooks=[Diary(entries), Broken(method)])
    assert entries[-1] == "failed RuntimeError"


def test_the_error_of_a_step_reaches_the_caller_and_no_after_run_is_called() -> None:
    entries: list[str] = []
    with counting() as model, pytest.raises(RuntimeError, match="the hook is broken"):
        with MonitoredSession(hooks=[Broken("after_run"), Diary(entries)]) as session:
            session.run(model.train_op)
    assert entries == ["begin", "after_create_session", "before_run", "failed RuntimeError"]


def test_each_hook_gets_its_results_in_its_structure() -> None:
    with counting() as model:
        one = Diary([], args=SessionRunArgs(model.loss))
        many = Diary([], args=SessionRunArgs({"loss": model.loss, "both": (model.step, "loss:0")}))
        with MonitoredSession(hooks=[one, many, Diary([])]) as session:
            result = session.run([model.train_op, model.loss])
    assert result == [None, 1.0]
    assert one.results == [1.0]
    assert many.results == [{"loss": 1.0, "both": (1, 1.0)}]  # a variable has its value after the run


def test_fetches_are_merged_once_while_they_stay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[Any] = []
    prepare = Session.prepare
    monkeypatch.setattr(Session, "prepare", lambda self, *args: prepared.append(args) or prepare(self, *args))
    with counting() as model:
        hook = Diary([], args=SessionRunArgs([model.loss]))
        with MonitoredSession(hooks=[hook]) as session:
            for _ in range(5):
                session.run([model.train_op, model.loss])
            assert len(prepared) == 1
            hook.args = SessionRunArgs([model.loss])  # equal, but another object
            session.run([model.train_op, model.loss])
            assert len(prepared) == 1
            hook.args = SessionRunArgs([model.step])
            session.run([model.train_op, model.loss])
            assert len(prepared) == 2
    assert hook.results == [[1.0], [2.0], [4.0], [8.0], [16.0], [32.0], [7]]


def test_feeds_of_the_caller_and_of_hooks_are_merged() -> None:
    with counting():
        left, right = (b.Placeholder(dtype="float32", shape=[], name=name) for name in ("left", "right"))
        total = b.AddV2(left, right)
        with MonitoredSession(hooks=[FeedFnHook(lambda: {right: 2.0})]) as session:
            assert session.run(total, feed_dict={left: 1.0}) == 3.0


def test_the_same_tensor_fed_twice_is_refused() -> None:
    with counting():
        value = b.Placeholder(dtype="float32", shape=[], name="fed")
        hooks = [FeedFnHook(lambda: {value: 2.0}), FeedFnHook(lambda: {value: 3.0})]
        with pytest.raises(RuntimeError, match="Same tensor is fed by a SessionRunHook and user.*fed:0"):
            with MonitoredSession(hooks=hooks[:1]) as session:
                session.run(value, feed_dict={value: 1.0})
        with pytest.raises(RuntimeError, match="Same tensor is fed by two hooks.*fed:0"):
            with MonitoredSession(hooks=hooks) as session:
                session.run(value)


class StopsAt(SessionRunHook):
    """Asks to stop in one run."""

    def __init__(self, run: int) -> None:
        self.left = run

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self.left -= 1
        if self.left == 0:
            run_context.request_stop()


def test_a_hook_stops_the_loop_and_the_others_still_see_the_run() -> None:
    diary = Diary([])
    with counting() as model, MonitoredSession(hooks=[StopsAt(2), diary]) as session:
        while not session.should_stop():
            session.run(model.train_op)
    assert len(diary.results) == 2


def test_the_graph_is_finalized_after_begin() -> None:
    class Adds(SessionRunHook):
        def begin(self) -> None:
            self.constant = b.Identity(3.0)

    hook = Adds()
    with counting() as model, MonitoredSession(hooks=[hook]) as session:
        assert session.run(hook.constant) == 3.0
        assert model.graph.finalized


def test_a_closed_session_cannot_be_run() -> None:
    with counting() as model:
        session = MonitoredSession()
        session.close()
        assert session.should_stop()
        with pytest.raises(RuntimeError, match="the session is closed"):
            session.run(model.train_op)


def test_something_that_is_no_hook_is_refused() -> None:
    with (
        counting(),
        pytest.raises(TypeError, match=r"Hooks must be a SessionRunHook, given: .*pass an instance"),
    ):
        MonitoredSession(hooks=[Diary])  # type: ignore[list-item]


def test_before_run_must_return_args() -> None:
    with counting() as model:
        with pytest.raises(TypeError, match="must return SessionRunArgs or None, returned: 'loss:0'"):
            with MonitoredSession(hooks=[Diary([], args="loss:0")]) as session:  # type: ignore[arg-type]
                session.run(model.train_op)


def test_a_step_of_several_runs_uses_the_plain_session_for_some() -> None:
    diary = Diary([])

    with counting() as model, MonitoredSession(hooks=[diary]) as session:

        def step_fn(step_context: StepContext) -> Any:
            before = step_context.session.run(model.weight)
            step_context.run_with_hooks(model.train_op)
            return before

        assert session.run_step_fn(step_fn) == 1.0
    assert len(diary.results) == 1


def test_a_step_function_may_end_the_loop() -> None:
    with counting(), MonitoredSession() as session:

        def step_fn(step_context: StepContext) -> None:
            step_context.request_stop()

        session.run_step_fn(step_fn)
        raise AssertionError("request_stop leaves the block")


def test_a_step_function_with_other_arguments_is_refused() -> None:
    with counting(), MonitoredSession() as session:
        with pytest.raises(
            ValueError, match=r"`step_fn` may either have one `step_context` argument.*given: \['x'\]"
        ):
            session.run_step_fn(lambda x: x)


def test_a_singular_session_gives_its_plain_session() -> None:
    with counting() as model, SingularMonitoredSession() as session:
        assert isinstance(session, SingularMonitoredSession)
        plain = session.raw_session()
        assert plain is not None
        assert plain.run(model.weight) == 1.0


def train(directory: Path, steps: int, **options: Any) -> float:
    """Train so many steps and give the weight."""
    with counting() as model:
        hooks = [StopAtStepHook(num_steps=steps)]
        with MonitoredTrainingSession(checkpoint_dir=directory, hooks=hooks, **options) as session:
            while not session.should_stop():
                weight = session.run([model.train_op, model.weight])[1]
    return float(weight)


def steps_on_disk(directory: Path) -> list[int]:
    return sorted(int(each.stem.rpartition("-")[2]) for each in directory.glob("model.ckpt-*.index"))


def test_a_training_saves_its_first_and_last_step_and_the_next_goes_on(tmp_path: Path) -> None:
    assert train(tmp_path, 5) == 32.0
    assert steps_on_disk(tmp_path) == [1, 5]
    assert train(tmp_path, 3) == 256.0
    assert steps_on_disk(tmp_path) == [1, 5, 6, 8]


def test_a_training_every_n_steps_saves_1_and_each_nth_after_it(tmp_path: Path) -> None:
    train(tmp_path, 8, save_checkpoint_steps=3)
    assert steps_on_disk(tmp_path) == [1, 4, 7, 8]


def test_both_schedules_none_save_nothing(tmp_path: Path) -> None:
    train(tmp_path, 2, save_checkpoint_steps=None, save_checkpoint_secs=None)
    assert steps_on_disk(tmp_path) == []


def test_a_worker_is_not_there_yet() -> None:
    with counting(), pytest.raises(UnimplementedError, match="is_chief=False"):
        MonitoredTrainingSession(is_chief=False)


def test_a_run_returns_numpy_values() -> None:
    with counting() as model, MonitoredSession() as session:
        assert isinstance(session.run(model.loss), np.float32)


def test_a_mock_of_the_interface_is_a_hook() -> None:
    # with wraps= or a return value, as TensorFlow's own tests have them
    for hook in (
        MagicMock(spec=SessionRunHook, wraps=SessionRunHook()),
        Mock(spec=SessionRunHook, before_run=Mock(return_value=None)),
    ):
        with counting() as model, MonitoredSession(hooks=[hook]) as session:
            session.run(model.train_op)
        hook.before_run.assert_called_once()
        hook.after_run.assert_called_once()
        hook.end.assert_called_once()


def test_what_before_run_returns_is_checked() -> None:
    hook = MagicMock(spec=SessionRunHook)  # its before_run gives one more mock; TensorFlow fails on it too
    with (
        counting() as model,
        pytest.raises(TypeError, match="must return SessionRunArgs or None, returned: <MagicMock"),
        MonitoredSession(hooks=[hook]) as session,
    ):
        session.run(model.train_op)


def weights(make: Callable[[], MonitoredSession], model: Counting) -> list[float]:
    """What the weight is after a step, in three sessions of one graph."""
    found = []
    for _ in range(3):
        with make() as session:
            session.run(model.train_op)
            found.append(float(session.run(model.weight)))
    return found


# TensorFlow 2.15: the next session of a graph begins anew, or at the checkpoint
@pytest.mark.parametrize("make", [MonitoredSession, SingularMonitoredSession, MonitoredTrainingSession])
def test_a_graph_has_as_many_sessions_as_one_likes(make: Callable[[], MonitoredSession]) -> None:
    with counting() as model:
        assert weights(make, model) == [2.0, 2.0, 2.0]


def test_the_next_session_of_a_graph_goes_on_from_the_checkpoint(tmp_path: Path) -> None:
    with counting() as model:
        model.graph.add_to_collection(GraphKeys.SUMMARIES, b.ScalarSummary("loss", model.loss))
        hooks = [
            LoggingTensorHook({"loss": model.loss}, every_n_iter=1),
            StepCounterHook(output_dir=tmp_path),
        ]
        assert weights(
            lambda: MonitoredTrainingSession(checkpoint_dir=tmp_path, save_summaries_steps=1, hooks=hooks),
            model,
        ) == [2.0, 4.0, 8.0]
        assert weights(lambda: SingularMonitoredSession(checkpoint_dir=tmp_path), model) == [16.0] * 3
    assert steps_on_disk(tmp_path) == [1, 2, 3]


def test_a_graph_finalized_by_hand_runs_with_what_it_has() -> None:
    # TensorFlow refuses, since it wants to add ready ops
    with counting() as model:
        model.graph.add_to_collection(GraphKeys.INIT_OP, global_variables_initializer())
        model.graph.finalize()
        assert weights(MonitoredSession, model) == [2.0, 2.0, 2.0]


def test_a_graph_finalized_without_an_init_op_is_told_what_it_lacks() -> None:
    with counting() as model:
        model.graph.finalize()
        with pytest.raises(RuntimeError, match=r"no value for .*weight.*finalized without an init_op"):
            MonitoredSession()


def test_a_graph_finalized_without_a_saver_does_not_restore(tmp_path: Path) -> None:
    train(tmp_path, 1)
    with counting() as model:
        model.graph.finalize()
        with pytest.raises(RuntimeError, match=r"finalized without one; then pass Scaffold\(saver="):
            SingularMonitoredSession(checkpoint_dir=tmp_path)


def test_a_variable_called_global_step_stops_and_names_checkpoints(tmp_path: Path) -> None:
    with Graph().as_default():
        step = Variable(0, name="global_step", trainable=False)
        advance = step.assign_add(1)
        hooks = [StopAtStepHook(last_step=3)]
        with MonitoredTrainingSession(checkpoint_dir=tmp_path, hooks=hooks) as session:
            while not session.should_stop():
                session.run(advance)
    assert steps_on_disk(tmp_path) == [1, 3]


def test_the_graph_may_be_added_to_when_the_session_is_closed() -> None:
    # as TensorFlow: it is final for the session only
    with counting() as model:
        for make in (MonitoredSession, SingularMonitoredSession):
            session = make()
            assert model.graph.finalized
            session.close()
            assert not model.graph.finalized
        with pytest.raises(KeyError), MonitoredSession():
            raise KeyError("x")
        tripled = model.weight * 3.0
        with MonitoredSession() as session:
            assert session.run(tripled) == 3.0


def test_a_graph_that_was_final_stays_so() -> None:
    with counting() as model:
        Scaffold().finalize()
        with MonitoredSession():
            pass
        assert model.graph.finalized


def test_a_variable_made_after_a_session_is_missed_by_the_next() -> None:
    # the init op that the first one has made does not know it; TensorFlow fails at the first use
    with counting() as model:
        with MonitoredSession():
            pass
        Variable(1.0, name="late")
        with pytest.raises(RuntimeError, match="no value for late"):
            MonitoredSession()
        assert not model.graph.finalized


def test_the_end_that_a_script_raises_by_itself_ends_the_block() -> None:
    with counting(), MonitoredSession() as session:
        raise OutOfRangeError(None, None, "enough")
    assert session.should_stop()


@pytest.mark.parametrize("argument", ["hooks", "chief_only_hooks"])
def test_a_hook_without_its_list_is_told_of(argument: str) -> None:
    hook: Any = StopAtStepHook(3)
    with counting(), pytest.raises(TypeError, match=rf"^{argument} must be a list.*list: {argument}=\[...\]"):
        MonitoredTrainingSession(**{argument: hook})


# -- queues ------------------------------------------------------------------------------------------------------------


def _counted(count: int, epochs: int | None = 1) -> Any:
    return batch([range_input_producer(count, epochs, shuffle=False).dequeue()], 2)


def test_a_session_with_hooks_fills_queues_until_they_end() -> None:
    numbers, found = _counted(6), []
    with MonitoredSession() as session:
        while not session.should_stop():
            found.append(session.run(numbers).tolist())
    assert found == [[0, 1], [2, 3], [4, 5]]
    assert start_queue_runners(session) == []


def test_a_session_that_is_left_ends_the_threads_that_fill_queues() -> None:
    numbers = _counted(6, epochs=None)
    with MonitoredSession() as session:
        session.run(numbers)
        names = {thread.name for thread in threading.enumerate()}
        assert "QueueRunnerThread-batch/fifo_queue-batch/fifo_queue_enqueue" in names
    assert not any(thread.name.startswith("QueueRunnerThread") for thread in threading.enumerate())


def test_a_step_is_a_function() -> None:
    with Graph().as_default(), MonitoredSession() as session, pytest.raises(TypeError, match="given: 3"):
        session.run_step_fn(3)


def test_a_lent_session_goes_on_after_the_loop_and_its_graph_may_grow() -> None:
    with counting() as model, Session() as lent:
        lent.run(global_variables_initializer())
        for _ in range(2):
            with MonitoredSession(LentSession(lent), [StopAtStepHook(num_steps=3)]) as session:
                while not session.should_stop():
                    session.run_until_due(model.train_op)
            model.graph.constant(1.0)
        assert not lent.is_closed
        assert lent.run(model.step) == 6


def test_a_failing_loop_leaves_a_lent_session_open() -> None:
    with counting() as model, Session() as lent:
        lent.run(global_variables_initializer())
        with pytest.raises(KeyError), MonitoredSession(LentSession(lent)) as session:
            session.run(model.train_op)
            raise KeyError("x")
        assert lent.run(model.step) == 1
