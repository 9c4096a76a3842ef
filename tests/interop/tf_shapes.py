"""TensorFlow says which shapes the calls of tests/shapes_of_tf.py have.

Request: {calls: list of str}. Answer: {call: what ``shapes`` gives}.
"""

import json
import sys
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.shapes_of_tf import shapes

warnings.simplefilter("ignore")
tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.logging.set_verbosity(tf.logging.ERROR)
print(json.dumps({call: shapes(tf, call) for call in json.load(sys.stdin)["calls"]}))
