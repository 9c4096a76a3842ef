"""TensorFlow evaluates the calls of tests/batches_of_tf.py, writes their graphs, or runs those of another side.

Request: {}. Answer: {call: row}, as ``record`` gives it.
Request: {write: folder}. Answer: what stands in the files, as ``write`` gives it.
Request: {read: that of another side}. Answer: {call: values and gradients}, as ``read`` gives it.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[1]))
from batches_of_tf import CALLS, read, record, write

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
if "write" in request:
    answer = write(tf, request["write"])
elif "read" in request:
    answer = read(tf, request["read"])
else:
    answer = {call: record(tf, call) for call in CALLS}
print(json.dumps(answer))
