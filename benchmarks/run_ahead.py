"""What it brings to make batches ahead, beside a training: milliseconds a step without prefetch and with it.

The inputs differ in what makes a batch slow: nothing (arrays in memory), waiting (a device, the network), numpy, or
Python that holds the interpreter; two threads gain where one of them waits or computes in numpy for long.
``OPENBLAS_NUM_THREADS=1 python benchmarks/run_ahead.py`` prints the best of three rounds.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from estimator import tf

WIDTH, BATCH, STEPS, ROUNDS = 64, 128, 60, 3
ROWS = np.random.default_rng(0).normal(size=(4096, WIDTH)).astype(np.float32)
LABELS = (ROWS[:, 0] > 0).astype(np.int32)


def batches(make: Callable[[np.ndarray], Any]) -> tf.data.Dataset:
    """Batches of a generator, each made from some rows."""

    def generator() -> Iterator[Any]:
        for number in range(10**9):
            begin = number * BATCH % len(ROWS)
            rows = ROWS[begin : begin + BATCH]
            make(rows)
            yield rows, LABELS[begin : begin + BATCH]

    return tf.data.Dataset.from_generator(generator, (tf.float32, tf.int32), ([BATCH, WIDTH], [BATCH]))


def arrays() -> tf.data.Dataset:
    """Rows in memory."""
    return tf.data.Dataset.from_tensor_slices((ROWS, LABELS)).shuffle(4096).repeat()


def csv(folder: Path) -> tf.data.Dataset:
    """Rows of a text file."""
    path = folder / "rows.csv"
    np.savetxt(path, np.concatenate([ROWS, LABELS[:, None]], 1), "%.5g", ",")
    defaults = [0.0] * WIDTH + [0]
    return (
        tf.data.experimental.CsvDataset(str(path), defaults)
        .repeat()
        .batch(BATCH)
        .map(lambda *c: (tf.stack(c[:-1], 1), c[-1]))
    )


def inputs(folder: Path) -> dict[str, Callable[[], tf.data.Dataset]]:
    """What is measured."""
    return {
        "arrays": lambda: arrays().batch(BATCH),
        "arrays, map of a batch": lambda: arrays().batch(BATCH).map(lambda x, y: (x * 2.0 - 1.0, y)),
        "arrays, map of a row": lambda: arrays().map(lambda x, y: (x * 2.0 - 1.0, y)).batch(BATCH),
        "csv": lambda: csv(folder),
        "generator": lambda: batches(lambda rows: None),
        "generator that waits 5 ms": lambda: batches(lambda rows: time.sleep(0.005)),
        "generator, numpy": lambda: batches(lambda rows: np.sort(np.tile(rows, (20, 1)), 0)),
        "generator, Python": lambda: batches(lambda rows: sum(number * number for number in range(50_000))),
    }


def train(dataset: tf.data.Dataset, hidden: int) -> float:
    """Milliseconds a step."""
    tf.logging.set_verbosity(tf.logging.ERROR)
    with tf.Graph().as_default():
        features, labels = dataset.make_one_shot_iterator().get_next()
        net = tf.layers.dense(tf.layers.dense(features, hidden, tf.nn.relu), hidden, tf.nn.relu)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, tf.layers.dense(net, 2))
        step = tf.train.AdagradOptimizer(0.01).minimize(loss)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for _ in range(5):
                session.run(step)
            begin = time.perf_counter()
            for _ in range(STEPS):
                session.run(step)
            return (time.perf_counter() - begin) / STEPS * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for hidden in (32, 128):
            for name, make in inputs(Path(folder)).items():
                best = [min(train(make().prefetch(size), hidden) for _ in range(ROUNDS)) for size in (0, 2)]
                print(f"hidden {hidden:4}  {name:28} {best[0]:7.2f} ms  ahead {best[1]:7.2f} ms", flush=True)


if __name__ == "__main__":
    main()
