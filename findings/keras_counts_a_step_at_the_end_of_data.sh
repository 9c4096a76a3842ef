#!/usr/bin/env bash
# tf.keras of tensorflow-cpu 2.15.1 (keras 2.15.0): optimizer.iterations is one step ahead after a fit on data of unknown size.
#
# Five batches an epoch, three epochs: 15 steps, and so says the optimizer where the size of the dataset is known. Of the same
# batches behind a filter, whose number is not known, it says 16: the run of the first epoch that finds no more data has counted.
# So Adam's bias correction, a schedule of the learning rate and what a checkpoint says of the step are one ahead, and the weights
# of the later epochs differ. The legacy optimizers count 15 both times.
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
rows = np.random.default_rng(0).random((40, 3), np.float32)
batches = tf.data.Dataset.from_tensor_slices((rows, rows.sum(1, keepdims=True))).batch(8)
unknown = batches.filter(lambda inputs, labels: True)


def fitted(data, make):
    layer = tf.keras.layers.Dense(1, input_shape=(3,), kernel_initializer="zeros")
    model = tf.keras.Sequential([layer])
    model.compile(make(0.1), "mse")
    model.fit(data, epochs=3, verbose=0)
    return int(model.optimizer.iterations.numpy()), layer.get_weights()[0].ravel()


for name, make in (("today's Adam", tf.keras.optimizers.Adam), ("legacy Adam", tf.keras.optimizers.legacy.Adam)):
    known_steps, known_weights = fitted(batches, make)
    steps, weights = fitted(unknown, make)
    print(f"{name}: {known_steps} steps of known size, {steps} of unknown; weights {known_weights} and {weights}")
    is_todays = make is tf.keras.optimizers.Adam
    assert (known_steps, steps) == (15, 16 if is_todays else 15)
    assert np.allclose(known_weights, weights, rtol=1e-5) is not is_todays
PY
