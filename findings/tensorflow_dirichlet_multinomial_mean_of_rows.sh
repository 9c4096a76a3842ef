#!/usr/bin/env bash
# TensorFlow 2.15.1: the mean of a batch of DirichletMultinomial with a count for each row mixes up rows and classes.
#
# The mean is n a / sum(a), so that each row adds up to its n. For n = [2, 8] and rows a of two classes TensorFlow multiplies
# the counts along the classes: rows that add up to 6.5 and 5. With as many rows as classes nothing is said; with other
# numbers it is an error. tf.compat.v1.distributions says that total_count may be a batch.
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
total = np.array([2.0, 8.0])
concentration = np.array([[1.0, 3.0], [4.0, 4.0]])
wanted = total[:, None] * concentration / concentration.sum(1, keepdims=True)
made = tf.compat.v1.distributions.DirichletMultinomial(total, concentration)
found = made.mean().numpy()
print("counts of each row:", total.tolist(), "batch shape:", made.batch_shape)
print("mean by the formula:", wanted.tolist(), "tensorflow:", found.tolist())
assert np.allclose(wanted.sum(1), total)
assert np.allclose(found, total * concentration / concentration.sum(1, keepdims=True))
assert not np.allclose(found.sum(1), total)
PY
