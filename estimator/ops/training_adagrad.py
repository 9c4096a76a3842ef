"""The updates of optimizers that divide by what gradients have been: Adagrad and its kin, Adadelta.

Each kernel returns the new values of the variable and its slots; the plan makes the same calls in place,
over one variable or over a whole arena at once. Formulas: g gradient, w variable.

Source: tensorflow/core/ops/training_ops.cc; formulas checked against TensorFlow's numbers by the
tests of the optimizers.
"""

from __future__ import annotations

from typing import Any

from estimator.graph.op import op
from estimator.ops._rows import row_form
from estimator.ops._updates import LOCKING, one_minus, one_shape, shrunk, times


@op(
    "ResourceApplyAdagrad",
    "var: resource, accum: resource, lr: T, grad: T",
    attrs=LOCKING | {"update_slots": True},
    shape=one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum"),
    recorded=True,
    differentiable=False,
)
def resource_apply_adagrad(xp: Any, var: Any, accum: Any, lr: Any, grad: Any, update_slots: bool) -> Any:
    """a += g²; w -= lr g / √a."""
    total = xp.add(accum.value, xp.multiply(grad, grad)) if update_slots else accum.value
    return xp.subtract(var.value, xp.divide(xp.multiply(grad, lr), xp.sqrt(total))), total


@op(
    "ResourceApplyAdagradV2",
    "var: resource, accum: resource, lr: T, epsilon: T, grad: T",
    attrs=LOCKING | {"update_slots": True},
    shape=one_shape(gradient=4),
    effect="write",
    apply="grad",
    updates=("var", "accum"),
    recorded=True,
    differentiable=False,
)
def resource_apply_adagrad_v2(
    xp: Any, var: Any, accum: Any, lr: Any, epsilon: Any, grad: Any, update_slots: bool
) -> Any:
    """a += g²; w -= lr g / (√a + ε)."""
    total = xp.add(accum.value, xp.multiply(grad, grad)) if update_slots else accum.value
    step = xp.divide(xp.multiply(grad, lr), xp.add(xp.sqrt(total), epsilon))
    return xp.subtract(var.value, step), total


@op(
    "ResourceApplyProximalAdagrad",
    "var: resource, accum: resource, lr: T, l1: T, l2: T, grad: T",
    attrs=LOCKING,
    shape=one_shape(gradient=5),
    effect="write",
    apply="grad",
    updates=("var", "accum"),
    recorded=True,
    differentiable=False,
)
def resource_apply_proximal_adagrad(
    xp: Any, var: Any, accum: Any, lr: Any, l1: Any, l2: Any, grad: Any
) -> Any:
    """a += g²; r = lr / √a; w = shrink(w - r g, r l1) / (1 + r l2)."""
    total = xp.add(accum.value, xp.multiply(grad, grad))
    rate = xp.divide(lr, xp.sqrt(total))
    moved = xp.subtract(var.value, xp.multiply(grad, rate))
    damping = xp.add(xp.multiply(rate, l2), lr.dtype.type(1))
    return xp.divide(shrunk(xp, moved, xp.multiply(rate, l1)), damping), total


@op(
    "ResourceApplyAdagradDA",
    "var: resource, gradient_accumulator: resource, gradient_squared_accumulator: resource, grad: T, "
    "lr: T, l1: T, l2: T, global_step: int64",
    attrs=LOCKING,
    shape=one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "gradient_accumulator", "gradient_squared_accumulator"),
    recorded=True,
    differentiable=False,
)
def resource_apply_adagrad_da(
    xp: Any, var: Any, gradient_accumulator: Any, gradient_squared_accumulator: Any, grad: Any, lr: Any, l1: Any,
    l2: Any, global_step: Any,
) -> Any:  # fmt: skip
    """s += g; a += g²; w = -lr shrink(s, l1 t) / (√a + lr l2 t), whatever w was before; t the global step.

    An l1 below 0 is none.
    """
    total = xp.add(gradient_accumulator.value, grad)
    squares = xp.add(gradient_squared_accumulator.value, xp.multiply(grad, grad))
    limit = times(xp, xp.maximum(l1, l1.dtype.type(0)), global_step)
    pull = xp.multiply(shrunk(xp, total, limit), xp.negative(lr))
    damping = xp.add(xp.sqrt(squares), xp.multiply(times(xp, l2, global_step), lr))
    return xp.divide(pull, damping), total, squares


@op(
    "ResourceApplyAdadelta",
    "var: resource, accum: resource, accum_update: resource, lr: T, rho: T, epsilon: T, grad: T",
    attrs=LOCKING,
    shape=one_shape(gradient=6),
    effect="write",
    apply="grad",
    updates=("var", "accum", "accum_update"),
    recorded=True,
    differentiable=False,
)
def resource_apply_adadelta(
    xp: Any, var: Any, accum: Any, accum_update: Any, lr: Any, rho: Any, epsilon: Any, grad: Any
) -> Any:
    """a = ρ a + (1 - ρ) g²; u = √(d + ε) / √(a + ε) · g; w -= lr u; d = ρ d + (1 - ρ) u²."""
    rest = one_minus(xp, rho)
    total = xp.add(xp.multiply(accum.value, rho), xp.multiply(xp.multiply(grad, grad), rest))
    ratio = xp.divide(xp.sqrt(xp.add(accum_update.value, epsilon)), xp.sqrt(xp.add(total, epsilon)))
    step = xp.multiply(ratio, grad)
    moved = xp.add(xp.multiply(accum_update.value, rho), xp.multiply(xp.multiply(step, step), rest))
    return xp.subtract(var.value, xp.multiply(step, lr)), total, moved


row_form(resource_apply_adagrad)
row_form(resource_apply_adagrad_v2)
row_form(resource_apply_proximal_adagrad)
row_form(resource_apply_adagrad_da)
row_form(resource_apply_adadelta)
