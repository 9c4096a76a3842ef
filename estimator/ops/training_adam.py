"""The updates of Adam, with and without the maximum that AMSGrad keeps, and of Adamax.

Each kernel returns the new values of the variable and its slots; the plan makes the same calls in place,
over one variable or over a whole arena at once. Formulas: g gradient, w variable.

Source: tensorflow/core/ops/training_ops.cc; formulas checked against TensorFlow's numbers by the
tests of the optimizers.
"""

from __future__ import annotations

from typing import Any

from estimator.graph.op import op
from estimator.ops._updates import LOCKING, one_minus, one_shape


def _adam_rate(xp: Any, beta1_power: Any, beta2_power: Any, lr: Any) -> Any:
    one = lr.dtype.type(1)
    return xp.divide(xp.multiply(lr, xp.sqrt(xp.subtract(one, beta2_power))), xp.subtract(one, beta1_power))


@op(
    "ResourceApplyAdam",
    "var: resource, m: resource, v: resource, "
    "beta1_power: T, beta2_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T",
    attrs=LOCKING | {"use_nesterov": False},
    shape=one_shape(gradient=9),
    effect="write",
    apply="grad",
    updates=("var", "m", "v"),
    recorded=True,
    differentiable=False,
)
def resource_apply_adam(
    xp: Any, var: Any, m: Any, v: Any, beta1_power: Any, beta2_power: Any, lr: Any, beta1: Any, beta2: Any,
    epsilon: Any, grad: Any, use_nesterov: bool,
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


@op(
    "ResourceApplyAdamWithAmsgrad",
    "var: resource, m: resource, v: resource, vhat: resource, "
    "beta1_power: T, beta2_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T",
    attrs=LOCKING,
    shape=one_shape(gradient=10),
    effect="write",
    apply="grad",
    updates=("var", "m", "v", "vhat"),
    recorded=True,
    differentiable=False,
)
def resource_apply_adam_with_amsgrad(
    xp: Any, var: Any, m: Any, v: Any, vhat: Any, beta1_power: Any, beta2_power: Any, lr: Any, beta1: Any, beta2: Any,
    epsilon: Any, grad: Any,
) -> Any:  # fmt: skip
    """m and v as Adam; v̂ = max(v̂, v); w -= lr √(1 - β2^t) / (1 - β1^t) · m / (√v̂ + ε)."""
    rate = _adam_rate(xp, beta1_power, beta2_power, lr)
    new_m = xp.add(m.value, xp.multiply(xp.subtract(grad, m.value), one_minus(xp, beta1)))
    new_v = xp.add(v.value, xp.multiply(xp.subtract(xp.multiply(grad, grad), v.value), one_minus(xp, beta2)))
    largest = xp.maximum(vhat.value, new_v)
    step = xp.divide(xp.multiply(new_m, rate), xp.add(xp.sqrt(largest), epsilon))
    return xp.subtract(var.value, step), new_m, new_v, largest


@op(
    "ResourceApplyAdaMax",
    "var: resource, m: resource, v: resource, beta1_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T",
    attrs=LOCKING,
    shape=one_shape(gradient=8),
    effect="write",
    apply="grad",
    updates=("var", "m", "v"),
    recorded=True,
    differentiable=False,
)
def resource_apply_ada_max(
    xp: Any, var: Any, m: Any, v: Any, beta1_power: Any, lr: Any, beta1: Any, beta2: Any, epsilon: Any, grad: Any,
) -> Any:  # fmt: skip
    """m += (g - m)(1 - β1); v = max(β2 v, |g|); w -= lr / (1 - β1^t) · m / (v + ε)."""
    rate = xp.divide(lr, one_minus(xp, beta1_power))
    new_m = xp.add(m.value, xp.multiply(xp.subtract(grad, m.value), one_minus(xp, beta1)))
    largest = xp.maximum(xp.multiply(v.value, beta2), xp.absolute(grad))
    step = xp.multiply(xp.divide(new_m, xp.add(largest, epsilon)), rate)
    return xp.subtract(var.value, step), new_m, largest
