"""Examples of ops/crossing.py; the crosses are TensorFlow's."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example
from tests.ops.examples_strings import texts


def i64(*values: Any) -> Any:
    """An int64 array."""
    return np.array(values, np.int64)


# What a row has: a and b, nothing, the empty text, three texts; and numbers, of which the last row has two.
TEXTS = [
    i64([0, 0], [0, 1], [2, 0], [3, 0], [3, 1], [3, 2]),
    texts(b"a", b"b", b"", b"long text of more than 16", b"x", b"y"),
    i64(4, 3),
]
NUMBERS = [i64([0, 0], [1, 0], [2, 0], [3, 0], [3, 1]), i64(1, -2, 3, 4, 5), i64(4, 2)]
MATRIX = np.array([[b"p", b"q"], [b"r", b"s"], [b"t", b"u"], [b"v", b"w"]], object)
COLUMN = i64([7], [8], [9], [2**40])

PLACES = i64(*[[0, n] for n in range(4)], [2, 0], [2, 1], *[[3, n] for n in range(12)])
PAIRS = i64(*[[0, n] for n in range(4)], [2, 0], [2, 1], *[[3, n] for n in range(6)])
DENSE_PAIRS = i64(*[[row, n] for row in range(4) for n in range(2)])


def inputs(*sparse: Any, dense: Any) -> list[Any]:
    """Indices, values, shapes and matrices."""
    return [*(list(parts) for parts in zip(*sparse, strict=True)), dense]


def hashed(num_buckets: int, hash_key: int = 0xDECAFCAFFE, internal_type: str = "int64") -> dict[str, Any]:
    """The attributes of hashed crosses."""
    types = {"out_type": "int64", "internal_type": internal_type}
    return {"hashed_output": True, "num_buckets": num_buckets, "hash_key": hash_key, **types}


JOINED = {
    "hashed_output": False,
    "num_buckets": 0,
    "hash_key": 0,
    "out_type": "string",
    "internal_type": "int64",
}

EXAMPLES = [
    Example(
        "SparseCross",
        inputs(TEXTS, NUMBERS, dense=[MATRIX, COLUMN]),
        lambda *_: (
            PLACES,
            i64(
                *(5718934117423123160, 2539823838952169357, 2299893421968708746, 9127556358104669573),
                *(5443091068943264988, 238918601233679334, 4089974613103832443, 274107946938171763),
                *(239606716378330990, 8247060724442795252, 4386580563315183027, 5239919652918387135),
                *(3338343840421430153, 5340014014959868326, 4707797991646073309, 5795940659694346488),
                *(4731165746197484685, 6811958009904508887),
            ),
            i64(4, 12),
        ),
        attrs=hashed(0),
        note="texts and integers, sparse and dense",
    ),
    Example(
        "SparseCross",
        inputs(TEXTS, dense=[MATRIX]),
        lambda *_: (PAIRS, i64(67, 30, 33, 68, 36, 55, 10, 6, 31, 15, 34, 2), i64(4, 6)),
        attrs=hashed(100, internal_type="string"),
        note="buckets",
    ),
    Example(
        "SparseCross",
        inputs(TEXTS, dense=[]),
        lambda indices, *_: (indices[0], i64(12, 67, 19, 89, 0, 9), i64(4, 3)),
        attrs=hashed(100, 5, "string"),
        note="one column, another key",
    ),
    Example(
        "SparseCross",
        [[], [], [], [MATRIX, COLUMN]],
        lambda *_: (DENSE_PAIRS, i64(73, 842, 727, 898, 65, 990, 144, 472), i64(4, 2)),
        attrs=hashed(1000, -5),
        note="dense ones, a negative key",
    ),
    Example(
        "SparseCross",
        inputs(NUMBERS, dense=[MATRIX]),
        lambda *_: (
            i64(*[[row, n] for row in range(3) for n in range(2)], *[[3, n] for n in range(4)]),
            texts(*b"1_X_p 1_X_q -2_X_r -2_X_s 3_X_t 3_X_u 4_X_v 4_X_w 5_X_v 5_X_w".split()),
            i64(4, 4),
        ),
        attrs=JOINED,
        note="texts",
    ),
    Example(
        "SparseCrossV2",
        [[], [], [], [COLUMN, MATRIX], texts(b"-").reshape(())],
        lambda *_: (
            DENSE_PAIRS,
            texts(*b"7-p 7-q 8-r 8-s 9-t 9-u 1099511627776-v 1099511627776-w".split()),
            i64(4, 2),
        ),
    ),
]
