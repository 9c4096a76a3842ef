"""TensorFlow imports .meta files with its old control flow, restores the checkpoints beside them, runs and trains on.

Request: {graphs: {name: {prefix, numbers}}}, where numbers is an expected.npz as tests/data/tf/make_meta_v1.py writes it.
Answer: {name: {values: {tensor name: nested list}, losses: [...]}} for its first run, and three steps of training.
"""

import json
import sys

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def answer(prefix, numbers):
    def part(start):
        return {key.removeprefix(start): numbers[key] for key in numbers if key.startswith(start)}

    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.import_meta_graph(f"{prefix}.meta").restore(session, prefix)
        batch = part("train feed ")
        losses = [float(session.run(["loss:0", "train_op"], batch)[0]) for _ in range(3)]
        values = session.run(list(part("run0 fetch ")), part("run0 feed "))
        return {
            "losses": losses,
            "values": {name: value.tolist() for name, value in zip(part("run0 fetch "), values)},
        }


request = json.load(sys.stdin)
print(
    json.dumps(
        {
            name: answer(graph["prefix"], np.load(graph["numbers"]))
            for name, graph in request["graphs"].items()
        }
    )
)
