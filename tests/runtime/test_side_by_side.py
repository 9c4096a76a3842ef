"""Where a plan has what processes sum: in one piece of memory from the gradient to the update; and when it may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.runtime.plan import make_plan
from estimator.runtime.program import make_program
from tests.distribution.threads import in_threads

GIVEN = np.random.default_rng(2).normal(size=(8, 3)).astype(np.float32)
Fetch = Callable[
    [Any, Any], tuple[Any, list[Any]]
]  # of a loss and its optimizer: what runs, and what is looked at


def _minimized(loss: Any, optimizer: Any) -> tuple[Any, list[Any]]:
    return optimizer.minimize(loss), []


def _looked_at_before(loss: Any, optimizer: Any) -> tuple[Any, list[Any]]:
    """The gradients of this process are fetched, too: they must not become the sums."""
    step = optimizer.minimize(loss)
    (summed,) = [op for op in tf.get_default_graph().get_operations() if op.type == "CollectiveSum"]
    return step, list(summed.inputs)


def _looked_at_after(loss: Any, optimizer: Any) -> tuple[Any, list[Any]]:
    pairs = optimizer.compute_gradients(loss)
    return optimizer.apply_gradients(pairs), [gradient for gradient, _ in pairs]


def _clipped(loss: Any, optimizer: Any) -> tuple[Any, list[Any]]:
    pairs = optimizer.compute_gradients(loss)
    return optimizer.apply_gradients([(tf.clip_by_norm(g, 0.1), v) for g, v in pairs]), []


def _reversed(loss: Any, optimizer: Any) -> tuple[Any, list[Any]]:
    return optimizer.apply_gradients(optimizer.compute_gradients(loss)[::-1]), []


def _shared(loss: Any, optimizer: Any) -> tuple[Any, list[Any]]:
    """One gradient is that of two variables."""
    pairs = optimizer.compute_gradients(loss)
    (first, _), (_, other) = pairs[1], pairs[3]
    return optimizer.apply_gradients([*pairs[:3], (first[:2], other)]), []


def _apart(loss: Any, optimizer: Any) -> tuple[Any, list[Any]]:
    """Some are applied by another optimizer."""
    pairs = optimizer.compute_gradients(loss)
    return tf.group(
        optimizer.apply_gradients(pairs[:2]),
        tf.train.GradientDescentOptimizer(0.1).apply_gradients(pairs[2:]),
    ), []


WAYS: list[Fetch] = [_minimized, _looked_at_before, _looked_at_after, _clipped, _reversed, _shared, _apart]


def _run(rank: int, fetch: Fetch, executor: str) -> list[bytes]:
    with tf.Graph().as_default():
        tf.set_random_seed(4)
        x = tf.placeholder(tf.float32, [None, 3])
        hidden = tf.layers.dense(x, 4, tf.nn.relu)
        loss = tf.reduce_mean(tf.layers.dense(hidden, 2) ** 2)
        step, looked_at = fetch(loss, tf.train.AdamOptimizer(0.1))
        with tf.Session() as session:
            session.executor = executor
            session.run(tf.global_variables_initializer())
            seen = []
            for turn in range(4):
                part = GIVEN[4 * (turn % 2) + 2 * rank :][:2]
                seen += session.run([step, *looked_at], {x: part})[1:]
            return [np.asarray(value).tobytes() for value in (*seen, *session.run(tf.global_variables()))]


@pytest.mark.parametrize("fetch", WAYS, ids=lambda way: way.__name__)
def test_the_plan_has_the_bits_of_the_interpreter(fetch: Fetch) -> None:
    planned = in_threads(2, lambda rank: _run(rank, fetch, "numpy"))
    assert planned == in_threads(2, lambda rank: _run(rank, fetch, "interpreter"))


def _lines(rank: int) -> list[str]:
    """Those of a plan for a step of gradient descent."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2, 3])
        hidden = tf.layers.dense(x, 4, tf.nn.relu)
        loss = tf.reduce_mean(tf.layers.dense(hidden, 2) ** 2)
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            text = make_plan(make_program(graph, [], [step], [x]), [(2, 3)], session.store).text
    return [line.strip() for line in text.splitlines()]


def test_gradients_are_computed_summed_and_applied_in_one_place() -> None:
    lines, _ = in_threads(2, _lines)
    (exchange,) = [place for place, line in enumerate(lines) if line.endswith(", True)")]
    assert len(lines[exchange + 1 : -1]) == 2, "all variables are updated at once: a product and a difference"
    copies = [line for line in lines if re.match(r"g\d+\[\.\.\.\] =", line)]
    assert len(copies) <= 1, "nothing is copied there but the loss, which others look at"
