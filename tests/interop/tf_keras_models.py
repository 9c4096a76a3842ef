"""TensorFlow says of the models of tests/keras/models_of_tf.py what they say of themselves and compute.

Request: {"mode": "eager"}, as TensorFlow 2 starts, or "graph". Answer: a row for each model.
"""

import json
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "keras"))
from models_of_tf import GRAPHS, MODELS, drawn, told

warnings.simplefilter("ignore")
if json.load(sys.stdin)["mode"] == "eager":
    import tensorflow as tf

    rows = {}
    for name in MODELS:
        tf.keras.backend.clear_session()
        rows[name] = told(tf, name)
else:
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    tf.enable_resource_variables()
    tf.logging.set_verbosity(tf.logging.ERROR)
    rows = {}
    for name in GRAPHS:
        tf.keras.backend.clear_session()
        rows[name] = drawn(tf, name)
print(json.dumps(rows, default=lambda value: value.tolist()))
