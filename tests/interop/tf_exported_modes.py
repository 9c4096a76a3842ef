"""TensorFlow loads the graphs of an exported evaluation and training, and makes two steps.

Request: {folder, fed: {key: nested list}}. Answer: {"eval": the loss, "train": the losses before, between and after the
steps of saved_model_train_op}.
"""

import json
import sys

import tensorflow.compat.v1 as tf


def losses(folder, tag, fed, steps):
    with tf.Graph().as_default(), tf.Session() as session:
        meta_graph = tf.saved_model.load(session, [tag], folder)
        signature = meta_graph.signature_def[tag]
        feed = {signature.inputs[key].name: value for key, value in fed.items()}
        found = [session.run(signature.outputs["loss"].name, feed)]
        for _ in range(steps):
            session.run(tf.get_collection("saved_model_train_op"), feed)
            found.append(session.run(signature.outputs["loss"].name, feed))
        return [float(loss) for loss in found]


request = json.load(sys.stdin)
folder, fed = request["folder"], request["fed"]
print(json.dumps({"eval": losses(folder, "eval", fed, 0)[0], "train": losses(folder, "train", fed, 2)}))
