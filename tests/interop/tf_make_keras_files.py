"""Makes tests/data/keras/VERSION with whichever Keras its Python has: each model of keras_models.py after three steps.

Run as ``.venv-tf/bin/python tests/interop/tf_make_keras_files.py`` (tf.keras 2.15) and as
``KERAS_BACKEND=jax .venv-keras/bin/python tests/interop/tf_make_keras_files.py`` (Keras 3). expected.json has what each
model predicts, and its losses in the next two steps. With ``1`` behind it, the first makes tests/data/keras/tf1: one .h5 as
TensorFlow 1 wrote it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import keras
import keras_models

IS_TENSORFLOW_1 = sys.argv[1:] == ["1"]
VERSION = "tf1" if IS_TENSORFLOW_1 else keras.__version__.rpartition(".")[0]
FOLDER = Path(__file__).resolve().parents[1] / "data" / "keras" / VERSION
WEIGHTS = {
    ("sequential", "2.15"): ".weights.h5",
    ("sequential", "3.15"): ".weights.h5",
    ("frozen", "2.15"): "_weights.h5",
    ("subclassed", "2.15"): ".weights.h5",
    ("subclassed", "3.15"): ".weights.h5",
}
NAMES = ["sequential"] if IS_TENSORFLOW_1 else [*keras_models.MODELS, *keras_models.WEIGHTS_ALONE]

if IS_TENSORFLOW_1:
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    keras = tf.keras


def write(name: str) -> dict[str, Any]:
    """Write the files of one model; what it predicts and loses."""
    model, inputs, labels, _ = keras_models.trained(name, keras)
    is_whole = name in keras_models.MODELS
    if is_whole and not IS_TENSORFLOW_1:
        model.save(FOLDER / f"{name}.keras")
    if (name, VERSION) in WEIGHTS:
        model.save_weights(FOLDER / (name + WEIGHTS[name, VERSION]))
    if is_whole:
        model.save(str(FOLDER / f"{name}.h5"))  # last: it takes the optimizer out of Keras 3's configuration
    predicted = model.predict(inputs, verbose=0).tolist()
    losses = [model.train_on_batch(inputs, labels) for _ in range(2)]
    return {
        "predicted": predicted,
        "losses": [float(loss[0] if isinstance(loss, list) else loss) for loss in losses],
    }


FOLDER.mkdir(parents=True, exist_ok=True)
expected = {name: write(name) for name in NAMES}
(FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
