"""TensorFlow trains the network of conv_model.py and writes it down.

Request: {folder, fed: names of placeholders}. Answer: {prefix, losses}: a checkpoint with its .meta, and the losses of the steps after it; the last
variables are saved as ``by_tensorflow``.
"""

import json
import sys
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parent))
from conv_model import BEFORE, batches, build

warnings.simplefilter("ignore")
tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.logging.set_verbosity(tf.logging.ERROR)

request = json.load(sys.stdin)
folder, fed, arrays = request["folder"], request["fed"], batches()
feeds = [{f"{name}:0": arrays[name][step] for name in fed} for step in range(len(arrays["x"]))]
with tf.Graph().as_default():
    tf.set_random_seed(7)
    training = tf.placeholder(tf.bool, [], name="training") if "training" in fed else True
    loss, train_op = build(tf, training=training)
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for feed in feeds[:BEFORE]:
            session.run(train_op, feed)
        prefix = saver.save(session, f"{folder}/theirs.ckpt", BEFORE)
        losses = [float(session.run([loss, train_op], feed)[0]) for feed in feeds]
        saver.save(session, f"{folder}/by_tensorflow", write_meta_graph=False)
print(json.dumps({"prefix": prefix, "losses": losses}))
