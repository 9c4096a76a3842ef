"""TensorFlow trains the Estimator of a Keras model in a model_dir.

Request: {model_dir, optimizer, steps}. Answer: {before, after, variables, first}: what it evaluates to before and after
so many steps, the names in its checkpoint, and those in the checkpoint of the model's first weights.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.keras.estimator_of_tf import evaluated, flowers, make

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
estimator = make(tf, request["model_dir"], request["optimizer"], checkpoint_format="saver")
before = evaluated(tf, estimator) if tf.train.latest_checkpoint(request["model_dir"]) else None
estimator.train(flowers(tf), steps=request["steps"])


def names(folder):
    return [name for name, _ in tf.train.list_variables(folder)]


answer = {
    "before": before,
    "after": evaluated(tf, estimator),
    "variables": names(request["model_dir"]),
    "first": names(request["model_dir"] + "/keras"),
}
print(json.dumps(answer))
