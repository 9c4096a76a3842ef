"""RunConfig(keep_best=...) and checkpoint="best", through evaluate, predict and train_and_evaluate."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.calls.keep_best import rank_checkpoint
from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.estimators.estimator import Estimator
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.metrics.averages import mean
from estimator.settings.run_config import RunConfig
from tests.tiny import batches
from tests.tiny import model_fn as tiny

ROOT = Path(__file__).parents[2]


def model_fn(features: Any, labels: Any, mode: str, params: Mapping[str, Any]) -> EstimatorSpec:
    """The tiny model, whose accuracy at each step is what params say; 0 elsewhere."""
    spec = tiny(features, labels, mode, {})
    step = tf.train.get_global_step()
    if mode == ModeKeys.PREDICT:
        return spec._replace(predictions={"step": tf.zeros_like(spec.predictions["y"]) + tf.to_float(step)})
    if mode == ModeKeys.EVAL:
        table = np.zeros(101, np.float32)
        for at, accuracy in params["accuracy"].items():
            table[at] = accuracy
        metrics = {"accuracy": mean(tf.gather(table, step)), "names": mean(tf.constant([1.0, 2.0]))}
        return spec._replace(eval_metric_ops=metrics)
    return spec


def model(model_dir: Path, accuracy: Mapping[int, float], **config: Any) -> Estimator:
    settings = {
        "keep_best": ("accuracy", "max", 1),
        "keep_checkpoint_max": 2,
        "save_checkpoints_steps": 2,
        "save_at_start": "none",
        "tf_random_seed": 1,
        "progress": False,
    }
    return Estimator(model_fn, model_dir, RunConfig(**(settings | config)), {"accuracy": dict(accuracy)})


def evaluation(**arguments: Any) -> EvalSpec:
    return EvalSpec(batches(1), **({"throttle_secs": 0} | arguments))


def saved(model_dir: Path) -> list[int]:
    return sorted(int(path.stem.split("-")[1]) for path in model_dir.glob("*.index"))


def test_the_best_stays_while_training_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "estimator")
    found = model(tmp_path, {2: 0.5, 4: 0.9, 6: 0.8})
    train_and_evaluate(found, TrainSpec(batches(), max_steps=10), evaluation())
    assert saved(tmp_path) == [4, 8, 10]
    assert found.best_checkpoint() == str(tmp_path / "model.ckpt-4")
    assert "model.ckpt-4 is kept as one of the best: accuracy = 0.9." in caplog.text
    found.train(batches(), max_steps=14)
    assert saved(tmp_path) == [4, 12, 14]


def test_evaluate_and_predict_take_the_best_or_the_latest(tmp_path: Path) -> None:
    found = model(tmp_path, {2: 0.5, 4: 0.9})
    train_and_evaluate(found, TrainSpec(batches(), max_steps=8), evaluation())
    assert found.evaluate(batches(1), name="test", checkpoint="best")["global_step"] == 4
    assert found.evaluate(batches(1), name="test", checkpoint="latest")["global_step"] == 8
    assert found.evaluate(batches(1), name="test")["global_step"] == 8
    for choice, step in (("best", 4), ("latest", 8), (None, 8)):
        assert next(iter(found.predict(batches(1), checkpoint=choice)))["step"] == step


def test_so_does_an_estimator_that_keeps_none(tmp_path: Path) -> None:
    train_and_evaluate(model(tmp_path, {4: 0.9}), TrainSpec(batches(), max_steps=8), evaluation())
    other = model(tmp_path, {}, keep_best=None)
    assert other.evaluate(batches(1), checkpoint="best")["global_step"] == 4


def test_a_loop_of_train_and_evaluate_ranks_too(tmp_path: Path) -> None:
    found = model(tmp_path, {2: 0.5, 4: 0.9, 6: 0.8, 8: 0.7})
    for _ in range(5):
        found.train(batches(), steps=2)
        found.evaluate(batches(1))
    assert saved(tmp_path) == [4, 8, 10]
    found.evaluate(batches(1), checkpoint="best")  # does not rank the best anew
    assert found.best_checkpoint() == str(tmp_path / "model.ckpt-4")


def test_evaluations_with_a_name_do_not_count_unless_all_have_one(tmp_path: Path) -> None:
    found = model(tmp_path, {2: 0.5, 4: 0.9}, keep_checkpoint_max=None)
    found.train(batches(), max_steps=8)
    found.evaluate(batches(1), name="test", checkpoint_path=str(tmp_path / "model.ckpt-4"))
    assert found.best_checkpoint() is None
    named = [evaluation(name="first"), evaluation(name="second")]
    train_and_evaluate(found, TrainSpec(batches(), max_steps=10), named)
    assert found.best_checkpoint() == str(tmp_path / "model.ckpt-10")


def test_of_several_specs_the_one_without_a_name_counts(tmp_path: Path) -> None:
    found = model(tmp_path, {2: 0.9})
    specs = [evaluation(name="first"), evaluation(throttle_secs=600)]  # evaluates 4 and the last
    train_and_evaluate(
        model(tmp_path, {2: 0.9}, save_at_start="first_step"), TrainSpec(batches(), max_steps=8), specs
    )
    assert found.best_checkpoint() == str(tmp_path / "model.ckpt-3")


def test_a_nan_never_is_the_best(tmp_path: Path) -> None:
    found = model(tmp_path, {2: np.nan, 4: 0.1, 6: np.nan, 8: np.nan, 10: np.nan})
    train_and_evaluate(found, TrainSpec(batches(), max_steps=10), evaluation())
    assert found.best_checkpoint() == str(tmp_path / "model.ckpt-4")


def test_checkpoints_elsewhere_are_not_ranked(tmp_path: Path) -> None:
    found = model(tmp_path / "here", {2: 0.5, 4: 0.9}).train(batches(), max_steps=4)
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    found.evaluate(batches(1), checkpoint_path=str(tmp_path / "there" / "model.ckpt-4"))
    assert found.best_checkpoint() is None and not (tmp_path / "there" / ".best").exists()


def test_a_memo_that_cannot_be_written_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = model(tmp_path, {}).train(batches(), max_steps=2)
    (tmp_path / ".best").mkdir()
    assert found.evaluate(batches(1))["global_step"] == 2
    assert "is not ranked, as RunConfig(keep_best=...) wants" in caplog.text


@pytest.mark.slow
def test_the_best_survives_kill_9(tmp_path: Path) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from tests.calls.test_keep_best import batches, evaluation, model
from estimator import tf

class Kills(tf.train.SessionRunHook):
    def before_run(self, run_context):
        return tf.train.SessionRunArgs(tf.train.get_global_step())
    def after_run(self, run_context, run_values):
        if run_values.results == 7:
            os.kill(os.getpid(), signal.SIGKILL)

training = tf.estimator.TrainSpec(batches(), max_steps=10, hooks=[Kills()])
tf.estimator.train_and_evaluate(model(Path(sys.argv[1]), {2: 0.9, 4: 0.5}), training, evaluation())
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, timeout=60, capture_output=True
    )
    assert done.returncode == -9, done.stderr.decode()
    assert saved(tmp_path) == [2, 4, 6]
    found = model(tmp_path, {2: 0.9, 4: 0.5, 8: 0.7, 10: 0.8})
    train_and_evaluate(found, TrainSpec(batches(), max_steps=10), evaluation())
    assert saved(tmp_path) == [2, 8, 10]
    assert found.best_checkpoint() == str(tmp_path / "model.ckpt-2")


# -- what is refused


def test_a_metric_that_there_is_not_is_answered_with_the_nearest(tmp_path: Path) -> None:
    found = model(tmp_path, {}, keep_best=("acuracy", "max", 1)).train(batches(), max_steps=2)
    with pytest.raises(ValueError, match="ranks checkpoints by 'acuracy'.*Did you mean 'accuracy'"):
        found.evaluate(batches(1))
    assert not (tmp_path / "eval").exists()
    assert found.evaluate(batches(1), name="other")["global_step"] == 2


def test_nor_does_a_named_evaluation_that_counts_pass_without_it(tmp_path: Path) -> None:
    found = model(tmp_path, {}, keep_best=("acuracy", "max", 1))
    with pytest.raises(ValueError, match="Did you mean 'accuracy'"):
        train_and_evaluate(found, TrainSpec(batches(), max_steps=2), evaluation(name="a"))


@pytest.mark.parametrize("value", [np.zeros(3), b"text", "text"])
def test_a_metric_that_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="a metric that is a number, and 'a' is "):
        rank_checkpoint(RunConfig(keep_best=("a", "min", 1)), "m", "m/model.ckpt-1", {"a": value})


def test_without_a_best_there_is_none_to_take(tmp_path: Path) -> None:
    found = model(tmp_path, {}).train(batches(), max_steps=2)
    assert found.best_checkpoint() is None
    with pytest.raises(LookupError, match=r"no checkpoint of .* is known as the best.*keep_best="):
        found.evaluate(batches(1), checkpoint="best")
    with pytest.raises(LookupError, match="is known as the best"):
        next(found.predict(batches(1), checkpoint="best"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"checkpoint": "bst"},
            r"'best' or 'latest', given: 'bst'\. Did you mean 'best'\?.*checkpoint_path=",
        ),
        ({"checkpoint": 3}, "'best' or 'latest', given: 3"),
        ({"checkpoint": "best", "checkpoint_path": "m"}, "say the same thing in two ways"),
        ({"checkpoint_path": 3}, r"checkpoint_path is the prefix of a checkpoint.*given: 3\."),
        ({"checkpoint_path": "best"}, "the best one is checkpoint='best'"),
    ],
)
def test_a_checkpoint_that_cannot_be_meant_is_refused(
    tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    found = model(tmp_path, {})
    with pytest.raises(ValueError, match=message):
        found.evaluate(batches(1), **arguments)
    with pytest.raises(ValueError, match=message):
        found.predict(batches(1), **arguments)
