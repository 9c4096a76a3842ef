#!/usr/bin/env bash
# TensorFlow 2.15.1: the threshold of tf.sparse.add keeps small entries that only one of the two tensors has.
#
# The threshold is there to drop sums that are too small to keep. With threshold=0.1, 1.0 + -1.0 at one position goes, but
# 0.01 at a position of the first tensor alone and 0.02 at one of the second alone stay: only positions that both have are
# looked at. Adding an empty tensor to prune small weights therefore prunes nothing.
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
first = tf.SparseTensor([[0, 0], [0, 1]], [0.01, 1.0], [1, 3])
second = tf.SparseTensor([[0, 1], [0, 2]], [-1.0, 0.02], [1, 3])
total = tf.sparse.add(first, second, threshold=0.1)
print("sum above 0.1:", total.indices.numpy().tolist(), total.values.numpy().tolist())
assert total.indices.numpy().tolist() == [[0, 0], [0, 2]]
assert max(abs(total.values.numpy())) < 0.1
pruned = tf.sparse.add(first, tf.SparseTensor(tf.zeros([0, 2], tf.int64), tf.zeros([0]), [1, 3]), threshold=0.1)
print("pruned by adding nothing:", pruned.values.numpy().tolist())
assert len(pruned.values) == 2
PY
