"""TensorFlow evaluates the calls of tests/uses_of_tf.py.

Request: {calls: list of str}. Answer: {call: what ``outcome`` gives}.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.uses_of_tf import outcome

tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.logging.set_verbosity(tf.logging.ERROR)
answers = {call: outcome(tf, call) for call in json.load(sys.stdin)["calls"]}
print(json.dumps(json.loads(json.dumps(answers), parse_float=lambda text: float(f"{float(text):.8g}"))))
