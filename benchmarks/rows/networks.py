"""Steps per second of a convolutional and of a recurrent network."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.environments import ON_JAX, tf_module
from benchmarks.log_clock import steps_per_second
from benchmarks.models import digits, sequences
from benchmarks.row import Comparison, Row, Run, Turn

MODELS: dict[str, tuple[ModuleType, int]] = {"digits": (digits, 20), "sequences": (sequences, 60)}
"""Models, and how many steps a turn has."""


def estimator(model: str) -> Turn:
    """Estimator.train."""
    module, steps = MODELS[model]
    made, input_fn = module.estimator(tf_module(), tempfile.mkdtemp())
    return lambda: {"steps/s": steps_per_second(made, input_fn, steps)}


def loop(step: Callable[[np.ndarray, np.ndarray], Any]) -> Turn:
    """A loop over digits that looks at the loss every five steps."""
    made, (_, steps) = digits.batches(), MODELS["digits"]

    def turn() -> dict[str, float]:
        start = time.perf_counter()
        for number in range(steps):
            loss = step(*next(made))
            if number % 5 == 4:
                print(float(loss))
        return {"steps/s": steps / (time.perf_counter() - start)}

    return turn


def torch_loop() -> Turn:
    """The plain loop."""
    return loop(digits.torch_step())


def jax_loop() -> Turn:
    """A loop around the compiled step."""
    return loop(digits.jax_step())


def products(model: str) -> Turn:
    """The step's products of matrices in numpy, and nothing else: nothing here can be quicker."""
    module, steps = MODELS[model]
    matrices = [
        (np.ones((n, m), np.float32), np.ones((m, k), np.float32), np.empty((n, k), np.float32))
        for n, m, k in dict.fromkeys(module.products())
    ]
    by_size = {(*a.shape, b.shape[1]): (a, b, out) for a, b, out in matrices}
    order = [by_size[sizes] for sizes in module.products()]

    def turn() -> dict[str, float]:
        start = time.perf_counter()
        for _ in range(steps):
            for a, b, out in order:
                np.dot(a, b, out)
        return {"steps/s": steps / (time.perf_counter() - start)}

    return turn


CNN, LSTM = (Run("estimator", estimator, (model,)) for model in MODELS)
CNN_CEILING, LSTM_CEILING = (Run("numpy", products, (model,)) for model in MODELS)

ROW = Row(
    "Networks: MNIST tutorial, batch 100; LSTM, 32 x 50 x 64 (the ceiling is its products of matrices alone)",
    (
        Comparison(
            "CNN / TensorFlow", "steps/s", CNN, Run("tensorflow", estimator, ("digits",)), 0.5, CNN_CEILING
        ),
        Comparison("CNN / torch", "steps/s", CNN, Run("torch", torch_loop), 0.9, CNN_CEILING),
        Comparison("CNN / jax", "steps/s", CNN, Run("jax", jax_loop), 1.7, CNN_CEILING),
        Comparison(
            "CNN, executor jax / jax",
            "steps/s",
            Run(ON_JAX, estimator, ("digits",)),
            Run("jax", jax_loop),
            0.95,
        ),
        Comparison(
            "LSTM / TensorFlow",
            "steps/s",
            LSTM,
            Run("tensorflow", estimator, ("sequences",)),
            0.5,
            LSTM_CEILING,
        ),
    ),
)
