"""What a round of `tf.while_loop` costs, beside the same steps written out. Printed, not asserted.

    python benchmarks/loops.py [--rounds 50]

The loop and the unrolled steps run in turns, so that whatever else the machine does meets both; the least times and
their ratios are printed, forward alone and with the gradient. A ratio of 3 is what a loop may cost at most.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from estimator import tf


def added(y: Any, x: Any, w: Any) -> Any:
    """A few numbers, by a factor that is fed: the gradient of a constant one would be folded away."""
    return y * x + x


def dense(y: Any, x: Any, w: Any) -> Any:
    """A simple recurrent cell."""
    return tf.tanh(tf.matmul(y, w) + x)


def gated(y: Any, x: Any, w: Any) -> Any:
    """A cell with a gate."""
    gate = tf.sigmoid(tf.matmul(y, w))
    return gate * y + (1.0 - gate) * tf.tanh(x * y)


CASES: list[tuple[Callable[..., Any], int, int]] = [
    (added, 4, 8),
    (dense, 4, 8),
    (dense, 32, 64),
    (gated, 16, 32),
    (gated, 32, 64),
]


def computed(step: Callable[..., Any], x: Any, w: Any, rounds: int, in_loop: bool) -> Any:
    """The state after so many steps."""
    if in_loop:
        return tf.while_loop(lambda i, y: i < rounds, lambda i, y: (i + 1, step(y, x, w)), [0, x])[1]
    y = x
    for _ in range(rounds):
        y = step(y, x, w)
    return y


def least(calls: list[Callable[[], object]], repeats: int = 20) -> list[float]:
    """The least seconds of each call, called in turns."""
    best = [float("inf")] * len(calls)
    for number in range(repeats + 4):
        for place, call in enumerate(calls):
            start = time.perf_counter()
            call()
            if number >= 4:  # the first ones make plans
                best[place] = min(best[place], time.perf_counter() - start)
    return best


def main() -> None:
    """Print a line for each step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=50)
    rounds = parser.parse_args().rounds
    for step, batch, size in CASES:
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.placeholder(tf.float32, [batch, size])
            w = tf.get_variable("w", initializer=0.9 * np.eye(size, dtype=np.float32))
            feed = {x: np.random.default_rng(0).random((batch, size), np.float32) / 10}
            results = [computed(step, x, w, rounds, in_loop) for in_loop in (True, False)]
            session.run(tf.global_variables_initializer())
            gradients = [[y, *(g for g in tf.gradients(y, [x, w]) if g is not None)] for y in results]
            for what, fetches in (("forward", results), ("with gradient", gradients)):
                calls = [partial(session.run, fetch, feed) for fetch in fetches]
                loop, unrolled = (seconds / rounds * 1e6 for seconds in least(calls))
                print(
                    f"{step.__name__} [{batch}, {size}], {what}: {loop:.1f} us a round, {unrolled:.1f} us unrolled, "
                    f"ratio {loop / unrolled:.1f}"
                )


if __name__ == "__main__":
    main()
