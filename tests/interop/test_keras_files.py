"""Real Keras opens models that we saved and trains on: tf.keras 2.15 and Keras 3; what they wrote is in tests/data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from estimator import tf
from tests.interop import keras_models
from tests.interop.conftest import TensorFlow

K = tf.keras


def saved(name: str, folder: Path) -> tuple[Any, list[float]]:
    """Save a model in every form; what it predicts, and its losses in the next two steps."""
    tf.reset_default_graph()
    model, inputs, labels, _ = keras_models.trained(name, K)
    for ending in (".h5", ".keras") if name in keras_models.MODELS else ():
        model.save(folder / f"{name}{ending}")
    for ending in (".weights.h5", "_weights.h5"):
        model.save_weights(folder / f"{name}{ending}")
    predicted = model.predict(inputs, verbose=0)
    losses = [float(np.ravel(model.train_on_batch(inputs, labels))[0]) for _ in range(2)]
    return predicted, losses


def check(keras: TensorFlow, folder: Path, endings: dict[str, bool], left_out: str = "") -> None:
    """Let Keras open the files with these endings, compiled or not."""
    names = [*keras_models.MODELS, *keras_models.WEIGHTS_ALONE]
    expected = {name: saved(name, folder) for name in names}
    files = [
        [name, str(folder / f"{name}{ending}"), is_compiled]
        for ending, is_compiled in endings.items()
        for name in names
        if f"{name}{ending}" != left_out and (folder / f"{name}{ending}").exists()
    ]
    for (name, path, is_compiled), answer in zip(
        files, keras.answer("tf_keras_files.py", {"files": files}), strict=True
    ):
        predicted, losses = expected[name]
        np.testing.assert_allclose(answer["predicted"], predicted, rtol=1e-5, atol=1e-6, err_msg=path)
        if is_compiled:
            np.testing.assert_allclose(answer["losses"], losses, rtol=2e-5, err_msg=path)


def test_keras_2_15_opens_what_we_saved_and_makes_the_same_next_steps(
    tensorflow: TensorFlow, tmp_path: Path
) -> None:
    check(tensorflow, tmp_path, {".h5": True, ".weights.h5": False, "_weights.h5": False})


def test_keras_3_opens_what_we_saved_and_makes_the_same_next_steps(
    keras_3: TensorFlow, tmp_path: Path
) -> None:
    # of a model inside a functional one Keras 3 counts the calls otherwise than every .h5 does
    check(keras_3, tmp_path, {".keras": True, ".weights.h5": False, ".h5": False}, "functional.h5")
