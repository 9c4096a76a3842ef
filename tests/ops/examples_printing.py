"""Examples of ops that make text of values; what they print is looked at in tests/functions/test_printing.py."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, f32, i32

# What TensorFlow 2.15 gives for these.
EXAMPLES = [
    Example(
        "StringFormat",
        [[f32([[1, 2], [3, 4]]), i32(*range(9))]],
        lambda _: np.array(b"v [[1 2]\n [3 4]], [0 1 2 ... 6 7 8]", object),
        attrs={"template": "v {}, {}", "placeholder": "{}"},
    ),
    Example(
        "StringFormat",
        [[np.arange(24, dtype=np.int64).reshape(2, 3, 4)]],
        lambda _: np.array(
            b"[[[0 ... 3]\n  ...\n  [8 ... 11]]\n\n [[12 ... 15]\n  ...\n  [20 ... 23]]]", object
        ),
        attrs={"summarize": 1},
        note="edges",
    ),
]
ELSEWHERE = dict.fromkeys(["Print", "PrintV2", "Timestamp"], "tests/functions/test_printing.py")
