"""TensorFlow says what becomes of the recurrent networks that tests/network/recurrent/cases.py lists.

Request: nothing. Answer: {case: variables, values, gradients and losses, or "refused"}, as ``record`` gives it.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1] / "network" / "recurrent"))
from cases import CASES, REFUSED, lines, record

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
warnings.simplefilter("ignore")  # cells and layers are called deprecated

print(json.dumps({case: record(tf, case) for case in lines(CASES) + lines(REFUSED)}))
