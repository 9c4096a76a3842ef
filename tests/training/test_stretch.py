"""Stretches: hooks that rest act at the runs at which they would act if they were called at each."""

from __future__ import annotations

import io
import logging
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import NanLossDuringTrainingError, OutOfRangeError, UnknownError
from estimator.functions.py_func import py_func
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.summaries.metrics_file import MetricsFile
from estimator.summaries.ops import scalar
from estimator.training import stretch
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook, CheckpointSaverListener
from estimator.training.hooks.feed_fn import FeedFnHook
from estimator.training.hooks.global_step_waiter import GlobalStepWaiterHook
from estimator.training.hooks.logging_tensor import LoggingTensorHook
from estimator.training.hooks.metrics_file import MetricsFileHook
from estimator.training.hooks.nan_tensor import NanTensorHook
from estimator.training.hooks.profiler import ProfilerHook
from estimator.training.hooks.progress import ProgressHook
from estimator.training.hooks.step_counter import StepCounterHook
from estimator.training.hooks.stop_at_checkpoint_step import StopAtCheckpointStepHook
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.training.hooks.summary_saver import SummarySaverHook
from estimator.training.interrupt import Interruption, StopOnSignalHook
from estimator.training.monitored import MonitoredSession
from estimator.training.session_run_hook import SessionRunArgs, SessionRunHook
from estimator.training.triggers import Due
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable
from tests.conftest import FakeClock
from tests.training.hooks.test_checkpoint_saver import NotingSaver
from tests.training.loops import Diary


class Stepping:
    """A graph whose step goes on as a function of the run says, and calls another function in it.

    Parameters
    ----------
    growth : callable
        How much the n-th run adds to the global step, from 1 on.
    within : callable
        Called in the n-th run with n; what it returns is the loss.
    """

    def __init__(
        self, growth: Callable[[int], int] = lambda run: 1, within: Callable[[int], float] = float
    ) -> None:
        self.runs = 0
        self.step = get_or_create_global_step()
        grown, self.loss = py_func(
            lambda: self._run(growth, within), [], [np.int64, np.float32], stateful=True
        )
        self.loss.set_shape([])
        scalar("loss", self.loss)
        self.train_op = self.step.assign_add(b.Reshape(grown, []), read_value=False)

    def _run(self, growth: Callable[[int], int], within: Callable[[int], float]) -> tuple[Any, Any]:
        self.runs += 1
        return np.int64(growth(self.runs)), np.float32(within(self.runs))


Makes = Callable[[Stepping, FakeClock, list[Any]], SessionRunHook]  # a hook that notes what it does


class Wishes(CheckpointSaverListener):
    """Wants the steps 7 and 18 saved, or the next that comes."""

    def __init__(self) -> None:
        self.left = [7, 18]

    def wants_save(self, global_step_value: int) -> bool:
        wanted = [step for step in self.left if step <= global_step_value]
        self.left = [step for step in self.left if step > global_step_value]
        return bool(wanted)

    def next_wish(self) -> float | None:
        return min(self.left, default=1e9)


def saver(clock: FakeClock, acts: list[Any], **options: Any) -> CheckpointSaverHook:
    return CheckpointSaverHook(".", saver=NotingSaver(acts), save_graph_def=False, clock=clock, **options)


class NotingWriter:
    """Stands for a FileWriter."""

    def __init__(self, acts: list[Any]) -> None:
        self._acts = acts

    def add_summary(self, summary: Any, step: int) -> None:
        self._acts.append(("summary", step))

    def add_session_log(self, log: Any, step: int) -> None:
        self._acts.append(("session log", step))


