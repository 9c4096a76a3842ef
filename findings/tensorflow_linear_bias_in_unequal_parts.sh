#!/usr/bin/env bash
# TensorFlow 2.15.1: a linear classifier whose classes a partitioner cuts into unequal parts cannot be built.
#
# partitioner= is for weights that are too large for one place. It cuts the bias, too: four classes in two parts train, but
# three classes in two parts (2 and 1) end in "Dimension 0 in both shapes must be equal, but are 2 and 1", for the summary of
# the bias stacks its parts instead of joining them. The message names no argument of the user's.
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
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
print("tensorflow", tf.__version__)


def outcome(classes: int, parts: int) -> str:
    model = tf.estimator.LinearClassifier(
        [tf.feature_column.numeric_column("x")],
        n_classes=classes,
        model_dir=f"model-{classes}-{parts}",
        partitioner=tf.fixed_size_partitioner(parts),
    )
    batch = {"x": np.float32([[1], [2], [3]])}, np.array([0, 1, 0])
    try:
        model.train(lambda: tf.data.Dataset.from_tensors(batch).repeat(), steps=2)
    except ValueError as error:
        return str(error)
    return "trained"


print("4 classes in 2 parts:", outcome(4, 2))
print("3 classes in 1 part:", outcome(3, 1))
print("3 classes in 2 parts:", outcome(3, 2)[:160])
assert outcome(4, 2) == outcome(3, 1) == "trained"
assert "must be equal, but are 2 and 1" in outcome(3, 2)
PY
