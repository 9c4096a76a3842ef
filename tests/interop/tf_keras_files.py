"""Keras opens files that we wrote, whichever version this Python has, and trains on.

Request: {files: [[name of a model of keras_models, path, is_compiled]]}; a path that ends in _weights.h5 or .weights.h5 is
loaded into the model that keras_models makes. Answer: for each what it predicts, and its losses in the next two steps.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # Keras 3 asks

import keras
import keras_models


def answered(name: str, path: str, is_compiled: bool) -> dict[str, Any]:
    """What Keras does with the file; a .h5 is opened as people do, who say nothing of compile."""
    example = keras_models.compiled(name, keras)
    if path.endswith("weights.h5"):
        model = example.model
        model.load_weights(path)
    else:
        model = keras.models.load_model(path, compile=is_compiled or path.endswith(".h5"))
    found: dict[str, Any] = {"predicted": model.predict(example.inputs, verbose=0).tolist()}
    if is_compiled:
        losses = [model.train_on_batch(example.inputs, example.labels) for _ in range(2)]
        found["losses"] = [float(loss[0] if isinstance(loss, list) else loss) for loss in losses]
    return found


request = json.load(sys.stdin)
print(json.dumps([answered(*file) for file in request["files"]]))
