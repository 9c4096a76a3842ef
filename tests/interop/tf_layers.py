"""TensorFlow says what the layers that tests/network/layers/cases.py lists make of their inputs.

Request: nothing. Answer: {cases: {case: row}, signatures: {layer: its parameters}}, a row as ``record`` gives it.
"""

import inspect
import json
import sys
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1] / "network" / "layers"))
from cases import CASES, record

warnings.simplefilter("ignore")
tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.logging.set_verbosity(tf.logging.ERROR)


def parameters(name):
    """What a function, or a constructor, takes."""
    return list(inspect.signature(getattr(tf.layers, name)).parameters)


names = [
    name for name in dir(tf.layers) if not name.startswith("_") and name not in ("InputSpec", "experimental")
]
answer = {
    "signatures": {name: parameters(name) for name in names},
    "cases": {case: record(tf, case) for case in CASES},
}
print(json.dumps(answer))
