"""What evaluate gives back, logs and writes. Behaviour and log lines are TensorFlow 2.15's."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from estimator.checkpoint.reader import load_variable
from estimator.estimators.estimator import Estimator
from estimator.functions.grouping import no_op
from estimator.graph import build as b
from estimator.graph.keys import GraphKeys
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.metrics.averages import mean
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.epochs import limit_epochs
from estimator.settings.run_config import RunConfig
from estimator.summaries.ops import scalar
from estimator.training.scaffold import Scaffold
from estimator.variables.variable import Variable, local_variables_initializer
from tests.disk import unchanged
from tests.tiny import batches, estimator

CONFIG = RunConfig(tf_random_seed=1, progress=False)


def summing_model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
    """The loss of a batch is the mean of its features; two metrics; in predict the features themselves."""
    weight = Variable(np.float32(1.0), name="w")
    values = b.Mul(features["x"], weight)
    loss = b.Mean(values, [0])
    scalar("seen", loss)
    if mode == ModeKeys.PREDICT:
        return EstimatorSpec(mode, predictions={"x": values})
    train_op = weight.graph.get_collection("global_step")[0].assign_add(1).op
    metrics = {"mean": mean(values), "twice": mean(b.Mul(values, 2.0))}
    return EstimatorSpec(mode, loss=loss, train_op=train_op, eval_metric_ops=metrics)


def rows(count: int = 5, batch: int = 2) -> Any:
    """An input_fn of 0, 1, 2, ... in batches."""
    return lambda: Dataset.from_tensor_slices({"x": np.arange(count, dtype=np.float32)}).batch(batch)


@pytest.fixture
def model(tmp_path: Path) -> Estimator:
    made = Estimator(summing_model_fn, tmp_path, CONFIG)
    return made.train(rows(), max_steps=3)


def initialising_model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
    """The model above, whose scaffold initialises the local variables that there are before evaluate adds its own."""
    spec = summing_model_fn(features, labels, mode)
    return spec._replace(scaffold=Scaffold(local_init_op=local_variables_initializer()))


# -- what it gives


def test_a_local_init_op_of_the_models_own_leaves_the_loss_initialised(tmp_path: Path) -> None:
    model = Estimator(initialising_model_fn, tmp_path, CONFIG).train(rows(), max_steps=3)
    expected = {
        "mean": 2.0,
        "twice": 4.0,
        "loss": (0.5 + 2.5 + 4.0) / 3,
        "global_step": 3,
    }  # of 0, 1 | 2, 3 | 4
    assert model.evaluate(rows()) == pytest.approx(expected)


def test_the_loss_is_the_mean_of_the_batches_losses_and_metrics_count_examples(model: Estimator) -> None:
    result = model.evaluate(rows())
    assert list(result) == [
        "loss",
        "mean",
        "twice",
        "global_step",
    ]  # TensorFlow's order: by name, the step last
    # batches [0 1] [2 3] [4]: losses 0.5, 2.5, 4, each counts the same; of the examples the mean is 2
    assert result["loss"] == pytest.approx((0.5 + 2.5 + 4) / 3)
    assert (result["mean"], result["twice"], result["global_step"]) == (2, 4, 3)
    assert (type(result["loss"]), type(result["global_step"])) == (np.float32, np.int64)


def test_steps_are_batches(model: Estimator) -> None:
    assert model.evaluate(rows(), steps=2)["mean"] == 1.5


def test_more_steps_than_data_are_fine(model: Estimator) -> None:
    assert model.evaluate(rows(), steps=100)["mean"] == 2


def test_without_data_everything_is_zero_and_nothing_is_written(
    model: Estimator, caplog: pytest.LogCaptureFixture
) -> None:
    # TensorFlow gives these values too, but writes them as if they were some
    result = model.evaluate(lambda: rows()().take(0), name="empty")
    assert result == {"loss": 0, "mean": 0, "twice": 0, "global_step": 3}
    assert not os.path.exists(model.eval_dir("empty"))
    (record,) = [record for record in caplog.records if "read no batch" in record.message]
    assert record.levelno == logging.WARNING and "Is the input empty" in record.message


def test_one_batch_is_data(model: Estimator, caplog: pytest.LogCaptureFixture) -> None:
    model.evaluate(rows(), steps=1, name="one")
    assert os.listdir(model.eval_dir("one")) and "read no batch" not in caplog.text


def test_the_metrics_begin_anew_at_each_call(model: Estimator) -> None:
    assert model.evaluate(rows()) == model.evaluate(rows())


def test_an_input_that_repeats_is_stopped_by_steps(model: Estimator) -> None:
    assert model.evaluate(lambda: rows(4)().repeat(), steps=4)["mean"] == 1.5


def test_an_input_that_repeats_without_steps_is_a_warning(
    model: Estimator, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.training.loops import Diary

    class Stop(Diary):
        def after_run(self, run_context: Any, run_values: Any) -> None:
            run_context.request_stop()

    model.evaluate(lambda: rows(4)().repeat(), hooks=[Stop([])])
    assert "evaluate does not end by itself" in caplog.text
    assert "Pass steps=" in caplog.text


def test_tensors_with_a_number_of_epochs_end(model: Estimator, caplog: pytest.LogCaptureFixture) -> None:
    result = model.evaluate(lambda: {"x": limit_epochs(np.array([1, 3], np.float32), 2)})
    assert result["mean"] == 2 and "does not end by itself" not in caplog.text


def test_another_checkpoint_can_be_evaluated(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=4)
    first = model.evaluate(batches(1), checkpoint_path=str(tmp_path / "model.ckpt-1"))
    last = model.evaluate(batches(1))
    assert (first["global_step"], last["global_step"]) == (1, 4)
    assert first["loss"] > last["loss"]


def test_the_weights_are_the_checkpoints_and_stay_as_they_are(model: Estimator, tmp_path: Path) -> None:
    before = load_variable(str(tmp_path), "global_step")
    model.evaluate(rows(), steps=3)
    assert load_variable(str(tmp_path), "global_step") == before == 3


def test_before_training_the_first_values_are_evaluated_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    result = Estimator(summing_model_fn, tmp_path / "m", CONFIG).evaluate(rows())
    assert result["global_step"] == 0
    (record,) = [each for each in caplog.records if "Could not find trained model" in each.message]
    assert record.levelno == logging.WARNING
    assert [each.name for each in (tmp_path / "m").iterdir()] == ["eval"]


# -- what it writes


def points(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Tag to (step, value), as TensorBoard reads them."""
    accumulator = EventAccumulator(str(folder)).Reload()
    return {
        tag: [(each.step, pytest.approx(each.value)) for each in accumulator.Scalars(tag)]
        for tag in accumulator.Tags()["scalars"]
    }


