"""TensorFlow says what the layers that tests/keras/layers/cases.py lists make of their inputs, and tell of themselves.

Request: {"mode": "graph"}, or "eager", which is how TensorFlow 2 starts and tells configurations. Answer: a row for each
case; of "eager" the configurations.
"""

import json
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "keras" / "layers"))
from cases import CASES, record, told

warnings.simplefilter("ignore")
request = json.load(sys.stdin)
if request["mode"] == "eager":
    import tensorflow as tf

    configurations = {}
    for case in CASES:
        tf.keras.backend.clear_session()
        configurations[case] = told(tf, case)
    print(json.dumps(configurations))
else:
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    tf.enable_resource_variables()
    tf.logging.set_verbosity(tf.logging.ERROR)
    print(json.dumps({case: record(tf, case) for case in CASES}))
