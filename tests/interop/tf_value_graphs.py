"""TensorFlow runs graphs that we wrote for the calls of tests/values_of_tf.py.

Request: {graphs: {call: {graph (GraphDef, base64), fetches: names of tensors}}}. Answer: {call: values, or the error}.
"""

import base64
import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from values_of_tf import INPUTS, written


def run(graph, fetches):
    definition = tf.GraphDef.FromString(base64.b64decode(graph))
    with tf.Graph().as_default() as imported, tf.Session() as session:
        tf.import_graph_def(definition, name="")
        names = {op.name for op in imported.get_operations()}
        feeds = {f"{name}:0": value for name, value in INPUTS.items() if name in names}
        return [written(value) for value in session.run(fetches, feeds)]


def value_or_error(request):
    try:
        return run(**request)
    except Exception as error:  # whatever it says, it does not run
        return str(error)


tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
graphs = json.load(sys.stdin)["graphs"]
print(json.dumps({call: value_or_error(request) for call, request in graphs.items()}))
