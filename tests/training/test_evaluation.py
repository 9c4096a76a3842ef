"""Evaluation by hand, of one checkpoint or each that comes."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from estimator.checkpoint.saver import Saver
from estimator.core.dtypes import float32
from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network.metrics.averages import mean
from estimator.pipeline.dataset import Dataset
from estimator.runtime.session import Session
from estimator.summaries.ops import scalar
from estimator.summaries.reader import summary_iterator
from estimator.training.evaluation import evaluate_once, evaluate_repeatedly, get_or_create_eval_step
from estimator.training.hooks.stop_after_evals import StopAfterNEvalsHook
from estimator.training.hooks.summary_at_end import SummaryAtEndHook
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable


@pytest.fixture
def checkpoint(tmp_path: Path) -> str:
    """A checkpoint at step 7, of a variable that is 5."""
    with Graph().as_default() as graph:
        variable, step = Variable(0.0, name="v"), get_or_create_global_step()
        with Session(graph=graph) as session:
            session.run([variable.initializer, step.initializer])
            session.run([variable.assign(5.0), step.assign(7)])
            return str(Saver().save(session, str(tmp_path / "model.ckpt"), global_step=7))


def test_the_ops_run_as_often_as_a_hook_says(checkpoint: str) -> None:
    with Graph().as_default():
        variable, fed = Variable(0.0, name="v"), placeholder(float32, [])
        get_or_create_global_step()
        value, update = mean(variable * fed)
        counts: list[int] = []

        class Count(StopAfterNEvalsHook):
            def after_run(self, run_context: Any, run_values: Any) -> None:
                counts.append(int(run_values.results["evals_completed"]))
                super().after_run(run_context, run_values)

        found = evaluate_once(
            checkpoint, eval_ops=[update], feed_dict={fed: 2.0}, final_ops={"mean": value}, hooks=[Count(3)]
        )
    assert counts == [1, 2, 3]
    assert found == {"mean": 10.0}


def test_without_ops_only_the_final_ones_run(checkpoint: str) -> None:
    with Graph().as_default():
        variable = Variable(0.0, name="v")
        get_or_create_global_step()
        assert evaluate_once(checkpoint, final_ops=variable * 1.0) == 5.0


def test_the_end_of_the_input_ends_the_loop(checkpoint: str) -> None:
    with Graph().as_default():
        variable = Variable(0.0, name="v")
        get_or_create_global_step()
        element = Dataset.from_tensor_slices([1.0, 2.0, 3.0]).make_one_shot_iterator().get_next()
        value, update = mean(variable * element)
        assert evaluate_once(checkpoint, eval_ops=update, final_ops=value) == 10.0


def test_summaries_are_written_at_the_end_and_at_the_global_step(checkpoint: str, tmp_path: Path) -> None:
    with Graph().as_default():
        variable = Variable(0.0, name="v")
        scalar("v_now", variable)
        evaluate_once(checkpoint, hooks=[SummaryAtEndHook(str(tmp_path / "eval"))])
    (file,) = (tmp_path / "eval").iterdir()
    found = [
        (event.step, value.tag, value.simple_value)
        for event in summary_iterator(str(file))
        for value in event.summary.value
    ]
    assert found == [(7, "v_now", 5.0)]


def test_each_new_checkpoint_is_evaluated(checkpoint: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with Graph().as_default():
        variable, step = Variable(0.0, name="v"), get_or_create_global_step()
        asked: list[bool] = []

        def save_another() -> bool:
            """The trainer saves once more while the evaluation waits."""
            asked.append(True)
            with Session(graph=variable.graph) as session:
                session.run([variable.initializer, step.initializer])
                saver.save(session, str(Path(checkpoint).parent / "model.ckpt"), global_step=8)
            return len(asked) > 1

        saver = Saver()
        found = evaluate_repeatedly(
            str(Path(checkpoint).parent),
            final_ops=variable * 1.0,
            eval_interval_secs=0,
            timeout=0,
            timeout_fn=save_another,
        )
    assert caplog.text.count("Starting evaluation") == 2
    assert found == 0.0


def test_as_many_checkpoints_as_said_are_evaluated(checkpoint: str) -> None:
    with Graph().as_default():
        variable = Variable(0.0, name="v")
        get_or_create_global_step()
        found = evaluate_repeatedly(
            str(Path(checkpoint).parent),
            final_ops=variable * 2.0,
            max_number_of_evaluations=1,
            eval_interval_secs=0,
        )
    assert found == 10.0


def test_the_step_of_an_evaluation_is_one_local_variable() -> None:
    with Graph().as_default() as graph:
        step = get_or_create_eval_step()
        assert get_or_create_eval_step() is step
        assert graph.get_collection(GraphKeys.LOCAL_VARIABLES) == [step]
        graph.add_to_collection(GraphKeys.EVAL_STEP, step)
        with pytest.raises(ValueError, match="has 2 variables; there can be one"):
            get_or_create_eval_step()


def test_progress_is_told_ten_times(caplog: pytest.LogCaptureFixture, checkpoint: str) -> None:
    caplog.set_level(logging.INFO)
    with Graph().as_default():
        variable = Variable(0.0, name="v")
        get_or_create_global_step()
        evaluate_once(checkpoint, eval_ops=variable * 1.0, hooks=[StopAfterNEvalsHook(30)])
    told = [record.getMessage() for record in caplog.records if "Evaluation [" in record.getMessage()]
    assert told == [f"Evaluation [{count}/30]" for count in range(3, 31, 3)]


def test_summaries_need_a_place() -> None:
    with pytest.raises(ValueError, match="give log_dir or summary_writer"):
        SummaryAtEndHook()