def test_the_metrics_are_points_under_eval(model: Estimator, tmp_path: Path) -> None:
    model.evaluate(rows())
    model.train(rows(), max_steps=6)
    model.evaluate(rows())
    loss = pytest.approx(7 / 3)
    expected = {"loss": [(3, loss), (6, loss)], "mean": [(3, 2), (6, 2)], "twice": [(3, 4), (6, 4)]}
    assert points(tmp_path / "eval") == expected  # and no point of the model's own summary, as in TensorFlow
    assert len(list((tmp_path / "eval").iterdir())) == 1  # one file for each process and directory


def test_a_named_evaluation_has_a_folder_of_its_own(model: Estimator, tmp_path: Path) -> None:
    model.evaluate(rows(), name="night")
    assert points(tmp_path / "eval_night")["mean"] == [(3, 2)]
    assert not (tmp_path / "eval").exists()


def test_the_checkpoint_is_written_as_text(model: Estimator, tmp_path: Path) -> None:
    model.evaluate(rows())
    accumulator = EventAccumulator(str(tmp_path / "eval")).Reload()
    assert accumulator.Tags()["tensors"] == ["checkpoint_path"]
    (event,) = accumulator.Tensors("checkpoint_path")
    assert event.step == 3
    assert event.tensor_proto.string_val[0].decode() == str(tmp_path / "model.ckpt-3")


