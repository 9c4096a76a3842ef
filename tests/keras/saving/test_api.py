"""Saving models and weights, and loading them again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import AlreadyExistsError, ResourceExhaustedError, UnimplementedError
from estimator.keras.saving import layered
from estimator.model_dir import storage
from tests.interop import keras_models

DATA = Path(__file__).parents[2] / "data" / "keras"
K = tf.keras


@pytest.fixture(autouse=True)
def _own_graph() -> Any:
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()


@pytest.mark.parametrize("ending", [".h5", ".weights.h5", "_checkpoint"])
@pytest.mark.parametrize("name", ["sequential", "functional"])
def test_weights_come_back(name: str, ending: str, tmp_path: Path) -> None:
    example = keras_models.MODELS[name](K)
    example.model.save_weights(tmp_path / f"w{ending}")
    other = keras_models.MODELS[name](K).model
    other.load_weights(tmp_path / f"w{ending}")
    for ours, theirs in zip(other.get_weights(), example.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_latest_weights_of_a_folder_are_found(tmp_path: Path) -> None:
    model = K.Sequential([K.Input((2,)), K.layers.Dense(1)])
    for epoch in (1, 2):
        model.set_weights([np.full((2, 1), epoch), np.zeros(1)])
        model.save_weights(tmp_path / "training" / f"cp-{epoch:04d}.ckpt")
    latest = tf.train.latest_checkpoint(tmp_path / "training")
    with pytest.raises(ValueError, match="is one file of a checkpoint. Give its prefix: '.*cp-0002.ckpt'"):
        model.load_weights(f"{latest}.index")
    assert latest == str(tmp_path / "training" / "cp-0002.ckpt")
    other = K.models.clone_model(model)
    other.load_weights(latest)
    assert other.get_weights()[0].tolist() == [[2], [2]]


def test_a_model_that_was_never_compiled_is_saved_too(tmp_path: Path) -> None:
    model = K.Sequential([K.Input((2,)), K.layers.Dense(1)])
    for name in ("m.h5", "m.keras"):
        model.save(tmp_path / name)
        again = K.models.load_model(tmp_path / name)
        np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


class Twice(K.Model):  # type: ignore[misc, name-defined]
    """A model with a call of its own."""

    def __init__(self, units: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.dense = K.layers.Dense(units)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs) * 2.0

    def get_config(self) -> dict[str, Any]:
        return {"units": self.units, "name": self.name}


def test_a_subclass_is_saved_as_keras_and_not_as_h5(tmp_path: Path) -> None:
    model = Twice(3)
    x = np.eye(2, dtype=np.float32)
    with pytest.raises(ValueError, match="has no weights yet: call it on some data"):
        model.save(tmp_path / "m.keras")
    predicted = model(x).numpy()
    with pytest.raises(NotImplementedError, match="Save it as .keras, or its weights with save_weights"):
        model.save(tmp_path / "m.h5")
    model.save(tmp_path / "m.keras")
    again = K.models.load_model(tmp_path / "m.keras", custom_objects={"Twice": Twice})
    np.testing.assert_array_equal(again(x).numpy(), predicted)
    assert os.listdir(tmp_path) == ["m.keras"]


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = K.Sequential([K.Input((2,)), K.layers.Dense(1)])
    path = tmp_path / "m.h5"
    model.save(path)
    before = path.read_bytes()
    fired = []

    def full(self: Any, descriptor: int, data: memoryview) -> int:
        fired.append(len(data))
        raise OSError(28, "No space left on device")

    model.set_weights([np.ones((2, 1)), np.ones(1)])
    monkeypatch.setattr(storage.LocalFileOps, "write", full)
    with pytest.raises(ResourceExhaustedError, match="ENOSPC"):
        model.save(path)
    assert fired and path.read_bytes() == before and os.listdir(tmp_path) == ["m.h5"]


def test_a_file_stays_if_it_may_not_be_replaced(tmp_path: Path) -> None:
    model = K.Sequential([K.Input((2,)), K.layers.Dense(1)])
    (tmp_path / "m.h5").write_bytes(b"precious")
    for save in (model.save, model.save_weights):
        with pytest.raises(AlreadyExistsError, match="overwrite=True"):
            save(tmp_path / "m.h5", overwrite=False)
    assert (tmp_path / "m.h5").read_bytes() == b"precious"


def test_a_name_or_a_format_that_is_none_says_what_to_use(tmp_path: Path) -> None:
    model = K.Sequential([K.Input((2,)), K.layers.Dense(1)])
    with pytest.raises(UnimplementedError, match=r"ends in .keras or .h5; for serving, model.export\(path\)"):
        model.save(tmp_path / "folder")
    with pytest.raises(ValueError, match="save_format='pickle' is none of"):
        model.save(tmp_path / "m.h5", save_format="pickle")
    with pytest.raises(ValueError, match="ends in .keras"):
        model.save(tmp_path / "m.h5", save_format="keras")
    model.save(tmp_path / "plain", save_format="h5")
    assert K.models.load_model(tmp_path / "plain").name == model.name
    assert os.listdir(tmp_path) == ["plain"]


def test_a_misspelt_argument_replaces_nothing(tmp_path: Path) -> None:
    model = K.Sequential([K.Input((2,)), K.layers.Dense(1)])
    for name in ("m.h5", "m.keras"):
        (tmp_path / name).write_bytes(b"mine")
        with pytest.raises(TypeError, match="'overwite'. Did you mean 'overwrite'"):
            model.save(tmp_path / name, overwite=False)
        assert (tmp_path / name).read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["w", "w.h5", "w.weights.h5"])
def test_a_model_without_weights_is_not_saved(name: str, tmp_path: Path) -> None:
    model = K.Sequential([K.layers.Dense(1)])
    with pytest.raises(ValueError, match="has no weights yet"):
        model.save_weights(tmp_path / name)
    with pytest.raises(ValueError, match="has no weights yet"):
        model.save(tmp_path / "m.h5")
    assert not os.listdir(tmp_path)


def test_a_checkpoint_is_no_model_and_knows_no_names_of_layers(tmp_path: Path) -> None:
    model = K.Sequential([K.Input((2,)), K.layers.Dense(1)])
    model.save_weights(tmp_path / "w")
    with pytest.raises(UnimplementedError, match="is a checkpoint, which has weights"):
        K.models.load_model(tmp_path / "w")
    for word in ("by_name", "skip_mismatch"):
        with pytest.raises(NotImplementedError, match=f"{word}=True: .*is a checkpoint"):
            model.load_weights(tmp_path / "w", **{word: True})


def test_relative_paths_stay_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model = K.Sequential([K.Input((2,)), K.layers.Dense(1)])
    model.save("models/my_model.h5")
    os.rename("models", "moved")
    assert K.models.load_model("moved/my_model.h5").name == model.name


def test_two_layers_of_one_name_cannot_be_in_a_h5() -> None:
    with pytest.raises(ValueError, match="two layers have the name 'a'"):
        layered.write(layered.Layered([layered.StoredLayer("a", {})] * 2, layered.StoredLayer("top", {})))


def test_saving_and_loading_do_not_need_the_default_graph_of_the_model(tmp_path: Path) -> None:
    with tf.Graph().as_default():
        model = K.Sequential([K.Input((2,)), K.layers.Dense(1)])
        weights = model.get_weights()
    model.save(tmp_path / "m.keras")
    with tf.Graph().as_default() as graph:
        again = K.models.load_model(tmp_path / "m.keras")
        assert again.weights[0].graph is graph
        np.testing.assert_array_equal(again.get_weights()[0], weights[0])


def test_what_a_model_computes_is_exported_and_run_without_it(tmp_path: Path) -> None:
    example = keras_models.MODELS["functional"](K)
    example.model.export(tmp_path / "exports" / "1")
    words, amounts = example.inputs
    with tf.Graph().as_default(), tf.Session() as session:
        loaded = tf.saved_model.loader.load(session, ["serve"], str(tmp_path / "exports" / "1"))
        signature = loaded.signature_def["serving_default"]
        assert sorted(signature.inputs) == ["amounts", "words"] and list(signature.outputs) == ["output"]
        feed = {signature.inputs["words"].name: words, signature.inputs["amounts"].name: amounts}
        given = session.run(signature.outputs["output"].name, feed)
    np.testing.assert_allclose(given, example.model(example.inputs).numpy(), rtol=1e-6)
    with pytest.raises(NotImplementedError, match="whose inputs nobody knows"):
        Twice().export(tmp_path / "other")


def test_an_h5_names_optimizers_as_keras_does(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    example = keras_models.trained("sequential", K)[0]
    example.save(tmp_path / "ours.h5")

    def named(path: Path) -> str:
        with h5py.File(path) as file:
            told = json.loads(file.attrs["training_config"])
        return str(told["optimizer_config"]["class_name"])

    assert named(tmp_path / "ours.h5") == named(DATA / "2.15" / "sequential.h5")
