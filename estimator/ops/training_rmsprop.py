"""The updates of RMSProp, plain and centered.

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
from estimator.ops._updates import LOCKING, one_minus, one_shape


@op(
    "ResourceApplyRMSProp",
    "var: resource, ms: resource, mom: resource, lr: T, rho: T, momentum: T, epsilon: T, grad: T",
    attrs=LOCKING,
    shape=one_shape(gradient=7),
    effect="write",
    apply="grad",
    updates=("var", "ms", "mom"),
    differentiable=False,
)
def resource_apply_rmsprop(
    xp: Any, var: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> Any:
    """r += (g² - r)(1 - ρ); m = momentum m + lr g / √(r + ε); w -= m."""
    square = xp.add(ms.value, xp.multiply(xp.subtract(xp.multiply(grad, grad), ms.value), one_minus(rho)))
    step = xp.divide(xp.multiply(grad, lr), xp.sqrt(xp.add(square, epsilon)))
    moved = xp.add(xp.multiply(mom.value, momentum), step)
    return xp.subtract(var.value, moved), square, moved


@resource_apply_rmsprop.emit
def rmsprop_emit(
    p: Any, op: Any, var: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> None:
    step, root = p.scratch(var), p.scratch(var)
    p.call(np.multiply, grad, grad, out=step)
    p.call(np.subtract, step, ms, out=step)
    p.call(np.multiply, step, p.once(one_minus, rho), out=step)
    p.call(np.add, ms, step, out=ms)
    p.call(np.add, ms, epsilon, out=root)
    p.call(np.sqrt, root, out=root)
    p.call(np.multiply, grad, lr, out=step)
    p.call(np.divide, step, root, out=step)
    p.call(np.multiply, mom, momentum, out=mom)
    p.call(np.add, mom, step, out=mom)
    p.call(np.subtract, var, mom, out=var)


@op(
    "ResourceApplyCenteredRMSProp",
    "var: resource, mg: resource, ms: resource, mom: resource, lr: T, rho: T, momentum: T, epsilon: T, grad: T",
    attrs=LOCKING,
    shape=one_shape(gradient=8),
    effect="write",
    apply="grad",
    updates=("var", "mg", "ms", "mom"),
    differentiable=False,
)
def resource_apply_centered_rmsprop(
    xp: Any, var: Any, mg: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> Any:
    """As RMSProp, with μ += (g - μ)(1 - ρ) and √(r - μ² + ε): the square is taken around the mean gradient."""
    rest = one_minus(rho)
    square = xp.add(ms.value, xp.multiply(xp.subtract(xp.multiply(grad, grad), ms.value), rest))
    mean = xp.add(mg.value, xp.multiply(xp.subtract(grad, mg.value), rest))
    spread = xp.add(xp.subtract(square, xp.multiply(mean, mean)), epsilon)
    step = xp.divide(xp.multiply(grad, lr), xp.sqrt(spread))
    moved = xp.add(xp.multiply(mom.value, momentum), step)
    return xp.subtract(var.value, moved), mean, square, moved


@resource_apply_centered_rmsprop.emit
def centered_rmsprop_emit(
    p: Any,
    op: Any,
    var: Any,
    mg: Any,
    ms: Any,
    mom: Any,
    lr: Any,
    rho: Any,
    momentum: Any,
    epsilon: Any,
    grad: Any,
) -> None:
    step, root = p.scratch(var), p.scratch(var)
    rest = p.once(one_minus, rho)
    p.call(np.multiply, grad, grad, out=step)
    p.call(np.subtract, step, ms, out=step)
    p.call(np.multiply, step, rest, out=step)
    p.call(np.add, ms, step, out=ms)
    p.call(np.subtract, grad, mg, out=step)
    p.call(np.multiply, step, rest, out=step)
    p.call(np.add, mg, step, out=mg)
    p.call(np.multiply, mg, mg, out=root)
    p.call(np.subtract, ms, root, out=root)
    p.call(np.add, root, epsilon, out=root)
    p.call(np.sqrt, root, out=root)
    p.call(np.multiply, grad, lr, out=step)
    p.call(np.divide, step, root, out=step)
    p.call(np.multiply, mom, momentum, out=mom)
    p.call(np.add, mom, step, out=mom)
    p.call(np.subtract, var, mom, out=var)


row_form(resource_apply_rmsprop)
row_form(resource_apply_centered_rmsprop)
