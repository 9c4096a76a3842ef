"""Examples of ops/dilation.py: windows in loops, as the definition has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, i32, normal

SAME = {"strides": [1, 2, 1, 1], "rates": [1, 1, 2, 1], "padding": "SAME"}
VALID = {"strides": [1, 1, 1, 1], "rates": [1, 2, 1, 1], "padding": "VALID"}
STRIDE, RATE = {"SAME": (2, 1), "VALID": (1, 1)}, {"SAME": (1, 2), "VALID": (2, 1)}


def windows(x: Any, w: Any, padding: str) -> Any:
    """Each place and channel with its sums by tap, and where in the image each tap lies."""
    stride, rate, counts, before = STRIDE[padding], RATE[padding], [], []
    for axis in (0, 1):
        size, reach = x.shape[axis + 1], (w.shape[axis] - 1) * rate[axis] + 1
        count = -(-size // stride[axis]) if padding == "SAME" else (size - reach) // stride[axis] + 1
        counts.append(count)
        before.append(max((count - 1) * stride[axis] + reach - size, 0) // 2 if padding == "SAME" else 0)
    for batch, row, column, channel in np.ndindex(len(x), *counts, x.shape[3]):
        sums = {}
        for tap in np.ndindex(*w.shape[:2]):
            at = [
                p * s + t * r - b
                for p, s, t, r, b in zip((row, column), stride, tap, rate, before, strict=True)
            ]
            if 0 <= at[0] < x.shape[1] and 0 <= at[1] < x.shape[2]:
                sums[tap] = (x[batch, at[0], at[1], channel] + w[(*tap, channel)], tuple(at))
        yield (batch, row, column, channel), sums


def dilated(x: Any, w: Any, padding: str) -> Any:
    """The greatest sums."""
    greatest = {place: max(value for value, _ in sums.values()) for place, sums in windows(x, w, padding)}
    out = np.zeros([1 + most for most in max(greatest)], x.dtype)
    for place, value in greatest.items():
        out[place] = value
    return out


def gradients(x: Any, w: Any, dy: Any, padding: str) -> Any:
    """What the first of the greatest sums of each window gets."""
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for place, sums in windows(x, w, padding):
        best = max(value for value, _ in sums.values())
        tap, at = next((tap, at) for tap, (value, at) in sums.items() if value == best)
        dx[place[0], at[0], at[1], place[3]] += dy[place]
        dw[(*tap, place[3])] += dy[place]
    return dx, dw


X, W = normal(2, 5, 4, 2), normal(2, 3, 2, seed=1)
TIES, FLAT = np.ones([1, 5, 4, 2], np.float32), np.zeros([2, 3, 2], np.float32)

EXAMPLES = [
    Example("Dilation2D", [X, W], lambda x, w: dilated(x, w, "SAME"), attrs=SAME),
    Example("Dilation2D", [X, W], lambda x, w: dilated(x, w, "VALID"), attrs=VALID, note="valid"),
    Example(
        "Dilation2D",
        [i32([[[[1], [-7]]]]), i32([[[0], [9]]])],
        lambda *_: i32([[[[2], [-7]]]]),
        attrs=SAME | {"strides": [1, 1, 1, 1], "rates": [1, 1, 1, 1]},
        note="integers",
    ),
    *(
        Example(
            f"Dilation2DBackprop{what}",
            [x, w, dilated(x, w, padding) * 2],
            lambda x, w, dy, padding=padding, place=place: gradients(x, w, dy, padding)[place],
            attrs=attrs,
            note=f"{note} {padding.lower()}",
        )
        for place, what in enumerate(("Input", "Filter"))
        for padding, attrs in (("SAME", SAME), ("VALID", VALID))
        for note, x, w in (("of all", X, W), ("of ties", TIES, FLAT))
    ),
]
