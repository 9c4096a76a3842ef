"""What a round of tf.while_loop costs, beside the same steps written out one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.environments import tf_module
from benchmarks.row import Limit, Row, Run, Turn

ROUNDS, CALLS = 50, 20
MOST = 3  # times as long as unrolled, at most

Step = Callable[[Any, Any, Any, Any], Any]


def added(tf: Any, y: Any, x: Any, w: Any) -> Any:
    """A few numbers, by a factor that is fed: the gradient of a constant one would be folded away."""
    return y * x + x


def dense(tf: Any, y: Any, x: Any, w: Any) -> Any:
    """A simple recurrent cell."""
    return tf.tanh(tf.matmul(y, w) + x)


def gated(tf: Any, y: Any, x: Any, w: Any) -> Any:
    """A cell with a gate."""
    gate = tf.sigmoid(tf.matmul(y, w))
    return gate * y + (1.0 - gate) * tf.tanh(x * y)


def computed(step: Step, tf: Any, x: Any, w: Any, in_loop: bool) -> Any:
    """The state after so many steps."""
    if in_loop:
        return tf.while_loop(lambda i, y: i < ROUNDS, lambda i, y: (i + 1, step(tf, y, x, w)), [0, x])[1]
    y = x
    for _ in range(ROUNDS):
        y = step(tf, y, x, w)
    return y


def of_a_scalar(tf: Any, x: Any, w: Any, in_loop: bool) -> Any:
    """One number."""
    return computed(added, tf, tf.reduce_sum(x), w, in_loop)


def of_two(tf: Any, x: Any, w: Any, in_loop: bool) -> Any:
    """Two variables, each made of both."""
    if in_loop:
        both = tf.while_loop(
            lambda i, a, b: i < ROUNDS, lambda i, a, b: (i + 1, a * x + b, a + b * x), [0, x, x]
        )
        return both[1]
    a = b = x
    for _ in range(ROUNDS):
        a, b = a * x + b, a + b * x
    return a


def written(tf: Any, x: Any, w: Any, in_loop: bool) -> Any:
    """Each state put into a TensorArray."""
    if in_loop:
        rows = tf.TensorArray(tf.float32, ROUNDS)
        return tf.while_loop(
            lambda i, *_: i < ROUNDS, lambda i, y, r: (i + 1, y * x + x, r.write(i, y)), [0, x, rows]
        )[2].stack()
    states = [x]
    for _ in range(ROUNDS - 1):
        states.append(states[-1] * x + x)
    return tf.stack(states)


def mapped(tf: Any, x: Any, w: Any, in_loop: bool) -> Any:
    """`tf.map_fn` of a small function."""
    rows = tf.tile(x[None], [ROUNDS, 1, 1])
    if in_loop:
        return tf.map_fn(lambda row: row * row + row, rows)
    return tf.stack([row * row + row for row in tf.unstack(rows)])


def nested(tf: Any, x: Any, w: Any, in_loop: bool) -> Any:
    """A loop of ten rounds in a loop."""
    if not in_loop:
        return computed(added, tf, x, w, False)

    def inner(y: Any) -> Any:
        return tf.while_loop(lambda j, z: j < 10, lambda j, z: (j + 1, z * x + x), [0, y])[1]

    return tf.while_loop(lambda i, y: i < ROUNDS // 10, lambda i, y: (i + 1, inner(y)), [0, x])[1]


CASES: dict[str, tuple[Callable[..., Any], int, int]] = {
    "added [4, 8]": (partial(computed, added), 4, 8),
    "dense [4, 8]": (partial(computed, dense), 4, 8),
    "dense [32, 64]": (partial(computed, dense), 32, 64),
    "gated [16, 32]": (partial(computed, gated), 16, 32),
    "gated [32, 64]": (partial(computed, gated), 32, 64),
    "of a scalar": (of_a_scalar, 4, 8),
    "of two": (of_two, 4, 8),
    "written into a TensorArray": (written, 4, 8),
    "map_fn": (mapped, 4, 8),
    "nested": (nested, 4, 8),
}


def rounds(case: str, with_gradient: bool) -> Turn:
    """How many times as long a loop takes as the unrolled steps, by the least of calls in turns."""
    tf, (build, batch, size) = tf_module(), CASES[case]
    x = tf.placeholder(tf.float32, [batch, size])
    w = tf.get_variable("w", initializer=0.9 * np.eye(size, dtype=np.float32))
    fed = {x: np.random.default_rng(0).random((batch, size), np.float32) / 10}
    fetches = [build(tf, x, w, in_loop) for in_loop in (True, False)]
    if with_gradient:
        fetches = [[y, *(dy for dy in tf.gradients(y, [x, w]) if dy is not None)] for y in fetches]
    session = tf.Session()
    session.run(tf.global_variables_initializer())

    def turn() -> dict[str, float]:
        least = [float("inf")] * 2
        for _ in range(CALLS):
            for place, fetch in enumerate(fetches):
                start = time.perf_counter()
                session.run(fetch, fed)
                least[place] = min(least[place], time.perf_counter() - start)
        return {"times": least[0] / least[1]}

    return turn


ROW = Row(
    "Loops: a round of tf.while_loop, times an unrolled step",
    tuple(
        Limit(f"{case}, {'with gradient' if with_gradient else 'forward'}", "times", run, MOST)
        for case in CASES
        for with_gradient in (False, True)
        for run in [Run("estimator", rounds, (case, with_gradient))]
    ),
    pairs=1,
)