HOOKS: dict[str, Makes] = {
    "log by runs": lambda model, clock, acts: LoggingTensorHook({"loss": model.loss}, 4, clock=clock),
    "log each run": lambda model, clock, acts: LoggingTensorHook({"loss": model.loss}, 1, clock=clock),
    "log by time": lambda model, clock, acts: LoggingTensorHook(
        {"loss": model.loss}, every_n_secs=2.5, clock=clock
    ),
    "log at the end": lambda model, clock, acts: LoggingTensorHook(
        {"loss": model.loss}, at_end=True, clock=clock
    ),
    "count by steps": lambda model, clock, acts: StepCounterHook(5, clock=clock),
    "count by time": lambda model, clock, acts: StepCounterHook(None, 3.0, clock=clock),
    "save by steps": lambda model, clock, acts: saver(clock, acts, save_steps=6),
    "save by time": lambda model, clock, acts: saver(clock, acts, save_secs=3.2),
    "save by the schedule alone": lambda model, clock, acts: saver(
        clock, acts, save_steps=6, save_at_start="none"
    ),
    "save what is wanted": lambda model, clock, acts: saver(clock, acts, save_steps=10, listeners=[Wishes()]),
    "summaries by steps": lambda model, clock, acts: SummarySaverHook(
        7, summary_writer=NotingWriter(acts), summary_op=model.loss, clock=clock
    ),
    "summaries by time": lambda model, clock, acts: SummarySaverHook(
        save_secs=2.2, summary_writer=NotingWriter(acts), summary_op=model.loss, clock=clock
    ),
    "stop": lambda model, clock, acts: StopAtStepHook(last_step=17),
    "stop after so many": lambda model, clock, acts: StopAtStepHook(num_steps=13),
    "wait": lambda model, clock, acts: GlobalStepWaiterHook(0),
    "profile by steps": lambda model, clock, acts: ProfilerHook(save_steps=6, clock=clock),
    "profile by time": lambda model, clock, acts: ProfilerHook(save_secs=3.4, clock=clock),
    "wait for a checkpoint": lambda model, clock, acts: StopAtCheckpointStepHook(
        ".", last_step=17, sleep=lambda secs: acts.append("sleep")
    ),
    "progress": lambda model, clock, acts: ProgressHook(
        25, always=True, stream=NotingStream(acts), clock=clock
    ),
    "metrics file": lambda model, clock, acts: MetricsFileHook(NotingFile(acts), model.loss, 6, clock=clock),
    "not a number": lambda model, clock, acts: NanTensorHook(model.loss, fail_on_nan_loss=False),
}


class NotingFile(MetricsFile):
    """Notes what it would have written."""

    def __init__(self, acts: list[Any]) -> None:
        super().__init__(".")
        self._acts = acts

    def _add(self, entry: dict[str, Any]) -> None:
        self._acts.append(entry)


class NotingStream(io.StringIO):
    """Notes which numbers of steps are shown."""

    def __init__(self, acts: list[Any]) -> None:
        super().__init__()
        self._acts = acts

    def write(self, text: str) -> int:
        self._acts += re.findall(r"train (\d+)/", text)
        return len(text)


GROWTHS: dict[str, Callable[[int], int]] = {
    "one a run": lambda run: 1,
    "now and then": lambda run: int(run % 4 == 0),
    "in leaps": lambda run: run % 3 + 1,
}


