"""Models and weights from files that real Keras wrote."""

from __future__ import annotations

import json
import logging
import shutil
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import DataLossError, NotFoundError, UnimplementedError, UsageError
from tests.interop import keras_models

DATA = Path(__file__).parents[2] / "data" / "keras"
FILES = sorted(
    path
    for path in DATA.glob("*/*")
    if path.suffix in (".h5", ".keras") and not path.name.endswith(("_weights.h5", ".weights.h5"))
)
IDS = [f"{path.parent.name}-{path.name}" for path in FILES]
K = tf.keras


@pytest.fixture(autouse=True)
def _own_graph() -> Any:
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()


def expected(path: Path) -> Any:
    return json.loads((path.parent / "expected.json").read_text())[
        path.name.split(".")[0].removesuffix("_weights")
    ]


def example(path: Path) -> keras_models.Example:
    return (keras_models.MODELS | keras_models.WEIGHTS_ALONE)[
        path.name.split(".")[0].removesuffix("_weights")
    ](K)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_a_model_of_any_keras_predicts_what_it_predicted_there(path: Path) -> None:
    model = K.models.load_model(path, compile=False)
    predicted = model(example(path).inputs).numpy()
    np.testing.assert_allclose(predicted, expected(path)["predicted"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "name",
    [
        "2.15/subclassed.weights.h5",
        "3.15/subclassed.weights.h5",
        "2.15/sequential.weights.h5",
        "3.15/sequential.weights.h5",
        "3.15/sequential.keras",
        "2.15/frozen_weights.h5",
        "2.15/functional.h5",
        "3.15/recurrent.h5",
    ],
)
def test_weights_of_any_keras_are_given_to_the_same_model(name: str) -> None:
    model, inputs, *_ = example(DATA / name)
    model.load_weights(DATA / name)
    predicted = model(inputs).numpy()
    np.testing.assert_allclose(predicted, expected(DATA / name)["predicted"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("version", ["2.15", "3.15"])
def test_weights_of_frozen_layers_do_not_change_places_when_they_are_thawed(
    version: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "estimator")
    path = DATA / version / "frozen.h5"
    model, inputs, *_ = example(path)
    model.get_layer("inside").get_layer("first").trainable = True
    model.load_weights(path)
    predicted = model(inputs).numpy()
    np.testing.assert_allclose(predicted, expected(path)["predicted"], rtol=1e-5, atol=1e-6)
    assert "layer 'inside': weights are loaded by their names" in caplog.text
    with h5py.File(path) as file:  # what order would have done
        listed = file["model_weights/inside"].attrs["weight_names"]
        assert str(listed[0]).endswith(("second/kernel:0", "second/kernel"))


def small(units: int = 4, name: str = "hidden") -> Any:
    return K.Sequential([K.Input((3,)), K.layers.Dense(units, name=name), K.layers.Dense(2, name="out")])


def test_a_model_is_as_it_was_if_one_weight_does_not_fit(tmp_path: Path) -> None:
    small().save_weights(tmp_path / "w.h5")
    model = small(5)
    before = model.get_weights()
    for name in ("w.h5", "w.weights.h5"):
        small().save_weights(tmp_path / name)
        with pytest.raises(UsageError, match="3 problems") as raised:
            model.load_weights(tmp_path / name)
        assert "(3, 4), the model's 'hidden" in str(raised.value) and "(3, 5)." in str(raised.value)
        assert str(tmp_path / name) in str(raised.value)
        for was, is_now in zip(before, model.get_weights(), strict=True):
            np.testing.assert_array_equal(was, is_now)


def test_by_name_and_skip_mismatch_take_what_fits(tmp_path: Path) -> None:
    small().save_weights(tmp_path / "w.h5")
    source = small()
    source.save_weights(tmp_path / "w.h5")
    model = small(4, name="other")
    before = model.get_weights()
    model.load_weights(tmp_path / "w.h5", by_name=True)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    np.testing.assert_array_equal(model.get_weights()[2], source.get_weights()[2])
    wider = small(5)
    wider.load_weights(tmp_path / "w.h5", skip_mismatch=True)
    np.testing.assert_array_equal(wider.get_weights()[3], source.get_weights()[3])


def test_weights_alone_are_no_model(tmp_path: Path) -> None:
    for name in ("2.15/frozen_weights.h5", "2.15/sequential.weights.h5"):
        with pytest.raises(DataLossError, match=r"holds weights alone.* model.load_weights\(path\)"):
            K.models.load_model(DATA / name)


def test_files_of_other_kinds_are_told(tmp_path: Path) -> None:
    (tmp_path / "m.h5").write_bytes(b"not a model")
    with pytest.raises(DataLossError, match="is no HDF5 file"):
        K.models.load_model(tmp_path / "m.h5")
    with pytest.raises(NotFoundError, match="there is no such file"):
        K.models.load_model(tmp_path / "none.h5")
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(UnimplementedError, match="is a SavedModel.*tf.saved_model.load"):
        K.models.load_model(tmp_path)
    with pytest.raises(DataLossError, match="is an archive without config.json"):
        with zipfile.ZipFile(tmp_path / "m.keras", "w") as file:
            file.writestr("data.pkl", b"")
        K.models.load_model(tmp_path / "m.keras")


def test_the_kind_of_a_file_is_told_by_what_is_in_it(tmp_path: Path) -> None:
    shutil.copy(DATA / "3.15/frozen.keras", tmp_path / "model.h5")
    shutil.copy(DATA / "2.15/frozen.h5", tmp_path / "model.keras")
    for name in ("model.h5", "model.keras"):
        assert K.models.load_model(tmp_path / name, compile=False).name == "frozen"


def with_config(path: Path, config: Any) -> Path:
    """A copy of a file with another configuration."""
    shutil.copy(DATA / "2.15/frozen.h5", path)
    with h5py.File(path, "a") as file:
        file.attrs["model_config"] = config if isinstance(config, str) else json.dumps(config)
    return path


def one_layer(class_name: str, **config: Any) -> Any:
    layers = [{"class_name": class_name, "config": config}]
    return {"class_name": "Sequential", "config": {"name": "m", "layers": layers}}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (one_layer("Dens", units=3), "makes no model: Unknown layer: 'Dens'. Did you mean 'Dense'"),
        (one_layer("Lambda", function=["gASV", None, None], function_type="lambda"), "Lambda"),
        (one_layer("Dense", units=3, colour="red"), "colour"),
        ({"class_name": "Sequential", "config": {"layers": 3}}, "makes no model"),
        ({"class_name": "system", "module": "os", "config": {"command": "true"}}, "Unknown layer: 'system'"),
        ([1, 2], "is none of a model"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
    ],
    ids=["unknown", "lambda", "argument", "malformed", "module", "list", "cut", "deep"],
)
def test_a_configuration_that_makes_no_model_is_one_clear_error(
    config: Any, said: str, tmp_path: Path
) -> None:
    path = with_config(tmp_path / "m.h5", config)
    with pytest.raises((ValueError, TypeError), match=said) as raised:
        K.models.load_model(path)
    assert str(path) in str(raised.value)


def test_a_configuration_that_wants_more_than_is_stored_takes_no_memory(tmp_path: Path) -> None:
    config = {"class_name": "Sequential", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 3], "name": "x"}},
        {"class_name": "Dense", "config": {"units": 1 << 40, "name": "first", "bias_initializer": "zeros"}},
    ]}}  # fmt: skip
    with pytest.raises(ValueError, match="makes no model: OverflowError|In the model: first: first/kernel:0"):
        K.models.load_model(with_config(tmp_path / "m.h5", config))


