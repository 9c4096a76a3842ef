"""TensorFlow builds the model of column_model.py, saves it, and trains.

Request: {batches (npz), prefix}. Answer: the losses.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parent))
from column_model import build, train

tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.logging.set_verbosity(tf.logging.ERROR)


def sequence_layer(features, columns):
    """TensorFlow 2.15 has no sequence_input_layer any more; this does the same."""
    return tf.keras.experimental.SequenceFeatures(columns)(features)


request = json.load(sys.stdin)
loss, train_op = build(tf, sequence_layer)
with tf.Session() as session:
    session.run([tf.global_variables_initializer(), tf.tables_initializer()])
    tf.train.Saver().save(session, request["prefix"])
    losses = train(session, loss, train_op, dict(np.load(request["batches"])))
print(json.dumps(losses))
