"""Examples of ops/random.py: their shapes; what they draw is in test_random.py."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, i32, normal

_SEEDS = {"seed": 5, "seed2": 7}

EXAMPLES = [
    Example("RandomUniform", [i32(3, 4)], None, attrs={"dtype": "float32", **_SEEDS}, constants=[0]),
    Example(
        "RandomUniform",
        [i32(3, 4)],
        None,
        attrs={"dtype": "float64", **_SEEDS},
        note="shape known in the run",
    ),
    Example("RandomUniform", [i32(3, 4)], None, attrs={"dtype": "float16", **_SEEDS}, note="half"),
    Example("RandomStandardNormal", [i32(3, 4)], None, attrs={"dtype": "float32", **_SEEDS}, constants=[0]),
    Example(
        "RandomStandardNormal",
        [np.zeros(0, np.int32)],
        None,
        attrs={"dtype": "float64", **_SEEDS},
        note="scalar",
    ),
    Example("TruncatedNormal", [i32(3, 4)], None, attrs={"dtype": "float32", **_SEEDS}, constants=[0]),
    Example(
        "TruncatedNormal", [np.zeros(0, np.int32)], None, attrs={"dtype": "float32", **_SEEDS}, note="scalar"
    ),
    Example("RandomUniformInt", [i32(3, 4), np.int64(2), np.int64(9)], None, attrs=_SEEDS, constants=[0]),
    Example("RandomShuffle", [normal(5, 2)], None, attrs=_SEEDS, gradients=[]),
]
