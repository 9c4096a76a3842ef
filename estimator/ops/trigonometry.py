"""Circular and hyperbolic functions and their inverses (the hyperbolic tangent: see squashing).

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.ops._ufuncs import binary, unary


def _root(b: Any, x: Any) -> Any:
    """1 / √(1 - x²)."""
    return b.Rsqrt(b.Sub(1.0, b.Square(x)))


def _share(b: Any, y: Any, x: Any, dz: Any) -> Any:
    return b.RealDiv(dz, b.AddV2(b.Square(x), b.Square(y)))


# fmt: off
unary("Sin", np.sin, "The sine.", lambda b, x, y, dy: b.Mul(dy, b.Cos(x)))
unary("Cos", np.cos, "The cosine.", lambda b, x, y, dy: b.Mul(dy, b.Neg(b.Sin(x))))
unary("Tan", np.tan, "The tangent.", lambda b, x, y, dy: b.RealDiv(dy, b.Square(b.Cos(x))))
unary("Asin", np.arcsin, "The inverse of the sine.", lambda b, x, y, dy: b.Mul(dy, _root(b, x)))
unary("Acos", np.arccos, "The inverse of the cosine.", lambda b, x, y, dy: b.Neg(b.Mul(dy, _root(b, x))))
unary("Atan", np.arctan, "The inverse of the tangent.", lambda b, x, y, dy: b.RealDiv(dy, b.AddV2(b.Square(x), 1.0)))
unary("Sinh", np.sinh, "The hyperbolic sine.", lambda b, x, y, dy: b.Mul(dy, b.Cosh(x)))
unary("Cosh", np.cosh, "The hyperbolic cosine.", lambda b, x, y, dy: b.Mul(dy, b.Sinh(x)))
unary("Asinh", np.arcsinh, "The inverse of the hyperbolic sine.", lambda b, x, y, dy: b.RealDiv(dy, b.Cosh(y)))
unary("Acosh", np.arccosh, "The inverse of the hyperbolic cosine.", lambda b, x, y, dy: b.RealDiv(dy, b.Sinh(y)))
unary("Atanh", np.arctanh, "The inverse of the hyperbolic tangent.",
      lambda b, x, y, dy: b.RealDiv(dy, b.Sub(1.0, b.Square(x))))
binary("Atan2", np.arctan2, "The angle of the point (x, y).", signature="y: T, x: T -> z: T",
       gradient=lambda b, y, x, z, dz: (b.Mul(x, _share(b, y, x, dz)), b.Neg(b.Mul(y, _share(b, y, x, dz)))))
# fmt: on
