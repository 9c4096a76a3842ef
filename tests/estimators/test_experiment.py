"""Experiments train and evaluate as tf.estimator does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.settings.hparams import HParams
from estimator.tf.contrib import learn

run = learn.learn_runner.run


def model_fn(features: Any, labels: Any, mode: str, params: Any) -> Any:
    w = tf.get_variable("w", [], initializer=tf.zeros_initializer())
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, {"w": w + features})
    loss = tf.reduce_mean(tf.square(w - labels))
    train_op = tf.train.GradientDescentOptimizer(params.rate).minimize(loss, tf.train.get_global_step())
    metrics = {"w": tf.metrics.mean(w)}
    return tf.estimator.EstimatorSpec(mode, {"w": w}, loss, train_op, eval_metric_ops=metrics)


def input_fn() -> Any:
    return tf.data.Dataset.from_tensors((np.ones(2, np.float32), np.ones(2, np.float32))).repeat(20)


class Batches(tf.train.SessionRunHook):
    """Counts its runs."""

    count = 0

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self.count += 1


def experiment(run_config: Any, hparams: Any = None, **options: Any) -> Any:
    params = hparams or HParams(rate=0.25)
    estimator = tf.estimator.Estimator(model_fn, config=run_config, params=params)
    return learn.Experiment(estimator, input_fn, input_fn, **{"train_steps": 4, "eval_steps": 2, **options})


def config(folder: Path, **options: Any) -> Any:
    return learn.RunConfig(model_dir=str(folder / "m"), progress=False, **options)


def evaluated(folder: Path, name: str = "eval") -> int:
    """How many evaluations the events of a directory have."""
    files = (folder / "m" / name).glob("events*")
    events = [event for file in files for event in tf.train.summary_iterator(str(file))]
    return len({event.step for event in events if any(value.tag == "w" for value in event.summary.value)})


def test_a_run_trains_and_evaluates_checkpoints(tmp_path: Path) -> None:
    hparams = HParams(rate=0.5)
    metrics, exported = run(
        experiment_fn=lambda run_config, hparams: experiment(run_config, hparams, min_eval_frequency=1),
        run_config=config(tmp_path, save_checkpoints_steps=2, tf_random_seed=1, save_summary_steps=100),
        schedule="train_and_evaluate",
        hparams=hparams,
    )
    assert metrics["global_step"] == 4
    assert metrics["w"] == pytest.approx(1.0)  # a rate of 0.5 arrives in one step
    assert exported == []
    assert evaluated(tmp_path) == 2


def test_only_the_last_checkpoint_may_be_evaluated(tmp_path: Path) -> None:
    made = experiment(config(tmp_path, save_checkpoints_steps=2), min_eval_frequency=0)
    assert made.train_and_evaluate()[0]["global_step"] == 4
    assert evaluated(tmp_path) == 1
    assert (
        made.local_run()[0]["global_step"] == 4
    )  # nothing is left to train, and all the same there are metrics


def test_schedules_are_methods_of_the_experiment(tmp_path: Path) -> None:
    hook = Batches()

    def experiment_fn(output_dir: str) -> Any:
        return experiment(learn.RunConfig(model_dir=output_dir, progress=False), eval_hooks=[hook])

    folder = str(tmp_path / "m")
    assert run(experiment_fn, folder, schedule="train").get_variable_value("global_step") == 4
    assert run(experiment_fn, output_dir=folder, schedule="evaluate")["global_step"] == 4
    assert hook.count == 2
    assert evaluated(tmp_path, "eval_one_pass") == 1
    metrics, _ = run(experiment_fn, folder, "test")
    assert (metrics["global_step"], hook.count) == (5, 3)


def test_the_training_takes_hooks_before_it_begins(tmp_path: Path) -> None:
    first, second = Batches(), Batches()
    made = experiment(config(tmp_path), train_monitors=[first])
    made.extend_train_hooks([second])
    made.train(delay_secs=0)
    assert (first.count, second.count) == (4, 4)
    assert (made.train_steps, made.eval_steps, made.eval_metrics) == (4, 2, None)


def test_a_run_exports_by_its_strategies_at_the_end(tmp_path: Path) -> None:
    def serving_input_fn() -> Any:
        x = tf.placeholder(tf.float32, [None], "x")
        return tf.estimator.export.TensorServingInputReceiver(x, x)

    asked = []

    def export_fn(estimator: Any, export_dir_base: str, eval_result: Any) -> str:
        asked.append((estimator.model_dir, export_dir_base, sorted(eval_result)))
        return "done"

    own = learn.ExportStrategy("own", export_fn)
    made = experiment(
        config(tmp_path),
        export_strategies=[learn.make_export_strategy(serving_input_fn, exports_to_keep=1), own],
    )
    _, exported = made.train_and_evaluate()
    assert exported[1] == "done"
    assert asked == [
        (str(tmp_path / "m"), str(tmp_path / "m" / "export" / "own"), ["global_step", "loss", "w"])
    ]
    folder = Path(exported[0].decode())
    assert folder.parent == tmp_path / "m" / "export" / "Servo" and (folder / "saved_model.pb").is_file()
    alone = experiment(config(tmp_path), export_strategies=own)
    assert alone.local_run()[1] == ["done"]


def test_what_an_experiment_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError) as caught:
        learn.Experiment("x", input_fn, input_fn, eval_metrics={"a": 1})  # type: ignore[arg-type]
    assert "`estimator` must be a tf.estimator.Estimator, given: 'x'" in str(caught.value)
    assert "`eval_metrics` must be `None`" in str(caught.value)
    with pytest.raises(
        ValueError, match=r"`export_strategies` must be an ExportStrategy, or a list of them, given: 'x'"
    ):
        experiment(config(tmp_path), export_strategies=["x"])
    with pytest.raises(TypeError, match="Did you mean 'train_steps'"):
        experiment(config(tmp_path), train_step=3)


def test_a_run_that_cannot_begin_says_all_that_is_wrong() -> None:
    with pytest.raises(ValueError) as caught:
        run(experiment, "folder", "trian", learn.RunConfig(), HParams())
    for part in (
        "`output_dir` or `run_config`, and not for both",
        "Must specify a model directory",
        "Must set `hparams` as None",
        "non-existent task trian. Did you mean 'train'",
    ):
        assert part in str(caught.value)


def test_a_run_needs_an_experiment_of_its_own_settings(tmp_path: Path) -> None:
    settings = config(tmp_path)
    with pytest.raises(TypeError, match="is not callable"):
        run(3, run_config=settings)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="did not return an Experiment instance, got 3"):
        run(lambda run_config, hparams: 3, run_config=settings)  # type: ignore[arg-type,return-value]
    other = learn.RunConfig(model_dir=str(tmp_path / "other"))
    with pytest.raises(RuntimeError, match="expected to be used by the `Estimator`"):
        run(lambda run_config, hparams: experiment(other), run_config=settings)
    assert not (tmp_path / "m").exists()