def test_nothing_but_the_eval_folder_is_written(model: Estimator, tmp_path: Path) -> None:
    model.evaluate(rows())
    files = {each.name: each for each in tmp_path.iterdir() if each.name != "eval"}
    before = {name: each.stat().st_mtime_ns for name, each in files.items()}
    model.evaluate(rows())
    assert {name: each.stat().st_mtime_ns for name, each in files.items()} == before
    assert {each.name for each in tmp_path.iterdir()} == {*files, "eval"}


def test_a_failing_evaluation_writes_nothing(model: Estimator, tmp_path: Path) -> None:
    def input_fn() -> Iterator[Any]:
        yield {"x": np.ones(2, np.float32)}
        raise KeyError("the reader's own error")

    with unchanged(tmp_path), pytest.raises(KeyError, match="the reader's own error"):
        model.evaluate(input_fn)


# -- what it logs


def test_the_log_lines_are_tensorflows(
    model: Estimator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "estimator")
    caplog.clear()
    model.evaluate(rows(), steps=2)
    lines = [each.message for each in caplog.records]
    starts = [
        "Calling model_fn.",
        "Done calling model_fn.",
        "Starting evaluation at ",
        "Graph was finalized.",
        f"Restoring parameters from {tmp_path}/model.ckpt-3",
        "Running local_init_op.",
        "Done running local_init_op.",
        "Evaluation [1/2]",
        "Evaluation [2/2]",
        "Inference Time : ",
        "Finished evaluation at ",
        "Saving dict for global step 3: global_step = 3, loss = 1.5, mean = 1.5, twice = 3",
        f"Saving 'checkpoint_path' summary for global step 3: {tmp_path}/model.ckpt-3",
    ]
    found = iter(lines)
    for start in starts:
        assert any(line.startswith(start) for line in found), (start, lines)


def test_from_twenty_steps_on_each_tenth_is_logged(
    model: Estimator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "estimator")
    model.evaluate(rows(40, 1), steps=30)
    shown = [each.message for each in caplog.records if each.message.startswith("Evaluation [")]
    assert shown == [f"Evaluation [{number}/30]" for number in range(3, 31, 3)]


def test_the_folder_of_an_evaluation_is_told(model: Estimator, tmp_path: Path) -> None:
    assert (model.eval_dir(), model.eval_dir("night")) == (
        str(tmp_path / "eval"),
        str(tmp_path / "eval_night"),
    )
    with pytest.raises(ValueError, match="eval_<name> and must be a str without slashes, given: 'a/b'"):
        model.eval_dir("a/b")


def test_a_file_in_the_way_of_the_summaries_costs_no_metrics(
    model: Estimator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "eval").write_text("mine")
    assert model.evaluate(rows())["mean"] == 2
    (record,) = [record for record in caplog.records if "the metrics have no summary in" in record.message]
    assert record.levelno == logging.WARNING
    assert str(tmp_path / "eval") in record.message and "File exists" in record.message
    (tmp_path / "eval").unlink()
    model.evaluate(rows())
    assert points(tmp_path / "eval")["mean"] == [(3, 2)]  # and none is left over from the time before


