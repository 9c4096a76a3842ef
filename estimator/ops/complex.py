"""Complex numbers and their parts.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType, complex64, float32
from estimator.graph import rules
from estimator.graph.broadcasting import fit_gradients
from estimator.graph.op import op

_PART = {"T": complex64, "Tout": float32}
PART = "input: T -> output: Tout"


@op(
    "Complex",
    "real: T, imag: T -> out: Tout",
    attrs={"T": float32, "Tout": complex64},
    shape=rules.broadcasting,
)
def complex_(xp: Any, real: Any, imag: Any, Tout: DType) -> Any:
    """The complex numbers of these parts.

    Source  TF op Complex, math_ops.cc
    """
    real, imag = xp.broadcast_arrays(real, imag)
    number = xp.empty(real.shape, Tout.np)
    number.real, number.imag = real, imag  # not real + 1j imag, which is no number where imag is infinite
    return number


@complex_.gradient
def complex_gradient(b: Any, op: Any, dy: Any) -> Any:
    kind = op.attrs["T"]
    return fit_gradients(b, op, b.Real(dy, Tout=kind), b.Imag(dy, Tout=kind))


@op("Real", PART, attrs=_PART, shape=rules.like_first)
def real(xp: Any, input: Any, Tout: DType) -> Any:
    """The real parts.

    Source  TF op Real, math_ops.cc
    """
    return xp.real(input).astype(Tout.np)


@real.gradient
def real_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Complex(dy, b.ZerosLike(dy), Tout=op.attrs["T"])


@op("Imag", PART, attrs=_PART, shape=rules.like_first)
def imag(xp: Any, input: Any, Tout: DType) -> Any:
    """The imaginary parts.

    Source  TF op Imag, math_ops.cc
    """
    return xp.imag(input).astype(Tout.np)


@imag.gradient
def imag_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Complex(b.ZerosLike(dy), dy, Tout=op.attrs["T"])


@op("Conj", "input: T -> output: T", attrs={"T": complex64}, shape=rules.like_first, ufunc=np.conjugate)
def conj(xp: Any, input: Any) -> Any:
    """The numbers with their imaginary parts the other way.

    Source  TF op Conj, math_ops.cc
    """
    return xp.conjugate(input)


@conj.gradient
def conj_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Conj(dy)


@op("ComplexAbs", "x: T -> y: Tout", attrs=_PART, shape=rules.like_first)
def complex_abs(xp: Any, x: Any, Tout: DType) -> Any:
    """The lengths of complex numbers.

    Source  TF op ComplexAbs, math_ops.cc
    """
    return xp.abs(x).astype(Tout.np)


@complex_abs.gradient
def complex_abs_gradient(b: Any, op: Any, dy: Any) -> Any:
    """dy in the direction of x; 0 at 0, which has none."""
    scale = b.DivNoNan(dy, op.outputs[0])
    return b.Mul(b.Complex(scale, b.ZerosLike(scale), Tout=op.attrs["T"]), op.inputs[0])


@op("Angle", PART, attrs=_PART, shape=rules.like_first)
def angle(xp: Any, input: Any, Tout: DType) -> Any:
    """The angles of complex numbers, in radians.

    Source  TF op Angle, math_ops.cc
    """
    return xp.angle(input).astype(Tout.np)


@angle.gradient
def angle_gradient(b: Any, op: Any, dy: Any) -> Any:
    """dy at right angles to x, shorter the longer x is."""
    x = op.inputs[0]
    turned = b.Complex(b.Neg(b.Imag(x, Tout=dy.dtype)), b.Real(x, Tout=dy.dtype), Tout=x.dtype)
    flow = b.Complex(dy, b.ZerosLike(dy), Tout=x.dtype)
    return b.RealDiv(b.Mul(flow, turned), b.Mul(x, b.Conj(x)))
