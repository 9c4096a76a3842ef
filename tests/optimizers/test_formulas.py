"""Six steps of each optimizer against its formula, written in float64.

The formulas are TensorFlow's, replayed from its checkpoints: g gradient, w variable, t the number of the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.optimizers.adadelta import AdadeltaOptimizer
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adagrad_da import AdagradDAOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.by_name import OPTIMIZERS
from estimator.optimizers.ftrl import FtrlOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.lazy_adam import LazyAdamOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.nadam import NadamOptimizer
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.proximal_adagrad import ProximalAdagradOptimizer
from estimator.optimizers.proximal_gradient_descent import ProximalGradientDescentOptimizer
from estimator.optimizers.rmsprop import RMSPropOptimizer
from estimator.optimizers.weight_decay import (
    AdamWOptimizer,
    MomentumWOptimizer,
    extend_with_decoupled_weight_decay,
)
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_or_create_global_step

Array = np.ndarray[Any, Any]
START = np.array([[1.0, -2.0], [0.5, 3.0]])
CURVATURE = np.array([[1.0, 0.1], [4.0, 0.5]])
STEPS = 6
# Hyper-parameters are float32, as in TensorFlow, whatever the variables are.
RATE, SMALL_RATE, KEPT, BETA2, EPSILON = (float(np.float32(each)) for each in (0.1, 0.05, 0.9, 0.999, 1e-8))
RHO, LARGE_EPSILON, KERAS_EPSILON, L1, L2 = (float(np.float32(each)) for each in (0.95, 1e-2, 1e-7, 0.3, 0.2))
HALF, SHRINKAGE, POWER = (float(np.float32(each)) for each in (0.5, 0.1, -0.3))


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


def nadam(w: Array) -> Iterator[Array]:
    m, v, t = np.zeros_like(w), np.zeros_like(w), 0
    while True:
        g, t = _gradient(w), t + 1
        m, v = KEPT * m + (1 - KEPT) * g, BETA2 * v + (1 - BETA2) * g * g
        ahead = KEPT * m + (1 - KEPT) * g
        w = w - RATE * np.sqrt(1 - BETA2**t) / (1 - KEPT**t) * ahead / (np.sqrt(v) + EPSILON)
        yield w


def decaying(steps: Callable[[Array, Any], Any], state: Any) -> Callable[[Array], Iterator[Array]]:
    """The formula of a step that is added to a variable, which loses a fifth of itself before."""

    def formula(w: Array) -> Iterator[Array]:
        kept = state
        while True:
            step, kept = steps(_gradient(w), kept)
            w = w - L2 * w + step
            yield w

    return formula


def _momentum_step(g: Array, m: Any) -> Any:
    return -SMALL_RATE * (KEPT * m + g), KEPT * m + g


def _adam_step(g: Array, state: Any) -> Any:
    m, v, t = state
    m, v, t = KEPT * m + (1 - KEPT) * g, BETA2 * v + (1 - BETA2) * g * g, t + 1
    return -RATE * np.sqrt(1 - BETA2**t) / (1 - KEPT**t) * m / (np.sqrt(v) + EPSILON), (m, v, t)


def amsgrad(w: Array) -> Iterator[Array]:
    m, v, largest, t = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w), 0
    while True:
        g, t = _gradient(w), t + 1
        m, v = KEPT * m + (1 - KEPT) * g, BETA2 * v + (1 - BETA2) * g * g
        largest = np.maximum(largest, v)
        w = w - RATE * np.sqrt(1 - BETA2**t) / (1 - KEPT**t) * m / (np.sqrt(largest) + EPSILON)
        yield w


def keras_momentum(w: Array, nesterov: bool = False) -> Iterator[Array]:
    m = np.zeros_like(w)
    while True:
        step = SMALL_RATE * _gradient(w)
        m = KEPT * m - step
        w = w + (KEPT * m - step if nesterov else m)
        yield w


def rmsprop(
    w: Array, momentum: float = 0.0, centered: bool = False, epsilon: float = 1e-10
) -> Iterator[Array]:
    r, mean, m = np.ones_like(w), np.zeros_like(w), np.zeros_like(w)
    while True:
        g = _gradient(w)
        r, mean = KEPT * r + (1 - KEPT) * g * g, KEPT * mean + (1 - KEPT) * g
        spread = r - mean * mean if centered else r
        m = momentum * m + RATE * g / np.sqrt(spread + epsilon)
        w = w - m
        yield w


def keras_rmsprop(w: Array, centered: bool = False) -> Iterator[Array]:
    r, mean = np.zeros_like(w), np.zeros_like(w)
    while True:
        g = _gradient(w)
        r, mean = KEPT * r + (1 - KEPT) * g * g, KEPT * mean + (1 - KEPT) * g
        w = w - RATE * g / (np.sqrt(r - mean * mean if centered else r) + KERAS_EPSILON)
        yield w


def adadelta(w: Array) -> Iterator[Array]:
    a, d = np.zeros_like(w), np.zeros_like(w)
    while True:
        g = _gradient(w)
        a = RHO * a + (1 - RHO) * g * g
        u = np.sqrt(d + LARGE_EPSILON) / np.sqrt(a + LARGE_EPSILON) * g
        w, d = w - RATE * u, RHO * d + (1 - RHO) * u * u
        yield w


def ftrl(
    w: Array, l1: float = 0.0, l2: float = 0.0, shrinkage: float = 0.0, power: float = -0.5
) -> Iterator[Array]:
    n, z = np.full_like(w, 0.1), np.zeros_like(w)
    while True:
        g = _gradient(w)
        new_n = n + g * g
        z = z + g + 2 * shrinkage * w - (new_n**-power - n**-power) / RATE * w
        w = np.where(np.abs(z) > l1, (np.sign(z) * l1 - z) / (new_n**-power / RATE + 2 * l2), 0.0)
        n = new_n
        yield w


def _shrink(w: Array, limit: Any) -> Array:
    return np.sign(w) * np.maximum(np.abs(w) - limit, 0)


def proximal_gradient_descent(w: Array) -> Iterator[Array]:
    while True:
        w = _shrink(w - RATE * _gradient(w), RATE * L1) / (1 + RATE * L2)
        yield w


def proximal_adagrad(w: Array) -> Iterator[Array]:
    a = np.full_like(w, 0.1)
    while True:
        g = _gradient(w)
        a = a + g * g
        rate = RATE / np.sqrt(a)
        w = _shrink(w - rate * g, rate * L1) / (1 + rate * L2)
        yield w


def adagrad_da(w: Array, l1: float = 0.0, l2: float = 0.0) -> Iterator[Array]:
    s, a, t = np.zeros_like(w), np.full_like(w, 0.1), 0
    while True:
        g, t = _gradient(w), t + 1
        s, a = s + g, a + g * g
        w = -RATE * _shrink(s, l1 * t) / (np.sqrt(a) + RATE * l2 * t)
        yield w


PENALTIES = {"l1_regularization_strength": 0.3, "l2_regularization_strength": 0.2}

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
    "AMSGrad": (lambda: AdamOptimizer(0.1, amsgrad=True), amsgrad),
    "Nadam": (lambda: NadamOptimizer(0.1), nadam),
    "LazyAdam": (lambda: LazyAdamOptimizer(0.1), adam),
    "AdamW": (lambda: AdamWOptimizer(0.2, 0.1), decaying(_adam_step, (0.0, 0.0, 0))),
    "MomentumW": (lambda: MomentumWOptimizer(lambda: 0.2, 0.05, 0.9), decaying(_momentum_step, 0.0)),
    "GradientDescent, decay": (
        lambda: extend_with_decoupled_weight_decay(GradientDescentOptimizer)(0.2, 0.1),
        decaying(lambda g, _: (-RATE * g, None), None),
    ),
    "KerasMomentum": (lambda: MomentumOptimizer(0.05, 0.9, keras_form=True), keras_momentum),
    "KerasNesterov": (
        lambda: MomentumOptimizer(0.05, 0.9, use_nesterov=True, keras_form=True),
        lambda w: keras_momentum(w, nesterov=True),
    ),
    "RMSProp": (lambda: RMSPropOptimizer(0.1), rmsprop),
    "RMSProp, momentum": (lambda: RMSPropOptimizer(0.1, momentum=0.5), lambda w: rmsprop(w, HALF)),
    "RMSProp, centered": (
        lambda: RMSPropOptimizer(0.1, momentum=0.5, centered=True),
        lambda w: rmsprop(w, HALF, centered=True),
    ),
    "KerasRMSProp": (lambda: RMSPropOptimizer(0.1, epsilon=1e-7, keras_form=True), keras_rmsprop),
    "KerasRMSProp, centered": (
        lambda: RMSPropOptimizer(0.1, epsilon=1e-7, centered=True, keras_form=True),
        lambda w: keras_rmsprop(w, centered=True),
    ),
    "Adadelta": (lambda: AdadeltaOptimizer(0.1, epsilon=1e-2), adadelta),
    "Ftrl": (lambda: FtrlOptimizer(0.1), ftrl),
    "Ftrl, penalties": (lambda: FtrlOptimizer(0.1, **PENALTIES), lambda w: ftrl(w, L1, L2)),
    "Ftrl, power": (lambda: FtrlOptimizer(0.1, learning_rate_power=-0.3), lambda w: ftrl(w, power=POWER)),
    "Ftrl, shrinkage": (
        lambda: FtrlOptimizer(0.1, l2_shrinkage_regularization_strength=0.1),
        lambda w: ftrl(w, shrinkage=SHRINKAGE),
    ),
    "Ftrl, beta": (lambda: FtrlOptimizer(0.1, beta=0.1), lambda w: ftrl(w, l2=RATE / (2 * RATE))),
    "ProximalGradientDescent": (
        lambda: ProximalGradientDescentOptimizer(0.1, **PENALTIES),
        proximal_gradient_descent,
    ),
    "ProximalAdagrad": (lambda: ProximalAdagradOptimizer(0.1, **PENALTIES), proximal_adagrad),
    "AdagradDA": (lambda: AdagradDAOptimizer(0.1, get_or_create_global_step()), adagrad_da),
    "AdagradDA, penalties": (
        lambda: AdagradDAOptimizer(0.1, get_or_create_global_step(), **PENALTIES),
        lambda w: adagrad_da(w, L1, L2),
    ),
}
ROUNDED = {
    "Adam",
    "AMSGrad",
    "AdamW",
    "LazyAdam",
    "Nadam",
}  # they keep the powers of their betas as float32, in TensorFlow too


def test_every_registered_optimizer_has_a_formula_here() -> None:
    assert set(OPTIMIZERS) <= set(FORMULAS)


@pytest.mark.parametrize(("dtype", "atol"), [("float32", 1e-5), ("float64", 1e-12)])
@pytest.mark.parametrize("name", FORMULAS)
def test_steps_follow_the_formula(run: Callable[..., Any], name: str, dtype: str, atol: float) -> None:
    make, formula = FORMULAS[name]
    w = get_variable("w", initializer=START.astype(dtype))
    loss = reduce_sum(b.Mul(CURVATURE.astype(dtype), b.Square(w)))
    train_op = make().minimize(loss, get_or_create_global_step())
    expected = formula(START)
    for _ in range(STEPS):
        run(train_op)
        tolerance = max(atol, 1e-5) if name in ROUNDED else atol
        np.testing.assert_allclose(run(w), next(expected), rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    ("optimizer", "names"),
    [
        (lambda: GradientDescentOptimizer(0.1), []),
        (lambda: MomentumOptimizer(0.1, 0.9), ["s/w/Momentum"]),
        (lambda: AdagradOptimizer(0.1), ["s/w/Adagrad"]),
        (lambda: AdamOptimizer(), ["beta1_power", "beta2_power", "s/w/Adam", "s/w/Adam_1"]),
        (lambda: RMSPropOptimizer(0.1), ["s/w/RMSProp", "s/w/RMSProp_1"]),
        (lambda: RMSPropOptimizer(0.1, centered=True), ["s/w/RMSProp", "s/w/RMSProp_1", "s/w/RMSProp_2"]),
        (lambda: FtrlOptimizer(0.1), ["s/w/Ftrl", "s/w/Ftrl_1"]),
        (lambda: FtrlOptimizer(0.1, accum_name="n", linear_name="z"), ["s/w/n", "s/w/z"]),
        (lambda: AdadeltaOptimizer(), ["s/w/Adadelta", "s/w/Adadelta_1"]),
        (lambda: ProximalGradientDescentOptimizer(0.1), []),
        (lambda: ProximalAdagradOptimizer(0.1), ["s/w/ProximalAdagrad"]),
        (
            lambda: AdagradDAOptimizer(0.1, get_or_create_global_step),
            ["s/w/AdagradDA", "s/w/AdagradDA_1"],
        ),
    ],
)
def test_slots_have_tensorflows_names_and_first_values(
    graph: Graph, run: Callable[..., Any], optimizer: Any, names: Any
) -> None:
    w = get_variable("s/w", [2], initializer=lambda shape: np.ones(shape, np.float32))
    made = optimizer()
    made.minimize(reduce_sum(b.Square(w)))
    assert [each.op.name for each in made.variables()] == names
    starts = {
        "Adagrad": 0.1,
        "beta1_power": 0.9,
        "beta2_power": 0.999,
        "RMSProp": 1,
        "Ftrl": 0.1,
        "n": 0.1,
        "AdagradDA_1": 0.1,
    }
    for each in made.variables():
        start = starts.get(each.op.name.rpartition("/")[2].removeprefix("Proximal"), 0)
        np.testing.assert_allclose(run(each), np.full(each.dims, start), rtol=1e-6)
        assert not each.trainable
