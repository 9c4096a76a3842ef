"""TensorFlow builds the model of recurrent_model.py, saves it, and trains.

Request: {batches (npz), prefix}. Answer: the losses.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parent))
from recurrent_model import build, train

tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.enable_control_flow_v2()
tf.logging.set_verbosity(tf.logging.ERROR)
warnings.simplefilter("ignore")  # cells and layers are called deprecated

request = json.load(sys.stdin)
loss, train_op = build(tf)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    tf.train.Saver().save(session, request["prefix"])
    losses = train(session, loss, train_op, dict(np.load(request["batches"])))
print(json.dumps(losses))
