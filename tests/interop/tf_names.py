"""TensorFlow evaluates the calls of tests/calls_of_tf.py and says which names they leave in a graph.

Request: {calls: list of str}. Answer: {call: row}, as ``record`` gives it.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from calls_of_tf import record

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
print(json.dumps({call: record(tf, call) for call in json.load(sys.stdin)["calls"]}))
