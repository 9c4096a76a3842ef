"""Functions of the bits of integers, under TensorFlow's names: tf.bitwise.

Source: names and arguments of tf.bitwise.* in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph import build as b
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def bitwise_and(x: Value, y: Value, name: str | None = None) -> Tensor:
    """The bits that both x and y have, with broadcasting."""
    return b.BitwiseAnd(x, y, name=name)


def bitwise_or(x: Value, y: Value, name: str | None = None) -> Tensor:
    """The bits that x or y or both have, with broadcasting."""
    return b.BitwiseOr(x, y, name=name)


def bitwise_xor(x: Value, y: Value, name: str | None = None) -> Tensor:
    """The bits in which x and y differ, with broadcasting."""
    return b.BitwiseXor(x, y, name=name)


def invert(x: Value, name: str | None = None) -> Tensor:
    """All bits the other way; of signed integers -x - 1."""
    return b.Invert(x, name=name)


def left_shift(x: Value, y: Value, name: str | None = None) -> Tensor:
    """The bits of x moved y places up; a y outside of the number of bits is moved to its bounds."""
    return b.LeftShift(x, y, name=name)


def right_shift(x: Value, y: Value, name: str | None = None) -> Tensor:
    """The bits of x moved y places down, the sign kept; see :func:`left_shift`."""
    return b.RightShift(x, y, name=name)


near_keywords_of_functions(__name__)
