#!/usr/bin/env bash
# TensorFlow 2.15.1: two ways in which tf.estimator.VocabInfo does not do what its documentation says.
#
# old_vocab_size says how many words of the old vocabulary the checkpoint knows; for axis=1 it is ignored, and columns of
# words beyond it are taken over all the same (the class's own example sets it to 8 beside axis=1). And the bias of an
# output layer, a variable of one dimension that the same example remaps with axis=0, ends in an IndexError.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import os
import tempfile

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
print("tensorflow", tf.__version__)
folder = tempfile.mkdtemp()
old, new = os.path.join(folder, "old"), os.path.join(folder, "new")
with open(old, "w") as file:
    file.write("x\ny\nz\n")
with open(new, "w") as file:
    file.write("z\ny\nx\n")
with tf.Graph().as_default(), tf.Session() as session:
    tf.get_variable("weights", initializer=np.arange(6, dtype=np.float32).reshape(2, 3))
    tf.get_variable("bias", initializer=np.arange(3, dtype=np.float32))
    session.run(tf.global_variables_initializer())
    prefix = tf.train.Saver().save(session, os.path.join(folder, "model.ckpt"))


def warm(name, shape, **more):
    vocabulary = tf.estimator.VocabInfo(
        new_vocab=new, new_vocab_size=3, num_oov_buckets=0, old_vocab=old,
        backup_initializer=tf.zeros_initializer(), **more,
    )
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable(name, shape, tf.float32)
        tf.train.warm_start(prefix, name, var_name_to_vocab_info={name: vocabulary})
        session.run(tf.global_variables_initializer())
        return session.run(variable).tolist()


whole, first_word = warm("weights", [2, 3], axis=1), warm("weights", [2, 3], axis=1, old_vocab_size=1)
print("columns z, y, x of an old vocabulary x, y, z:", whole)
print("with old_vocab_size=1:", first_word)
assert whole == first_word == [[2, 1, 0], [5, 4, 3]]
try:
    print(warm("bias", [3], axis=0))
except IndexError as error:
    print("bias:", type(error).__name__, error)
else:
    raise AssertionError("the bias was remapped")
PY
