"""TensorFlow runs the examples of networks as they stand: their ``import estimator`` finds what TensorFlow has.

Request: a list of arguments of example_models.do. Answer: what each gives.
"""

import json
import sys
import types
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parent))
from example_models import SCRIPTS, do

warnings.simplefilter("ignore")
tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
found = {name: getattr(tf.estimator, name) for name in ("Estimator", "EstimatorSpec", "RunConfig")}
sys.modules["estimator"] = types.ModuleType("estimator")
vars(sys.modules["estimator"]).update(found, tf=tf, data=tf.data)
sys.path[:0] = [str(Path(__file__).parents[2] / "examples" / example) for example in SCRIPTS]

print(json.dumps([do(**arguments) for arguments in json.load(sys.stdin)]))
