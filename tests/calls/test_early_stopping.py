"""Early stopping by what evaluations have left. Judge: TensorFlow 2.15.1's rules, observed, and ours in words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.calls.early_stopping import (
    EarlyStoppingHook,
    EvaluationEvents,
    make_early_stopping_hook,
    stop_if_higher_hook,
    stop_if_lower_hook,
    stop_if_no_decrease_hook,
    stop_if_no_increase_hook,
)
from estimator.calls.specs import TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.checkpoint.reader import list_variables, load_variable
from estimator.graph.graph import Graph
from estimator.summaries.evaluation import write_evaluation
from tests.calls.test_keep_best import evaluation, model
from tests.tiny import batches, estimator

ROOT = Path(__file__).parents[2]
NAN = float("nan")


def leave(folder: str, values: Mapping[int, float], metric: str = "accuracy") -> None:
    """Write what evaluations of these steps would have left."""
    for step, value in values.items():
        write_evaluation(folder, {metric: np.float32(value)}, step, None, Graph())


def stopped_at(folder: Path, hook: Callable[[Any], Any], values: Mapping[int, float], **config: Any) -> int:
    """The step at which a training ends that has the hook and these evaluations."""
    found = estimator(folder, **config)
    leave(found.eval_dir(), values)
    found.train(batches(), hooks=[hook(found)], max_steps=9)
    return int(load_variable(str(folder), "global_step"))


# -- TensorFlow's. The metrics up to step 300 are there, the training is at its first step: whether it goes on to step 9
# is what TensorFlow's should_stop_fn says of the same events files.


@pytest.mark.parametrize(
    ("hook", "arguments", "values", "stops"),
    [
        (stop_if_higher_hook, {"threshold": 0.75}, {100: 0.5, 200: 0.8, 300: 0.1}, True),
        (stop_if_higher_hook, {"threshold": 0.75}, {100: 0.5, 200: 0.75}, False),
        (stop_if_higher_hook, {"threshold": 0.75, "min_steps": 201}, {200: 0.8, 300: 0.1}, False),
        (stop_if_higher_hook, {"threshold": 0.75}, {200: NAN}, False),
        (stop_if_lower_hook, {"threshold": 0.25}, {100: 0.5, 200: 0.2}, True),
        (stop_if_lower_hook, {"threshold": 0.25}, {100: 0.5, 200: 0.25}, False),
        (stop_if_no_increase_hook, {"max_steps_without_increase": 200}, {100: 0.5, 200: 0.4, 300: 0.5}, True),
        (stop_if_no_increase_hook, {"max_steps_without_increase": 201}, {100: 0.5, 200: 0.4, 300: 0.5}, False),
        (stop_if_no_increase_hook, {"max_steps_without_increase": 200}, {100: 0.5, 300: 0.6}, False),
        (stop_if_no_increase_hook, {"max_steps_without_increase": 100, "min_steps": 150}, {100: 0.9, 200: 0.5}, False),
        (stop_if_no_decrease_hook, {"max_steps_without_decrease": 100}, {100: 0.5, 200: 0.5}, True),
        (stop_if_no_decrease_hook, {"max_steps_without_decrease": 100}, {100: 0.5, 200: 0.4}, False),
        (stop_if_no_decrease_hook, {"max_steps_without_decrease": 100}, {}, False),
    ],
)  # fmt: skip
def test_it_stops_where_tensorflow_does(
    tmp_path: Path, hook: Any, arguments: dict[str, Any], values: dict[int, float], stops: bool
) -> None:
    steps = {"run_every_secs": None, "run_every_steps": 1}
    step = stopped_at(tmp_path, lambda found: hook(found, "accuracy", **arguments, **steps), values)
    assert step == (1 if stops else 9)


def test_another_folder_may_be_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    leave(str(folder), {100: 0.9})
    found = estimator(tmp_path / "model")
    hook = stop_if_higher_hook(found, "accuracy", 0.5, eval_dir=str(folder))
    found.train(batches(), hooks=[hook], max_steps=9)
    assert load_variable(found.model_dir, "global_step") == 1


def test_a_function_is_asked_at_its_steps(tmp_path: Path) -> None:
    asked = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) == 3

    hook = make_early_stopping_hook(estimator(tmp_path), should_stop, run_every_secs=None, run_every_steps=2)
    estimator(tmp_path).train(batches(), hooks=[hook], max_steps=9)
    assert load_variable(str(tmp_path), "global_step") == 5  # asked at 1, 3, 5


def test_nothing_of_it_is_in_checkpoints_so_that_it_may_come_and_go(tmp_path: Path) -> None:
    found = estimator(tmp_path).train(batches(), max_steps=2)
    before = list_variables(str(tmp_path))
    found.train(
        batches(), hooks=[stop_if_lower_hook(found, "loss", 0.0, run_every_secs=None, run_every_steps=1)], steps=2
    )  # fmt: skip
    assert list_variables(str(tmp_path)) == before
    assert load_variable(str(tmp_path), "global_step") == 4


def test_a_metric_that_there_is_not_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match=r"no metric 'acuracy'\. Did you mean 'accuracy'.*They have: accuracy"):
        stopped_at(tmp_path, lambda found: stop_if_higher_hook(found, "acuracy", 1.0), {100: 0.5})


def test_arguments_are_refused_in_tensorflows_words(tmp_path: Path) -> None:
    found = estimator(tmp_path)
    with pytest.raises(TypeError, match="`estimator` must have type `tf.estimator.Estimator`"):
        stop_if_higher_hook(3, "accuracy", 1.0)
    with pytest.raises(TypeError, match="`should_stop_fn` must be callable, given: 3"):
        make_early_stopping_hook(found, 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Only one of `run_every_secs` and .* pass run_every_secs=None"):
        make_early_stopping_hook(found, bool, run_every_steps=1)


def test_files_are_read_again_only_when_they_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(str(tmp_path), {100: 0.5})
    events = EvaluationEvents(str(tmp_path))
    assert events.read() == {100: {"accuracy": 0.5}}
    read = []
    monkeypatch.setattr("estimator.calls.early_stopping.read_evaluations", lambda paths: read.append(1) or ())
    assert events.read() == {100: {"accuracy": 0.5}}
    assert not read
    leave(str(tmp_path), {200: 0.5})
    events.read()
    assert read == [1]


# -- ours


@pytest.mark.parametrize(
    ("arguments", "accuracy", "step"),
    [
        ({"patience": 4}, {2: 0.5, 4: 0.4, 6: 0.3}, 6),
        ({"patience": 4}, {2: 0.5, 4: 0.6, 6: 0.3}, 8),
        ({"patience": 4, "min_delta": 0.2}, {2: 0.5, 4: 0.6, 6: 0.65}, 6),
        ({"patience": 4, "min_delta": 0.2}, {2: 0.5, 4: 0.6, 6: 0.75}, 10),
        ({"patience": 4, "min_steps": 4}, {2: 0.9, 4: 0.5}, 8),
        ({"patience": 4}, {2: NAN, 4: 0.5}, 8),
        ({"patience": 4}, {2: 0.5, 4: NAN}, 6),
    ],
)
def test_ours_ends_patience_steps_after_the_best(
    tmp_path: Path, arguments: dict[str, Any], accuracy: dict[int, float], step: int
) -> None:
    found = model(tmp_path, accuracy)
    hook = EarlyStoppingHook(found, "accuracy", "max", **arguments)
    train_and_evaluate(found, TrainSpec(batches(), 40, hooks=[hook]), evaluation())
    assert load_variable(str(tmp_path), "global_step") == step


def test_min_looks_for_the_lowest(tmp_path: Path) -> None:
    found = model(tmp_path, {2: 0.5, 4: 0.4, 6: 0.45, 8: 0.6})
    hook = EarlyStoppingHook(found, "accuracy", "min", patience=4)
    train_and_evaluate(found, TrainSpec(batches(), 40, hooks=[hook]), evaluation())
    assert load_variable(str(tmp_path), "global_step") == 8


def test_restore_best_leaves_the_best_checkpoint_as_the_latest(tmp_path: Path) -> None:
    found = model(tmp_path / "ended", {2: 0.5, 4: 0.9, 6: 0.3})
    hook = EarlyStoppingHook(found, "accuracy", "max", patience=6, restore_best=True)
    metrics, _ = train_and_evaluate(found, TrainSpec(batches(), 40, hooks=[hook]), evaluation())
    assert (metrics["global_step"], metrics["accuracy"]) == (4, np.float32(0.9))
    assert found.latest_checkpoint() == found.best_checkpoint() == str(tmp_path / "ended" / "model.ckpt-4")
    plain = model(tmp_path / "plain", {}).train(batches(), max_steps=4)
    for name in found.get_variable_names():
        np.testing.assert_array_equal(found.get_variable_value(name), plain.get_variable_value(name))


def test_evaluations_of_later_steps_do_not_count(tmp_path: Path) -> None:
    found = model(tmp_path, {})
    leave(found.eval_dir(), {100: 0.9, 200: 0.5})
    found.train(batches(), hooks=[EarlyStoppingHook(found, "accuracy", "max", patience=4)], max_steps=9)
    assert load_variable(str(tmp_path), "global_step") == 9


def test_a_named_evaluation_may_be_the_one(tmp_path: Path) -> None:
    found = model(tmp_path, {2: 0.5})
    hook = EarlyStoppingHook(found, "accuracy", "max", patience=4, eval_name="test")
    train_and_evaluate(found, TrainSpec(batches(), 40, hooks=[hook]), evaluation(name="test"))
    assert load_variable(str(tmp_path), "global_step") == 6


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="patience") as raised:
        EarlyStoppingHook(estimator(tmp_path), "loss", "low", 0, min_delta=-1, restore_best=True)
    for part in (
        "min_delta",
        "mode must be 'min' or 'max'",
        "restore_best needs RunConfig(keep_best=('loss'",
    ):
        assert part in str(raised.value)


@pytest.mark.parametrize("killed_at", [3, 7, 8])
@pytest.mark.slow
def test_a_killed_training_ends_where_it_would_have_ended(tmp_path: Path, killed_at: int) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from tests.calls.test_early_stopping import train
from estimator import tf

class Kills(tf.train.SessionRunHook):
    def before_run(self, run_context):
        return tf.train.SessionRunArgs(tf.train.get_global_step())
    def after_run(self, run_context, run_values):
        if run_values.results == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)

train(Path(sys.argv[1]), [Kills()])
"""
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    done = subprocess.run(
        [sys.executable, "-c", program, str(killed), str(killed_at)], cwd=ROOT, timeout=60, capture_output=True
    )  # fmt: skip
    assert done.returncode == -9, done.stderr.decode()
    resumed, undisturbed = train(killed, []), train(whole, [])
    assert undisturbed.get_variable_value("global_step") == 8
    for name in undisturbed.get_variable_names():
        np.testing.assert_array_equal(resumed.get_variable_value(name), undisturbed.get_variable_value(name))


def train(model_dir: Path, hooks: list[Any]) -> Any:
    """A training that ends at step 8, four steps after its best."""
    found = model(model_dir, {2: 0.5, 4: 0.9, 6: 0.6, 8: 0.8})
    stops = EarlyStoppingHook(found, "accuracy", "max", patience=4)
    train_and_evaluate(found, TrainSpec(batches(), 40, hooks=[*hooks, stops]), evaluation())
    return found
