"""TensorFlow writes a graph of the metrics of tests/batches_of_tf.py to a file.

Request: {meta: path, calls: list}. Answer: {initializers: list of operations, metrics: {call: [value, update]}}.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from batches_of_tf import arguments

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
names = arguments(tf)
made = {call: eval(f"tf.metrics.{call}", names) for call in request["calls"]}  # noqa: S307  that text
tf.train.export_meta_graph(request["meta"])
answer = {
    "initializers": [variable.initializer.name for variable in tf.local_variables()],
    "metrics": {call: [tensor.name for tensor in pair] for call, pair in made.items()},
}
print(json.dumps(answer))
