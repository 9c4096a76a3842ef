"""TensorFlow runs single operations of ours, and differentiates them by its own rules.

Request: {examples: {key: {graph (GraphDef, base64), ys, smooth, xs: names of tensors}}}. Answer: {key: row}, a row being
{values: of ys; slopes: by x, of the sum of the squares of the smooth ys} or the error as text.
"""

import base64
import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from values_of_tf import written

# the optimizer folds an operation of constants into one constant, even if it has several outputs
UNOPTIMIZED = tf.ConfigProto()
UNOPTIMIZED.graph_options.rewrite_options.disable_meta_optimizer = True
UNOPTIMIZED.graph_options.optimizer_options.opt_level = -1


def slopes(graph, session, smooth, xs):
    """The gradients that there are; None where TensorFlow has no rule."""
    tensors = [graph.get_tensor_by_name(name) for name in smooth]
    sources = [graph.get_tensor_by_name(name) for name in xs]
    try:
        found = tf.gradients([tf.reduce_sum(y * y) for y in tensors], sources)
        made = {x: tf.convert_to_tensor(dx) for x, dx in zip(xs, found) if dx is not None}
        return {x: written(value) for x, value in session.run(made).items()}
    except (LookupError, ValueError, NotImplementedError, tf.errors.OpError):
        return None


def row(graph, ys, smooth, xs):
    definition = tf.GraphDef.FromString(base64.b64decode(graph))
    with tf.Graph().as_default() as imported, tf.Session(config=UNOPTIMIZED) as session:
        tf.import_graph_def(definition, name="")
        values = [written(value) for value in session.run(ys)]
        return {"values": values, "slopes": slopes(imported, session, smooth, xs) if smooth and xs else {}}


def row_or_error(request):
    try:
        return row(**request)
    except Exception as error:  # whatever it says, it does not run
        return str(error)


tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
examples = json.load(sys.stdin)["examples"]
print(json.dumps({key: row_or_error(request) for key, request in examples.items()}))
