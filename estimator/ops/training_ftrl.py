"""The updates of FTRL-Proximal (follow the regularized leader), with and without shrinkage.

Each kernel returns the new values of the variable and its slots; the emitters compute the same in place,
over one variable or over a whole arena at once. Formulas: g gradient, w variable.

Source: H. B. McMahan and others, Ad Click Prediction: a View from the Trenches, KDD 2013;
tensorflow/core/ops/training_ops.cc; formulas checked against TensorFlow's numbers by the
tests of the optimizers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

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
        var.value, accum.value, linear.value, grad, grad, lr, l1, l2, lr_power, multiply_linear_by_lr
    )


@resource_apply_ftrl.emit
def ftrl_emit(
    p: Any, op: Any, var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any, lr_power: Any
) -> None:
    shrunk_gradient = p.scratch(var)
    p.call(np.copyto, shrunk_gradient, grad)
    _emit(p, op, var, accum, linear, grad, shrunk_gradient, lr, l1, l2, lr_power)


@op(
    "ResourceApplyFtrlV2",
    "var: resource, accum: resource, linear: resource, grad: T, lr: T, l1: T, l2: T, l2_shrinkage: T, lr_power: T",
    attrs=LOCKING | {"multiply_linear_by_lr": False},
    shape=one_shape(gradient=3),
    effect="write",
    apply="grad",
    updates=("var", "accum", "linear"),
    differentiable=False,
)
def resource_apply_ftrl_v2(
    xp: Any, var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any, l2_shrinkage: Any, lr_power: Any,
    multiply_linear_by_lr: bool,
) -> Any:  # fmt: skip
    """As ResourceApplyFtrl, but z takes g + 2 l2_shrinkage w, while n still takes g²."""
    shrunk_gradient = xp.add(xp.multiply(var.value, _twice(l2_shrinkage)), grad)
    return _ftrl(
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


@resource_apply_ftrl_v2.emit
def ftrl_v2_emit(
    p: Any, op: Any, var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any, l2_shrinkage: Any,
    lr_power: Any,
) -> None:  # fmt: skip
    shrunk_gradient = p.scratch(var)
    p.call(np.multiply, var, p.once(_twice, l2_shrinkage), out=shrunk_gradient)
    p.call(np.add, shrunk_gradient, grad, out=shrunk_gradient)
    _emit(p, op, var, accum, linear, grad, shrunk_gradient, lr, l1, l2, lr_power)


def _twice(value: Any) -> Any:
    return value + value


def _ftrl(
    w: Any, n: Any, z: Any, g: Any, shrunk_g: Any, lr: Any, l1: Any, l2: Any, lr_power: Any, by_lr: bool
) -> tuple[Any, Any, Any]:
    """The formula; the emitter below makes the same calls in place."""
    power = np.negative(lr_power)
    total = np.add(n, np.multiply(g, g))
    root = raised(total, power)
    pull = np.multiply(np.subtract(root, raised(n, power)), w)
    if by_lr:
        moved = np.add(z, np.subtract(np.multiply(shrunk_g, lr), pull))
    else:
        moved = np.add(z, np.subtract(shrunk_g, np.divide(pull, lr)))
        root = np.divide(root, lr)
    limit = _limit(lr, l1, by_lr)
    clipped = np.maximum(np.minimum(moved, limit), np.negative(limit))
    return np.divide(np.subtract(clipped, moved), np.add(root, _curve(lr, l2, by_lr))), total, moved


def _emit(
    p: Any, op: Any, w: Any, n: Any, z: Any, g: Any, shrunk_g: Any, lr: Any, l1: Any, l2: Any, lr_power: Any
) -> None:
    by_lr = op.attrs["multiply_linear_by_lr"]
    root, pull = p.scratch(w), p.scratch(w)
    power = p.once(np.negative, lr_power)
    p.call(raised, n, power, out=pull)
    p.call(np.multiply, g, g, out=root)
    p.call(np.add, n, root, out=n)
    p.call(raised, n, power, out=root)
    p.call(np.subtract, root, pull, out=pull)
    p.call(np.multiply, pull, w, out=pull)
    if by_lr:
        p.call(np.multiply, shrunk_g, lr, out=shrunk_g)
    else:
        p.call(np.divide, pull, lr, out=pull)
        p.call(np.divide, root, lr, out=root)
    p.call(np.subtract, shrunk_g, pull, out=shrunk_g)
    p.call(np.add, z, shrunk_g, out=z)
    limit = p.once(_limit, lr, l1, by_lr)
    p.call(np.minimum, z, limit, out=pull)
    p.call(np.maximum, pull, p.once(np.negative, limit), out=pull)
    p.call(np.subtract, pull, z, out=pull)
    p.call(np.add, root, p.once(_curve, lr, l2, by_lr), out=root)
    p.call(np.divide, pull, root, out=w)


def _limit(lr: Any, l1: Any, by_lr: bool) -> Any:
    return np.multiply(l1, lr) if by_lr else l1


def _curve(lr: Any, l2: Any, by_lr: bool) -> Any:
    return np.multiply(_twice(l2), lr) if by_lr else _twice(l2)


row_form(resource_apply_ftrl)
row_form(resource_apply_ftrl_v2)
