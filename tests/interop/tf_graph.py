"""TensorFlow imports a GraphDef (binary file) and says what it makes of the shapes.

Request: {graph_def}. Answer: {shapes: {tensor name: list or null}}.
"""

import json
import sys

import tensorflow as tf

v1 = tf.compat.v1
request = json.load(sys.stdin)
with open(request["graph_def"], "rb") as file:
    graph_def = v1.GraphDef.FromString(file.read())
with tf.Graph().as_default() as graph:
    tf.import_graph_def(graph_def, name="")
shapes = {
    tensor.name: None if tensor.shape.rank is None else tensor.shape.as_list()
    for operation in graph.get_operations()
    for tensor in operation.outputs
}
print(json.dumps({"shapes": shapes}))
