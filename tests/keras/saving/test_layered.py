"""The older form of .h5: layers with named weights."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from estimator.core.errors import DataLossError
from estimator.keras.saving import hdf5, layered
from estimator.keras.saving.fitting import StoredLayer
from estimator.keras.saving.hdf5 import Folder
from estimator.keras.saving.layered import Layered

DATA = Path(__file__).parents[2] / "data" / "keras"


def shapes(layer: StoredLayer | None) -> dict[str, tuple[int, ...]]:
    assert layer is not None
    return {name: tuple(array.shape) for name, array in layer.weights.items()}


def names_in(path: Path) -> list[str]:
    """Every group, array and list of names in the file."""
    found: list[str] = []

    def add(name: str, entry: Any) -> None:
        found.append(name + str(getattr(entry, "shape", "")) + str(getattr(entry, "dtype", "")))
        found.extend(f"{name} {key} {np.asarray(value).tolist()}" for key, value in entry.attrs.items())

    with h5py.File(path) as file:
        file.visititems(add)
        return sorted(found + sorted(file.attrs))


def test_a_model_of_keras_2_15_is_read() -> None:
    with (DATA / "2.15/sequential.h5").open("rb") as file, hdf5.opened(file, "it") as folder:
        content = layered.read(folder, "it")
        assert [layer.name for layer in content.layers] == ["hidden", "norm", "drop", "classes"]
        assert shapes(content.layers[0]) == {"hidden/kernel:0": (3, 4), "hidden/bias:0": (4,)}
        assert list(content.layers[1].weights) == [
            f"norm/{name}:0" for name in ("gamma", "beta", "moving_mean", "moving_variance")
        ]
        assert not content.layers[2].weights and not content.top.weights
        assert content.optimizer is not None
        assert list(content.optimizer.weights)[:3] == [
            "iteration:0",
            "Adam/m/hidden/kernel:0",
            "Adam/v/hidden/kernel:0",
        ]
        assert json.loads(content.model_config or "")["class_name"] == "Sequential"
        assert json.loads(content.training_config or "")["loss"] == "sparse_categorical_crossentropy"


def test_a_model_of_keras_3_is_read() -> None:
    with (DATA / "3.15/sequential.h5").open("rb") as file, hdf5.opened(file, "it") as folder:
        content = layered.read(folder, "it")
        assert shapes(content.layers[0]) == {
            "sequential/hidden/kernel": (3, 4),
            "sequential/hidden/bias": (4,),
        }
        assert content.optimizer is not None
        assert list(content.optimizer.weights)[:2] == ["adam/iteration", "adam/learning_rate"]


def test_weights_alone_are_read() -> None:
    with (DATA / "2.15/frozen_weights.h5").open("rb") as file, hdf5.opened(file, "it") as folder:
        content = layered.read(folder, "it")
        assert content.model_config is None and content.optimizer is None
        assert list(content.layers[0].weights)[0] == "second/kernel:0"


@pytest.mark.parametrize(
    "name", ["sequential", "functional", "recurrent", "convolutional", "frozen", "frozen_weights"]
)
def test_what_is_written_has_the_groups_arrays_and_names_of_keras_2_15(name: str, tmp_path: Path) -> None:
    path = DATA / f"2.15/{name}.h5"
    with path.open("rb") as file, hdf5.opened(file, "it") as folder:
        content = layered.read(folder, "it")

        def loaded(layer: StoredLayer) -> StoredLayer:
            return StoredLayer(layer.name, {name: array.read() for name, array in layer.weights.items()})

        optimizer = loaded(content.optimizer) if content.optimizer else None
        rest = (optimizer, content.model_config, content.training_config)
        again = Layered([loaded(layer) for layer in content.layers], loaded(content.top), *rest)
    (tmp_path / "m.h5").write_bytes(hdf5.written(layered.write(again)))
    assert names_in(tmp_path / "m.h5") == names_in(path)


def read(folder: Folder) -> Layered:
    with hdf5.opened(io.BytesIO(hdf5.written(folder)), "'m.h5'") as back:
        return layered.read(back, "'m.h5'")


def test_a_file_without_names_of_layers_says_what_it_holds() -> None:
    folder = Folder.empty()
    folder.put("images/0", np.zeros(3))
    with pytest.raises(DataLossError, match=r"'m.h5' is an HDF5 file without layer_names, .*\['images'\]"):
        read(folder)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"layer_names": ["a"]}, "names a layer 'a' and holds none"),
        ({"a": ["a/kernel:0"], "layer_names": ["a"]}, "holds no array 'a/kernel:0' of layer 'a'"),
        ({"a": ["there", "there"], "layer_names": ["a"]}, "names a weight twice, 'there' of layer 'a'"),
    ],
)
def test_a_file_that_does_not_hold_what_it_names_is_damaged(weights: dict[str, list[str]], said: str) -> None:
    folder = Folder.empty()
    folder.texts["layer_names"] = weights.pop("layer_names")
    for name, names in weights.items():
        folder.make(name).texts["weight_names"] = names
        folder.put(f"{name}/there", np.zeros(2))
    with pytest.raises(DataLossError, match=f"'m.h5' {said}; it is damaged"):
        read(folder)


def test_names_that_a_file_cannot_hold_are_refused() -> None:
    empty = StoredLayer("top_level_model_weights", {})
    with pytest.raises(ValueError, match="two layers have the name 'a'"):
        layered.write(Layered([StoredLayer("a", {}), StoredLayer("a", {})], empty))
    with pytest.raises(ValueError, match="rename layer 'a/b'"):
        layered.write(Layered([StoredLayer("a/b", {})], empty))
    with pytest.raises(ValueError, match="layer 'a' has two weights named 'k:0'"):
        layered.layer_of("a", ["k:0", "k:0"], [np.zeros(1), np.zeros(1)])
