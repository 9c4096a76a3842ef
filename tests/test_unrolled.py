"""Random programs of nested loops and branches compute what the same steps do when they are written out.

Values, gradients and second gradients, and both executors to the bit.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.runtime.programs import bits

Body = Callable[[Any, Any, Any], tuple[Any, Any]]
INPUTS = [np.float32([[0.3, -0.7], [0.8, 0.1]]) * scale for scale in (0.3, 0.3, 0.3, 0.9, 0.9)]


class InGraph:
    """Branches and loops of the graph."""

    @staticmethod
    def choose(pred: Any, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        return tf.cond(pred, then, otherwise)

    @staticmethod
    def repeat(rounds: int, body: Body, y: Any, z: Any, limit: int | None) -> tuple[Any, Any]:
        step = lambda i, y, z: (i + 1, *body(i, y, z))  # noqa: E731
        result = tf.while_loop(lambda i, *_: i < rounds, step, [0, y, z], maximum_iterations=limit)
        return result[1], result[2]


class Unrolled:
    """Both branches, and the one that is meant; each round by itself."""

    @staticmethod
    def choose(pred: Any, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        return tf.where(tf.fill([2, 2], pred), then(), otherwise())

    @staticmethod
    def repeat(rounds: int, body: Body, y: Any, z: Any, limit: int | None) -> tuple[Any, Any]:
        for i in range(rounds):
            y, z = body(tf.constant(i), y, z)
        return y, z


SIMPLE: list[Callable[[Any, Any], Any]] = [
    lambda a, b: tf.tanh(a * b),
    lambda a, b: tf.matmul(a, tf.tanh(b)),
    lambda a, b: a + b * 0.5,
    lambda a, b: tf.where(a > b, a, b * 0.5),
    lambda a, b: tf.concat([a[:1], b[1:]], 0),
    lambda a, b: tf.reduce_sum(b, 1, keepdims=True) * tf.sigmoid(a),
    lambda a, b: tf.gather(b, [1, 0]) + a,
    lambda a, b: tf.stop_gradient(a) * tf.transpose(b),
]


def grown(rng: random.Random, known: list[Any], depth: int, form: Any) -> Any:
    """A tensor [2, 2] made of known ones, with branches and loops of that form."""
    a = rng.choice(known)
    if depth == 0:
        return a
    b = grown(rng, known, depth - 1, form)
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(SIMPLE)(a, b)
    seeds = [rng.randrange(10**9) for _ in range(2)]
    inner = [*known, b]
    if kind < 0.7:
        then, otherwise = (lambda s=s: grown(random.Random(s), inner, depth - 1, form) for s in seeds)
        return form.choose(tf.reduce_sum(a) > tf.reduce_mean(b), then, otherwise)
    only_one = rng.random() < 0.5

    def body(i: Any, y: Any, z: Any) -> tuple[Any, Any]:
        rounds = random.Random(seeds[0])
        new = tf.tanh(grown(rounds, [*known, y, z], depth - 1, form))
        other = z if only_one else grown(rounds, [*known, y, z], max(depth - 2, 0), form)
        return new, tf.tanh(other) * tf.cast(i + 1, tf.float32)

    y, z = form.repeat(rng.randrange(4), body, b, a, rng.choice([None, 10]))
    return y + z


def computed(seed: int, form: Any, executor: str) -> list[Any]:
    """The value of a program, its gradients, and gradients of those, for several inputs."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2, 2] if seed % 2 else [None, None])
        w = tf.get_variable("w", initializer=np.float32([[0.5, -0.3], [0.2, 0.9]]))
        constant = tf.constant([[0.1, 0.2], [-0.4, 0.3]])
        y = grown(random.Random(seed), [tf.reshape(x, [2, 2]), w, constant], 3, form)
        first = tf.gradients(y, [x, w], unconnected_gradients="zero")
        second = tf.gradients(tf.reduce_sum(first[0] * 0.5), [x, w], unconnected_gradients="zero")
        with tf.Session(executor=executor) as session:
            session.run(w.initializer)
            return [session.run([y, *first, *second], {x: value}) for value in INPUTS]


@pytest.mark.parametrize("seed", range(24))
def test_a_program_computes_what_its_steps_do(seed: int) -> None:
    interpreted, planned = (computed(seed, InGraph, executor) for executor in ("interpreter", "numpy"))
    assert bits(interpreted) == bits(planned)
    for row, expected in zip(planned, computed(seed, Unrolled, "numpy"), strict=True):
        for value, other in zip(row, expected, strict=True):
            np.testing.assert_allclose(value, other, rtol=1e-3, atol=1e-4)
