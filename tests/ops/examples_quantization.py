"""Examples of ops/quantization.py: the numbers there are, and the nearest of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, f32

X = f32([[-7.0, -1.3, 0.0, 0.004], [0.26, 2.5, 5.99, 9.0]])
DY = f32([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
LOW, HIGH = f32(-1.0, -2.0, 0.0, 0.0), f32(3.0, 4.0, 0.0, 5.0)


def grid(low: float, high: float, bits: int = 8, narrow: bool = False) -> Any:
    """All numbers there are, in double precision: as many as the bits can say, 0 among them."""
    if low == high == 0:
        return np.zeros(1)
    first, last = int(narrow), 2**bits - 1
    step = (high - low) / (last - first)
    zero = np.clip(np.floor(first - low / step + 0.5), first, last)
    return (np.arange(first, last + 1) - zero) * step


def nearest(x: Any, numbers: Any) -> Any:
    """The nearest of the numbers to each."""
    return numbers[np.abs(x[..., None].astype(float) - numbers).argmin(-1)].astype(np.float32)


def by_channel(x: Any, low: Any, high: Any) -> Any:
    """The nearest number to each, of those that its channel has."""
    columns = [
        nearest(x[:, place], grid(*limits)) for place, limits in enumerate(zip(low, high, strict=True))
    ]
    return np.stack(columns, 1)


def parts(dy: Any, x: Any, numbers: Any) -> Any:
    """What of the gradients goes to the inputs, to the lower and to the upper limit."""
    below, above = x < numbers[0] - 1e-7, x > numbers[-1] + 1e-7
    if len(numbers) == 1:
        below = above = np.zeros_like(below)
    return np.where(below | above, 0, dy), np.where(below, dy, 0).sum(0), np.where(above, dy, 0).sum(0)


def parts_by_channel(dy: Any, x: Any, low: Any, high: Any) -> Any:
    """The same for each channel."""
    found = [parts(dy[:, place], x[:, place], grid(low[place], high[place])) for place in range(len(low))]
    inputs, lows, highs = zip(*found, strict=True)
    return np.stack(inputs, 1), np.array(lows, np.float32), np.array(highs, np.float32)


def all_parts(dy: Any, x: Any, low: Any, high: Any) -> Any:
    """The same for limits of all."""
    inputs, lowest, highest = parts(dy.ravel(), x.ravel(), grid(float(low), float(high)))
    return inputs.reshape(x.shape), np.float32(lowest), np.float32(highest)


EXAMPLES = [
    Example("FakeQuantWithMinMaxArgs", [X], lambda x: nearest(x, grid(-6, 6)), gradients=()),
    Example(
        "FakeQuantWithMinMaxArgs",
        [X],
        lambda x: nearest(x, grid(-0.9, 2.1, 3, True)),
        attrs={"min": -0.9, "max": 2.1, "num_bits": 3, "narrow_range": True},
        gradients=(),
        note="few",
    ),
    Example(
        "FakeQuantWithMinMaxArgs",
        [X],
        lambda x: nearest(x, grid(1.0, 3.0, 4)),
        attrs={"min": 1.0, "max": 3.0, "num_bits": 4},
        gradients=(),
        note="above 0",
    ),
    Example(
        "FakeQuantWithMinMaxArgsGradient",
        [DY, X],
        lambda dy, x: parts(dy.ravel(), x.ravel(), grid(-6, 6))[0].reshape(x.shape),
    ),
    Example(
        "FakeQuantWithMinMaxVars",
        [X, np.float32(-1), np.float32(3)],
        lambda x, low, high: nearest(x, grid(float(low), float(high))),
        gradients=(),
    ),
    Example(
        "FakeQuantWithMinMaxVars",
        [X, np.float32(0), np.float32(0)],
        lambda x, *_: np.zeros_like(x),
        gradients=(),
        note="no limits yet",
    ),
    Example("FakeQuantWithMinMaxVarsGradient", [DY, X, np.float32(-1), np.float32(3)], all_parts),
    Example(
        "FakeQuantWithMinMaxVarsGradient",
        [DY, X, np.float32(0), np.float32(0)],
        all_parts,
        note="no limits yet",
    ),
    Example("FakeQuantWithMinMaxVarsPerChannel", [X, LOW, HIGH], by_channel, gradients=()),
    Example("FakeQuantWithMinMaxVarsPerChannelGradient", [DY, X, LOW, HIGH], parts_by_channel),
]
