"""TensorFlow makes the assertions of tests/assertions_of_tf.py.

Request: {calls: list of str}. Answer: {call: the class of the error, or nothing}.
"""

import json
import sys
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from assertions_of_tf import outcome

warnings.simplefilter("ignore")
tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
print(json.dumps({call: outcome(tf, call) for call in json.load(sys.stdin)["calls"]}))
