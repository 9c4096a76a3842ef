"""TensorFlow begins with what a checkpoint has; the answer is what warm_starts.initial_values gives."""

import json
import sys

import tensorflow.compat.v1 as tf
from warm_starts import initial_values

tf.disable_v2_behavior()
print(json.dumps(initial_values(tf, json.load(sys.stdin))))
