"""What TensorFlow's K-means makes of the cases of tests/estimators/kmeans_cases.py.

Request: {cases: name to [arguments, steps]}. Answer: for each what ``outcome`` gives; tests/data/tf/kmeans.json has it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.estimators.kmeans_cases import outcome

if __name__ == "__main__":
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    answer = {}
    for name, (arguments, steps) in json.load(sys.stdin)["cases"].items():
        with tempfile.TemporaryDirectory() as model_dir:
            answer[name] = outcome(tf, model_dir, arguments, steps)
    print(json.dumps(answer))
