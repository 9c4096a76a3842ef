"""Element-wise calls of a plan, where numpy comes to the same bits sooner in another way.

A ufunc runs its loop at once if all its arrays have one shape and one type, or are scalars. Anything else needs an
iterator, which takes longer than the loop itself if the arrays are small: rows that are added to a matrix, a mask that
is multiplied with numbers, a single number that is added to in place. So rows are copied below one another first, masks
become numbers, and a constant whose numbers are all alike is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from estimator.runtime.buffers import Operand

_ARITHMETIC = (np.add, np.subtract, np.multiply, np.true_divide)
_COMPARISONS = (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)
_OF_BITS = (np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.logical_and, np.logical_or)
# Each number is the same however the loop goes over them. It need not be so elsewhere: the larger of 0.0 and -0.0 is
# either, as the processor's instructions for several numbers, or for one, have it.
EXACT = frozenset((*_ARITHMETIC, *_COMPARISONS, *_OF_BITS))

_SPREAD = 4096  # elements; with more, the copy of the rows takes as long as the iterator
_CONVERTED = 64 * 1024  # elements; with more, the iterator converts them as fast, block by block


class Memory(Protocol):
    """What a :class:`~estimator.runtime.writer.Writer` has for this."""

    def constant(self, value: np.ndarray[Any, Any]) -> Operand:
        """An array that the plan holds."""

    def scratch(self, like: Operand, dtype: Any = None) -> Operand:
        """Memory of the shape of `like` for this operation alone."""

    def static_view(self, operand: Operand, shape: tuple[int, ...]) -> Operand | None:
        """The same memory in another shape, if that costs the run nothing."""

    def copy(self, target: Operand, source: Operand) -> None:
        """Write a copy."""


def prepared(p: Memory, function: Any, arguments: Sequence[Any], out: Operand) -> list[Any]:
    """The arguments with which to call a ufunc of :data:`EXACT`; what they need has been written."""
    if out.dtype == object or not any(_fits(argument, out) for argument in arguments):
        return list(arguments)
    kind = out.dtype if function in _ARITHMETIC else None
    return [_prepared(p, argument, out, kind) for argument in arguments]


def changes_nothing(function: Any, arguments: Sequence[Any], out: Operand) -> bool:
    """Whether it would write a value over itself: a product in place with a constant that is 1, a quotient by it."""
    if function not in (np.multiply, np.true_divide):
        return False
    x, y = arguments
    pairs = ((x, y), (y, x)) if function is np.multiply else ((x, y),)
    return any(
        isinstance(own, Operand) and own.name == out.name and _is_one(other, own) for own, other in pairs
    )


def _is_one(other: Any, own: Operand) -> bool:
    if not isinstance(other, Operand) or other.value is None or other.dtype != own.dtype:
        return False
    return _is_one_number(other.value) and other.value.flat[0] == 1


def must_be_apart(arguments: Sequence[Any], out: Operand) -> bool:
    """Whether the result is better put somewhere else, and copied: numpy does so, but at a higher price."""
    # It takes a single number for a scalar, whose memory it never writes to while it reads it.
    return out.size == 1 and any(isinstance(word, Operand) and word.name == out.name for word in arguments)


def _fits(argument: Any, out: Operand) -> bool:
    return isinstance(argument, Operand) and argument.dims == out.dims


def _prepared(p: Memory, argument: Any, out: Operand, kind: np.dtype[Any] | None) -> Any:
    if not isinstance(argument, Operand) or argument.dims == ():
        return argument
    if argument.value is not None and _is_one_number(argument.value):
        one = argument.value[(slice(0, 1),) * argument.value.ndim]
        return p.constant(one.reshape(()))
    if argument.dims == out.dims:
        is_other = kind is not None and argument.dtype != kind and out.size <= _CONVERTED
        return _copied(p, argument, out, kind) if is_other else argument
    single = p.static_view(argument, ()) if argument.size == 1 else None
    if single is not None:
        return single
    return _copied(p, argument, out, argument.dtype) if out.size <= _SPREAD else argument


def _is_one_number(value: np.ndarray[Any, Any]) -> bool:
    """Whether all its elements have the same bits."""
    if not any(value.strides):
        return value.size > 0
    return value.size > 0 and value.tobytes() == value.ravel()[:1].tobytes() * value.size


def _copied(p: Memory, argument: Operand, out: Operand, kind: np.dtype[Any] | None) -> Operand:
    target = p.scratch(out, kind)
    p.copy(target, argument)
    return target
