"""TensorFlow imports .meta files, restores, evaluates, trains and saves.

Request: a list of {prefix, batches (npz), feeds {tensor name: key in the npz, first axis steps}, saved (prefix)}.
Answer: for each {evaluated, losses, global_step, variables, trainable, gradients, restored_again}.
"""

import json
import sys

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()


def answer(request):
    batches = dict(np.load(request["batches"]))
    with tf.Graph().as_default() as graph, v1.Session() as session:
        saver = v1.train.import_meta_graph(request["prefix"] + ".meta")
        loss = graph.get_collection("losses")[0]
        train_op = graph.get_collection("train_op")[-1]  # a model of several optimizers adds its own last
        slopes = tf.gradients(loss, v1.trainable_variables())
        session.run([v1.global_variables_initializer(), v1.tables_initializer()])
        saver.restore(session, request["prefix"])
        step = v1.train.get_global_step()
        steps = [
            {name: batches[key][index] for name, key in request["feeds"].items()}
            for index in range(len(next(iter(batches.values()))))
        ]
        evaluated = [float(session.run(loss, feeds)) for feeds in steps]
        losses = [float(session.run([loss, train_op], feeds)[0]) for feeds in steps]
        saver.save(session, request["saved"], write_meta_graph=False)
        return {
            "evaluated": evaluated,
            "losses": losses,
            "global_step": int(session.run(step)),
            "variables": [variable.name for variable in v1.global_variables()],
            "trainable": [variable.name for variable in v1.trainable_variables()],
            "has_gradients": all(slope is not None for slope in slopes),
            "summaries": len(graph.get_collection("summaries")),
            "saver": str(saver.saver_def),
        }


print(json.dumps([answer(request) for request in json.load(sys.stdin)]))
