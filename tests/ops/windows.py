"""Which element lies under which tap of a window at which place, spelled out: the formulas of convolutions and pools.

SAME, VALID and EXPLICIT are as the documentation of tf.nn.convolution has them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any


def places_and_border(size: int, kernel: int, stride: int, dilation: int, padding: Any) -> tuple[int, int]:
    """How many places there are along an axis, and how much padding stands before it."""
    reach = (kernel - 1) * dilation + 1
    if padding == "SAME":
        places = math.ceil(size / stride)
        return places, max((places - 1) * stride + reach - size, 0) // 2
    before, after = (0, 0) if padding == "VALID" else padding
    return math.ceil((before + size + after - reach + 1) / stride), before


def along(size: int, kernel: int, stride: int, dilation: int, padding: Any) -> Iterator[tuple[int, int, int]]:
    """(place, tap, element) of all taps that lie inside, along one axis."""
    places, before = places_and_border(size, kernel, stride, dilation, padding)
    for place, tap in itertools.product(range(places), range(kernel)):
        element = place * stride + tap * dilation - before
        if 0 <= element < size:
            yield place, tap, element


def taps_inside(
    space: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: Any,
) -> Iterator[tuple[Any, Any, Any]]:
    """(place, tap, element) over several axes, each an index for an array with these axes; `padding` a word or one pair
    for each axis."""
    pads = [padding] * len(space) if isinstance(padding, str) else padding
    axes = [list(along(*axis)) for axis in zip(space, kernel, strides, dilations, pads, strict=True)]
    for steps in itertools.product(*axes):
        yield tuple(zip(*steps, strict=True))  # type: ignore[misc]


def count_places(
    space: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: Any,
) -> tuple[int, ...]:
    """The number of places along each axis."""
    pads = [padding] * len(space) if isinstance(padding, str) else padding
    axes = zip(space, kernel, strides, dilations, pads, strict=True)
    return tuple(places_and_border(*axis)[0] for axis in axes)
