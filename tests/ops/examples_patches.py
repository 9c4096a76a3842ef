"""Examples of ops/patches.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, i32, normal
from tests.ops.windows import count_places, taps_inside


def _patches(taps: Any, strides: Any, rates: Any, padding: str) -> Any:
    def formula(x: Any) -> Any:
        batch, *space, depth = x.shape
        layout = (space, taps, strides, rates, padding)
        out = np.zeros((batch, *count_places(*layout), *taps, depth), x.dtype)
        for place, tap, element in taps_inside(*layout):
            out[:, *place, *tap] = x[:, *element]
        return out.reshape(*out.shape[:3], taps[0] * taps[1] * depth)

    return formula


def _example(note: str, x: Any, *layout: Any) -> Example:
    taps, strides, rates, padding = layout
    attrs = {
        "ksizes": [1, *taps, 1], "strides": [1, *strides, 1], "rates": [1, *rates, 1], "padding": padding,
    }  # fmt: skip
    return Example("ExtractImagePatches", [x], _patches(*layout), attrs, note=note)


EXAMPLES = [
    _example("same", normal(2, 4, 5, 3), (3, 3), (1, 1), (1, 1), "SAME"),
    _example("valid strided", normal(2, 5, 6, 2), (3, 2), (2, 1), (1, 1), "VALID"),
    _example("dilated", normal(1, 6, 7, 2), (2, 3), (1, 2), (2, 2), "SAME"),
    _example("integers", i32(np.arange(16).reshape(1, 4, 4, 1)), (2, 2), (2, 2), (1, 1), "VALID"),
    _example("no images", normal(0, 4, 4, 2), (2, 2), (2, 2), (1, 1), "VALID"),
]
