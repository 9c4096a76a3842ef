"""Examples of ops/sets.py: the formulas are Python's own sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.ops.example import Example, i32
from tests.ops.examples_sparse import i64

LEFT = i64([[3, 1, 3], [0, -1, 2]])
RIGHT = i64([[1, 4], [2, 0]])
PLACES = i64([[0, 0], [0, 2], [1, 1]])
MEMBERS = i64(1, 5, 2)
SHAPE = i64(2, 4)
WORDS = np.array([[b"b", b"a"], [b"", b"b"]], object)
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "a-b": lambda a, b: a - b,
    "b-a": lambda a, b: b - a,
    "intersection": lambda a, b: a & b,
    "union": lambda a, b: a | b,
}


def rows(dense: Any) -> list[set[Any]]:
    return [set(row.tolist()) for row in dense]


def sparse_rows(indices: Any, values: Any, shape: Any) -> list[set[Any]]:
    return [{value for place, value in zip(indices, values) if place[0] == row} for row in range(shape[0])]


def combined(operation: str, left: list[set[Any]], right: list[set[Any]], like: Any) -> Any:
    """The parts of the sparse tensor: the members of each set in order."""
    found = [sorted(OPERATIONS[operation](a, b)) for a, b in zip(left, right, strict=True)]
    places = [[row, column] for row, members in enumerate(found) for column in range(len(members))]
    values = np.array([member for members in found for member in members], like.dtype)
    return i64(places).reshape(-1, 2), values, i64(len(found), max(map(len, found)))


def _three(operation: str) -> list[Example]:
    attrs = {"set_operation": operation}
    return [
        Example(
            "DenseToDenseSetOperation",
            [LEFT, RIGHT],
            lambda a, b: combined(operation, rows(a), rows(b), a),
            attrs=attrs,
            note=operation,
        ),
        Example(
            "DenseToSparseSetOperation",
            [LEFT, PLACES, MEMBERS, SHAPE],
            lambda a, *b: combined(operation, rows(a), sparse_rows(*b), a),
            attrs=attrs,
            constants=[3],
            note=operation,
        ),
        Example(
            "SparseToSparseSetOperation",
            [PLACES, MEMBERS, SHAPE, PLACES[1:], i64(5, 7), i64(2, 3)],
            lambda *parts: combined(operation, sparse_rows(*parts[:3]), sparse_rows(*parts[3:]), parts[1]),
            attrs=attrs,
            constants=[2, 5],
            note=operation,
        ),
    ]


EXAMPLES = [
    *(row for operation in OPERATIONS for row in _three(operation)),
    Example(
        "DenseToDenseSetOperation",
        [WORDS, WORDS[::-1]],
        lambda a, b: combined("intersection", rows(a), rows(b), a),
        attrs={"set_operation": "intersection"},
        note="texts",
    ),
    Example(
        "DenseToDenseSetOperation",
        [LEFT.reshape(2, 1, 3), RIGHT.reshape(2, 1, 2)],
        lambda a, b: (i64([[0, 0, 0], [1, 0, 0], [1, 0, 1]]), i64(1, 0, 2), i64(2, 1, 2)),
        attrs={"set_operation": "intersection"},
        note="three dimensions",
    ),
    Example(
        "DenseToDenseSetOperation",
        [LEFT, RIGHT[:, :0]],
        lambda a, b: (np.zeros((0, 2), np.int64), i64([]), i64(2, 0)),
        attrs={"set_operation": "intersection"},
        note="nothing",
    ),
    Example(
        "SparseToSparseSetOperation",
        [PLACES[::-1], MEMBERS[::-1], SHAPE, PLACES, MEMBERS, SHAPE],
        lambda *parts: combined("union", sparse_rows(*parts[:3]), sparse_rows(*parts[3:]), parts[1]),
        attrs={"set_operation": "union", "validate_indices": False},
        constants=[2, 5],
        note="in any order",
    ),
    Example("SetSize", [PLACES, MEMBERS, SHAPE], lambda *_: i32(2, 1), constants=[2]),
    Example(
        "SetSize", [PLACES, i64(5, 5, 5), i64(3, 4)], lambda *_: i32(1, 1, 0), constants=[2], note="twice"
    ),
]
