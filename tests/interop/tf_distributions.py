"""TensorFlow runs texts of tests/functions/distributions/test_validation.py with values for their x.

Request: {asked: {text: values}}. Answer: {text: "runs" or "fails" for each}.
"""

import json
import sys

import numpy as np
import tensorflow.compat.v1 as tf


def outcomes(text, values):
    x = tf.placeholder(tf.float32, [None] * np.ndim(values[0]))
    y = eval(text, {"d": tf.distributions, "x": x})  # noqa: S307  those of the request
    return [outcome(y, x, value) for value in values]


def outcome(y, x, value):
    with tf.Session() as session:
        try:
            session.run(y, {x: value})
        except tf.errors.InvalidArgumentError:
            return "fails"
        return "runs"


tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
asked = json.load(sys.stdin)["asked"]
print(json.dumps({text: outcomes(text, values) for text, values in asked.items()}))
