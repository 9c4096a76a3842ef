"""Arithmetic and element-wise functions of tensors under TensorFlow's names.

``add(x, y)`` and its kind put one operation into the graph; operands may be tensors, variables or
Python values, and shapes broadcast. Beside this file: comparisons and ``where`` in logic, sums over
axes in reductions, ``matmul`` in linalg, norms and bounds in clipping.

Source: names and arguments of tf.* and tf.math.* in TensorFlow 1.15.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core import dtypes
from estimator.core.dtypes import DTypeLike, as_dtype
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, tensor_of, tensors_of
from estimator.graph import build as b
from estimator.graph.composite import Composite
from estimator.graph.graph import dtype_of
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def _of_entries(function: Callable[[Value, str | None], Tensor]) -> Callable[..., Any]:
    """The function, which of a SparseTensor is that of its values: such as are 0 at 0."""

    @functools.wraps(function)
    def applied(x: Value, name: str | None = None) -> Any:
        return x.with_values(function(x.values, name)) if isinstance(x, SparseTensor) else function(x, name)

    return applied


def add(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x + y; texts are joined."""
    op = b.Add if _is_text(x) or _is_text(y) else b.AddV2  # AddV2 is of numbers alone
    return op(x, y, name=name or "Add")


def _is_text(value: Value) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and _is_text(value[0])
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "OSU"
    return isinstance(value, (str, bytes)) or dtype_of(value) is dtypes.string


