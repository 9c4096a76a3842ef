"""Makes tests/data/keras/VERSION with whichever Keras its Python has: each model of keras_models.py after three steps.

Run as ``.venv-tf/bin/python tests/interop/tf_make_keras_files.py`` (tf.keras 2.15) and as
``KERAS_BACKEND=jax .venv-keras/bin/python tests/interop/tf_make_keras_files.py`` (Keras 3). expected.json has what each
model predicts, and its losses in the next two steps.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import keras_models

VERSION = keras.__version__
FOLDER = Path(__file__).resolve().parents[1] / "data" / "keras" / VERSION.rpartition(".")[0]


def write(name: str) -> dict[str, Any]:
    """Write the files of one model; what it predicts and loses."""
    model, inputs, labels = keras_models.trained(name, keras)
    model.save(FOLDER / f"{name}.keras")
    if name == "sequential":
        model.save_weights(FOLDER / f"{name}.weights.h5")
    if name == "frozen" and VERSION.startswith("2"):
        model.save_weights(FOLDER / f"{name}_weights.h5")
    model.save(FOLDER / f"{name}.h5")  # last: it takes the optimizer out of Keras 3's configuration
    predicted = model.predict(inputs, verbose=0).tolist()
    model = keras_models.trained(name, keras).model
    losses = [model.train_on_batch(inputs, labels) for _ in range(2)]
    return {
        "predicted": predicted,
        "losses": [loss[0] if isinstance(loss, list) else float(loss) for loss in losses],
    }


FOLDER.mkdir(parents=True, exist_ok=True)
expected = {name: write(name) for name in keras_models.MODELS}
(FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
