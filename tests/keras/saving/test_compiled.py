"""How a model was compiled, and the state of its optimizer, in files."""

from __future__ import annotations

import json
import logging
import os
import shutil
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from estimator import tf
from tests.interop import keras_models
from tests.keras.saving.test_reading import FILES, IDS, example, expected

DATA = Path(__file__).parents[2] / "data" / "keras"
K = tf.keras


@pytest.fixture(autouse=True)
def _own_graph() -> Any:
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()


def losses(model: Any, example: keras_models.Example) -> list[float]:
    return [float(np.ravel(model.train_on_batch(example.inputs, example.labels))[0]) for _ in range(2)]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_a_model_of_any_keras_trains_on_as_it_would_have_there(path: Path) -> None:
    model = K.models.load_model(path)
    _, inputs, labels, _ = example(path)
    losses = [np.ravel(model.train_on_batch(inputs, labels))[0] for _ in range(2)]
    np.testing.assert_allclose(losses, expected(path)["losses"], rtol=2e-5)
    assert int(K.backend.get_value(model.optimizer.iterations)) == 5


@pytest.mark.parametrize("ending", [".h5", ".keras"])
@pytest.mark.parametrize("name", list(keras_models.MODELS))
def test_a_model_comes_back_and_trains_on_as_if_nothing_had_been(
    name: str, ending: str, tmp_path: Path
) -> None:
    example = keras_models.trained(name, K)
    path = tmp_path / "new" / f"m{ending}"
    example.model.save(path)
    again = K.models.load_model(path)
    assert [layer.name for layer in again.layers] == [layer.name for layer in example.model.layers]
    for ours, theirs in zip(again.get_weights(), example.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert losses(again, example) == losses(example.model, example)
    assert os.listdir(path.parent) == [path.name]


def test_weights_h5_brings_the_state_of_the_optimizer(tmp_path: Path) -> None:
    example = keras_models.trained("sequential", K)
    example.model.save_weights(tmp_path / "w.weights.h5")
    other = keras_models.compiled("sequential", K)
    other.model.load_weights(tmp_path / "w.weights.h5")
    assert losses(other.model, example) == losses(example.model, example)


@pytest.mark.parametrize("name", ["sequential", "functional", "recurrent", "convolutional"])
def test_a_h5_has_the_groups_and_names_of_keras_2_15(name: str, tmp_path: Path) -> None:
    def described(path: Path) -> list[str]:
        found: list[str] = []

        def add(place: str, entry: Any) -> None:
            names = np.asarray(entry.attrs.get("weight_names", [])).tolist()
            found.append(f"{place} {getattr(entry, 'shape', '')} {getattr(entry, 'dtype', '')} {names}")

        with h5py.File(path) as file:
            file.visititems(add)
            return [*sorted(file.attrs), *sorted(found)]

    keras_models.trained(name, K).model.save(tmp_path / "m.h5")
    assert described(tmp_path / "m.h5") == described(DATA / f"2.15/{name}.h5")


def test_without_optimizer_a_model_is_loaded_uncompiled(tmp_path: Path) -> None:
    model = keras_models.trained("sequential", K).model
    for name in ("m.h5", "m.keras"):
        model.save(tmp_path / name, include_optimizer=False)
        assert K.models.load_model(tmp_path / name).optimizer is None


def test_another_optimizers_state_is_left_out_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "estimator")
    shutil.copy(DATA / "2.15/sequential.h5", tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "a") as file:
        names = list(file["optimizer_weights"].attrs["weight_names"])
        file["optimizer_weights"].attrs["weight_names"] = names[:-1]
    model = K.models.load_model(tmp_path / "m.h5")
    assert "the state of its optimizer in the file is another one's" in caplog.text
    assert int(K.backend.get_value(model.optimizer.iterations)) == 0


def test_an_optimizer_that_makes_no_sense_names_the_file_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    shutil.copy(DATA / "2.15/sequential.h5", path)
    with h5py.File(path, "a") as file:
        told = json.loads(file.attrs["training_config"])
        told["optimizer_config"]["config"]["learning_rate"] = ["a", 0, 0]
        file.attrs["training_config"] = json.dumps(told)
    with pytest.raises(ValueError, match="compile=False loads it without") as raised:
        K.models.load_model(path)
    assert str(path) in str(raised.value)
    assert K.models.load_model(path, compile=False).name == "sequential"
