"""Steps per second of a perceptron, whose time goes into products of matrices and the update."""

from __future__ import annotations

import tempfile
import time

from benchmarks.environments import ON_JAX, tf_module
from benchmarks.log_clock import steps_per_second
from benchmarks.models import perceptron
from benchmarks.row import Comparison, Row, Run, Turn

STEPS = 160


def estimator(optimizer: str) -> Turn:
    """Estimator.train."""
    classifier, input_fn = perceptron.estimator(tf_module(), optimizer, tempfile.mkdtemp())
    return lambda: {"steps/s": steps_per_second(classifier, input_fn, STEPS)}


def loop(step: perceptron.Step) -> Turn:
    """A loop that looks at the loss every twenty steps."""
    made = perceptron.batches()

    def turn() -> dict[str, float]:
        float(step(*next(made)))
        start = time.perf_counter()
        for number in range(STEPS):
            loss = step(*next(made))
            if number % 20 == 19:
                print(float(loss))
        return {"steps/s": STEPS / (time.perf_counter() - start)}

    return turn


def jax_loop(optimizer: str) -> Turn:
    """A loop around the compiled step."""
    return loop(perceptron.jax_step(optimizer))


def torch_loop(optimizer: str) -> Turn:
    """The plain loop."""
    return loop(perceptron.torch_step(optimizer))


def by_hand(optimizer: str) -> Turn:
    """A loop around the step in numpy."""
    return loop(perceptron.step_by_hand(optimizer))


def lines(optimizer: str, tensorflow: float, jax: float | None) -> list[Comparison]:
    """What is compared, with goals."""
    ours, hand = Run("estimator", estimator, (optimizer,)), Run("numpy", by_hand, (optimizer,))
    jax_run = Run("jax", jax_loop, (optimizer,))
    peers = [
        ("TensorFlow", Run("tensorflow", estimator, (optimizer,)), tensorflow),
        ("jax", jax_run, jax),
        ("torch", Run("torch", torch_loop, (optimizer,)), None),
    ]
    on_jax = Run(ON_JAX, estimator, (optimizer,))
    return [
        *[
            Comparison(f"{optimizer} / {name}", "steps/s", ours, peer, goal, hand)
            for name, peer, goal in peers
        ],
        Comparison(f"{optimizer}, executor jax / jax", "steps/s", on_jax, jax_run, 0.95),
    ]


ROW = Row(
    "Perceptron: 784-512-512-10, batch 128",
    (*lines("Adam", 0.95, 0.7), *lines("Adagrad", 1.05, None)),
)
