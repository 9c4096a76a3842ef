"""TensorFlow answers the calls of tests/files_of_tf.py, each line in a folder made anew.

Request: {calls: list of str}. Answer: {calls: list of answers}.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from files_of_tf import fresh, outcomes, prepare

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
answers = {}
with tempfile.TemporaryDirectory() as folder:
    for calls in request["calls"]:
        prepare(fresh(os.path.join(folder, "root")))
        answers[calls] = outcomes(tf, calls, os.path.join(folder, "root"))
    os.chdir("/")
print(json.dumps(answers))
