"""What it brings to make batches ahead, beside a training: a step with prefetch, by one without.

The inputs differ in what makes a batch slow: nothing (arrays in memory), waiting (a device, the network), numpy, or
Python that holds the interpreter; two threads gain where one of them waits or computes in numpy for long.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.environments import tf_module
from benchmarks.row import Comparison, Row, Run, Turn

WIDTH, BATCH, STEPS, HIDDEN = 64, 128, 60, 128
ROWS = np.random.default_rng(0).normal(size=(4096, WIDTH)).astype(np.float32)
LABELS = (ROWS[:, 0] > 0).astype(np.int32)


def generator(tf: Any, work: Callable[[np.ndarray], Any]) -> Any:
    """Batches of a generator, each with some work."""

    def batches() -> Iterator[Any]:
        for number in range(10**9):
            begin = number * BATCH % len(ROWS)
            rows = ROWS[begin : begin + BATCH]
            work(rows)
            yield rows, LABELS[begin : begin + BATCH]

    return tf.data.Dataset.from_generator(batches, (tf.float32, tf.int32), ([BATCH, WIDTH], [BATCH]))


def arrays(tf: Any) -> Any:
    """Rows in memory."""
    return tf.data.Dataset.from_tensor_slices((ROWS, LABELS)).shuffle(4096).repeat()


def csv(tf: Any) -> Any:
    """Rows of a text file."""
    path = Path(tempfile.mkdtemp()) / "rows.csv"
    np.savetxt(path, np.concatenate([ROWS, LABELS[:, None]], 1), "%.5g", ",")
    rows = tf.data.experimental.CsvDataset(str(path), [0.0] * WIDTH + [0])
    return rows.repeat().batch(BATCH).map(lambda *columns: (tf.stack(columns[:-1], 1), columns[-1]))


INPUTS: dict[str, Callable[[Any], Any]] = {
    "arrays": lambda tf: arrays(tf).batch(BATCH),
    "arrays, map of a row": lambda tf: arrays(tf).map(lambda x, y: (x * 2.0 - 1.0, y)).batch(BATCH),
    "csv": csv,
    "generator": lambda tf: generator(tf, lambda rows: None),
    "generator that waits 5 ms": lambda tf: generator(tf, lambda rows: time.sleep(0.005)),
    "generator, numpy": lambda tf: generator(tf, lambda rows: np.sort(np.tile(rows, (20, 1)), 0)),
    "generator, Python": lambda tf: generator(tf, lambda rows: sum(n * n for n in range(50_000))),
}


def training(name: str, ahead: int) -> Turn:
    """Steps of a small network; so many elements are made ahead."""
    tf = tf_module()
    features, labels = INPUTS[name](tf).prefetch(ahead).make_one_shot_iterator().get_next()
    net = tf.layers.dense(tf.layers.dense(features, HIDDEN, tf.nn.relu), HIDDEN, tf.nn.relu)
    loss = tf.losses.sparse_softmax_cross_entropy(labels, tf.layers.dense(net, 2))
    step = tf.train.AdagradOptimizer(0.01).minimize(loss)
    session = tf.Session()
    session.run(tf.global_variables_initializer())

    def turn() -> dict[str, float]:
        start = time.perf_counter()
        for _ in range(STEPS):
            session.run(step)
        return {"steps/s": STEPS / (time.perf_counter() - start)}

    return turn


ROW = Row(
    "Making ahead: prefetch(2), by no prefetch",
    tuple(
        Comparison(name, "steps/s", *(Run("estimator", training, (name, ahead)) for ahead in (2, 0)))
        for name in INPUTS
    ),
    pairs=3,
)
