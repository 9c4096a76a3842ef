"""What an Estimator exports, TensorFlow loads by all of its loaders, and predicts what ``predict`` does here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.interop.export_models import CASES
from tests.interop.exports import exported
from tests.interop.test_saved_models import LOADERS, _agrees
from tests.tiny import batches, estimator

ModeKeys = tf.estimator.ModeKeys


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every export."""
    folder = tmp_path_factory.mktemp("exports")
    found: dict[str, dict[str, Any]] = {}
    for name in CASES:
        found |= exported(name, folder)
    return found


def _predict_as_here(tensorflow: TensorFlow, models: dict[str, dict[str, Any]]) -> None:
    asked = {name: {key: given[key] for key in ("folder", "asked")} for name, given in models.items()}
    theirs = tensorflow.answer("tf_saved_models.py", {"models": asked})["models"]
    for name, given in models.items():
        for loader in LOADERS:
            for row, found, wanted in zip(
                given["asked"], theirs[name][loader], given["answers"], strict=True
            ):
                where = f"{name} {loader} {row['signature']}"
                assert found.keys() == wanted.keys(), where
                for key in wanted:
                    (part,) = found[key]
                    _agrees(part, wanted[key], f"{where} {key}")
        for row in given["asked"]:
            assert f"signature_def['{row['signature']}']" in theirs[name]["cli"]
        assert theirs[name]["cli"].count("signature_def['") == len(given["asked"]), name


def test_every_export_predicts_in_tensorflow_as_here(
    tensorflow: TensorFlow, models: dict[str, dict[str, Any]]
) -> None:
    _predict_as_here(tensorflow, models)


def test_every_export_predicts_in_the_newest_tensorflow_as_here(
    newest_tensorflow: TensorFlow, models: dict[str, dict[str, Any]]
) -> None:
    _predict_as_here(newest_tensorflow, models)


def test_signatures_are_those_of_tensorflows_exports(
    tensorflow: TensorFlow, models: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    # TensorFlow 2 has no tf.contrib, and its heads want optimizers of tf.keras.
    names = [name for name in CASES if name not in ("recurrent", "two_heads")]
    theirs = tensorflow.answer("tf_exports.py", {"folder": str(tmp_path), "models": names})
    for name in names:
        for kind, wanted in theirs[name].items():
            found = _signatures(models[f"{name}_{kind}"]["folder"])
            assert found.keys() == wanted.keys(), f"{name} {kind}"
            for signature, (method, *tensors) in wanted.items():
                where = f"{name} {kind} {signature}"
                ours = found[signature]
                assert ours.method_name == method, where
                for infos, described in zip((ours.inputs, ours.outputs), tensors, strict=True):
                    assert _described(infos, described) == described, where


def _signatures(folder: str) -> Any:
    with tf.Session(graph=tf.Graph()) as session:
        return tf.saved_model.load(session, ["serve"], folder).signature_def


def _described(infos: Any, theirs: dict[str, Any]) -> dict[str, Any]:
    """Types and sizes; where TensorFlow knows no shape, ours may be known."""
    unknown = [key for key, (_, sizes) in theirs.items() if sizes is None]
    return {
        key: [info.dtype, None if key in unknown else [size.size for size in info.tensor_shape.dim]]
        for key, info in infos.items()
    }


def test_an_exported_evaluation_and_training_run_in_tensorflow(
    tensorflow: TensorFlow, tmp_path: Path
) -> None:
    model = estimator(tmp_path / "model").train(batches(), steps=3)
    with tf.Graph().as_default():
        features = {"x": tf.placeholder(tf.float32, [None, 2], "x")}
        labels = tf.placeholder(tf.float32, [None, 1], "labels")
    receiver_fn = tf.estimator.experimental.build_raw_supervised_input_receiver_fn(features, labels)
    folder = model.experimental_export_all_saved_models(
        tmp_path / "exports", {ModeKeys.TRAIN: receiver_fn, ModeKeys.EVAL: receiver_fn}
    )
    given, truth = next(batches(1)())
    fed = {"x": given["x"].tolist(), "label": truth.tolist()}
    losses = tensorflow.answer("tf_exported_modes.py", {"folder": folder.decode(), "fed": fed})
    wanted = [float(model.evaluate(batches(1))["loss"])]
    for _ in range(2):
        wanted.append(float(model.train(batches(), steps=1).evaluate(batches(1))["loss"]))
    np.testing.assert_allclose(losses["eval"], wanted[0], rtol=1e-6)
    np.testing.assert_allclose(losses["train"], wanted, rtol=1e-6)
