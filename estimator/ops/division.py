"""Whole quotients and what is left of a division, for integers and real numbers.

Dividing an integer by zero is an error, as in TensorFlow; numpy would return 0 without a word.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.graph import rules
from estimator.graph.broadcasting import fit_gradients
from estimator.graph.conditions import holds
from estimator.graph.op import op

BINARY = "x: T, y: T -> z: T"


def _refuse_zero(x: Any, y: Any) -> None:
    """Integers have no infinity: dividing by zero is a mistake to be told.

    Raises
    ------
    InvalidArgumentError
        If a divisor is 0, and there is something to divide.
    """
    if y.dtype.kind in "iu" and np.size(x) and not holds(y.all()):
        raise InvalidArgumentError(
            "integer division by zero: the divisor has a 0. Mask the zeros first (tf.where, tf.maximum(y, 1)), "
            "or divide real numbers."
        )


@op("FloorDiv", BINARY, shape=rules.broadcasting, differentiable=False)
def floor_div(xp: Any, x: Any, y: Any) -> Any:
    """The quotient rounded down.

    Source  TF op FloorDiv, math_ops.cc
    """
    _refuse_zero(x, y)
    return xp.floor_divide(x, y) if x.dtype.kind in "iu" else xp.floor(xp.true_divide(x, y))


@op("FloorMod", BINARY, shape=rules.broadcasting)
def floor_mod(xp: Any, x: Any, y: Any) -> Any:
    """What is left of x after the division rounded down; it has the sign of y.

    Source  TF op FloorMod, math_ops.cc
    """
    _refuse_zero(x, y)
    return xp.remainder(x, y)


@floor_mod.gradient
def floor_mod_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = op.inputs
    return fit_gradients(b, op, dz, b.Mul(dz, b.Neg(b.FloorDiv(x, y))))


@op("TruncateDiv", BINARY, shape=rules.broadcasting, differentiable=False)
def truncate_div(xp: Any, x: Any, y: Any) -> Any:
    """The quotient rounded towards zero.

    Source  TF op TruncateDiv, math_ops.cc
    """
    _refuse_zero(x, y)
    if x.dtype.kind not in "iu":
        return xp.trunc(xp.true_divide(x, y))
    return xp.floor_divide(xp.subtract(x, xp.fmod(x, y)), y)  # the difference is a multiple of y


@op("TruncateMod", BINARY, shape=rules.broadcasting)
def truncate_mod(xp: Any, x: Any, y: Any) -> Any:
    """What is left of x after the division rounded towards zero; it has the sign of x.

    Source  TF op TruncateMod, math_ops.cc
    """
    _refuse_zero(x, y)
    return xp.fmod(x, y)


@op("Mod", BINARY, shape=rules.broadcasting)
def mod(xp: Any, x: Any, y: Any) -> Any:
    """TruncateMod under its first name.

    Source  TF op Mod, math_ops.cc
    """
    return truncate_mod(xp, x, y)


@truncate_mod.gradient
@mod.gradient
def truncate_mod_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = op.inputs
    return fit_gradients(b, op, dz, b.Mul(dz, b.Neg(b.TruncateDiv(x, y))))


@op("Div", BINARY, shape=rules.broadcasting)
def div(xp: Any, x: Any, y: Any) -> Any:
    """x / y; of integers rounded towards zero.

    Source  TF op Div, math_ops.cc
    """
    return truncate_div(xp, x, y) if x.dtype.kind in "iu" else xp.true_divide(x, y)


@div.gradient
def div_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = op.inputs
    return fit_gradients(b, op, b.RealDiv(dz, y), b.Mul(dz, b.RealDiv(b.RealDiv(b.Neg(x), y), y)))
