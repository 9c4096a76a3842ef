#!/usr/bin/env bash
# TensorFlow 2.15.1: Saver(max_to_keep=-1) deletes each checkpoint as soon as it is written, and says it is saved.
#
# None and 0 keep all checkpoints, and -1 means "all" in many libraries. Here save() returns the name of a checkpoint
# whose data and index are gone (the .meta file stays), "checkpoint" names it as the latest, and restore() fails.
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

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
print("tensorflow", tf.__version__)
tf.get_variable("v", [1])
for kept in (1, -1):
    os.mkdir(f"keep{kept}")
    saver = tf.train.Saver(max_to_keep=kept)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        saved = saver.save(session, f"keep{kept}/model", global_step=1)
        files = sorted(os.listdir(f"keep{kept}"))
        print(f"max_to_keep={kept}: saved {saved}; there is {files}")
        latest = tf.train.get_checkpoint_state(f"keep{kept}").model_checkpoint_path
        assert latest.endswith("model-1")
        assert ("model-1.index" in files) == (kept == 1)
        try:
            saver.restore(session, saved)
        except ValueError as error:
            print("restore:", error)
            assert kept == -1
        else:
            assert kept == 1
PY
