"""TensorFlow evaluates the calls of tests/functions/image/cases.py and coding_cases.py.

Request: {values: the npz to write}. Answer: {calls: how many}.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1] / "functions" / "image"))
import coding_cases
from cases import CALLS, evaluate

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
values = {key: value for call in CALLS for key, value in evaluate(tf, call).items()}
coding = [*coding_cases.CALLS, *coding_cases.QUICK_CALLS]
for call in coding:
    values |= evaluate(tf, call, arrays=coding_cases.FILES)
np.savez_compressed(json.load(sys.stdin)["values"], **values)
print(json.dumps({"calls": len(CALLS) + len(coding)}))
