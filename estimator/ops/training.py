"""The updates of gradient descent, with and without momentum.

Each kernel returns the new values of the variable and its slots; the plan makes the same calls in place,
over one variable or over a whole arena at once. Formulas: g gradient, w variable.

Source: tensorflow/core/ops/training_ops.cc; formulas checked against TensorFlow's numbers by the
tests of the optimizers.
"""

from __future__ import annotations

from typing import Any

from estimator.graph.op import op
from estimator.ops._rows import row_form
from estimator.ops._updates import LOCKING, one_shape, shrunk


@op(
    "ResourceApplyGradientDescent",
    "var: resource, alpha: T, delta: T",
    attrs=LOCKING,
    shape=one_shape(gradient=2),
    effect="write",
    apply="delta",
    updates=("var",),
    recorded=True,
    differentiable=False,
)
def resource_apply_gradient_descent(xp: Any, var: Any, alpha: Any, delta: Any) -> Any:
    """w -= alpha g."""
    return xp.subtract(var.value, xp.multiply(delta, alpha))


@op(
    "ResourceApplyMomentum",
    "var: resource, accum: resource, lr: T, grad: T, momentum: T",
    attrs=LOCKING | {"use_nesterov": False},
    shape=one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum"),
    recorded=True,
    differentiable=False,
)
def resource_apply_momentum(
    xp: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, use_nesterov: bool
) -> Any:
    """m = momentum m + g; w -= lr m, or with Nesterov w -= lr (g + momentum m)."""
    moved = xp.add(xp.multiply(accum.value, momentum), grad)
    direction = xp.add(xp.multiply(moved, momentum), grad) if use_nesterov else moved
    return xp.subtract(var.value, xp.multiply(direction, lr)), moved


@op(
    "ResourceApplyKerasMomentum",
    "var: resource, accum: resource, lr: T, grad: T, momentum: T",
    attrs=LOCKING | {"use_nesterov": False},
    shape=one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum"),
    recorded=True,
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


@op(
    "ResourceApplyProximalGradientDescent",
    "var: resource, alpha: T, l1: T, l2: T, delta: T",
    attrs=LOCKING,
    shape=one_shape(gradient=4),
    effect="write",
    apply="delta",
    updates=("var",),
    recorded=True,
    differentiable=False,
)
def resource_apply_proximal_gradient_descent(
    xp: Any, var: Any, alpha: Any, l1: Any, l2: Any, delta: Any
) -> Any:
    """w = shrink(w - alpha g, alpha l1) / (1 + alpha l2)."""
    moved = xp.subtract(var.value, xp.multiply(delta, alpha))
    damping = xp.add(xp.multiply(alpha, l2), alpha.dtype.type(1))
    return xp.divide(shrunk(xp, moved, xp.multiply(alpha, l1)), damping)


row_form(resource_apply_momentum)
row_form(resource_apply_keras_momentum)
row_form(resource_apply_proximal_gradient_descent)
