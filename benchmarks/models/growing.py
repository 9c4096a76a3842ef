"""What a model costs by its size: each part's processor time, and the memory of the process.

python -m benchmarks.models.growing layers|width|batch|variables|table|rows SIZE
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

UNITS, BATCH, FEATURES, WIDTH, LOOKED_UP = 64, 128, 9, 16, 512
_MIB = 2**20 if sys.platform == "darwin" else 2**10

Built = tuple[Any, Callable[[], dict[Any, Any]]]
"""What makes a step, and the function of what is fed."""


def peak() -> float:
    """The largest resident memory so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB


def network(tf: Any, layers: int = 2, width: int = UNITS, batch: int = BATCH) -> Built:
    """Dense layers."""
    x = tf.placeholder(tf.float32, [batch, width])
    net = x
    for _ in range(layers):
        net = tf.layers.dense(net, width, activation=tf.nn.relu)
    fed = {x: np.random.default_rng(0).random((batch, width), np.float32)}
    return tf.train.AdagradOptimizer(0.01).minimize(tf.reduce_mean(tf.square(net))), lambda: fed


def many_variables(tf: Any, count: int) -> Built:
    """Of two numbers each, with Adam: three variables of a checkpoint for each."""
    found = [tf.get_variable(f"v{number}", initializer=[0.5, 1.0]) for number in range(count)]
    loss = tf.add_n([tf.reduce_sum(tf.square(variable)) for variable in found])
    step = tf.train.get_or_create_global_step()
    return tf.train.AdamOptimizer(0.01).minimize(loss, global_step=step), dict


def table(tf: Any, rows: int) -> Built:
    """Some rows of it are looked up, and changed."""
    ids = tf.placeholder(tf.int64, [LOOKED_UP])
    values = tf.get_variable("table", [rows, WIDTH], initializer=tf.zeros_initializer())
    loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(values, ids) - 1.0))
    rng = np.random.default_rng(0)
    return tf.train.AdagradOptimizer(0.01).minimize(loss), lambda: {ids: rng.integers(0, rows, LOOKED_UP)}


def rows_of_input(tf: Any, rows: int) -> Built:
    """All of them shuffled."""
    x = np.ones((rows, FEATURES), np.float32)
    dataset = tf.data.Dataset.from_tensor_slices(x).shuffle(rows).repeat().batch(BATCH)
    net = tf.layers.dense(tf.data.make_one_shot_iterator(dataset).get_next(), UNITS)
    return tf.train.AdagradOptimizer(0.01).minimize(tf.reduce_mean(tf.square(net))), dict


MODELS: dict[str, Callable[[Any, int], Built]] = {
    "layers": lambda tf, size: network(tf, layers=size),
    "width": lambda tf, size: network(tf, width=size),
    "batch": lambda tf, size: network(tf, batch=size),
    "variables": many_variables,
    "table": table,
    "rows": rows_of_input,
}


class Watch:
    """Seconds of the processor by what they were spent on."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Take the time of the block."""
        start = time.process_time()
        yield
        self.seconds[name] = time.process_time() - start


def measured(over: str, size: int) -> dict[str, float]:
    """Seconds of each part, and MiB beyond what there was before the model."""
    from estimator import tf

    watch, before = Watch(), peak()
    with tf.Graph().as_default(), tf.Session() as session, tempfile.TemporaryDirectory() as folder:
        with watch.measure("building"):
            train, fed = MODELS[over](tf, size)
            initial, saver = tf.global_variables_initializer(), tf.train.Saver()
        with watch.measure("initial values"):
            session.run(initial)
        with watch.measure("first step"):  # interpreted
            session.run(train, fed())
        with watch.measure("plan"):
            session.run(train, fed())
        with watch.measure("step"):
            session.run(train, fed())
        with watch.measure("save"):
            saver.save(session, f"{folder}/model")
        with watch.measure("restore"):
            saver.restore(session, f"{folder}/model")
    return watch.seconds | {"MiB": peak() - before}


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
