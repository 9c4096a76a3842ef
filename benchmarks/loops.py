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


def computed(step: Callable[..., Any], x: Any, w: Any, rounds: int, in_loop: bool) -> Any:
    """The state after so many steps."""
    if in_loop:
        return tf.while_loop(lambda i, y: i < rounds, lambda i, y: (i + 1, step(y, x, w)), [0, x])[1]
    y = x
    for _ in range(rounds):
        y = step(y, x, w)
    return y


def of_a_scalar(x: Any, w: Any, rounds: int, in_loop: bool) -> Any:
    """One number."""
    return computed(added, tf.reduce_sum(x), w, rounds, in_loop)


def of_two(x: Any, w: Any, rounds: int, in_loop: bool) -> Any:
    """Two variables, each made of both."""
    if in_loop:
        return tf.while_loop(
            lambda i, a, b: i < rounds, lambda i, a, b: (i + 1, a * x + b, a + b * x), [0, x, x]
        )[1]
    a = b = x
    for _ in range(rounds):
        a, b = a * x + b, a + b * x
    return a


def written(x: Any, w: Any, rounds: int, in_loop: bool) -> Any:
    """Each state put into a TensorArray."""
    if in_loop:
        rows = tf.TensorArray(tf.float32, rounds)
        return tf.while_loop(
            lambda i, *_: i < rounds, lambda i, y, r: (i + 1, y * x + x, r.write(i, y)), [0, x, rows]
        )[2].stack()
    states = [x]
    for _ in range(rounds - 1):
        states.append(states[-1] * x + x)
    return tf.stack(states)


def mapped(x: Any, w: Any, rounds: int, in_loop: bool) -> Any:
    """`tf.map_fn` of a small function."""
    rows = tf.tile(x[None], [rounds, 1, 1])
    if in_loop:
        return tf.map_fn(lambda row: row * row + row, rows)
    return tf.stack([row * row + row for row in tf.unstack(rows)])


def nested(x: Any, w: Any, rounds: int, in_loop: bool) -> Any:
    """A loop of ten rounds in a loop."""
    if not in_loop:
        return computed(added, x, w, rounds, False)
    return tf.while_loop(
        lambda i, y: i < rounds // 10,
        lambda i, y: (i + 1, tf.while_loop(lambda j, z: j < 10, lambda j, z: (j + 1, z * x + x), [0, y])[1]),
        [0, x],
    )[1]


CASES: list[tuple[str, Callable[..., Any], int, int]] = [
    *(
        (step.__name__, partial(computed, step), batch, size)
        for step, batch, size in (
            (added, 4, 8), (dense, 4, 8), (dense, 32, 64), (gated, 16, 32), (gated, 32, 64),
        )
    ),
    *((case.__name__, case, 4, 8) for case in (of_a_scalar, of_two, written, mapped, nested)),
]  # fmt: skip


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
    for name, case, batch, size in CASES:
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.placeholder(tf.float32, [batch, size])
            w = tf.get_variable("w", initializer=0.9 * np.eye(size, dtype=np.float32))
            feed = {x: np.random.default_rng(0).random((batch, size), np.float32) / 10}
            results = [case(x, w, rounds, in_loop) for in_loop in (True, False)]
            session.run(tf.global_variables_initializer())
            gradients = [[y, *(g for g in tf.gradients(y, [x, w]) if g is not None)] for y in results]
            for what, fetches in (("forward", results), ("with gradient", gradients)):
                calls = [partial(session.run, fetch, feed) for fetch in fetches]
                loop, unrolled = (seconds / rounds * 1e6 for seconds in least(calls))
                print(
                    f"{name} [{batch}, {size}], {what}: {loop:.1f} us a round, {unrolled:.1f} us unrolled, "
                    f"ratio {loop / unrolled:.1f}"
                )


if __name__ == "__main__":
    main()
