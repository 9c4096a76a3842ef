"""The updates of RMSProp, plain and centered.

Each kernel returns the new values of the variable and its slots; the plan makes the same calls in place,
over one variable or over a whole arena at once. Formulas: g gradient, w variable.

Source: tensorflow/core/ops/training_ops.cc; formulas checked against TensorFlow's numbers by the
tests of the optimizers.
"""

from __future__ import annotations

from typing import Any

from estimator.graph.op import op
from estimator.ops._rows import row_form
from estimator.ops._updates import LOCKING, one_minus, one_shape


@op(
    "ResourceApplyRMSProp",
    "var: resource, ms: resource, mom: resource, lr: T, rho: T, momentum: T, epsilon: T, grad: T",
    attrs=LOCKING,
    shape=one_shape(gradient=7),
    effect="write",
    apply="grad",
    updates=("var", "ms", "mom"),
    recorded=True,
    differentiable=False,
)
def resource_apply_rmsprop(
    xp: Any, var: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> Any:
    """r += (g² - r)(1 - ρ); m = momentum m + lr g / √(r + ε); w -= m."""
    square = xp.add(ms.value, xp.multiply(xp.subtract(xp.multiply(grad, grad), ms.value), one_minus(xp, rho)))
    step = xp.divide(xp.multiply(grad, lr), xp.sqrt(xp.add(square, epsilon)))
    moved = xp.add(xp.multiply(mom.value, momentum), step)
    return xp.subtract(var.value, moved), square, moved


@op(
    "ResourceApplyCenteredRMSProp",
    "var: resource, mg: resource, ms: resource, mom: resource, lr: T, rho: T, momentum: T, epsilon: T, grad: T",
    attrs=LOCKING,
    shape=one_shape(gradient=8),
    effect="write",
    apply="grad",
    updates=("var", "mg", "ms", "mom"),
    recorded=True,
    differentiable=False,
)
def resource_apply_centered_rmsprop(
    xp: Any, var: Any, mg: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> Any:
    """As RMSProp, with μ += (g - μ)(1 - ρ) and √(r - μ² + ε): the square is taken around the mean gradient."""
    rest = one_minus(xp, rho)
    square = xp.add(ms.value, xp.multiply(xp.subtract(xp.multiply(grad, grad), ms.value), rest))
    mean = xp.add(mg.value, xp.multiply(xp.subtract(grad, mg.value), rest))
    spread = xp.add(xp.subtract(square, xp.multiply(mean, mean)), epsilon)
    step = xp.divide(xp.multiply(grad, lr), xp.sqrt(spread))
    moved = xp.add(xp.multiply(mom.value, momentum), step)
    return xp.subtract(var.value, moved), mean, square, moved


row_form(resource_apply_rmsprop)
row_form(resource_apply_centered_rmsprop)