class Ticks(SessionRunHook):
    """Takes its time after each run, which others notice whose turn comes later."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._clock.advance(0.3)


def acts_of(
    make: Makes,
    growth: Callable[[int], int],
    one_by_one: bool,
    caplog: pytest.LogCaptureFixture,
    company: Callable[[FakeClock], list[SessionRunHook]] = lambda clock: [],
) -> Any:
    """What a hook does in a loop of 25 runs, each of a second: in which run, and what it logs."""
    caplog.clear()
    acts: list[Any] = []
    with Graph().as_default():
        clock = FakeClock()

        def within(run: int) -> float:
            clock.advance(1)
            if run == 25:
                session.coord.request_stop()
            acts.append(("run", run))
            return float("nan") if run == 21 else float(run)

        model = Stepping(growth, within)
        hooks = [*company(clock), make(model, clock, acts), *company(clock)]
        with MonitoredSession(hooks=hooks) as session:
            while not session.should_stop():
                if one_by_one:
                    session.run(model.train_op)
                else:
                    session.run_until_due(model.train_op)
    return acts, [record.message for record in caplog.records]


@pytest.mark.parametrize("growth", GROWTHS.values(), ids=list(GROWTHS))
@pytest.mark.parametrize("make", HOOKS.values(), ids=list(HOOKS))
def test_a_hook_that_rests_acts_at_the_same_runs(
    make: Makes,
    growth: Callable[[int], int],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.INFO, "estimator")
    rested = [acts_of(make, growth, one_by_one, caplog) for one_by_one in (True, False)]
    monkeypatch.setattr(stretch, "_speaks_for_itself", lambda hook: False)
    awake = acts_of(make, growth, True, caplog)
    assert rested == [awake, awake]


@pytest.mark.parametrize("make", HOOKS.values(), ids=list(HOOKS))
def test_so_does_one_among_hooks_that_do_not_rest(
    make: Makes, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def company(clock: FakeClock) -> list[SessionRunHook]:
        return [Ticks(clock)]

    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.INFO, "estimator")
    rested = acts_of(make, GROWTHS["one a run"], False, caplog, company)
    monkeypatch.setattr(stretch, "_speaks_for_itself", lambda hook: False)
    assert rested == acts_of(make, GROWTHS["one a run"], False, caplog, company)


def test_it_ends_before_the_first_hook_is_due_and_the_others_are_told_of_one_run_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    for method in ("before_run", "after_run", "skipped"):
        monkeypatch.setattr(RestingDiary, method, noting(calls, method, getattr(RestingDiary, method)))
    with Graph().as_default():
        model = Stepping()
        every_6 = RestingDiary(Due(runs=6), SessionRunArgs(model.step))
        ends: list[int] = []
        with MonitoredSession(hooks=[every_6, RestingDiary(Due())]) as session:
            for _ in range(3):
                session.run_until_due(model.train_op)
                ends.append(model.runs)
    assert ends == [5, 10, 15]
    assert calls == 3 * [*2 * ["before_run"], *2 * ["skipped", "after_run"]]
    assert (every_6.results, every_6.skips) == ([5, 10, 15], [4, 4, 4])


def noting(calls: list[str], name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*args: Any) -> Any:
        calls.append(name)
        return method(*args)

    return noted


class RestingDiary(SessionRunHook):
    """Is due when it is told; keeps what it is told."""

    def __init__(self, due: Due, args: SessionRunArgs | None = None) -> None:
        self.due, self.args = due, args
        self.results: list[Any] = []
        self.skips: list[int] = []

    def next_due(self) -> Due:
        return self.due

    def before_run(self, run_context: Any) -> SessionRunArgs | None:
        return self.args

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self.results.append(run_values.results)

    def skipped(self, runs: int) -> None:
        self.skips.append(runs)


class Restless(RestingDiary):
    """Overrides a method, and does not say when it is due."""

    def after_run(self, run_context: Any, run_values: Any) -> None:
        super().after_run(run_context, run_values)


class RestingAgain(Restless):
    """Says it for itself."""

    def next_due(self) -> Due:
        return Due()


def test_a_class_that_overrides_a_method_and_not_next_due_is_called_at_each_run() -> None:
    patched = RestingDiary(Due())
    patched.before_run = lambda run_context: None  # type: ignore[method-assign]
    with Graph().as_default():
        model = Stepping()
        args = SessionRunArgs(model.loss)
        hooks = [Restless(Due(), args), RestingAgain(Due(), args), RestingDiary(Due(), args), patched]
        with MonitoredSession(hooks=hooks) as session:
            for _ in range(3):
                session.run_until_due(model.train_op)
    assert model.runs == 3
    assert [hook.results for hook in hooks] == [[1, 2, 3], [], [], [None, None, None]]


def test_hooks_of_a_script_are_called_at_each_run_while_the_others_rest() -> None:
    entries: list[str] = []
    with Graph().as_default():
        model = Stepping()
        resting = RestingDiary(Due(step=4), SessionRunArgs(model.step))
        with MonitoredSession(hooks=[resting, Diary(entries)]) as session:
            for _ in range(5):
                session.run_until_due(model.train_op)
    assert entries.count("before_run") == entries.count("after_run") == 5
    assert (resting.results, resting.skips) == ([3, 4, 5], [2])


@pytest.mark.parametrize(("place", "told"), [(0, ([4], [3])), (1, ([3], [2]))])
def test_what_a_hook_of_a_script_does_after_a_run_may_end_it_for_those_behind_it(
    place: int, told: tuple[list[int], list[int]]
) -> None:
    came: list[bool] = []
    with Graph().as_default():
        model = Stepping()
        resting = RestingDiary(Due(event=lambda: bool(came)), SessionRunArgs(model.step))

        class Raises(SessionRunHook):
            def after_run(self, run_context: Any, run_values: Any) -> None:
                if model.runs == 3:
                    came.append(True)

        hooks: list[SessionRunHook] = [Raises()]
        hooks.insert(place, resting)
        with MonitoredSession(hooks=hooks) as session:
            for _ in range(4):
                session.run_until_due(model.train_op)
    assert (resting.results[:1], resting.skips[:1]) == told


def test_a_look_at_what_nobody_fetches_says_so() -> None:
    with Graph().as_default():
        model = Stepping()
        hook = RestingDiary(Due(value=(model.loss, np.isnan)), SessionRunArgs(model.step))
        with pytest.raises(ValueError, match="names .*PyFunc:1.*, which its before_run does not ask for"):
            with MonitoredSession(hooks=[hook]) as session:
                session.run_until_due(model.train_op)


def test_a_look_may_be_at_a_variable() -> None:
    with Graph().as_default():
        model = Stepping()
        hook = RestingDiary(Due(value=(model.step, lambda step: step >= 4)), SessionRunArgs(model.step))
        with MonitoredSession(hooks=[hook]) as session:
            session.run_until_due(model.train_op)
    assert hook.results == [4]


def test_without_a_global_step_a_hook_that_counts_by_it_is_called_at_each_run() -> None:
    with Graph().as_default():
        (one,) = py_func(lambda: np.float32(1), [], [np.float32], stateful=True)
        counting, resting = RestingDiary(Due(step=100)), RestingDiary(Due(runs=4))
        with MonitoredSession(hooks=[counting, resting]) as session:
            for _ in range(3):
                session.run_until_due(one)
    assert (len(counting.results), len(resting.results)) == (3, 1)


class TestWhatComesSuddenly:
    """Each ends the loop at the very run, though no hook is due for long."""

    def run(self, within: Callable[[int], float], *hooks: Callable[[Stepping], SessionRunHook]) -> Stepping:
        """Run until somebody asks to stop, with hooks that rest."""
        with Graph().as_default():
            model = Stepping(within=within)
            made = [StopAtStepHook(last_step=50), *(make(model) for make in hooks)]
            self.session = MonitoredSession(hooks=made)
            self.model = model
            with self.session as session:
                while not session.should_stop():
                    session.run_until_due([model.train_op, model.loss])
        return model

    def test_a_loss_that_is_no_number(self) -> None:
        with pytest.raises(NanLossDuringTrainingError, match="It is at step 7"):
            self.run(lambda run: float("nan") if run == 7 else 1.0, lambda model: NanTensorHook(model.loss))
        assert self.model.runs == 7

    def test_a_signal(self) -> None:
        with pytest.raises(SystemExit), Interruption() as interruption:
            self.run(
                lambda run: signal.raise_signal(signal.SIGTERM) or 1.0 if run == 7 else 1.0,
                lambda model: StopOnSignalHook(interruption),
            )
        assert self.model.runs == 7

    def test_a_request_of_another_thread(self) -> None:
        def within(run: int) -> float:
            if run == 7:
                thread = threading.Thread(target=self.session.coord.request_stop)
                thread.start()
                thread.join()
            return 1.0

        assert self.run(within).runs == 7

    def test_an_error(self) -> None:
        def within(run: int) -> float:
            if run == 7:
                raise KeyError("the data are broken")
            return float(run)

        with pytest.raises(UnknownError, match="the data are broken"):
            self.run(within)
        assert self.session.latest == [None, 6.0]

    def test_the_end_of_the_input_of_which_the_hooks_that_rest_hear_the_number_of_runs(self) -> None:
        def within(run: int) -> float:
            if run == 7:
                raise OutOfRangeError("End of sequence")
            return float(run)

        hook = RestingDiary(Due())
        self.run(within, lambda model: hook)
        assert (self.model.runs, self.session.latest) == (7, [None, 6.0])
        assert (hook.results, hook.skips) == ([], [6])


def test_feeds_of_a_hook_are_asked_for_at_each_run() -> None:
    with Graph().as_default() as graph:
        step = get_or_create_global_step()
        x = b.Placeholder(dtype=np.float32, shape=[])
        total = Variable(np.float32(0), name="total")
        with graph.control_dependencies([total.assign_add(x, read_value=False)]):
            train_op = step.assign_add(1, read_value=False)
        numbers = iter(range(1, 100))
        hooks = [StopAtStepHook(last_step=4), FeedFnHook(lambda: {x: next(numbers)})]
        with MonitoredSession(hooks=hooks) as session:
            while not session.should_stop():
                session.run_until_due(train_op)
            assert session._tf_sess().run(total) == 1 + 2 + 3 + 4


def test_threads_that_run_at_once_get_what_they_have_fed() -> None:
    x_of = {1.0: 0.0, 2.0: 0.0}
    both = threading.Barrier(2)

    class Meets(SessionRunHook):
        """Lets no run go on before the other has been asked for, too."""

        def before_run(self, run_context: Any) -> None:
            both.wait(timeout=20)

    with Graph().as_default():
        x = b.Placeholder(dtype=np.float32, shape=[])
        same = b.Identity(x)
        with MonitoredSession(hooks=[Meets()]) as session:

            def work(value: float) -> None:
                for _ in range(3):
                    x_of[value] = float(session.run(same, {x: value}))

            threads = [threading.Thread(target=work, args=(value,)) for value in x_of]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert x_of == {1.0: 1.0, 2.0: 2.0}


@pytest.mark.parametrize("given", [3, "soon", (1, 2)], ids=str)
def test_a_hook_that_says_no_due_is_told_so(given: Any) -> None:
    class Wrong(SessionRunHook):
        def next_due(self) -> Any:
            return given

        def after_run(self, run_context: Any, run_values: Any) -> None:
            pass

    with Graph().as_default() as graph:
        constant = graph.constant(1.0)
        with pytest.raises(TypeError, match=r"Wrong.next_due must return a Due.*has returned"):
            with MonitoredSession(hooks=[Wrong()]) as session:
                session.run(constant)


def test_runs_may_be_made_at_once_as_far_as_the_growth_of_the_step_tells() -> None:
    class Resting(SessionRunHook):
        def before_run(self, run_context: Any) -> None:
            return None

        def next_due(self) -> Due:
            return Due(step=10)

    step = [1.0]
    planned = stretch.Stretch(stretch.Hooks([Resting()]), lambda: lambda: step[0], lambda: False)
    several = stretch.AtOnce(planned, [], 3)
    assert several.left() == 0  # it is not known how much a run lets the step grow
    step[0] = 3.0
    assert not several.stops_at([]) and not several.is_over()
    assert several.left() == 3  # at 5, 7 and 9, behind which the hook is due
    step[0] = 9.0
    assert several.is_over()
