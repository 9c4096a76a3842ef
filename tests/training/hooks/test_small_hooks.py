"""The hooks of a few lines: what they do in a loop of the counting model."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import NanLossDuringTrainingError, OutOfRangeError
from estimator.functions import math
from estimator.functions.grouping import no_op
from estimator.graph import build as b
from estimator.runtime.session import Session
from estimator.training.coordinator import Coordinator
from estimator.training.hooks.final_ops import FinalOpsHook
from estimator.training.hooks.global_step_waiter import GlobalStepWaiterHook
from estimator.training.hooks.logging_tensor import LoggingTensorHook
from estimator.training.hooks.nan_tensor import NanTensorHook
from estimator.training.hooks.step_counter import StepCounterHook
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.training.hooks.summary_saver import SummarySaverHook
from estimator.training.monitored import MonitoredSession
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from estimator.training.triggers import SecondOrStepTimer
from estimator.variables.global_step import get_global_step
from estimator.variables.variable import Variable
from tests.conftest import FakeClock
from tests.training.loops import Counting, counting


@pytest.fixture
def model() -> Iterator[Counting]:
    """The counting model in its graph."""
    with counting() as made:
        yield made


def run(model: Counting, hooks: list[SessionRunHook], steps: int, clock: FakeClock | None = None) -> int:
    """Make at most so many steps of a second each; how many were made."""
    made = 0
    with MonitoredSession(hooks=hooks) as session:
        while made < steps and not session.should_stop():
            session.run(model.train_op)
            made += 1
            if clock is not None:
                clock.advance(1)
    return made


class TestStopAtStep:
    def test_num_steps_count_from_the_start_of_the_session(self, model: Counting) -> None:
        assert run(model, [StopAtStepHook(num_steps=3)], 10) == 3

    def test_last_step_is_absolute(self, model: Counting) -> None:
        assert run(model, [StopAtStepHook(last_step=4)], 10) == 4

    def test_a_session_that_is_there_already_makes_no_step(self, model: Counting) -> None:
        assert run(model, [StopAtStepHook(last_step=0)], 10) == 0

    def test_one_of_both_is_needed(self) -> None:
        with pytest.raises(ValueError, match=r"One of num_steps or last_step must be specified\."):
            StopAtStepHook()
        with pytest.raises(ValueError, match="given: 1 and 2"):
            StopAtStepHook(1, 2)

    def test_a_graph_without_global_step_says_what_to_do(self) -> None:
        with pytest.raises(RuntimeError, match="get_or_create_global_step"):
            StopAtStepHook(1).begin()


class TestLoggingTensor:
    def test_the_first_and_every_nth_run_are_logged_with_the_seconds_between(
        self, model: Counting, clock: FakeClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO, "estimator"):
            hook = LoggingTensorHook({"step": model.step, "loss": model.loss}, every_n_iter=2, clock=clock)
            run(model, [hook], 5, clock)
        found = [line for line in caplog.messages if line.startswith("loss")]
        assert found == [
            "loss = 1.0, step = 1",
            "loss = 4.0, step = 3 (2.000 sec)",
            "loss = 16.0, step = 5 (2.000 sec)",
        ]

    def test_an_ordered_dict_keeps_its_order(self, model: Counting, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, "estimator"):
            tensors = OrderedDict([("step", model.step), ("loss", model.loss)])
            run(model, [LoggingTensorHook(tensors, every_n_iter=1)], 1)
        assert "step = 1, loss = 1.0" in caplog.messages

    def test_names_and_a_formatter_may_be_given(
        self, model: Counting, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO, "estimator"):
            hook = LoggingTensorHook(
                ["loss:0"], every_n_secs=60, formatter=lambda values: f"now {values['loss:0']}"
            )
            run(model, [hook], 3)
        assert [line for line in caplog.messages if line.startswith("now")] == ["now 1.0"]

    # Source: TensorFlow 2.15.1
    @pytest.mark.parametrize("tensors", [["loss"], {"loss": "loss"}])
    def test_an_operations_name_stands_for_its_output(
        self, model: Counting, caplog: pytest.LogCaptureFixture, tensors: Any
    ) -> None:
        with caplog.at_level(logging.INFO, "estimator"):
            run(model, [LoggingTensorHook(tensors, every_n_iter=1)], 1)
        assert "loss = 1.0" in caplog.messages

    def test_an_operations_name_is_refused_unless_it_has_one_output(self, model: Counting) -> None:
        b.Unpack([1.0, 2.0], num=2, name="pair")
        with pytest.raises(ValueError, match="'pair' names: .* the outputs 'pair:0', 'pair:1'. Name one"):
            run(model, [LoggingTensorHook(["pair"], every_n_iter=1)], 1)
        with pytest.raises(ValueError, match=f"{model.train_op.name!r} names: .* has no output"):
            run(model, [LoggingTensorHook([model.train_op.name], every_n_iter=1)], 1)
        with pytest.raises(KeyError, match="has no operation 'los'"):
            run(model, [LoggingTensorHook(["los"], every_n_iter=1)], 1)

    def test_at_end_alone_logs_only_the_end(self, model: Counting, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, "estimator"):
            run(model, [LoggingTensorHook({"weight": model.weight}, at_end=True)], 3)
        assert [line for line in caplog.messages if line.startswith("weight")] == ["weight = 8.0"]

    def test_wrong_periods_are_refused(self) -> None:
        with pytest.raises(ValueError, match="exactly one of every_n_iter and every_n_secs"):
            LoggingTensorHook(["loss"])
        with pytest.raises(ValueError, match="every_n_iter=0"):
            LoggingTensorHook(["loss"], every_n_iter=0)


class NotingWriter:
    """A FileWriter that keeps what it is given."""

    def __init__(self) -> None:
        self.summaries: list[tuple[int, Any]] = []
        self.starts: list[int] = []

    def add_summary(self, summary: Any, step: int) -> None:
        self.summaries.append((step, summary))

    def add_session_log(self, session_log: Any, step: int) -> None:
        self.starts.append(step)


class TestStepCounter:
    def test_steps_a_second_are_logged_and_written(
        self, model: Counting, clock: FakeClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        writer = NotingWriter()
        with caplog.at_level(logging.INFO, "estimator"):
            run(model, [StepCounterHook(2, summary_writer=writer, clock=clock)], 5, clock)
        assert caplog.messages.count("global_step/sec: 1") == 2
        assert [(step, value.value[0].simple_value) for step, value in writer.summaries] == [
            (3, 1.0),
            (5, 1.0),
        ]

    @pytest.mark.parametrize(("runs", "warnings"), [(99, 0), (100, 1), (350, 1)])
    def test_a_step_that_stands_still_for_100_runs_is_a_warning(
        self, model: Counting, caplog: pytest.LogCaptureFixture, runs: int, warnings: int
    ) -> None:
        model.train_op = no_op()
        assert run(model, [StepCounterHook()], runs) == runs
        found = [line for line in caplog.messages if "global step has not been increased: it is 0" in line]
        assert len(found) == warnings
        assert all("pass tf.train.get_global_step() to Optimizer.minimize" in line for line in found)

    def test_a_step_that_moves_now_and_then_is_none(
        self, model: Counting, caplog: pytest.LogCaptureFixture
    ) -> None:
        counter = Variable(0)
        with model.graph.control_dependencies([counter.assign_add(1)]):
            is_due = math.cast(b.Equal(counter % 60, 0), "int64")
        model.train_op = model.step.assign_add(is_due)
        run(model, [StepCounterHook()], 250)
        assert not [line for line in caplog.messages if "not been increased" in line]


class TestSummarySaver:
    def test_summaries_of_the_first_and_every_nth_step_are_written(self, model: Counting) -> None:
        writer = NotingWriter()
        summary = b.ScalarSummary("loss", model.loss)
        run(model, [SummarySaverHook(save_steps=2, summary_writer=writer, summary_op=summary)], 5)
        assert [step for step, _ in writer.summaries] == [1, 3, 5]
        assert writer.starts == [1]

    def test_exactly_one_source_is_needed(self) -> None:
        with pytest.raises(ValueError, match=r"Exactly one of scaffold or summary_op must be provided\."):
            SummarySaverHook(save_steps=1)


class LogsMetrics(LoggingTensorHook):
    """What scripts make of TensorFlow's hook: another way to log, by the names that hook has for its own."""

    def begin(self) -> None:
        super().begin()
        self._current_tensors["step"] = get_global_step()
        self.logged: list[tuple[list[str], dict[str, Any]]] = []

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if self._should_trigger:
            self._log_tensors(run_values.results)
        self._iter_count += 1

    def end(self, session: Session) -> None:
        if self._log_at_end:
            self._log_tensors(session.run(self._current_tensors))

    def _log_tensors(self, values: Mapping[str, Any]) -> None:
        self._timer.update_last_triggered_step(self._iter_count)
        self.logged.append((self._tag_order, dict(values)))


