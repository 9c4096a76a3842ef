"""Hyperparameters as TensorBoard reads them: numbers of numpy's, lists as text, what is no value by its class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

from estimator import tf
from estimator.summaries import events
from estimator.summaries.hparams import TAG, plain_values, start_of_run, values_in
from estimator.summaries.protos import scalars
from estimator.summaries.writer import FileWriter
from tests.tiny import batches, estimator


def told(directory: Path) -> dict[str, Any]:
    """The hyperparameters of a run as TensorBoard's plugin parses them."""
    accumulator = EventAccumulator(str(directory)).Reload()
    assert TAG in accumulator.Tags()["tensors"]
    content = accumulator.SummaryMetadata(TAG).plugin_data.content
    found = metadata.parse_session_start_info_plugin_data(content)
    assert found.start_time_secs > 0
    return {name: getattr(value, value.WhichOneof("kind")) for name, value in found.hparams.items()}


def events_with_hparams(directory: Path) -> int:
    return len(EventAccumulator(str(directory)).Reload().Tensors(TAG))


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (True, True),
        (np.bool_(False), False),
        (10, 10.0),
        (np.int64(10), 10.0),
        (np.float32(0.5), 0.5),
        (np.array(3), 3.0),
        (2**53 + 1, "9007199254740993"),
        pytest.param(10**400, "1" + "0" * 196 + "...", id="a number that no double holds"),
        (float("nan"), "nan"),
        (np.float32(np.inf), "inf"),
        ("relu", "relu"),
        (b"relu", "relu"),
        (None, "None"),
        ([10, np.int64(10), 0.5], "[10, 10, 0.5]"),
        ((["a", None], "b"), "[[a, None], b]"),
        ({"b", "a"}, "[a, b]"),
        (np.array([0.25, 0.5]), "[0.25, 0.5]"),
        (np.zeros((100, 3)), "array of [100, 3]"),
        pytest.param(tf.nn.relu, "relu", id="a function"),
        (1 + 2j, "(1+2j)"),
        pytest.param(object(), "object", id="an object"),
        pytest.param("x" * 300, "x" * 197 + "...", id="a long text"),
    ],
)
def test_a_value_is_a_number_a_boolean_or_a_text(value: Any, plain: Any) -> None:
    found = plain_values({"it": value})
    assert found == {"it": plain} and type(found["it"]) is type(plain)


def test_a_dict_is_told_by_parts_and_an_optimizer_by_its_rate() -> None:
    params = {"head": {"loss": "mse", "deep": {"units": 3}}, "optimizer": tf.train.AdamOptimizer(0.125)}
    assert plain_values(params) == {
        "head.loss": "mse",
        "head.deep.units": 3.0,
        "optimizer": "AdamOptimizer",
        "optimizer.learning_rate": 0.125,
    }


def test_what_holds_itself_or_is_very_long_ends() -> None:
    own: dict[str, Any] = {"list": []}
    own["self"] = own
    own["list"].append(own["list"])
    assert plain_values(own)["list"] == "[[[[list]]]]"
    assert plain_values({"long": list(range(10**6))})["long"].startswith("[0, 1, 2")  # type: ignore[union-attr]
    assert len(plain_values({str(number): number for number in range(1000)})) == 200


def test_a_training_tells_its_params(tmp_path: Path) -> None:
    estimator(tmp_path, units=np.int64(5)).train(batches(), steps=1)  # type: ignore[arg-type]
    assert told(tmp_path) == {"estimator": "Estimator", "units": 5.0, "extra": "None"}


def test_a_ready_made_model_tells_what_its_constructor_was_given(tmp_path: Path) -> None:
    model = tf.estimator.DNNRegressor(
        [4],
        [tf.feature_column.numeric_column("x", shape=[2])],
        model_dir=tmp_path,
        optimizer="Adam",
        dropout=0.5,
        config=tf.estimator.RunConfig(progress=False),
    )
    model.train(batches(), steps=1)
    assert told(tmp_path) == {
        "estimator": "DNNRegressor",
        "hidden_units": "[4]",
        "optimizer": "Adam",
        "dropout": 0.5,
    }


def test_they_are_told_again_only_if_they_change(tmp_path: Path) -> None:
    for units, times in ((3, 1), (3, 1)):
        estimator(tmp_path, units=units).train(batches(), steps=1)
        assert events_with_hparams(tmp_path) == times
    for file in events._files.values():  # as another process, which knows the file only
        file.release()
    events._files.clear()
    estimator(tmp_path).train(batches(), steps=1)
    assert events_with_hparams(tmp_path) == 1
    with FileWriter(tmp_path) as writer:
        writer.add_hparams({"units": 4})
        writer.add_hparams({"units": 4})
    (path,) = tmp_path.glob("*tfevents*")
    assert path.read_bytes().count(TAG.encode()) == 2


def test_a_model_without_params_tells_none(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    tf.estimator.Estimator(
        lambda features, labels, mode: model.model_fn(features, labels, mode, model.config),
        tmp_path / "plain",
        tf.estimator.RunConfig(progress=False),
    ).train(batches(), steps=1)
    assert TAG not in EventAccumulator(str(tmp_path / "plain")).Reload().Tags()["tensors"]


def test_no_events_file_is_begun_for_them_alone(tmp_path: Path) -> None:
    settings = {"save_summary_steps": None, "log_step_count_steps": None, "save_checkpoints_secs": None}
    estimator(tmp_path, **settings).train(batches(), steps=1)
    assert not list(tmp_path.glob("*tfevents*"))


def test_what_a_summary_tells() -> None:
    assert values_in(start_of_run({"b": 2.0, "a": "x"})) == (
        ("a", 'string_value: "x"\n'),
        ("b", "number_value: 2\n"),
    )
    assert values_in(scalars({"loss": 1.0})) is None
