#!/usr/bin/env bash
# TensorFlow 2.15.1: a float feature that is crossed by its name is cut to whole numbers, without a word.
#
# tf.feature_column.crossed_column(["x", "y"]) takes a feature of floats though it crosses integers and strings only:
# 1.2 and 1.9 fall into one bucket, 2.1 into another. Prices and coordinates that were meant to be bucketized first
# still train, on their integer parts.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
print("tensorflow", tf.__version__)


def buckets(x):
    column = tf.feature_column.indicator_column(tf.feature_column.crossed_column(["x", "y"], 1000))
    with tf.Graph().as_default(), tf.Session() as session:
        features = {"x": tf.constant(x), "y": tf.constant([["a"]] * len(x))}
        return session.run(tf.argmax(tf.feature_column.input_layer(features, [column]), axis=1)).tolist()


floats, integers = buckets([[1.2], [1.9], [2.1]]), buckets([[1], [1], [2]])
print("1.2, 1.9, 2.1 crossed with a:", floats)
print("1, 1, 2 crossed with a:", integers)
assert floats == integers and floats[0] == floats[1] != floats[2]
PY
