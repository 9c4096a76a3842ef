"""Six steps of each optimizer against its formula, written in float64.

The formulas are TensorFlow's, replayed from its checkpoints: g gradient, w variable, t the number of the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.network.functions.reductions import reduce_sum
from estimator.network.get_variable import get_variable
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.optimizer import OPTIMIZERS, Optimizer

Array = np.ndarray[Any, Any]
START = np.array([[1.0, -2.0], [0.5, 3.0]])
CURVATURE = np.array([[1.0, 0.1], [4.0, 0.5]])
STEPS = 6
# Hyper-parameters are float32, as in TensorFlow, whatever the variables are.
RATE, SMALL_RATE, KEPT, BETA2, EPSILON = (float(np.float32(each)) for each in (0.1, 0.05, 0.9, 0.999, 1e-8))


def _gradient(w: Array) -> Array:
    return 2 * CURVATURE * w  # of Σ curvature · w²


def gradient_descent(w: Array) -> Iterator[Array]:
    while True:
        w = w - RATE * _gradient(w)
        yield w


def momentum(w: Array, nesterov: bool = False) -> Iterator[Array]:
    m = np.zeros_like(w)
    while True:
        g = _gradient(w)
        m = KEPT * m + g
        w = w - SMALL_RATE * (g + KEPT * m if nesterov else m)
        yield w


def adagrad(w: Array) -> Iterator[Array]:
    a = np.full_like(w, 0.1)
    while True:
        g = _gradient(w)
        a = a + g * g
        w = w - RATE * g / np.sqrt(a)
        yield w


def adam(w: Array) -> Iterator[Array]:
    m, v, t = np.zeros_like(w), np.zeros_like(w), 0
    while True:
        g, t = _gradient(w), t + 1
        m, v = KEPT * m + (1 - KEPT) * g, BETA2 * v + (1 - BETA2) * g * g
        w = w - RATE * np.sqrt(1 - BETA2**t) / (1 - KEPT**t) * m / (np.sqrt(v) + EPSILON)
        yield w


FORMULAS: dict[str, tuple[Callable[[], Optimizer], Callable[[Array], Iterator[Array]]]] = {
    "SGD": (lambda: GradientDescentOptimizer(0.1), gradient_descent),
    "GradientDescent": (lambda: GradientDescentOptimizer(lambda: 0.1), gradient_descent),
    "Momentum": (lambda: MomentumOptimizer(0.05, 0.9), momentum),
    "Nesterov": (
        lambda: MomentumOptimizer(0.05, 0.9, use_nesterov=True),
        lambda w: momentum(w, nesterov=True),
    ),
    "Adagrad": (lambda: AdagradOptimizer(0.1), adagrad),
    "Adam": (lambda: AdamOptimizer(0.1), adam),
}


def test_every_registered_optimizer_has_a_formula_here() -> None:
    assert set(OPTIMIZERS) <= set(FORMULAS)


@pytest.mark.parametrize(("dtype", "atol"), [("float32", 1e-5), ("float64", 1e-12)])
@pytest.mark.parametrize("name", FORMULAS)
def test_steps_follow_the_formula(run: Callable[..., Any], name: str, dtype: str, atol: float) -> None:
    make, formula = FORMULAS[name]
    w = get_variable("w", initializer=START.astype(dtype))
    loss = reduce_sum(b.Mul(CURVATURE.astype(dtype), b.Square(w)))
    train_op = make().minimize(loss)
    expected = formula(START)
    for _ in range(STEPS):
        run(train_op)
        # Adam keeps the powers of its betas as float32, in TensorFlow too
        np.testing.assert_allclose(
            run(w), next(expected), rtol=0, atol=max(atol, 1e-5) if name == "Adam" else atol
        )


@pytest.mark.parametrize(
    ("optimizer", "names"),
    [
        (lambda: GradientDescentOptimizer(0.1), []),
        (lambda: MomentumOptimizer(0.1, 0.9), ["s/w/Momentum"]),
        (lambda: AdagradOptimizer(0.1), ["s/w/Adagrad"]),
        (lambda: AdamOptimizer(), ["beta1_power", "beta2_power", "s/w/Adam", "s/w/Adam_1"]),
    ],
)
def test_slots_have_tensorflows_names_and_first_values(
    graph: Graph, run: Callable[..., Any], optimizer: Any, names: Any
) -> None:
    w = get_variable("s/w", [2], initializer=lambda shape: np.ones(shape, np.float32))
    made = optimizer()
    made.minimize(reduce_sum(b.Square(w)))
    assert [each.op.name for each in made.variables()] == names
    starts = {"Momentum": 0, "Adagrad": 0.1, "Adam": 0, "Adam_1": 0, "beta1_power": 0.9, "beta2_power": 0.999}
    for each in made.variables():
        np.testing.assert_allclose(
            run(each), np.full(each.dims, starts[each.op.name.rpartition("/")[2]]), rtol=1e-6
        )
        assert not each.trainable
