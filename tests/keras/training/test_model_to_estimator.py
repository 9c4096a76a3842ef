"""A Keras model as an Estimator; tests/interop/test_keras_estimator.py has TensorFlow's side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.keras.estimator_of_tf import flowers, make
from tests.keras.fits_of_tf import filled

keras = tf.keras
convert = keras.estimator.model_to_estimator


@pytest.fixture(autouse=True)
def _a_graph_of_its_own() -> None:
    keras.backend.clear_session()


def names(folder: Path) -> list[str]:
    return [name for name, _ in tf.train.list_variables(folder)]


def test_it_begins_with_the_weights_of_the_model_and_moving_averages(tmp_path: Path) -> None:
    estimator = make(tf, tmp_path / "m", has_averages=True)
    first = tf.train.load_checkpoint(tmp_path / "m" / "keras")
    estimator.train(flowers(tf), steps=1)
    values = {name: first.get_tensor(name) for name in names(tmp_path / "m" / "keras")}
    # The very numbers of tests/keras/fits_of_tf.filled.
    random = np.random.RandomState(0)
    np.testing.assert_allclose(values["a/kernel"], 0.5 * random.randn(3, 4), rtol=1e-6)
    moved = estimator.get_variable_value("bn/moving_mean")
    assert np.abs(moved - values["bn/moving_mean"]).max() < 0.05
    assert not np.array_equal(moved, values["bn/moving_mean"])


def test_variables_are_called_as_in_tensorflow(tmp_path: Path) -> None:
    make(tf, tmp_path / "m", "sgd").train(flowers(tf), steps=1)
    assert names(tmp_path / "m") == [
        *("a/bias", "a/kernel", "b/bias", "b/kernel"),
        *("bn/beta", "bn/gamma", "bn/moving_mean", "bn/moving_variance", "global_step"),
        *("training/SGD/decay", "training/SGD/learning_rate", "training/SGD/momentum"),
    ]


def test_a_training_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    whole, halves = make(tf, tmp_path / "whole"), make(tf, tmp_path / "halves")
    whole.train(flowers(tf), steps=8)  # two epochs
    for _ in range(2):
        halves.train(flowers(tf), steps=4)
    for name in whole.get_variable_names():
        np.testing.assert_array_equal(whole.get_variable_value(name), halves.get_variable_value(name))


def two_headed() -> Any:
    x, weight = keras.Input((2,), name="x"), keras.Input((1,), name="w")
    both = keras.layers.Concatenate()([x, weight])
    outputs = [keras.layers.Dense(1, name="size")(both), keras.layers.Dense(1, name="cost")(both)]
    model = keras.Model([x, weight], outputs)
    model.compile(
        tf.train.GradientDescentOptimizer(0.1), {"size": "mse", "cost": "mae"}, metrics={"cost": "mse"}
    )
    return filled(model)


def input_fn() -> Any:
    rows = np.arange(8, dtype=np.float64).reshape(4, 2) / 8
    features = {"x": rows, "w": rows[:, :1]}
    return tf.data.Dataset.from_tensors((features, {"size": rows[:, :1], "cost": rows[:, 1:]}))


def test_several_inputs_and_outputs_go_by_their_names(tmp_path: Path) -> None:
    estimator = convert(two_headed(), model_dir=tmp_path, metric_names_map={"cost_mse": "squares"})
    estimator.train(input_fn, steps=1)
    found = estimator.evaluate(input_fn)
    assert set(found) == {"loss", "squares", "global_step"}
    assert set(next(iter(estimator.predict(input_fn)))) == {"size", "cost"}
    assert "training" not in " ".join(names(tmp_path))


def wrong_features() -> Any:
    return tf.data.Dataset.from_tensors(({"y": np.zeros((4, 2))}, np.zeros((4, 1))))


def compiled() -> Any:
    model = keras.Sequential([keras.layers.Dense(1, input_shape=(2,))])
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda folder: convert(model_dir=folder), "needs to be provided"),
        (lambda folder: convert(compiled(), "path", model_dir=folder), "not both"),
        (lambda folder: convert(keras.Sequential([keras.layers.Dense(1)])), "not been compiled yet"),
        (lambda folder: convert(compiled(), checkpoint_format="checkpoint"), "variables by name"),
        (lambda folder: convert(two_headed(), model_dir=folder).train(wrong_features), "x, w missing"),
        (
            lambda folder: convert(two_headed(), model_dir=folder, metric_names_map={"mse": "m"}).evaluate(
                input_fn
            ),
            "names of all metrics of the model, cost_mse",
        ),
    ],
)
def test_says_what_is_wrong(act: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        act(tmp_path / "m")
