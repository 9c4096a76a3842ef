"""How fast an LSTM trains: dynamic_rnn over [batch 32, time 50, units 64], beside TensorFlow. Printed, not asserted.

    python benchmarks/lstm.py [--steps 100] [--tensorflow .venv-tf/bin/python]

Both run a few steps in turns, one thread each, so that whatever else the machine does meets both. Printed are the steps
per second of the median turn and of the quickest one, and the ratios of these.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO, Any

import numpy as np

BATCH, TIME, UNITS, CLASSES = 32, 50, 64, 10
PER_TURN = 2


def trainer(tf: Any, with_lengths: bool) -> Callable[[], float]:
    """A function that trains some steps and gives the seconds of one."""
    rng = np.random.default_rng(0)
    x = tf.placeholder(tf.float32, [None, TIME, UNITS])
    lengths = tf.placeholder(tf.int32, [None])
    labels = tf.placeholder(tf.int32, [None])
    cell = tf.nn.rnn_cell.LSTMCell(UNITS)
    _, state = tf.nn.dynamic_rnn(cell, x, lengths if with_lengths else None, dtype=tf.float32)
    loss = tf.losses.sparse_softmax_cross_entropy(labels, tf.layers.dense(state.h, CLASSES))
    train_op = tf.train.AdamOptimizer().minimize(loss)
    feeds = {
        x: rng.standard_normal((BATCH, TIME, UNITS)).astype(np.float32),
        lengths: rng.integers(TIME // 2, TIME + 1, BATCH),
        labels: rng.integers(0, CLASSES, BATCH),
    }
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    session = tf.Session(config=config)
    session.run(tf.global_variables_initializer())

    def turn() -> float:
        start = time.perf_counter()
        for _ in range(PER_TURN):
            session.run(train_op, feeds)
        return (time.perf_counter() - start) / PER_TURN

    return turn


def serve(answers: IO[str], with_lengths: bool) -> None:
    """As TensorFlow: a turn for each line that is read."""
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    turn = trainer(tf, with_lengths)
    for _ in sys.stdin:
        print(turn(), file=answers, flush=True)


class Theirs:
    """A process in which TensorFlow trains.

    Parameters
    ----------
    python : str
        One that has TensorFlow.
    """

    def __init__(self, python: str, with_lengths: bool) -> None:
        command = [python, __file__, "--as-tensorflow", *(["--lengths"] if with_lengths else [])]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def __call__(self) -> float:
        """The seconds of a step."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        return float(process.stdout.readline())

    def end(self) -> None:
        """Let it go."""
        self._process.communicate()


def compare(steps: int, python: str | None, with_lengths: bool) -> None:
    """Print a line for each, and the ratios."""
    from estimator import tf

    tf.reset_default_graph()
    turns: dict[str, Callable[[], float]] = {"estimator": trainer(tf, with_lengths)}
    theirs = Theirs(python, with_lengths) if python else None
    if theirs is not None:
        turns["TensorFlow"] = theirs
    seconds: dict[str, list[float]] = {name: [] for name in turns}
    for number in range(2 + max(1, steps // PER_TURN)):
        for name, turn in turns.items():
            spent = turn()
            if number >= 2:  # the first ones make plans
                seconds[name].append(spent)
    if theirs is not None:
        theirs.end()
    print("with sequence_length" if with_lengths else "full sequences")
    rates = {name: (1 / np.median(spent), 1 / min(spent)) for name, spent in seconds.items()}
    for name, (median, best) in rates.items():
        print(f"  {name:10} {median:7.1f} steps/s, at best {best:7.1f}")
    if theirs is not None:
        median, best = (ours / other for ours, other in zip(*rates.values(), strict=True))
        print(f"  of TensorFlow's: {median:.2f}, at best {best:.2f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100, help="steps to time after the warm-up")
    parser.add_argument("--tensorflow", help="a Python that has TensorFlow")
    parser.add_argument("--as-tensorflow", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--lengths", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_tensorflow:
        serve(sys.stdout, options.lengths)
        return
    from threadpoolctl import threadpool_limits  # TensorFlow's Python need not have it

    with threadpool_limits(1):
        for with_lengths in (False, True):
            compare(options.steps, options.tensorflow, with_lengths)


if __name__ == "__main__":
    main()
