#!/usr/bin/env bash
# TensorFlow 2.15.1: RaggedTensor.from_tensor takes values from wrong places if lengths for two dimensions are given and no
# row fills its dimension; where the sizes are known it refuses them.
#
# From a [3, 3, 3] tensor of 1..27, rows of 2, 1 and 0 lists that have 2, 1 and 2 values are [[1, 2], [4]], [[10, 11]], [].
# TensorFlow gives [[1, 2], [3]], [[5, 6]], []: its mask is as wide as the longest row, not as the tensor, and runs over
# the values one after the other. The lengths of the rows are right, so nothing looks wrong.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import numpy as np
import tensorflow as tf

print("tensorflow", tf.__version__)
values = np.arange(1, 28).reshape(3, 3, 3)
lengths = ([2, 1, 0], [2, 1, 2])
wanted = [[[1, 2], [4]], [[10, 11]], []]


def ragged(tensor):
    return tf.RaggedTensor.from_tensor(tensor, lengths=lengths)


anything = tf.TensorSpec([None, None, None], tf.int64)
found = tf.function(ragged, input_signature=[anything])(values).to_list()
print("rows by their lengths:", wanted, "tensorflow, sizes unknown:", found)
assert found != wanted and [[len(row) for row in rows] for rows in found] == [[2, 1], [2], []]
try:
    ragged(values)
except ValueError as error:
    print("tensorflow, sizes known:", error)
else:
    raise SystemExit("the lengths are taken now")
PY