class CountsExamples(StepCounterHook):
    """Reports what it counts in another unit, as TPUEstimator's hook does."""

    def _log_and_record(self, elapsed_steps: int, elapsed_time: float, global_step: int) -> None:
        self._summary_writer.add_summary(32 * elapsed_steps / elapsed_time, global_step)


class SummarisesMore(SummarySaverHook):
    """Has one more summary, and looks at what was fetched."""

    def _get_summary_op(self) -> list[Any]:
        return [*(super()._get_summary_op() or ()), self.more]

    def begin(self) -> None:
        super().begin()
        self.more = b.ScalarSummary("more", 1.0)
        self.seen: list[tuple[int, int]] = []

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        results = run_values.results
        self.seen.append((int(results["global_step"]), len(results.get("summary", ()))))
        super().after_run(run_context, run_values)


class Thirds(SecondOrStepTimer):
    """Has a mind of its own."""

    def should_trigger_for_step(self, step: int) -> bool:
        return step in (3, 4)


# Source: the protected names of basic_session_run_hooks.py, TF 2.15.1, that subclasses of its time go by
class TestWhatScriptsOverride:
    def test_how_tensors_are_logged(self, model: Counting) -> None:
        hook = LogsMetrics({"loss": model.loss}, every_n_iter=2, at_end=True)
        run(model, [hook], 4)
        assert [(tags, int(values["step"])) for tags, values in hook.logged] == [
            (["loss"], step) for step in (1, 3, 4)
        ]

    def test_what_a_counter_of_steps_reports(self, model: Counting, clock: FakeClock) -> None:
        writer = NotingWriter()
        run(model, [CountsExamples(2, summary_writer=writer, clock=clock)], 5, clock)
        assert writer.summaries == [(3, 32.0), (5, 32.0)]

    def test_which_summaries_there_are_and_what_is_seen_of_them(self, model: Counting) -> None:
        writer = NotingWriter()
        summary = b.ScalarSummary("loss", model.loss)
        hook = SummarisesMore(save_steps=2, summary_writer=writer, summary_op=summary)
        run(model, [hook], 3)
        assert hook.seen == [(1, 2), (2, 0), (3, 2)]
        assert [step for step, _ in writer.summaries] == [1, 1, 3, 3]

    def test_when_a_timer_triggers(self, model: Counting, caplog: pytest.LogCaptureFixture) -> None:
        hook = LoggingTensorHook({"weight": model.weight}, every_n_iter=50)
        hook._timer = Thirds(every_steps=50)
        with caplog.at_level(logging.INFO, "estimator"):
            run(model, [hook], 6)
        assert len([line for line in caplog.messages if line.startswith("weight")]) == 2


