"""The updates of the optimizers.

Each kernel returns the new values of the variable and its slots; the emitters compute the same in place, over one variable
or over a whole arena at once. Formulas: g gradient, w variable.

Source: tensorflow/core/ops/training_ops.cc; formulas checked against TensorFlow's numbers by the tests of the optimizers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.shapes import Dims, merge
from estimator.graph.op import ShapeRule, ShapeScope, op

_LOCKING = {"use_locking": False}


def _one_shape(gradient: int) -> ShapeRule:
    """The variable, its slots and the gradient (input number `gradient`) have one shape."""

    def rule(s: ShapeScope) -> list[Dims]:
        dims = s.shapes[gradient]
        for index in range(len(s.shapes)):
            dims = merge(dims, s.variable_dims(index))
        return []

    return rule


@op(
    "ResourceApplyGradientDescent",
    "var: resource, alpha: T, delta: T",
    attrs=_LOCKING,
    shape=_one_shape(gradient=2),
    effect="write",
    apply="delta",
    updates=("var",),
    differentiable=False,
)
def resource_apply_gradient_descent(xp: Any, var: Any, alpha: Any, delta: Any) -> Any:
    """w -= alpha g."""
    return xp.subtract(var.value, xp.multiply(delta, alpha))


@resource_apply_gradient_descent.emit
def gradient_descent_emit(p: Any, op: Any, var: Any, alpha: Any, delta: Any) -> None:
    step = p.scratch(var)
    p.call(np.multiply, delta, alpha, out=step)
    p.call(np.subtract, var, step, out=var)


@op(
    "ResourceApplyMomentum",
    "var: resource, accum: resource, lr: T, grad: T, momentum: T",
    attrs=_LOCKING | {"use_nesterov": False},
    shape=_one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum"),
    differentiable=False,
)
def resource_apply_momentum(xp: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, use_nesterov: bool) -> Any:
    """m = momentum m + g; w -= lr m, or with Nesterov w -= lr (g + momentum m)."""
    moved = xp.add(xp.multiply(accum.value, momentum), grad)
    direction = xp.add(xp.multiply(moved, momentum), grad) if use_nesterov else moved
    return xp.subtract(var.value, xp.multiply(direction, lr)), moved


@resource_apply_momentum.emit
def momentum_emit(p: Any, op: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any) -> None:
    step = p.scratch(var)
    p.call(np.multiply, accum, momentum, out=accum)
    p.call(np.add, accum, grad, out=accum)
    if op.attrs["use_nesterov"]:
        p.call(np.multiply, accum, momentum, out=step)
        p.call(np.add, step, grad, out=step)
        p.call(np.multiply, step, lr, out=step)
    else:
        p.call(np.multiply, accum, lr, out=step)
    p.call(np.subtract, var, step, out=var)


@op(
    "ResourceApplyAdagrad",
    "var: resource, accum: resource, lr: T, grad: T",
    attrs=_LOCKING | {"update_slots": True},
    shape=_one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum"),
    differentiable=False,
)
def resource_apply_adagrad(xp: Any, var: Any, accum: Any, lr: Any, grad: Any, update_slots: bool) -> Any:
    """a += g²; w -= lr g / √a."""
    total = xp.add(accum.value, xp.multiply(grad, grad)) if update_slots else accum.value
    return xp.subtract(var.value, xp.divide(xp.multiply(grad, lr), xp.sqrt(total))), total


@resource_apply_adagrad.emit
def adagrad_emit(p: Any, op: Any, var: Any, accum: Any, lr: Any, grad: Any) -> None:
    step, root = p.scratch(var), p.scratch(var)
    if op.attrs["update_slots"]:
        p.call(np.multiply, grad, grad, out=step)
        p.call(np.add, accum, step, out=accum)
    p.call(np.multiply, grad, lr, out=step)
    p.call(np.sqrt, accum, out=root)
    p.call(np.divide, step, root, out=step)
    p.call(np.subtract, var, step, out=var)


def _adam_rate(xp: Any, beta1_power: Any, beta2_power: Any, lr: Any) -> Any:
    one = lr.dtype.type(1)
    return xp.divide(xp.multiply(lr, xp.sqrt(xp.subtract(one, beta2_power))), xp.subtract(one, beta1_power))


@op(
    "ResourceApplyAdam",
    "var: resource, m: resource, v: resource, beta1_power: T, beta2_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T",
    attrs=_LOCKING | {"use_nesterov": False},
    shape=_one_shape(gradient=9),
    effect="write",
    apply="grad",
    updates=("var", "m", "v"),
    differentiable=False,
)
def resource_apply_adam(
    xp: Any, var: Any, m: Any, v: Any, beta1_power: Any, beta2_power: Any, lr: Any, beta1: Any, beta2: Any, epsilon: Any,
    grad: Any, use_nesterov: bool,
) -> Any:  # fmt: skip
    """m += (g - m)(1 - β1); v += (g² - v)(1 - β2); w -= lr √(1 - β2^t) / (1 - β1^t) · m / (√v + ε)."""
    one = lr.dtype.type(1)
    rate = _adam_rate(xp, beta1_power, beta2_power, lr)
    rest1, rest2 = xp.subtract(one, beta1), xp.subtract(one, beta2)
    new_m = xp.add(m.value, xp.multiply(xp.subtract(grad, m.value), rest1))
    new_v = xp.add(v.value, xp.multiply(xp.subtract(xp.multiply(grad, grad), v.value), rest2))
    if use_nesterov:
        direction = xp.add(xp.multiply(new_m, beta1), xp.multiply(grad, rest1))
    else:
        direction = new_m
    step = xp.divide(xp.multiply(direction, rate), xp.add(xp.sqrt(new_v), epsilon))
    return xp.subtract(var.value, step), new_m, new_v


@resource_apply_adam.emit
def adam_emit(
    p: Any, op: Any, var: Any, m: Any, v: Any, beta1_power: Any, beta2_power: Any, lr: Any, beta1: Any, beta2: Any,
    epsilon: Any, grad: Any,
) -> None:  # fmt: skip
    step, root = p.scratch(var), p.scratch(var)
    rate = p.once(_adam_rate, np, beta1_power, beta2_power, lr)
    rest1, rest2 = p.once(_one_minus, beta1), p.once(_one_minus, beta2)
    p.call(np.subtract, grad, m, out=step)
    p.call(np.multiply, step, rest1, out=step)
    p.call(np.add, m, step, out=m)
    p.call(np.multiply, grad, grad, out=step)
    p.call(np.subtract, step, v, out=step)
    p.call(np.multiply, step, rest2, out=step)
    p.call(np.add, v, step, out=v)
    if op.attrs["use_nesterov"]:
        p.call(np.multiply, m, beta1, out=step)
        p.call(np.multiply, grad, rest1, out=root)
        p.call(np.add, step, root, out=step)
        p.call(np.multiply, step, rate, out=step)
    else:
        p.call(np.multiply, m, rate, out=step)
    p.call(np.sqrt, v, out=root)
    p.call(np.add, root, epsilon, out=root)
    p.call(np.divide, step, root, out=step)
    p.call(np.subtract, var, step, out=var)


def _one_minus(value: Any) -> Any:
    return np.subtract(value.dtype.type(1), value)
