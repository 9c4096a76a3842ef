"""The numbers that texts say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, float32
from estimator.core.errors import InvalidArgumentError
from estimator.graph import rules
from estimator.graph.op import op
from estimator.ops._numerals import float_of, integer_of, singles
from estimator.ops._texts import each


@op(
    "StringToNumber",
    "string_tensor: string -> output: out_type",
    attrs={"out_type": float32},
    shape=rules.like_first,
    host=True,
    differentiable=False,
)
def string_to_number(xp: Any, string_tensor: Any, out_type: DType) -> Any:
    """The numbers that texts say.

    Raises  InvalidArgumentError if a text says none, with its position.
    Source  TF op StringToNumber, string_ops.cc
    """
    read = float_of if out_type.is_floating else integer_of(out_type)
    try:
        numbers = each(read, string_tensor, np.float64 if out_type is float32 else out_type.np)
    except ValueError:
        raise InvalidArgumentError(_no_number(string_tensor, read, out_type)) from None
    if out_type is not float32:
        return numbers
    return singles(numbers.reshape(-1), string_tensor.reshape(-1)).reshape(numbers.shape)


def _no_number(texts: Any, read: Callable[[bytes], Any], dtype: DType) -> str:
    """What is wrong with the first text that says no number."""
    for index, text in np.ndenumerate(texts):
        try:
            read(text)
        except ValueError:
            where = f"{text!r} at index {list(index)} is no {dtype.name}"
            return f"StringToNumberOp could not correctly convert string: {where}."
    raise AssertionError("every text says a number.")