def test_a_read_only_model_dir_costs_no_metrics(
    model: Estimator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    refused: list[str] = []

    def refuse(path: Any, *arguments: Any, **more: Any) -> None:
        refused.append(str(path))
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(os, "mkdir", refuse)
    with unchanged(tmp_path):
        assert model.evaluate(rows())["mean"] == 2
    assert refused == [str(tmp_path / "eval")]
    assert "Read-only file system" in caplog.text


def test_nan_is_a_warning_that_says_where_to_look(
    model: Estimator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nan = {"x": np.array([np.nan, 1.0], np.float32)}
    assert np.isnan(model.evaluate(lambda: Dataset.from_tensors(nan))["loss"])
    (line,) = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert line.startswith(
        "evaluate gives NaN for loss, mean, twice: the features or labels of a batch are NaN"
    )
    assert line.endswith(f"or the weights of {tmp_path / 'model.ckpt-3'} are.")


# -- metrics of every kind


def evaluated(model_dir: Path, **metrics: Any) -> dict[str, Any]:
    """What evaluate gives for metrics that are (a function of the features, their update)."""

    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        made = {name: make(features["x"]) for name, make in metrics.items()}
        return EstimatorSpec(mode, loss=b.Mean(features["x"], [0]), eval_metric_ops=made)

    return Estimator(model_fn, model_dir, CONFIG).evaluate(rows(2))


def tensors(folder: Path) -> dict[str, Any]:
    accumulator = EventAccumulator(str(folder)).Reload()
    return {
        tag: make_ndarray(accumulator.Tensors(tag)[0].tensor_proto) for tag in accumulator.Tags()["tensors"]
    }


def test_an_array_is_returned_and_written_as_a_tensor(tmp_path: Path) -> None:
    result = evaluated(
        tmp_path,
        numbers=lambda x: (b.Identity([[1, 2], [3, 4]]), no_op()),
        words=lambda x: (b.Identity(["a", "bc"]), no_op()),
    )
    np.testing.assert_array_equal(result["numbers"], [[1, 2], [3, 4]])
    assert result["words"].tolist() == [b"a", b"bc"]
    written = tensors(tmp_path / "eval")
    np.testing.assert_array_equal(written["numbers"], [[1, 2], [3, 4]])
    assert written["words"].tolist() == [b"a", b"bc"]


def test_a_text_is_returned_and_has_no_summary(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    result = evaluated(tmp_path, text=lambda x: (b.Identity("s"), no_op()), mean=mean)
    assert result["text"] == b"s"
    assert "Skipping summary for text, which is not a number, an array or a Summary: b's'." in caplog.text
    assert set(points(tmp_path / "eval")) == {"loss", "mean"}


def test_the_bytes_of_a_summary_are_written_as_it_and_are_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "estimator")
    evaluated(tmp_path, curve=lambda x: (scalar("inner", b.Identity(5.0)), no_op()))
    assert points(tmp_path / "eval")["curve/0"] == [(0, 5)]
    assert "curve" not in caplog.text


def test_values_and_updates_may_be_nested(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def pair(x: Any) -> Any:
        first, second = mean(x), mean(b.Mul(x, 2.0))
        return (first[0], {"twice": second[0]}), [first[1], (second[1].op,)]

    def counted(x: Any) -> Any:
        count = Variable(0, collections=[GraphKeys.LOCAL_VARIABLES], name="count")
        return count, count.assign_add(1).op  # a variable as value, an operation as update

    result = evaluated(tmp_path, both=pair, batches=counted)
    assert result["both"] == (0.5, {"twice": 1.0})
    assert result["batches"] == 1
    assert "Skipping summary for both" in caplog.text


# -- beside a trainer


def trained_on_meanwhile(directory: Path) -> Any:
    """An input_fn during which a trainer makes a step, and deletes the checkpoint that was the latest."""

    def input_fn() -> Any:
        config = CONFIG.replace(keep_checkpoint_max=1)
        Estimator(summing_model_fn, directory, config).train(rows(), steps=1)
        return rows()()

    return input_fn


def test_evaluate_goes_over_to_the_newer_checkpoint(model: Estimator, tmp_path: Path) -> None:
    assert model.evaluate(trained_on_meanwhile(tmp_path))["global_step"] == 4
    assert not list(tmp_path.glob("model.ckpt-3.*"))


def test_predict_goes_over_to_the_newer_checkpoint(model: Estimator, tmp_path: Path) -> None:
    assert len(list(model.predict(trained_on_meanwhile(tmp_path)))) == 5
    assert not list(tmp_path.glob("model.ckpt-3.*"))


def test_a_checkpoint_that_was_asked_for_is_not_replaced_by_a_newer_one(
    model: Estimator, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"not a valid checkpoint: .*model\.ckpt-3"):
        model.evaluate(trained_on_meanwhile(tmp_path), checkpoint_path=str(tmp_path / "model.ckpt-3"))


@pytest.mark.parametrize("name", ["a/../../b", "a\\b", 3])
def test_a_name_stays_inside_the_model_dir(tmp_path: Path, name: Any) -> None:
    with pytest.raises(ValueError, match="eval_<name> and must be a str without slashes"):
        estimator(tmp_path / "m").evaluate(batches(1), name=name)
    assert not list(tmp_path.iterdir())
