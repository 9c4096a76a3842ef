"""The updates of gradient descent, with and without momentum.

Each kernel returns the new values of the variable and its slots; the emitters compute the same in place,
over one variable or over a whole arena at once. Formulas: g gradient, w variable.

Source: tensorflow/core/ops/training_ops.cc; formulas checked against TensorFlow's numbers by the
tests of the optimizers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.graph.op import op
from estimator.ops._rows import row_form
from estimator.ops._updates import LOCKING, one_shape, shrink_emit, shrunk


@op(
    "ResourceApplyGradientDescent",
    "var: resource, alpha: T, delta: T",
    attrs=LOCKING,
    shape=one_shape(gradient=2),
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
    attrs=LOCKING | {"use_nesterov": False},
    shape=one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum"),
    differentiable=False,
)
def resource_apply_momentum(
    xp: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, use_nesterov: bool
) -> Any:
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
    "ResourceApplyKerasMomentum",
    "var: resource, accum: resource, lr: T, grad: T, momentum: T",
    attrs=LOCKING | {"use_nesterov": False},
    shape=one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum"),
    differentiable=False,
)
def resource_apply_keras_momentum(
    xp: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, use_nesterov: bool
) -> Any:
    """m = momentum m - lr g; w += m, or with Nesterov w += momentum m - lr g."""
    step = xp.multiply(grad, lr)
    moved = xp.subtract(xp.multiply(accum.value, momentum), step)
    if not use_nesterov:
        return xp.add(var.value, moved), moved
    return xp.add(var.value, xp.subtract(xp.multiply(moved, momentum), step)), moved


@resource_apply_keras_momentum.emit
def keras_momentum_emit(p: Any, op: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any) -> None:
    step = p.scratch(var)
    p.call(np.multiply, grad, lr, out=step)
    p.call(np.multiply, accum, momentum, out=accum)
    p.call(np.subtract, accum, step, out=accum)
    if not op.attrs["use_nesterov"]:
        p.call(np.add, var, accum, out=var)
        return
    ahead = p.scratch(var)
    p.call(np.multiply, accum, momentum, out=ahead)
    p.call(np.subtract, ahead, step, out=step)
    p.call(np.add, var, step, out=var)


@op(
    "ResourceApplyProximalGradientDescent",
    "var: resource, alpha: T, l1: T, l2: T, delta: T",
    attrs=LOCKING,
    shape=one_shape(gradient=4),
    effect="write",
    apply="delta",
    updates=("var",),
    differentiable=False,
)
def resource_apply_proximal_gradient_descent(
    xp: Any, var: Any, alpha: Any, l1: Any, l2: Any, delta: Any
) -> Any:
    """w = shrink(w - alpha g, alpha l1) / (1 + alpha l2)."""
    moved = xp.subtract(var.value, xp.multiply(delta, alpha))
    return xp.divide(shrunk(xp, moved, xp.multiply(alpha, l1)), _damping(alpha, l2))


@resource_apply_proximal_gradient_descent.emit
def proximal_gradient_descent_emit(
    p: Any, op: Any, var: Any, alpha: Any, l1: Any, l2: Any, delta: Any
) -> None:
    step = p.scratch(var)
    p.call(np.multiply, delta, alpha, out=step)
    p.call(np.subtract, var, step, out=var)
    shrink_emit(p, var, p.once(np.multiply, alpha, l1), step)
    p.call(np.divide, var, p.once(_damping, alpha, l2), out=var)


def _damping(rate: Any, l2: Any) -> Any:
    return rate.dtype.type(1) + rate * l2


row_form(resource_apply_momentum)
row_form(resource_apply_keras_momentum)
row_form(resource_apply_proximal_gradient_descent)
