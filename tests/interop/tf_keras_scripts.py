"""TensorFlow runs the scripts of tests/keras/scripts_of_tf.py.

Request: nothing. Answer: what each has found.
"""

import json
import sys
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1] / "keras"))
from scripts_of_tf import answers

warnings.simplefilter("ignore")
tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.logging.set_verbosity(tf.logging.ERROR)
print(json.dumps(answers(tf)))
