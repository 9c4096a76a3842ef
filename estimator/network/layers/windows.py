"""What layers are told of a window that moves over space: its size, its steps, and where the channels are.

Sizes are as many whole numbers as there are axes of space, or one for all of them. Words may be in capitals. Each
function gives the argument as the layer keeps it, or raises one :class:`~estimator.core.errors.UsageError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from estimator.core.counts import whole_number
from estimator.core.errors import raise_problems
from estimator.core.registry import did_you_mean
from estimator.core.shapes import Dims, ShapeLike, TensorShape, as_dims, show

Sizes: TypeAlias = "int | Sequence[int]"

FORMATS = ("channels_last", "channels_first")
_SPACE = {1: "W", 2: "HW", 3: "DHW"}


def count(layer: str, argument: str, value: Any) -> int:
    """A whole number above 0.

    Raises
    ------
    ValueError
        If it is none.
    """
    number = whole_number(value)
    if number is None or number < 1:
        raise_problems(layer, [f"{argument} must be a whole number above 0; given: {value!r}."])
    return number or 1


def window_sizes(layer: str, argument: str, value: Any, rank: int) -> tuple[int, ...]:
    """A size for each axis of space.

    Raises
    ------
    ValueError
        If it is not one whole number above 0, or one for each axis.
    """
    values = list(value) if isinstance(value, (list, tuple, TensorShape)) else [value] * rank
    sizes = [whole_number(size) for size in values]
    if len(sizes) != rank or any(size is None or size < 1 for size in sizes):
        wanted = "a whole number above 0" + (f", or {rank} of them" if rank > 1 else "")
        raise_problems(layer, [f"{argument} must be {wanted}; given: {value!r}."])
    return tuple(size for size in sizes if size is not None)


def word(layer: str, argument: str, value: Any, known: Sequence[str]) -> str:
    """One of the words that are known, in small letters.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    given = value.lower() if isinstance(value, str) else value
    if given not in known:
        hint = did_you_mean(given, known) if isinstance(given, str) else ""
        raise_problems(
            layer, [f"{argument} must be {' or '.join(map(repr, known))}; given: {value!r}.{hint}"]
        )
    return str(given)


def data_format_of(layer: str, value: Any) -> str:
    """``channels_last``, which None means too, or ``channels_first``.

    Raises
    ------
    ValueError
        If it is neither.
    """
    return word(layer, "data_format", FORMATS[0] if value is None else value, FORMATS)


def is_channels_first(data_format: str) -> bool:
    """Whether the channels come before the axes of space."""
    return data_format == FORMATS[1]


def letters(data_format: str, rank: int) -> str:
    """How operations call the format: ``NHWC``, ``NCW``."""
    space = _SPACE[rank]
    return f"NC{space}" if is_channels_first(data_format) else f"N{space}C"


def with_batch_and_channels(
    sizes: Sequence[Any], data_format: str, batch: Any = 1, channels: Any = 1
) -> list[Any]:
    """Sizes of space as those of a whole tensor."""
    return [batch, channels, *sizes] if is_channels_first(data_format) else [batch, *sizes, channels]


def channels_of(layer: str, input_shape: ShapeLike, data_format: str) -> int:
    """The number of channels of an input.

    Raises
    ------
    ValueError
        If it is not known.
    """
    dims: Dims = as_dims(input_shape)
    axis = 1 if is_channels_first(data_format) else -1
    if dims is None or dims[axis] is None:
        raise ValueError(
            f"The channel dimension of the inputs to `{layer}` should be defined. Found `None`: the shape of the input "
            f"is {show(dims)}, and axis {axis} has the channels. Variables have their number: use set_shape."
        )
    size = dims[axis]
    assert size is not None
    return size