class Doubled(K.layers.Layer):  # type: ignore[misc, name-defined]
    def call(self, inputs: Any) -> Any:
        return inputs * 2.0


def test_own_classes_come_from_the_caller_alone(tmp_path: Path) -> None:
    model = K.Sequential([K.Input((2,)), K.layers.Dense(2), Doubled()])
    model.save(tmp_path / "m.h5")
    model.save(tmp_path / "m.keras")
    for name in ("m.h5", "m.keras"):
        with pytest.raises(ValueError, match="Unknown layer: 'Doubled'.*custom_objects="):
            K.models.load_model(tmp_path / name)
        again = K.models.load_model(tmp_path / name, custom_objects={"Doubled": Doubled})
        np.testing.assert_array_equal(again(np.eye(2)).numpy(), model(np.eye(2)).numpy())
        with K.utils.custom_object_scope({"Doubled": Doubled}):
            K.models.load_model(tmp_path / name)


@pytest.mark.parametrize(
    ("compiled", "fault"), [({"loss": "mse"}, None), (5, "compile_config"), ([1], "compile_config")]
)
def test_a_keras_file_may_not_tell_its_optimizer(compiled: Any, fault: str | None, tmp_path: Path) -> None:
    """Keras 3 itself leaves it out, if the model was saved as a .h5 before."""
    model = small()
    model.compile(K.optimizers.SGD(0.1, momentum=0.9), "mse")
    model.fit(np.ones([4, *model.input_shape[1:]]), np.ones([4, *model.output_shape[1:]]), verbose=0)
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as file:
        members = {name: file.read(name) for name in file.namelist()}
    config = json.loads(members["config.json"]) | {"compile_config": compiled}
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as file:
        for name, content in (members | {"config.json": json.dumps(config).encode()}).items():
            file.writestr(name, content)
    if fault:
        with pytest.raises(DataLossError, match=fault):
            K.models.load_model(tmp_path / "m.keras")
        return
    again = K.models.load_model(tmp_path / "m.keras")
    assert type(again.optimizer).__name__ == "RMSprop" and int(again.optimizer.iterations.numpy()) == 0
