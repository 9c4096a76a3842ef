#!/usr/bin/env bash
# TensorFlow 2.15.1: two SavedModels that are loaded into one session below two scopes are one model, without a word.
#
# tf.saved_model.loader.load(session, tags, folder, import_scope="first") puts every node of a graph below the scope, but not the
# name by which a resource variable is kept (its handle's shared_name). So an ensemble of two exports of the same code has one set
# of variables: both answer with the weights of the one that was loaded last. Exports with reference variables, the old kind, are
# apart. Sessions or graphs of their own keep the models apart in either case.
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


def exported(folder, weight, use_resource):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None], name="x")
        w = tf.get_variable("w", initializer=weight, use_resource=use_resource)
        y = tf.multiply(x, w, name="y")
        session.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(session, folder, {"x": x}, {"y": y})
    return folder


def ensemble(use_resource):
    kind = "resource" if use_resource else "reference"
    folders = {
        name: exported(f"{kind}_{name}", weight, use_resource) for name, weight in (("first", 2.0), ("second", 10.0))
    }
    with tf.Graph().as_default(), tf.Session() as session:
        for scope, folder in folders.items():
            tf.saved_model.loader.load(session, ["serve"], folder, import_scope=scope)
        return [float(session.run(f"{scope}/y:0", {f"{scope}/x:0": [1.0]})[0]) for scope in folders]


found = {use_resource: ensemble(use_resource) for use_resource in (False, True)}
print("1 times 2 and 1 times 10, reference variables:", found[False])
print("1 times 2 and 1 times 10, resource variables: ", found[True])
assert found == {False: [2.0, 10.0], True: [10.0, 10.0]}
PY
