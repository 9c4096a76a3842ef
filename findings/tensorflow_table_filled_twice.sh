#!/usr/bin/env bash
# TensorFlow 2.15.1: a StaticHashTable that is initialised again with other values keeps the first, without a word.
#
# In a graph whose values are fed, session.run(table.initializer) with new values succeeds and changes nothing: the table
# answers as before. A script that fills a vocabulary anew for each fold of its data works on with that of the first fold.
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
values = tf.placeholder(tf.int64, [2])
table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(tf.constant(["a", "b"]), values), -1)
found = table.lookup(tf.constant(["a", "b"]))
with tf.Session() as session:
    for given in ([1, 2], [10, 20]):
        session.run(table.initializer, {values: given})
        answer = session.run(found).tolist()
        print("initialised with", given, "answers", answer)
assert answer == [1, 2]
PY
