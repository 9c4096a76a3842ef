"""What it costs to change some rows of a table, whatever the size of the table. Printed, not asserted.

    python benchmarks/row_updates.py [--rows 100] [--width 16] [--small 10000] [--large 1000000] [--optimizer Adagrad]

A step adds to so many rows of a small table and of a large one, in turns, so that whatever else the machine does meets
both; then the same for a training step that looks the rows up. The medians and their ratio are printed. Large tables
cost more where their rows are not in the processor's caches; a ratio of 3 is good, one of the sizes would be a copy.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from estimator import tf

OPTIMIZERS = {
    "SGD": tf.train.GradientDescentOptimizer,
    "Adagrad": tf.train.AdagradOptimizer,
    "Ftrl": tf.train.FtrlOptimizer,
    "RMSProp": tf.train.RMSPropOptimizer,
}


def steps(size: int, width: int, rows: int, optimizer: str) -> dict[str, Callable[[], object]]:
    """The two steps on a table of that size, ready to be called."""
    rng = np.random.default_rng(0)
    graph = tf.Graph()
    with graph.as_default():
        table = tf.get_variable("table", [size, width], initializer=tf.zeros_initializer())
        ids = tf.placeholder(tf.int64, [None])
        values = tf.placeholder(tf.float32, [None, width])
        scatter = tf.scatter_add(table, ids, values).op.control_inputs[0]
        train = OPTIMIZERS[optimizer](0.1).minimize(tf.reduce_sum(tf.square(tf.gather(table, ids) - values)))
        session = tf.Session(graph=graph)
        session.run(tf.global_variables_initializer())
    update = rng.standard_normal((rows, width)).astype(np.float32)

    def step(fetch: object) -> Callable[[], object]:
        return lambda: session.run(fetch, {ids: rng.integers(0, size, rows), values: update})

    return {"scatter_add": step(scatter), f"training, {optimizer}": step(train)}


def medians(calls: list[Callable[[], object]], rounds: int) -> list[float]:
    """The median seconds of each call, called in turns."""
    times: list[list[float]] = [[] for _ in calls]
    for number in range(rounds + 5):
        for call, taken in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            if number >= 5:  # the first ones make plans
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100, help="rows that a step changes")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--small", type=int, default=10_000, help="rows of the small table")
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--optimizer", choices=sorted(OPTIMIZERS), default="Adagrad")
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args()
    small, large = (
        steps(size, options.width, options.rows, options.optimizer) for size in (options.small, options.large)
    )
    for name in small:
        short, long = medians([small[name], large[name]], options.rounds)
        print(
            f"{name}: {options.rows} rows of {options.small:,}: {short * 1e6:.0f} us, "
            f"of {options.large:,}: {long * 1e6:.0f} us, {long / short:.2f} times as long"
        )


if __name__ == "__main__":
    main()
