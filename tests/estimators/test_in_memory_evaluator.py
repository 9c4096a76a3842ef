"""Evaluations in a training, without checkpoints. Judge: TensorFlow 2.15.1, observed: when, and how often."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.saver import Saver
from estimator.columns.numeric import numeric_column
from estimator.estimators.dnn import DNNRegressor
from estimator.estimators.estimator import Estimator
from estimator.estimators.in_memory_evaluator import InMemoryEvaluatorHook
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig
from estimator.summaries.reader import summary_iterator
from estimator.training.scaffold import Scaffold
from estimator.training.session_run_hook import SessionRunHook
from tests.tiny import batches, estimator, model_fn

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(6, 2)


def rows() -> Dataset:
    return Dataset.from_tensor_slices(({"x": X}, X.sum(axis=1, keepdims=True))).batch(2)


def evaluations(folder: Path) -> list[tuple[int, float]]:
    """Those that were made, of which a later one of the same step takes an earlier one's place."""
    (path,) = folder.glob("events*")
    return [
        (event.step, value.simple_value)
        for event in summary_iterator(path)
        for value in event.summary.value
        if value.tag == "loss"
    ]


@pytest.mark.parametrize(("steps", "evaluated"), [(5, [0, 2, 4, 5]), (4, [0, 2, 4, 4])])
def test_it_evaluates_at_the_start_every_n_steps_and_at_the_end(
    tmp_path: Path, steps: int, evaluated: list[int]
) -> None:
    found, calls = estimator(tmp_path), []

    def input_fn() -> Dataset:
        calls.append(1)
        return rows()

    found.train(batches(), hooks=[InMemoryEvaluatorHook(found, input_fn, every_n_iter=2)], steps=steps)
    assert [step for step, _ in evaluations(tmp_path / "eval")] == evaluated
    assert calls == [1]


def test_it_gives_what_evaluating_a_checkpoint_of_the_step_gives(tmp_path: Path) -> None:
    found = estimator(tmp_path, save_checkpoints_steps=1)
    found.train(batches(), hooks=[InMemoryEvaluatorHook(found, rows, name="memory", every_n_iter=2)], steps=3)
    for step, loss in evaluations(tmp_path / "eval_memory")[1:]:
        path = str(tmp_path / f"model.ckpt-{step}")
        assert found.evaluate(rows, checkpoint_path=path)["loss"] == np.float32(loss)


def test_ready_made_models_are_evaluated_too(tmp_path: Path) -> None:  # as by TensorFlow, observed
    config = RunConfig(progress=False, save_checkpoints_steps=1, tf_random_seed=1)
    found = DNNRegressor([3], [numeric_column("x", 2)], tmp_path, config=config)
    found.train(rows, hooks=[InMemoryEvaluatorHook(found, rows, name="memory", every_n_iter=1)], steps=2)
    seen = evaluations(tmp_path / "eval_memory")
    assert [step for step, _ in seen] == [0, 1, 2, 2]
    for step, loss in seen[1:]:
        path = str(tmp_path / f"model.ckpt-{step}")
        assert found.evaluate(rows, checkpoint_path=path)["loss"] == np.float32(loss)


def test_the_training_is_the_one_without_it(tmp_path: Path) -> None:
    plain = estimator(tmp_path / "plain").train(batches(), steps=5)
    found = estimator(tmp_path / "found")
    found.train(batches(), hooks=[InMemoryEvaluatorHook(found, rows, every_n_iter=1)], steps=5)
    for name in plain.get_variable_names():
        np.testing.assert_array_equal(found.get_variable_value(name), plain.get_variable_value(name))


def test_steps_and_hooks_are_those_of_the_evaluations(tmp_path: Path) -> None:
    class Counts(SessionRunHook):
        batches = 0

        def after_run(self, run_context: Any, run_values: Any) -> None:
            self.batches += 1

    found, counts = estimator(tmp_path), Counts()
    hook = InMemoryEvaluatorHook(found, lambda: rows().repeat(), steps=3, hooks=[counts])
    found.train(batches(), hooks=[hook], steps=2)
    assert counts.batches == 6  # at the start and at the end
    found.train(batches(), hooks=[hook], steps=2)
    assert counts.batches == 12


def with_scaffold(folder: Path, make: Callable[[], Scaffold]) -> Estimator:
    """The tiny model, whose evaluation has a scaffold of its own."""

    def own(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        spec = model_fn(features, labels, mode, {})
        return spec._replace(scaffold=make()) if mode == ModeKeys.EVAL else spec

    return Estimator(own, folder, RunConfig(progress=False))


@pytest.mark.parametrize("piece", ["saver", "init_fn"])
def test_a_model_that_gets_its_values_in_another_way_is_refused(tmp_path: Path, piece: str) -> None:
    pieces: dict[str, Callable[[], Any]] = {
        "saver": lambda: Scaffold(saver=Saver()),
        "init_fn": lambda: Scaffold(init_fn=lambda scaffold, session: None),
    }
    found = with_scaffold(tmp_path, pieces[piece])
    with pytest.raises(ValueError, match=f"InMemoryEvaluator does not support custom {piece}"):
        found.train(batches(), hooks=[InMemoryEvaluatorHook(found, rows)], steps=1)
    assert not list(tmp_path.iterdir())


def test_an_input_that_cannot_begin_anew_is_refused(tmp_path: Path) -> None:
    found, used = estimator(tmp_path), batches(3)()
    with pytest.raises(ValueError, match="must begin anew"):
        found.train(batches(), hooks=[InMemoryEvaluatorHook(found, lambda: used)], steps=1)
    assert not list(tmp_path.iterdir())


def test_arguments_are_refused_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"invalid every_n_iter=0") as raised:
        InMemoryEvaluatorHook(estimator(tmp_path), rows, steps=0, every_n_iter=0)
    assert "Must specify steps > 0, given: 0" in str(raised.value)
    with pytest.raises(TypeError, match="`estimator` must have type"):
        InMemoryEvaluatorHook(3, rows)  # type: ignore[arg-type]
