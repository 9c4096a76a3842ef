"""Steps per second of a small model, by each library's own loop, with its hooks, log, summaries and checkpoints."""

from __future__ import annotations

import tempfile
import time

import numpy as np

from benchmarks.environments import tf_module
from benchmarks.log_clock import steps_per_second
from benchmarks.models import iris
from benchmarks.row import Comparison, Row, Run, Turn

STEPS = 4000


def estimator(model: str, batch: int) -> Turn:
    """Estimator.train."""
    tf = tf_module()
    classifier, input_fn = iris.MODELS[model](tf, tempfile.mkdtemp()), iris.training_input(tf, batch)
    return lambda: {"steps/s": steps_per_second(classifier, input_fn, STEPS)}


def jax_loop(batch: int) -> Turn:
    """A loop around the compiled step, which looks at the loss every hundred steps."""
    from benchmarks.models import iris_jax

    step, made = iris_jax.make_step(), iris_jax.batches(batch)

    def turn() -> dict[str, float]:
        layers, accumulators = iris_jax.initial()
        layers, accumulators, loss = step(layers, accumulators, *next(made))
        start = time.perf_counter()
        for number in range(STEPS):
            layers, accumulators, loss = step(layers, accumulators, *next(made))
            if number % 100 == 99:
                print(float(loss))
        return {"steps/s": STEPS / (time.perf_counter() - start)}

    return turn


def by_hand(batch: int) -> Turn:
    """A loop around the step in numpy."""
    from benchmarks.models import iris_by_hand

    step = iris_by_hand.make_step(iris_by_hand.Parameters(), batch)
    made = iris_by_hand.batches(batch, np.random.default_rng(1))

    def turn() -> dict[str, float]:
        start = time.perf_counter()
        for number in range(STEPS):
            loss = step(*next(made))
            if number % 100 == 99:
                print(loss)
        return {"steps/s": STEPS / (time.perf_counter() - start)}

    return turn


def lines(batch: int, with_goals: bool) -> list[Comparison]:
    """What is compared at a size of the batch."""
    ours = {model: Run("estimator", estimator, (model, batch)) for model in iris.MODELS}
    theirs = {model: Run("tensorflow", estimator, (model, batch)) for model in iris.MODELS}
    jax, hand = Run("jax", jax_loop, (batch,)), Run("numpy", by_hand, (batch,))
    compared = [
        ("canned / TensorFlow canned", ours["canned"], theirs["canned"], 13, hand),
        ("custom / TensorFlow custom", ours["custom"], theirs["custom"], 11, hand),
        ("canned / jax", ours["canned"], jax, 2.2, hand),
        ("canned / numpy by hand", ours["canned"], hand, 0.6, None),
    ]
    return [
        Comparison(f"batch {batch}, {what}", "steps/s", run, peer, goal if with_goals else None, ceiling)
        for what, run, peer, goal, ceiling in compared
    ]


ROW = Row("Small models: iris, [10, 10], Adagrad", (*lines(32, True), *lines(100, False)))
