"""TensorFlow says how its functions are called.

Request: {names: list of dotted names}. Answer: {name: what ``parameters`` gives}, of those that TensorFlow has. Names of
tf.keras are those of TensorFlow 2, which has other optimizers and recurrent layers than tf.compat.v1 under the same names.
"""

import json
import sys
from pathlib import Path

import tensorflow as tf2
import tensorflow.compat.v1 as tf
from tensorflow.python.util import tf_inspect

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.signatures import parameters

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
answers = {}
for name in json.load(sys.stdin)["names"]:
    try:
        found = parameters(name, tf2 if name.startswith("tf.keras.") else tf, tf_inspect)
    except AttributeError:
        continue
    if found is not None:
        answers[name] = found
print(json.dumps(answers))
