"""How long a model of many small variables takes to build, plan and save. Printed, not asserted.

    python benchmarks/many_variables.py [1000 3000 10000]

Each variable has two elements and is trained by Adam: three variables of the checkpoint each. What is printed, in
seconds: building the graph with its gradients and updates; making the session and the initial values; the first step,
which is interpreted; the second, for which the plan is made; a step after that; writing a checkpoint with its graph.
The time per variable should not grow with their number.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from estimator import tf

HEAD = "variables   build  initial    first     plan     step     save    total"


class Stopwatch:
    """Seconds by what they were spent on."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Take the time of the block."""
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start


def build(count: int) -> tf.Operation:
    """The graph; gives what makes a step."""
    variables = [tf.get_variable(f"v{number}", initializer=[0.5, 1.0]) for number in range(count)]
    loss = tf.add_n([tf.reduce_sum(tf.square(variable)) for variable in variables])
    return tf.train.AdamOptimizer(0.01).minimize(loss, global_step=tf.train.get_or_create_global_step())


def measured(count: int, folder: Path) -> dict[str, float]:
    """The seconds of each part for a model of so many variables."""
    watch = Stopwatch()
    with tf.Graph().as_default():
        with watch.measure("build"):
            train = build(count)
            initial, saver = tf.global_variables_initializer(), tf.train.Saver()
        with tf.Session() as session:
            with watch.measure("initial"):
                session.run(initial)
            for part in ("first", "plan", "step"):
                with watch.measure(part):
                    session.run(train)
            with watch.measure("save"):
                saver.save(session, str(folder / f"model-{count}"))
    return watch.seconds


def main() -> None:
    """Print a line for each number of variables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "counts", type=int, nargs="*", default=[1000, 3000, 10000], help="numbers of variables"
    )
    print(HEAD)
    for count in parser.parse_args().counts:
        with tempfile.TemporaryDirectory() as folder:
            seconds = [*measured(count, Path(folder)).values()]
        print(f"{count:9d}" + "".join(f" {value:8.2f}" for value in (*seconds, sum(seconds))))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
