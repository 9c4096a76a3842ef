"""Rows of the ops of estimator/ops/{rearranging,counting,scattering}.py, and of some of running, control and hashing."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, f32, i32, normal

X = normal(2, 3, 4, seed=1)
INF = np.inf


def texts(*values):  # type: ignore[no-untyped-def]
    return np.array([value.encode() for value in values], object)


def rolled(x, shift, axis):  # type: ignore[no-untyped-def]
    for step, place in zip(np.ravel(shift), np.ravel(axis), strict=True):
        x = np.take(x, (np.arange(x.shape[place]) - step) % x.shape[place], axis=place)
    return x


def changed(change):  # type: ignore[no-untyped-def]
    """One update after the other."""

    def formula(x, indices, updates):  # type: ignore[no-untyped-def]
        result = x.copy()
        for place in np.ndindex(indices.shape[:-1]):
            position = tuple(indices[place])
            result[position] = change(result[position], updates[place])
        return result

    return formula


_CHANGES = {
    "TensorScatterUpdate": lambda old, new: new,
    "TensorScatterAdd": lambda old, new: old + new,
    "TensorScatterSub": lambda old, new: old - new,
    "TensorScatterMax": np.maximum,
    "TensorScatterMin": np.minimum,
    "ScatterNdNonAliasingAdd": lambda old, new: old + new,
}


def counted(numbers, size, weights):  # type: ignore[no-untyped-def]
    own = weights if weights.size else np.ones(numbers.shape)
    return np.array([np.sum(own[numbers == number]) for number in range(int(size))], weights.dtype)


def first_places(side):  # type: ignore[no-untyped-def]
    def formula(rows, values):  # type: ignore[no-untyped-def]
        below = np.less if side == "left" else np.less_equal
        return below(rows[:, None, :], values[:, :, None]).sum(-1).astype(np.int32)

    return formula


def distinct_rows(x, axis):  # type: ignore[no-untyped-def]
    place = int(np.ravel(axis)[0]) if np.size(axis) else 0
    rows = list(np.moveaxis(x, place, 0))
    kept: list = []  # type: ignore[type-arg]
    places = []
    for row in rows:
        same = [number for number, other in enumerate(kept) if np.array_equal(row, other)]
        if not same:
            kept.append(row)
        places.append(same[0] if same else len(kept) - 1)
    counts = i32([places.count(number) for number in range(len(kept))])
    return np.moveaxis(np.stack(kept), 0, place), i32(places), counts


ROWS = i32([[1, 2, 3], [4, 5, 6], [1, 2, 3], [0, 0, 0], [4, 5, 6]])
HISTOGRAM = f32(-1, 0, 0.5, 2.4, 2.6, 4.99, 5, 9)
SEQUENCES = [
    np.array([[0, 0], [0, 1], [1, 0], [2, 0], [2, 1], [2, 2]]), texts("a", "b", "x", "a", "b", "c"), np.array([4, 3]),
    np.array([[0, 0], [0, 1], [0, 2], [2, 0], [2, 1]]), texts("a", "c", "b", "b", "c"), np.array([3, 3]),
]  # fmt: skip


def running_log(x, axis, exclusive=False, reverse=False):  # type: ignore[no-untyped-def]
    """Entry by entry."""
    rows = np.moveaxis(x, int(axis), -1)
    count = rows.shape[-1]
    result = np.empty_like(rows)
    for place in range(count):
        first, last = (place, count) if reverse else (0, place + 1)
        part = rows[..., first + (exclusive and reverse) : last - (exclusive and not reverse)]
        result[..., place] = np.log(np.sum(np.exp(part), -1))
    return np.moveaxis(result, -1, int(axis))


def byte_rows(*rows):  # type: ignore[no-untyped-def]
    return np.array(rows, np.uint8)


# What TensorFlow 2.15.1 gives.
FINGERPRINTS = {
    "numbers": (
        i32([[1, 2], [3, 4]]),
        [[76, 18, 253, 133, 168, 204, 240, 10], [254, 162, 60, 240, 103, 244, 53, 255]],
    ),
    "texts": (
        texts("abc", ""),
        [[105, 243, 231, 116, 160, 179, 165, 36], [79, 64, 144, 47, 59, 106, 225, 154]],
    ),
    "rows of texts": (
        texts("abc", "", "a", "b").reshape(2, 2),
        [[153, 254, 110, 213, 133, 92, 57, 29], [122, 64, 59, 169, 136, 60, 55, 83]],
    ),
}
LETTERS = texts("a", "b", "c", "d").reshape(2, 2)

EXAMPLES = [
    Example("CumulativeLogsumexp", [X, np.int32(1)], running_log),
    Example("CumulativeLogsumexp", [X, np.int32(-1)], lambda x, axis: running_log(x, axis, reverse=True), {"reverse": True}, note="reverse"),
    *(
        Example("CumulativeLogsumexp", [X, np.int32(2)], lambda x, axis, reverse=reverse: running_log(x, axis, True, reverse),
                {"exclusive": True, "reverse": reverse}, gradients=[], note=f"exclusive {reverse}")
        for reverse in (False, True)
    ),
    Example("CheckNumerics", [X], lambda x: X, {"message": "oh"}),
    Example("CheckNumericsV2", [X], lambda x: X, {"message": "oh"}),
    Example("ReduceJoin", [LETTERS, i32(0, 1)], lambda x, axes: np.array(b"acbd", object), {}, note="all"),
    Example("ReduceJoin", [LETTERS, i32(1, 0)], lambda x, axes: np.array(b"a.b.c.d", object), {"separator": "."}, note="other order"),
    Example("ReduceJoin", [LETTERS, np.int32(-1)], lambda x, axis: texts("ab", "cd"), note="one"),
    Example("ReduceJoin", [LETTERS, i32([0])], lambda x, axis: texts("ac", "bd").reshape(1, 2), {"keep_dims": True}, note="kept"),
    Example("ReduceJoin", [LETTERS, np.zeros(0, np.int32)], lambda x, axis: x, note="none"),
    *(
        Example("Fingerprint", [data, np.array(b"farmhash64", object)], lambda data, method, rows=rows: byte_rows(*rows), note=note)
        for note, (data, rows) in FINGERPRINTS.items()
    ),
    Example("Roll", [X, i32(1), i32(2)], rolled, gradients=[0]),
    Example("Roll", [X, i32(-4, 2, 1), i32(0, 1, 1)], rolled, gradients=[0], note="several"),
    Example("Roll", [X, np.int32(5), np.int32(-1)], rolled, gradients=[0], note="a number"),
    Example("UnravelIndex", [i32(22, 0, 7), i32(2, 3, 4)], lambda i, dims: i32([1, 0, 0], [2, 0, 1], [2, 0, 3])),
    Example("UnravelIndex", [np.int32(5), i32(2, 3)], lambda i, dims: i32(1, 2), note="a number"),
    Example("EnsureShape", [X], lambda x: X, {"shape": (None, 3, None)}),
    Example("BroadcastArgs", [i32(2, 1, 4), i32(3, 1)], lambda x, y: i32(2, 3, 4)),
    Example("ParallelConcat", [[X[:1], X[1:]]], lambda xs: X, {"shape": (2, 3, 4)}),
    Example("IdentityN", [[X, i32(1, 2)]], lambda xs: (X, i32(1, 2))),
    Example("Bitcast", [f32(1.0, -0.0)], lambda x: i32(0x3F800000, -(2**31)), {"type": "int32"}),
    Example("Bitcast", [np.array([[1, 2]], np.int16)], lambda x: np.array([[[1, 0], [2, 0]]], np.uint8), {"type": "uint8"}, note="into parts"),
    Example("Bitcast", [np.array([[1, 0, 0, 0], [0, 1, 0, 0]], np.uint8)], lambda x: i32(1, 256), {"type": "int32"}, note="of parts"),
    *(
        row
        for name, change in _CHANGES.items()
        for row in (
            Example(name, [X, i32([[0, 1], [1, 2]]), normal(2, 4, seed=2)], changed(change)),
            Example(name, [X, i32([[1], [1]]), normal(2, 3, 4, seed=3)], changed(change), note="again",
                    gradients=[] if name in ("TensorScatterUpdate", "TensorScatterMax", "TensorScatterMin") else None),
            Example(name, [X, i32([[[0, 1, 2]], [[1, 0, 3]]]), normal(2, 1, seed=4)], changed(change), note="numbers"),
        )
    ),
    Example("Bincount", [i32([[1, 3], [3, 7]]), np.int32(5), i32([])], lambda x, n, w: i32(0, 1, 0, 2, 0)),
    Example("Bincount", [i32(1, 3, 3, 7), np.int32(5), f32(0.5, 1, 2, 4)], counted, note="weights"),
    Example("DenseBincount", [i32(1, 3, 3, 7), np.int32(5), f32(0.5, 1, 2, 4)], counted),
    Example("DenseBincount", [i32([[1, 3, 3], [0, 0, 9]]), np.int32(4), f32([])], lambda x, n, w: f32([[0, 1, 0, 2], [2, 0, 0, 0]]), note="rows"),
    Example("DenseBincount", [i32([[1, 3, 3]]), np.int32(4), i32([])], lambda x, n, w: i32([[0, 1, 0, 1]]), {"binary_output": True},
            note="whether"),
    Example("HistogramFixedWidth", [HISTOGRAM, f32(0, 5), np.int32(5)], lambda x, r, n: i32(3, 0, 2, 0, 3)),
    Example("LowerBound", [i32([[0, 3, 9, 9, 10], [1, 2, 3, 4, 5]]), i32([[2, 4, 9], [0, 2, 6]])], first_places("left")),
    Example("UpperBound", [i32([[0, 3, 9, 9, 10], [1, 2, 3, 4, 5]]), i32([[2, 4, 9], [0, 2, 6]])], first_places("right")),
    Example("ListDiff", [i32(1, 2, 3, 2, 5), i32(2, 4)], lambda x, y: (i32(1, 3, 5), i32(0, 2, 4))),
    Example("ListDiff", [texts("a", "b"), texts("b")], lambda x, y: (texts("a"), i32([0])), note="texts"),
    Example("UniqueV2", [ROWS, np.array([0])], lambda x, axis: distinct_rows(x, axis)[:2]),
    Example("UniqueV2", [ROWS.T.copy(), np.array([-1])], lambda x, axis: distinct_rows(x, axis)[:2], note="columns"),
    Example("UniqueV2", [f32(2, 1, 2), np.zeros(0, np.int64)], lambda x, axis: distinct_rows(x, axis)[:2], note="no axis"),
    Example("UniqueV2", [texts("b", "a", "b").reshape(3, 1), np.array([0])], lambda x, axis: distinct_rows(x, axis)[:2], note="texts"),
    Example("UniqueWithCountsV2", [ROWS, np.array([0])], distinct_rows),
    Example("EditDistance", SEQUENCES, lambda *parts: f32(1 / 3, INF, 0.5, 0)),
    Example("EditDistance", SEQUENCES, lambda *parts: f32(1, 1, 1, 0), {"normalize": False}, note="plain"),
]  # fmt: skip
