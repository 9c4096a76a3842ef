"""TensorFlow evaluates the calls of tests/ragged_of_tf.py.

Request: {calls: list of str, faults: list of str}. Answer: {calls: {call: what ``outcome`` gives, and its static shape},
faults: {call: the class of what it raises}}.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from values_of_tf import fault, outcome, static_shape

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
calls = {call: {**outcome(tf, call), "shape": static_shape(tf, call)} for call in request["calls"]}
faults = {call: fault(tf, call) for call in request["faults"]}
print(json.dumps({"calls": calls, "faults": faults}))
