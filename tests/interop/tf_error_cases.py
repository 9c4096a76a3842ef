"""TensorFlow makes the mistakes of tests/calls/error_cases.py and says what it says.

Request: {model_dirs: {case: its directory}}. Answer: {case: outcome}, as ``outcome`` gives it.
"""

import json
import sys
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.calls.error_cases import outcome

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.FATAL)
warnings.simplefilter("ignore")
model_dirs = json.load(sys.stdin)["model_dirs"]
print(json.dumps({name: outcome(tf, name, model_dir) for name, model_dir in model_dirs.items()}))
