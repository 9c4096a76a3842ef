"""TensorFlow evaluates the calls and converts the values of tests/types_of_tf.py.

Request: {}. Answer: {conversions: {value: what becomes of it}, calls: {call: types for ARGUMENTS, "-" if refused}}.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from types_of_tf import ARGUMENTS, CALLS, VALUES, conversions, result_type


def type_or_dash(call, argument):
    try:
        return result_type(tf, call, argument)
    except Exception:  # whatever it says, it refuses
        return "-"


tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
types = {call: " ".join(type_or_dash(call, argument) for argument in ARGUMENTS) for call in CALLS}
print(json.dumps({"conversions": {value: conversions(tf, value) for value in VALUES}, "calls": types}))
