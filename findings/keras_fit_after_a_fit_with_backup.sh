#!/usr/bin/env bash
# tf.keras of tensorflow-cpu 2.15.1 (keras 2.15.0): after a fit with BackupAndRestore the model's next fit without one raises AttributeError.
#
# The callback takes an attribute of the model's away when its fit ends, and fit reads that attribute, which every model has until
# then. Fits before it are fine, and so is a next one that has such a callback itself: so training in two phases, of which the
# first is backed up, ends in "object has no attribute '_training_state'".
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'PY'
import numpy as np
import tensorflow as tf

print("tensorflow", tf.__version__)
rows, targets = np.ones((8, 2), np.float32), np.ones((8, 1), np.float32)
model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])
model.compile("sgd", "mse")


def fitted(*folders):
    callbacks = [tf.keras.callbacks.BackupAndRestore(folder) for folder in folders]
    try:
        model.fit(rows, targets, epochs=2, verbose=0, callbacks=callbacks)
    except AttributeError as error:
        return f"AttributeError: {error}"
    return "done"


found = [fitted(), fitted(), fitted("backup"), fitted(), fitted("another")]
print(found)
assert found == [
    "done",
    "done",
    "done",
    "AttributeError: 'Sequential' object has no attribute '_training_state'",
    "done",
]
PY