class TestNanTensor:
    def test_nan_is_an_error_that_names_the_step(self, model: Counting) -> None:
        loss = b.Identity(
            b.RealDiv(b.Sub(model.loss, 1.0), b.Sub(model.loss, 1.0))
        )  # 0 / 0 in the first step
        with (
            np.errstate(invalid="ignore"),
            pytest.raises(NanLossDuringTrainingError, match=r"^NaN loss during training\. It is at step 1\."),
        ):
            with MonitoredSession(hooks=[NanTensorHook(loss)]) as session:
                session.run(model.train_op)

    def test_or_the_end_of_the_training(self, model: Counting) -> None:
        loss = model.graph.constant(float("nan"))
        assert run(model, [NanTensorHook(loss, fail_on_nan_loss=False)], 5) == 1


class TestFinalOps:
    def test_the_values_after_the_last_step_are_kept(self, model: Counting) -> None:
        hook = FinalOpsHook({"weight": model.weight})
        run(model, [hook], 3)
        assert hook.final_ops_values == {"weight": 8.0}

    def test_reading_the_ended_input_says_what_to_fetch(self) -> None:
        class Ended:
            def run(self, *args: Any, **kwargs: Any) -> None:
                raise OutOfRangeError("End of sequence.")

        with pytest.raises(OutOfRangeError, match="only the update may depend on features"):
            FinalOpsHook("loss:0").end(Ended())


def test_the_waiter_waits_until_somebody_has_moved_the_step(model: Counting) -> None:
    waits: list[float] = []

    class MovesElsewhere(SessionRunHook):
        def after_create_session(self, session: Any, coord: Coordinator) -> None:
            self.session = session

        def sleep(self, secs: float) -> None:
            waits.append(secs)
            self.session.run(model.train_op)

    elsewhere = MovesElsewhere()
    run(model, [elsewhere, GlobalStepWaiterHook(3, sleep=elsewhere.sleep)], 1)
    assert len(waits) == 3


@pytest.mark.parametrize("tensors", ["loss", None])
def test_a_single_name_to_log_is_not_a_list_of_letters(tensors: Any) -> None:
    with pytest.raises(TypeError, match=rf"given: {tensors!r}. Put it into a list: tensors=\[...\]"):
        LoggingTensorHook(tensors, every_n_iter=1)
