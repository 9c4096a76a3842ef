"""Complex numbers and their parts under TensorFlow's names.

Source: names and arguments of tf.math.{real, imag, conj, angle} and tf.complex in TensorFlow 1.15.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.dtypes import complex64, complex128, float32, float64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, tensor_of, tensors_of
from estimator.functions.arrays import ones_like, zeros_like
from estimator.graph import build as b
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def complex(real: Value, imag: Value, name: str | None = None) -> Tensor:
    """The complex numbers of these real and imaginary parts: complex64 of float32, complex128 of float64.

    Raises
    ------
    TypeError
        If the parts are of two types, or of another than these.
    """
    with function_scope(name, "Complex", real, imag) as (_, scope):
        left, right = tensors_of(real=real, imag=imag)
        kinds = {float32: complex64, float64: complex128}
        if left.dtype not in kinds:
            raise TypeError(
                f"the parts of a complex number are float32 or float64, given: {left.dtype.name}; use tf.cast."
            )
        return b.Complex(left, right, Tout=kinds[left.dtype], name=scope)


def real(input: Value, name: str | None = None) -> Tensor:
    """The real parts; real numbers themselves.

    Raises
    ------
    TypeError
        If the input holds no numbers.
    """
    with function_scope(name, "Real", input) as (_, scope):
        x = _numbers(tensor_of(input, name="input"), "real")
        return b.Real(x, Tout=x.dtype.real_dtype, name=scope) if x.dtype.is_complex else x


def _numbers(x: Tensor, function: str) -> Tensor:
    if x.dtype.is_complex or x.dtype.is_floating or x.dtype.is_integer:
        return x
    raise TypeError(f"{function} is of numbers, given: {x.dtype.name}.")


def imag(input: Value, name: str | None = None) -> Tensor:
    """The imaginary parts; 0 for real numbers."""
    with function_scope(name, "Imag", input) as (_, scope):
        x = tensor_of(input, name="input")
        return b.Imag(x, Tout=x.dtype.real_dtype, name=scope) if x.dtype.is_complex else zeros_like(x)


def angle(input: Value, name: str | None = None) -> Tensor:
    """The angles in the complex plane, in radians; π for real numbers below 0, else 0."""
    with function_scope(name, "Angle", input) as (_, scope):
        x = tensor_of(input, name="input")
        if x.dtype.is_complex:
            return b.Angle(x, Tout=x.dtype.real_dtype, name=scope)
        return b.Select(b.Less(x, 0), math.pi * ones_like(x), zeros_like(x))


def conj(x: Value, name: str | None = None) -> Tensor:
    """The complex conjugates; numbers that are not complex themselves.

    Raises
    ------
    TypeError
        If x holds no numbers.
    """
    with function_scope(name, "Conj", x) as (_, scope):
        tensor = _numbers(tensor_of(x, name="x"), "conj")
        return b.Conj(tensor, name=scope) if tensor.dtype.is_complex else tensor


near_keywords_of_functions(__name__)
