"""TensorFlow runs graphs that we wrote of the layers of tests/keras/layers/cases.py, and writes its own.

Request: {graphs: {case: {graph (GraphDef, base64), fetches, assigns: operations, feeds: tensor to value, also of initial
values}}, cases: those that it is to write}. Answer: {values: {case: values, or the error}, graphs: the same of its own}.
"""

import base64
import json
import sys
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1] / "keras" / "layers"))
from cases import Traced, plain, value_of


def run(graph, fetches, assigns, feeds):
    definition = tf.GraphDef.FromString(base64.b64decode(graph))
    with tf.Graph().as_default() as imported, tf.Session() as session:
        tf.import_graph_def(definition, name="")
        given = {
            imported.get_tensor_by_name(name): np.array(
                value, imported.get_tensor_by_name(name).dtype.as_numpy_dtype
            )
            for name, value in feeds.items()
        }
        session.run([imported.get_operation_by_name(name) for name in assigns], given)
        return plain(session.run(fetches, given))


def value_or_error(request):
    try:
        return run(**request)
    except Exception as error:  # whatever it says, it does not run
        return str(error)


def written(case):
    with tf.Graph().as_default() as graph:
        traced = Traced(tf, case)
        weights = traced.layer.weights
        return {
            "graph": base64.b64encode(graph.as_graph_def().SerializeToString()).decode(),
            "fetches": [tensor.name for tensor in traced.outputs],
            "assigns": [weight.initializer.name for weight in weights],
            "feeds": {
                weight.initial_value.name: value_of(weight.op.name, weight.shape.as_list()).tolist()
                for weight in weights
            },
        }


tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
print(
    json.dumps(
        {
            "values": {case: value_or_error(graph) for case, graph in request["graphs"].items()},
            "graphs": {case: written(case) for case in request["cases"]},
        }
    )
)
