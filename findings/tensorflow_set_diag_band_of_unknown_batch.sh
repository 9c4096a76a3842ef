#!/usr/bin/env bash
# TensorFlow 2.15.1: tf.linalg.set_diag cannot write a band of diagonals into a batch whose size is not known yet.
#
# With every size known, diagonals -1 to 2 of a batch of 3x4 matrices are replaced by the rows of a [2, 4, 3] tensor. With
# the batch size left open, as every input pipeline leaves it, the very same call ends in "Shapes must be equal rank, but
# are 3 and 4" while the graph is built: the shape rule puts two axes behind a band's prefix of batch and diagonals, where
# the prefix of the batch alone belongs. A single diagonal is not hit. A tf.ensure_shape with the batch size helps.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import tensorflow as tf

print("tensorflow", tf.__version__)


def written(batch, diagonals, k):
    @tf.function(input_signature=[tf.TensorSpec([batch, 3, 4]), tf.TensorSpec([batch, *diagonals])])
    def write(x, values):
        return tf.linalg.set_diag(x, values, k=k)

    return write(tf.zeros([2, 3, 4]), tf.ones([2, *diagonals])).numpy()[0].tolist()


band = [[1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0.0, 1.0, 1.0, 1.0]]
assert written(2, [4, 3], (-1, 2)) == band
print("batch of 2, diagonals -1 to 2:", band)
assert written(None, [3], 0) == [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
print("batch of any size, the main diagonal: written")
try:
    written(None, [4, 3], (-1, 2))
except ValueError as error:
    print("batch of any size, diagonals -1 to 2:", str(error).strip().splitlines()[-1][:60])
    assert "equal rank" in str(error)
else:
    raise AssertionError("the band was written")
PY
