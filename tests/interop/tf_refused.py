"""TensorFlow tries the calls of tests/refused_of_tf.py.

Request: {calls: list of str}. Answer: {call: the class of the error}.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.refused_of_tf import refusal

tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.logging.set_verbosity(tf.logging.FATAL)
print(json.dumps({call: refusal(tf, call)[0] for call in json.load(sys.stdin)["calls"]}))
