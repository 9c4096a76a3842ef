"""TensorFlow computes calls on convolutions and pools, and runs the graphs that we made of them.

Request: {folder: where CASE.npz (arrays by the names that the call uses, and `flowing`) and CASE.pb (our graph) lie,
calls: {case: call}}. Written: CASE.theirs.npz and CASE.ours.npz, each with y and the gradient of each array; for a case
that TensorFlow refuses on this machine the first, or both, are missing. Answer: {case: what it said}.
"""

import json
import os
import sys

import numpy as np

os.environ["TF_ENABLE_ONEDNN_OPTS"] = (
    "1"  # without it TensorFlow 2.15 crashes on channels first, and on dilated gradients
)
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)


def by_call(path, call, arrays, flowing):
    given = {name: tf.placeholder(tf.float32, array.shape, name=name) for name, array in arrays.items()}
    y = eval(call, {"tf": tf, **given})  # noqa: S307  those of test_windows.py
    return [y, *tf.gradients(y, list(given.values()), tf.constant(flowing))]


def by_our_graph(path, call, arrays, flowing):
    graph_def = tf.GraphDef()
    with open(path + ".pb", "rb") as file:
        graph_def.ParseFromString(file.read())
    tf.import_graph_def(graph_def, name="")
    return ["y:0", *(f"slope_{name}:0" for name in arrays)]


def compute(fetches_of, path, call):
    arrays = dict(np.load(path + ".npz"))
    flowing = arrays.pop("flowing")
    with tf.Graph().as_default(), tf.Session() as session:
        fetches = fetches_of(path, call, arrays, flowing)
        values = session.run(fetches, {f"{name}:0": array for name, array in arrays.items()})
    return dict(zip(["y", *arrays], values))


request = json.load(sys.stdin)
said = {}
for case, call in request["calls"].items():
    path = os.path.join(request["folder"], case)
    for name, fetches_of in (("theirs", by_call), ("ours", by_our_graph)):
        try:
            np.savez(f"{path}.{name}.npz", **compute(fetches_of, path, call))
        except (tf.errors.OpError, ValueError) as error:
            said[case] = f"{name}: {error}"
print(json.dumps(said))
