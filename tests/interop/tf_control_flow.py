"""TensorFlow runs the cases of tests/control_flow_of_tf.py, with the control flow of TensorFlow 1.

Request: {}. Answer: {case: answers}.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from control_flow_of_tf import CASES, answers

SECOND_GRADIENTS = {"loop_twice_differentiated"}  # which control flow v1 does not have

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
found = {}
for name, case in CASES.items():
    (tf.enable_control_flow_v2 if name in SECOND_GRADIENTS else tf.disable_control_flow_v2)()
    found[name] = answers(tf, case)
print(json.dumps(found))
