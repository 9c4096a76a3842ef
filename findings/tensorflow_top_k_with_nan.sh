#!/usr/bin/env bash
# TensorFlow 2.15.1 on the CPU: the largest of [inf, nan, -inf] by tf.nn.top_k is -inf.
#
# With a NaN among its inputs top_k has no order to go by. top_k([inf, nan, -inf], 1) gives -inf at index 2, and
# top_k([nan, 1, 3, 3, nan], 1) gives the NaN, though top_k([nan, 5], 1) and top_k([5, nan], 1) both give 5. tf.argmax of
# the first row is 0. Beam searches and samplers that take the top of logits with a NaN in them therefore pick an arbitrary
# entry without a word.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY'
import math

import tensorflow as tf


def largest(values):
    found = tf.math.top_k(tf.constant(values, tf.float32), 1)
    return float(found.values[0]), int(found.indices[0])


inf, nan = math.inf, math.nan
print("tensorflow", tf.__version__)
for values in ([inf, nan, -inf], [nan, 1.0, 3.0, 3.0, nan], [nan, 5.0], [5.0, nan]):
    print(f"top_k({values}, 1):", largest(values), "argmax:", int(tf.argmax(tf.constant(values, tf.float32))))
assert largest([inf, nan, -inf]) == (-inf, 2)
value, index = largest([nan, 1.0, 3.0, 3.0, nan])
assert math.isnan(value) and index == 0
assert largest([nan, 5.0]) == (5.0, 1) and largest([5.0, nan]) == (5.0, 0)
PY
