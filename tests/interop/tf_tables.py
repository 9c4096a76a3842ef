"""TensorFlow's side of tests/interop/test_optimizers.py: it writes graphs that look rows up, or goes on with ours.

``write`` is a folder: a .meta and a checkpoint there for each optimizer, with variables that are references and with
resources. ``train`` is a list of prefixes. The answer is what the batches leave of each table.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.optimizers.trainings import own

BATCHES = [[0, 1, 1], [2, 1], [0]]


def write(folder: str) -> dict[str, Any]:
    """Graphs and checkpoints of the first values, by prefix."""
    start = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]], np.float32)
    found = {}
    for name, make in own(tf).items():
        for kind in ("references", "resources"):
            with tf.Graph().as_default(), tf.Session() as session:
                table = tf.get_variable("table", initializer=start, use_resource=kind == "resources")
                ids = tf.placeholder(tf.int32, [None], name="ids")
                loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(table, ids)))
                optimizer = make()  # which may have made a global step
                optimizer.minimize(loss, global_step=tf.train.get_global_step(), name="train")
                tf.identity(table, name="whole")
                session.run(tf.global_variables_initializer())
                prefix = tf.train.Saver().save(session, f"{folder}/{name}_{kind}")
                found[prefix] = left(session)
    return found


def train(prefixes: list[str]) -> dict[str, Any]:
    """What the graphs leave that somebody else has written."""
    found = {}
    for prefix in prefixes:
        with tf.Graph().as_default(), tf.Session() as session:
            tf.train.import_meta_graph(f"{prefix}.meta").restore(session, prefix)
            found[prefix] = left(session)
    return found


def left(session: Any) -> Any:
    """The table after the batches."""
    for batch in BATCHES:
        session.run("train", {"ids:0": batch})
    return session.run("whole:0").tolist()


if __name__ == "__main__":
    tf.disable_v2_behavior()
    tf.logging.set_verbosity("ERROR")
    request = json.load(sys.stdin)
    print(json.dumps(write(request["write"]) if "write" in request else train(request["train"])))
