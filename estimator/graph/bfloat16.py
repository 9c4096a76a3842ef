"""Computing with bfloat16, which numpy does not have: by float32, rounded after each operation.

A tensor of bfloat16 is kept as its bits, in ``uint16``. What only moves or stores it goes by the bits; a kernel that
computes is given the numbers as float32, and what it gives is rounded, as TensorFlow's kernels for processors do.

>>> to_bits(np.float32([1.0, 1.00390625]))
array([16256, 16256], dtype=uint16)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core.dtypes import bfloat16, float32

if TYPE_CHECKING:
    from estimator.graph.tensor import Operation

Array = np.ndarray[Any, Any]

_BY_BITS = ("AssignVariableOp", "Bitcast", "Cast", "Const")  # besides what reads, and gives another shape


def from_bits(bits: Any) -> Array:
    """The numbers, as float32, of which bfloat16 has the upper half."""
    return np.left_shift(np.asarray(bits).astype(np.uint32), np.uint32(16)).view(np.float32)


def to_bits(numbers: Any) -> Array:
    """The numbers as bfloat16, rounded to the nearest, halves to the even."""
    single = np.asarray(numbers, np.float32)
    bits = single.view(np.uint32)
    even = np.bitwise_and(np.right_shift(bits, np.uint32(16)), np.uint32(1))
    with np.errstate(over="ignore"):  # of the bits of NaN alone
        rounded = np.right_shift(bits + np.uint32(0x7FFF) + even, np.uint32(16)).astype(np.uint16)
    return np.where(np.isnan(single), np.uint16(0x7FC0), rounded)


def computes_in_bfloat16(op: Operation) -> bool:
    """Whether the kernel of an operation is given numbers instead of bits, or gives them."""
    if not any(value is bfloat16 for value in op.attrs.values()):
        return False
    definition = op.definition
    if definition.exchanges:
        return True
    if definition.view or op.bodies or op.type in _BY_BITS or (definition.host and op.type != "AsString"):
        return False
    return definition.effect in ("pure", "random") or bool(definition.updates or definition.writes_rows)


def kernel_of(op: Operation) -> Callable[..., Any]:
    """What computes the operation: the kernel of its op, or one that calls it with float32 for bfloat16."""
    kernel: Any = op.definition.kernel
    if not computes_in_bfloat16(op):
        return kernel

    def rounding(xp: Any, *arguments: Any, **keywords: Any) -> Any:
        attrs = {name: float32 if value is bfloat16 else value for name, value in keywords.items()}
        numbers = [
            _numbers(group, value) for group, value in zip(op.grouped_inputs(), arguments, strict=True)
        ]
        results = kernel(xp, *numbers, **attrs)
        for arg, array, changed in zip(op.definition.inputs, arguments, numbers, strict=True):
            if arg.name in op.definition.writes_rows and changed is not array:
                array[...] = to_bits(changed)
        return _rounded(op, arguments, results)

    return rounding


def _numbers(group: Any, value: Any) -> Any:
    """An argument of a kernel with numbers for bits: an array, several, the rows of a variable, or its storage."""
    if isinstance(group, list):
        return [_numbers(tensor, item) for tensor, item in zip(group, value, strict=True)]
    if group.dtype is bfloat16:
        return from_bits(value)
    if getattr(group.dtype, "name", "") != "resource":
        return value
    if isinstance(value, np.ndarray):
        return from_bits(value) if value.dtype == np.uint16 else value
    array = getattr(value, "value", None)
    return SimpleNamespace(value=from_bits(array)) if getattr(array, "dtype", None) == np.uint16 else value


def _rounded(op: Operation, arguments: Sequence[Any], results: Any) -> Any:
    """What a kernel gave, with bits for numbers where bfloat16 is declared."""
    places = op.definition.written_places
    are_bits = (
        [arguments[place].value.dtype == np.uint16 for place in places]
        if op.definition.updates
        else [tensor.dtype is bfloat16 for tensor in op.outputs]
    )
    if not isinstance(results, (list, tuple)):
        return to_bits(results) if are_bits and are_bits[0] else results
    return [to_bits(value) if is_bits else value for value, is_bits in zip(results, are_bits, strict=True)]
