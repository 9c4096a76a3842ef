"""Special functions under TensorFlow's names: gamma and its kin, Bessel's, inverses of the error function.

All are computed in double precision, element by element, with broadcasting.

Source: names and arguments of tf.math.* in TensorFlow 1.15.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import compatible
from estimator.functions.arguments import function_scope, tensor_of, tensors_of
from estimator.functions.arrays import broadcast_to, shape
from estimator.functions.rearranging import broadcast_dynamic_shape
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def lgamma(x: Value, name: str | None = None) -> Tensor:
    """log |Γ(x)|; infinite at 0, -1, -2, ..."""
    return b.Lgamma(x, name=name)


def digamma(x: Value, name: str | None = None) -> Tensor:
    """The derivative of log Γ(x)."""
    return b.Digamma(x, name=name)


def polygamma(a: Value, x: Value, name: str | None = None) -> Tensor:
    """The derivative of order a of :func:`digamma`; not a number where a is no whole number."""
    return b.Polygamma(a, x, name=name)


def zeta(x: Value, q: Value, name: str | None = None) -> Tensor:
    """Hurwitz's zeta function, Σ (q + n)^-x over n = 0, 1, ...; not a number for x < 1."""
    return b.Zeta(x, q, name=name)


def igamma(a: Value, x: Value, name: str | None = None) -> Tensor:
    """P(a, x): the integral of t^(a - 1) e^-t from 0 to x, divided by Γ(a)."""
    return b.Igamma(a, x, name=name)


def igammac(a: Value, x: Value, name: str | None = None) -> Tensor:
    """Q(a, x) = 1 - P(a, x), also where that is tiny."""
    return b.Igammac(a, x, name=name)


def betainc(a: Value, b: Value, x: Value, name: str | None = None) -> Tensor:
    """The integral of t^(a - 1) (1 - t)^(b - 1) from 0 to x, divided by that to 1; gradients flow to x alone."""
    return build_betainc(*_of_one_shape(a, b, x), name=name)


build_betainc = b.Betainc  # whose second argument is called b


def _of_one_shape(*values: Value) -> Sequence[Value]:
    """The values, broadcast if their shapes are known to differ: TensorFlow's op takes one shape, and scalars."""
    shapes = [value.dims if hasattr(value, "dims") else np.shape(value) for value in values]
    sized = [dims for dims in shapes if dims != ()]
    if all(compatible(left, right) for left, right in itertools.combinations(sized, 2)):
        return values
    whole = functools.reduce(broadcast_dynamic_shape, [shape(value) for value in values])
    return [broadcast_to(value, whole) for value in values]


def lbeta(x: Value, name: str | None = None) -> Tensor:
    """log |B(x)| = Σ log Γ(x) - log Γ(Σ x) over the last axis."""
    with function_scope(name, "lbeta", x):
        tensor = tensor_of(x, name="x")
        return reduce_sum(lgamma(tensor), -1) - lgamma(reduce_sum(tensor, -1))


def bessel_i0(x: Value, name: str | None = None) -> Tensor:
    """The modified Bessel function of the first kind of order 0."""
    with function_scope(name, "bessel_i0", x):
        return b.BesselI0(x)


def bessel_i0e(x: Value, name: str | None = None) -> Tensor:
    """:func:`bessel_i0` times e^-|x|, which stays small."""
    with function_scope(name, "bessel_i0e", x):
        return b.BesselI0e(x)


def bessel_i1(x: Value, name: str | None = None) -> Tensor:
    """The modified Bessel function of the first kind of order 1."""
    with function_scope(name, "bessel_i1", x):
        return b.BesselI1(x)


def bessel_i1e(x: Value, name: str | None = None) -> Tensor:
    """:func:`bessel_i1` times e^-|x|, which stays small."""
    with function_scope(name, "bessel_i1e", x):
        return b.BesselI1e(x)


def erfinv(x: Value, name: str | None = None) -> Tensor:
    """The number whose error function is x; infinite at -1 and 1."""
    with function_scope(name, "erfinv", x):
        return b.Erfinv(x)


def ndtri(x: Value, name: str | None = None) -> Tensor:
    """The number below which the part x of the standard normal distribution lies."""
    with function_scope(name, "ndtri", x):
        return b.Ndtri(x)


def erfcinv(x: Value, name: str | None = None) -> Tensor:
    """The number y with 1 - erf(y) = x."""
    with function_scope(name, "erfcinv", x):
        return -b.Ndtri(0.5 * tensor_of(x, name="start")) * 0.5**0.5


def xlogy(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x log(y), and 0 where x is 0, whatever y is."""
    return b.Xlogy(x, y, name=name)


def xlog1py(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x log(1 + y), and 0 where x is 0, whatever y is."""
    with function_scope(name, "xlog1py", x):
        return b.Xlog1py(*tensors_of(x=x, y=y))


def xdivy(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x / y, and 0 where x is 0, whatever y is."""
    with function_scope(name, "xdivy", x):
        return b.Xdivy(*tensors_of(x=x, y=y))


def nextafter(x1: Value, x2: Value, name: str | None = None) -> Tensor:
    """The next number after x1 in the direction of x2."""
    return b.NextAfter(x1, x2, name=name)


def reciprocal_no_nan(x: Value, name: str | None = None) -> Tensor:
    """1 / x, and 0 where x is 0."""
    with function_scope(name, "reciprocal_no_nan", x) as (graph, scope):
        tensor = tensor_of(x, name="x")
        return b.DivNoNan(graph.constant(1, tensor.dtype, "one"), tensor, name=scope)


def polyval(coeffs: Any, x: Value, name: str | None = None) -> Tensor:
    """The polynomial of x with these coefficients, that of the highest power first, by Horner's rule.

    Raises
    ------
    TypeError
        If `coeffs` is no list.
    """
    if not isinstance(coeffs, (list, tuple)):
        raise TypeError(f"coeffs must be a list, given: {coeffs!r}; use tf.unstack(coeffs).")
    with function_scope(name, "polyval", x, *coeffs) as (_, scope):
        tensor = tensor_of(x, name="x")
        if not coeffs:
            return b.ZerosLike(tensor, name=scope)
        numbers = [tensor_of(number, tensor.dtype, f"coeff{place}") for place, number in enumerate(coeffs)]
        value = numbers[0]
        for number in numbers[1:]:
            value = number + value * tensor
        return value


near_keywords_of_functions(__name__)
