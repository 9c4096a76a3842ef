"""TensorFlow imports .meta files with its old control flow, restores the checkpoints beside them, runs and trains on.

Request: {graphs: {name: {prefix, numbers, original, scoped}}}, where numbers is an expected.npz as
tests/data/tf/make_meta_v1.py writes it, original the prefix of the file that we have read, and scoped that of a file of
ours where it lies below a scope of this name.
Answer: {name: {values: {tensor name: nested list}, losses: [...], gradients: {"prefix", "original" or "scoped": nested
lists}}} for its first run, three steps of training, and the gradients that TensorFlow makes anew for a file of ours
and the one that it comes from.
"""

import json
import sys

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def step(session, batch):
    """The loss before a step, and the step."""
    if "table" not in {variable.op.name for variable in tf.trainable_variables()}:
        return session.run(["loss:0", "train_op"], batch)[0]
    # no gradient waits for one of the lookups: in one run it may read what the update has written
    loss = session.run("loss:0", batch)
    session.run("train_op", batch)
    return loss


def answer(prefix, numbers):
    def part(start):
        return {key.removeprefix(start): numbers[key] for key in numbers if key.startswith(start)}

    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.import_meta_graph(f"{prefix}.meta").restore(session, prefix)
        batch = part("train feed ")
        losses = [float(step(session, batch)) for _ in range(3)]
        values = session.run(list(part("run0 fetch ")), part("run0 feed "))
        return {
            "losses": losses,
            "values": {name: value.tolist() for name, value in zip(part("run0 fetch "), values)},
        }


def gradients(meta, prefix, numbers, scope=""):
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.train.import_meta_graph(f"{meta}.meta")
        variables = tf.trainable_variables(scope)
        found = tf.gradients(graph.get_tensor_by_name(f"{scope}loss:0"), variables)
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        tf.train.Saver({variable.op.name.removeprefix(scope): variable for variable in variables}).restore(
            session, prefix
        )
        start = "train feed "
        batch = {
            f"{scope}{key.removeprefix(start)}": numbers[key] for key in numbers if key.startswith(start)
        }
        return [session.run(tf.convert_to_tensor(gradient), batch).tolist() for gradient in found]


request = json.load(sys.stdin)
print(
    json.dumps(
        {
            name: {
                **answer(graph["prefix"], np.load(graph["numbers"])),
                "gradients": {
                    meta: gradients(graph[meta], graph["prefix"], np.load(graph["numbers"]), scope)
                    for meta, scope in (("prefix", ""), ("original", ""), ("scoped", "scoped/"))
                },
            }
            for name, graph in request["graphs"].items()
        }
    )
)
