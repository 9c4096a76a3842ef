"""TensorFlow reads object-based checkpoints that we wrote, and writes one of its own.

Request: {ours (directory), theirs (directory)}. Answer: {restored, kept, values, saved}.
"""

import json
import sys

import numpy as np
import tensorflow as tf

request = json.load(sys.stdin)
shared, step = tf.Variable(np.zeros(3, np.float32)), tf.Variable(0, dtype=tf.int64)
table, flag = tf.Variable(np.zeros((2, 2))), tf.Variable(False)
checkpoint = tf.train.Checkpoint(
    **{"a.b": shared, "again": shared, "c/d": step, "e": {"x": table, "l": [shared, flag]}}
)
manager = tf.train.CheckpointManager(checkpoint, request["ours"], 2)
restored = manager.restore_or_initialize()
checkpoint.restore(restored).assert_consumed()
values = [variable.numpy().tolist() for variable in (shared, step, table, flag, checkpoint.save_counter)]
shared.assign([7.0, 8.0, 9.0])
saved = tf.train.CheckpointManager(checkpoint, request["theirs"], 2).save()
print(json.dumps({"restored": restored, "kept": manager.checkpoints, "values": values, "saved": saved}))
