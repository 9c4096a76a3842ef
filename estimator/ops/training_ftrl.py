"""The updates of FTRL-Proximal (follow the regularized leader), with and without shrinkage.

Each kernel returns the new values of the variable and its slots; the plan makes the same calls in place,
over one variable or over a whole arena at once. Formulas: g gradient, w variable.

Source: H. B. McMahan and others, Ad Click Prediction: a View from the Trenches, KDD 2013;
tensorflow/core/ops/training_ops.cc; formulas checked against TensorFlow's numbers by the
tests of the optimizers.
"""

from __future__ import annotations

from typing import Any

from estimator.graph.op import op
from estimator.ops._rows import row_form
from estimator.ops._updates import LOCKING, one_shape, raised


@op(
    "ResourceApplyFtrl",
    "var: resource, accum: resource, linear: resource, grad: T, lr: T, l1: T, l2: T, lr_power: T",
    attrs=LOCKING | {"multiply_linear_by_lr": False},
    shape=one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum", "linear"),
    recorded=True,
    differentiable=False,
)
def resource_apply_ftrl(
    xp: Any, var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any, lr_power: Any,
    multiply_linear_by_lr: bool,
) -> Any:  # fmt: skip
    """n' = n + g²; z += g - (n'^-p - n^-p) / lr · w; w = (clip(z, ±l1) - z) / (n'^-p / lr + 2 l2); p the lr_power.

    With `multiply_linear_by_lr`, z and everything compared with it is lr times as large.
    """
    return _ftrl(
        xp, var.value, accum.value, linear.value, grad, grad, lr, l1, l2, lr_power, multiply_linear_by_lr
    )


@op(
    "ResourceApplyFtrlV2",
    "var: resource, accum: resource, linear: resource, grad: T, lr: T, l1: T, l2: T, l2_shrinkage: T, lr_power: T",
    attrs=LOCKING | {"multiply_linear_by_lr": False},
    shape=one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum", "linear"),
    recorded=True,
    differentiable=False,
)
def resource_apply_ftrl_v2(
    xp: Any, var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any, l2_shrinkage: Any, lr_power: Any,
    multiply_linear_by_lr: bool,
) -> Any:  # fmt: skip
    """As ResourceApplyFtrl, but z takes g + 2 l2_shrinkage w, while n still takes g²."""
    shrunk_gradient = xp.add(xp.multiply(var.value, xp.add(l2_shrinkage, l2_shrinkage)), grad)
    return _ftrl(
        xp,
        var.value,
        accum.value,
        linear.value,
        grad,
        shrunk_gradient,
        lr,
        l1,
        l2,
        lr_power,
        multiply_linear_by_lr,
    )


def _ftrl(
    xp: Any,
    w: Any,
    n: Any,
    z: Any,
    g: Any,
    shrunk_g: Any,
    lr: Any,
    l1: Any,
    l2: Any,
    lr_power: Any,
    by_lr: bool,
) -> tuple[Any, Any, Any]:
    power = xp.negative(lr_power)
    before, total = raised(xp, n, power), xp.add(n, xp.multiply(g, g))
    root = raised(xp, total, power)
    pull = xp.multiply(xp.subtract(root, before), w)
    limit, curve = l1, xp.add(l2, l2)
    if by_lr:
        limit, curve = xp.multiply(limit, lr), xp.multiply(curve, lr)
        moved = xp.add(z, xp.subtract(xp.multiply(shrunk_g, lr), pull))
    else:
        moved = xp.add(z, xp.subtract(shrunk_g, xp.divide(pull, lr)))
        root = xp.divide(root, lr)
    clipped = xp.maximum(xp.minimum(moved, limit), xp.negative(limit))
    return xp.divide(xp.subtract(clipped, moved), xp.add(root, curve)), total, moved


row_form(resource_apply_ftrl)
row_form(resource_apply_ftrl_v2)