def subtract(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x - y, element by element, with broadcasting."""
    return b.Sub(x, y, name=name)


def multiply(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x * y, element by element, with broadcasting."""
    return b.Mul(x, y, name=name)


def scalar_mul(scalar: Value, x: Value, name: str | None = None) -> Any:
    """x times one number; of IndexedSlices, such as the gradient of a lookup, the values.

    Raises
    ------
    ValueError
        If `scalar` is not a scalar.
    """
    if isinstance(x, Composite):
        return x.with_values(scalar_mul(scalar, x.values, name))
    tensor = tensor_of(x)
    factor = tensor_of(scalar, tensor.dtype, "scalar")
    if factor.dims:
        raise ValueError(f"The input scalar must be a 0-D value. Received shape {factor.shape}.")
    return b.Mul(factor, tensor, name=name)


def floordiv(x: Value, y: Value, name: str | None = None) -> Tensor:
    """The quotient rounded down."""
    return b.FloorDiv(x, y, name=name or "floordiv")


def floormod(x: Value, y: Value, name: str | None = None) -> Tensor:
    """What is left after the division rounded down; it has the sign of y."""
    return b.FloorMod(x, y, name=name)


def truncatediv(x: Value, y: Value, name: str | None = None) -> Tensor:
    """The quotient rounded towards zero."""
    return b.TruncateDiv(x, y, name=name)


def truncatemod(x: Value, y: Value, name: str | None = None) -> Tensor:
    """What is left after the division rounded towards zero; it has the sign of x."""
    return b.TruncateMod(x, y, name=name)


def pow(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x to the power y."""
    return b.Pow(x, y, name=name)


def maximum(x: Value, y: Value, name: str | None = None) -> Tensor:
    """The greater of x and y."""
    return b.Maximum(x, y, name=name)


def minimum(x: Value, y: Value, name: str | None = None) -> Tensor:
    """The smaller of x and y."""
    return b.Minimum(x, y, name=name)


def squared_difference(x: Value, y: Value, name: str | None = None) -> Tensor:
    """(x - y)², element by element, with broadcasting."""
    return b.SquaredDifference(x, y, name=name)


def divide_no_nan(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x / y, and 0 where y is 0; integers are converted as by :func:`truediv`."""
    return _real_quotient(b.DivNoNan, "div_no_nan", x, y, name)


def multiply_no_nan(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x y, and 0 where y is 0 whatever x is."""
    return b.MulNoNan(x, y, name=name or "multiply_no_nan")


def truediv(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x / y; integers are made float64 first (those of 8 and 16 bits float32).

    Raises
    ------
    TypeError
        If the operands have different types.
    """
    return _real_quotient(b.RealDiv, "truediv", x, y, name)


def _real_quotient(op: Any, label: str, x: Value, y: Value, name: str | None) -> Tensor:
    with function_scope(name, label, x, y) as (graph, scope):
        left, right = tensors_of(x=x, y=y)
        if left.dtype.is_integer:
            wide = dtypes.float32 if left.dtype.size <= 2 else dtypes.float64
            left, right = graph.cast(left, wide), graph.cast(right, wide)
        return op(left, right, name=scope)


def realdiv(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x / y of real numbers; integers are not converted."""
    return b.RealDiv(x, y, name=name)


def divide(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x / y as Python 3 has it: real numbers, also of integers."""
    return truediv(x, y, name)


def div(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x / y as Python 2 had it: of integers rounded down."""
    left = tensor_of(x, name="x")
    if left.dtype.is_integer:
        return floordiv(left, y, name or "div")
    return b.RealDiv(left, y, name=name or "div")


def add_n(inputs: Any, name: str | None = None) -> Tensor:
    """The sum of tensors of one shape and type.

    Raises
    ------
    ValueError
        If there is nothing to add.
    """
    items = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    if not items:
        raise ValueError("add_n() needs at least one tensor, given: an empty list.")
    if len(items) == 1 and name is None:
        return tensor_of(items[0])
    return b.AddN(items, name=name)


def accumulate_n(
    inputs: Any, shape: Any = None, tensor_dtype: DTypeLike | None = None, name: str | None = None
) -> Tensor:
    """The sum of tensors: :func:`add_n`, told what they are.

    Parameters
    ----------
    inputs : list of Tensor
    shape : TensorShape or list of int, optional
        Their shape.
    tensor_dtype : DType, optional
        Their type.
    name : str, optional

    Raises
    ------
    ValueError
        If there is nothing to add, or one has another `shape`.
    TypeError
        If they are not of `tensor_dtype`.
    """
    total = add_n(inputs, name)
    if tensor_dtype is not None and total.dtype is not as_dtype(tensor_dtype):
        raise TypeError(
            f"tensor_dtype is {as_dtype(tensor_dtype).name}, but the inputs are {total.dtype.name}."
        )
    if shape is not None:
        total.set_shape(shape)
    return total


mod = floormod


@_of_entries
def negative(x: Value, name: str | None = None) -> Tensor:
    """-x, element by element."""
    return b.Neg(x, name=name)


@_of_entries
def abs(x: Value, name: str | None = None) -> Tensor:
    """The absolute value of x, element by element; of a complex number its length."""
    with function_scope(name, "Abs", x) as (_, scope):
        tensor = tensor_of(x, name="x")
        if tensor.dtype.is_complex:
            return b.ComplexAbs(tensor, Tout=tensor.dtype.real_dtype, name=scope)
        return b.Abs(tensor, name=scope)


@_of_entries
def sign(x: Value, name: str | None = None) -> Tensor:
    """-1, 0 or 1; of a complex number that of length 1 in its direction."""
    tensor = tensor_of(x, name="x")
    if not tensor.dtype.is_complex:
        return b.Sign(tensor, name=name)
    return b.DivNoNan(tensor, b.Cast(abs(tensor), DstT=tensor.dtype), name=name or "sign")


@_of_entries
def square(x: Value, name: str | None = None) -> Tensor:
    """x², element by element."""
    return b.Square(x, name=name)


@_of_entries
def sqrt(x: Value, name: str | None = None) -> Tensor:
    """The square root of x, element by element; NaN below 0."""
    return b.Sqrt(x, name=name)


def rsqrt(x: Value, name: str | None = None) -> Tensor:
    """1 / √x, element by element; infinite at 0."""
    return b.Rsqrt(x, name=name)


def reciprocal(x: Value, name: str | None = None) -> Tensor:
    """1 / x, element by element."""
    return b.Reciprocal(x, name=name)


def exp(x: Value, name: str | None = None) -> Tensor:
    """e to the power x."""
    return b.Exp(x, name=name)


def expm1(x: Value, name: str | None = None) -> Tensor:
    """e to the power x, minus 1, exact near 0."""
    return b.Expm1(x, name=name)


def log(x: Value, name: str | None = None) -> Tensor:
    """The natural logarithm of x, element by element; -inf at 0, NaN below."""
    return b.Log(x, name=name)


def log1p(x: Value, name: str | None = None) -> Tensor:
    """The logarithm of 1 + x, exact near 0."""
    return b.Log1p(x, name=name)


def sin(x: Value, name: str | None = None) -> Tensor:
    """The sine of x in radians, element by element."""
    return b.Sin(x, name=name)


def cos(x: Value, name: str | None = None) -> Tensor:
    """The cosine of x in radians, element by element."""
    return b.Cos(x, name=name)


def tan(x: Value, name: str | None = None) -> Tensor:
    """The tangent of x in radians, element by element."""
    return b.Tan(x, name=name)


def asin(x: Value, name: str | None = None) -> Tensor:
    """The inverse of the sine."""
    return b.Asin(x, name=name)


def acos(x: Value, name: str | None = None) -> Tensor:
    """The inverse of the cosine."""
    return b.Acos(x, name=name)


def atan(x: Value, name: str | None = None) -> Tensor:
    """The inverse of the tangent."""
    return b.Atan(x, name=name)


def sinh(x: Value, name: str | None = None) -> Tensor:
    """The hyperbolic sine of x, element by element."""
    return b.Sinh(x, name=name)


def cosh(x: Value, name: str | None = None) -> Tensor:
    """The hyperbolic cosine of x, element by element."""
    return b.Cosh(x, name=name)


def asinh(x: Value, name: str | None = None) -> Tensor:
    """The inverse of the hyperbolic sine."""
    return b.Asinh(x, name=name)


def acosh(x: Value, name: str | None = None) -> Tensor:
    """The inverse of the hyperbolic cosine."""
    return b.Acosh(x, name=name)


def atanh(x: Value, name: str | None = None) -> Tensor:
    """The inverse of the hyperbolic tangent."""
    return b.Atanh(x, name=name)


@_of_entries
def tanh(x: Value, name: str | None = None) -> Tensor:
    """The hyperbolic tangent of x, element by element; it lies in (-1, 1)."""
    return b.Tanh(x, name=name)


def sigmoid(x: Value, name: str | None = None) -> Tensor:
    """1 / (1 + e^-x)."""
    return b.Sigmoid(x, name=name)


@_of_entries
def erf(x: Value, name: str | None = None) -> Tensor:
    """The error function of x, 2/√π ∫₀ˣ exp(-t²) dt, element by element."""
    return b.Erf(x, name=name)


def erfc(x: Value, name: str | None = None) -> Tensor:
    """1 - erf(x), also where that is tiny."""
    return b.Erfc(x, name=name)


def floor(x: Value, name: str | None = None) -> Tensor:
    """The greatest whole number that is not greater."""
    return b.Floor(x, name=name)


def ceil(x: Value, name: str | None = None) -> Tensor:
    """The least whole number that is not less."""
    return b.Ceil(x, name=name)


def rint(x: Value, name: str | None = None) -> Tensor:
    """The nearest whole number; halves go to the even one."""
    return b.Rint(x, name=name)


def round(x: Value, name: str | None = None) -> Tensor:
    """The nearest whole number; halves go to the even one, and integers stay as they are."""
    tensor = tensor_of(x, name="x")
    return tensor if tensor.dtype.is_integer else b.Round(tensor, name=name)


def atan2(y: Value, x: Value, name: str | None = None) -> Tensor:
    """The angle of the point (x, y)."""
    return b.Atan2(y, x, name=name)


def log_sigmoid(x: Value, name: str | None = None) -> Tensor:
    """log(1 / (1 + e^-x)), exact for large arguments."""
    with function_scope(name, "LogSigmoid", x) as (_, scope):
        return b.Neg(b.Softplus(b.Neg(x)), name=scope)


# -- types -------------------------------------------------------------------------------------------


def cast(x: Value, dtype: DTypeLike, name: str | None = None) -> Any:
    """x in another type; x itself if it has that type. Of IndexedSlices and a SparseTensor the values are cast."""
    target = as_dtype(dtype)
    if isinstance(x, (Tensor, Composite)) and x.dtype is target:
        return x
    if isinstance(x, Composite):
        with function_scope(name, "Cast", *x.tensors) as (_, scope):
            return x.with_values(cast(x.values, target, scope))
    with function_scope(name, "Cast", x) as (_, scope):
        tensor = tensor_of(x, name="x")
        return tensor if tensor.dtype is target else b.Cast(tensor, DstT=target, name=scope)


def saturate_cast(value: Value, dtype: DTypeLike, name: str | None = None) -> Tensor:
    """value in another type, with what lies outside its range moved to its bounds."""
    target = as_dtype(dtype)
    with function_scope(name, "saturate_cast", value) as (_, scope):
        tensor = tensor_of(value, name="value")
        if tensor.dtype.min < target.min:
            tensor = maximum(tensor, target.min)
        if tensor.dtype.max > target.max:
            tensor = minimum(tensor, target.max)
        return cast(tensor, target, scope)


def to_float(x: Value, name: str = "ToFloat") -> Any:
    """x converted to float32."""
    return cast(x, dtypes.float32, name)


def to_double(x: Value, name: str = "ToDouble") -> Any:
    """x converted to float64."""
    return cast(x, dtypes.float64, name)


def to_int32(x: Value, name: str = "ToInt32") -> Any:
    """x converted to int32, cut towards 0."""
    return cast(x, dtypes.int32, name)


def to_int64(x: Value, name: str = "ToInt64") -> Any:
    """x converted to int64, cut towards 0."""
    return cast(x, dtypes.int64, name)


def to_bfloat16(x: Value, name: str = "ToBFloat16") -> Any:
    """x converted to bfloat16, rounded."""
    return cast(x, dtypes.bfloat16, name)


def to_complex64(x: Value, name: str = "ToComplex64") -> Any:
    """x converted to complex64."""
    return cast(x, dtypes.complex64, name)


def to_complex128(x: Value, name: str = "ToComplex128") -> Any:
    """x converted to complex128."""
    return cast(x, dtypes.complex128, name)


near_keywords_of_functions(__name__)
