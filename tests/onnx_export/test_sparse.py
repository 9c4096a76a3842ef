"""What categorical columns are made of, with gaps, ties, nothing at all, and words of every kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest

from estimator.core.dtypes import as_dtype, float32, int64
from estimator.core.errors import UsageError
from estimator.functions.arrays import placeholder
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.onnx_export.exporting import to_onnx
from estimator.runtime.session import Session
from tests.onnx_export.runtime import assert_same, check_op, run_onnx

WORDS = np.array([b"b", b"", b"b", "\u00e9".encode(), b"c"], object)
INVALID = onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument
FAILED = (INVALID, onnxruntime.capi.onnxruntime_pybind11_state.Fail)


def looked_up(
    keys: Any, values: Any, asked: Any, default: Any, static: bool = True, ready: bool = True
) -> Any:
    """What onnxruntime and what the session find in a table."""
    graph = Graph()
    with graph.as_default():
        types = {"key_dtype": as_dtype(keys.dtype), "value_dtype": as_dtype(values.dtype)}
        table = build.HashTableV2(**types) if static else build.MutableHashTableV2(**types)
        given = placeholder(types["key_dtype"], [None])
        found = build.LookupTableFindV2(table, given, default)
        filled = build.LookupTableImportV2(table, keys, values)
    with Session(graph=graph) as session:
        if ready:
            session.run(filled)
        model = to_onnx(session, {"asked": given}, {"found": found})
        return run_onnx(model, {"asked": asked})["found"], session.run(found, {given: asked})


@pytest.mark.parametrize(
    ("keys", "values", "asked", "default"),
    [
        (WORDS[1:], np.array([3, 1, 2, 9]), WORDS, np.int64(-1)),
        (np.array([7, -1]), np.array([b"seven", b""], object), np.array([-1, 0, 7]), np.array(b"?", object)),
        (WORDS[:2], WORDS[1:3], WORDS, np.array(b"", object)),
        (np.array([7, -1]), np.array([2**40, 5]), np.array([-1, 0, 7]), np.int64(-5)),
    ],
    ids=["ids of words", "words of ids", "words of words", "ids of ids"],
)
def test_tables_of_words_and_ids(keys: Any, values: Any, asked: Any, default: Any) -> None:
    assert_same(*looked_up(keys, values, asked, default))
    assert_same(*looked_up(keys, values, asked[:0], default))


def test_tables_that_cannot_go_are_refused() -> None:
    one, two = np.array([1]), np.array([2])
    with pytest.raises(UsageError, match="its table may change"):
        looked_up(one, two, one, np.int64(0), static=False)
    with pytest.raises(UsageError, match=r"not been initialised: run tf.tables_initializer\(\)"):
        looked_up(one, two, one, np.int64(0), ready=False)
    with pytest.raises(UsageError, match="its table has texts that are no UTF-8"):
        looked_up(np.array([b"\xff"], object), two, WORDS, np.int64(0))
    with pytest.raises(UsageError, match="of values of float32"):
        looked_up(one, np.float32([2]), one, np.float32(0))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_buckets_at_their_boundaries(dtype: str) -> None:
    numbers = np.array([-1, 0, 1, 2, 3, 2**24 + 1], dtype)
    if numbers.dtype.kind == "f":
        numbers = np.append(numbers, np.array([0.1, np.nan, np.inf, -np.inf], dtype))
    for boundaries in ([0.0, 0.1, 2.0, 16777216.0], [], [0.5]):
        check_op("Bucketize", [numbers], boundaries=boundaries)
        check_op("Bucketize", [numbers.reshape(-1, 2)[:0]], boundaries=boundaries)


@pytest.mark.parametrize("dtype", ["bool", "float32", "int32", "int64"])
def test_places_of_what_is_not_zero(dtype: str) -> None:
    check_op("Where", [np.array([[0, 1, -1], [2, 0, 0]]).astype(dtype)])
    check_op("Where", [np.zeros((2, 3), dtype)])
    check_op("Where", [np.zeros((0, 3), dtype)])


@pytest.mark.parametrize("values", [np.int32([5, -1, 5, 0, -1]), np.array([5, -1, 5, 2**40]), WORDS], ids=str)
def test_different_values_in_the_order_in_which_they_come(values: Any) -> None:
    check_op("Unique", [values], out_idx=int64)
    check_op("Unique", [values[:0]])


@pytest.mark.parametrize("dtype", ["float32", "int32", "int64"])
def test_what_comes_to_one_place_is_added(dtype: str) -> None:
    updates = np.array([[1, 2], [3, 4], [5, 6]], dtype)
    check_op("ScatterNd", [np.int32([[2], [0], [2]]), updates, np.int32([4, 2])], constants=[2])
    check_op("ScatterNd", [np.array([[2], [0], [2]])[:0], updates[:0], np.array([4, 2])], constants=[2])
    check_op(
        "ScatterNd", [np.array([[1, 0], [1, 0], [0, 1]]), updates[:, 0], np.array([2, 2])], constants=[2]
    )


@pytest.mark.parametrize("wrong", [-1, 4])
def test_a_place_that_there_is_not_is_refused_by_the_runtime(wrong: int) -> None:
    graph = Graph()
    with graph.as_default():
        places = placeholder(int64, [None, 1])
        y = build.ScatterNd(places, build.OnesLike(build.Cast(places, DstT=float32)), np.array([4, 1]))
    with Session(graph=graph) as session:
        model = to_onnx(session, {"places": places}, {"y": y})
    assert run_onnx(model, {"places": np.array([[3]])})["y"].ravel().tolist() == [0, 0, 0, 1]
    with pytest.raises(FAILED):
        run_onnx(model, {"places": np.array([[wrong]])})


@pytest.mark.parametrize("dtype", ["float32", "int64", "string"])
def test_empty_rows_get_an_entry(dtype: str) -> None:
    values = WORDS if dtype == "string" else np.array([5, 6, 7, 8, 9], dtype)
    default = np.array(b"none", object) if dtype == "string" else np.array(-3, dtype)
    gaps = np.array([[1, 0], [1, 2], [4, 0], [4, 1], [4, 3]])
    out_of_order = np.array([[4, 0], [1, 2], [4, 1], [0, 0], [1, 0]])
    full = np.array([[0, 0], [1, 2], [2, 0], [2, 1], [3, 3]])
    for indices, n_rows in ((gaps, 6), (out_of_order, 5), (full, 4)):
        check_op("SparseFillEmptyRows", [indices, values, np.array([n_rows, 4]), default])
    check_op("SparseFillEmptyRows", [gaps[:0], values[:0], np.array([3, 4]), default])
    check_op("SparseFillEmptyRows", [gaps[:0], values[:0], np.array([0, 4]), default])


@pytest.mark.parametrize("kind", ["Sum", "Mean", "SqrtN"])
def test_rows_of_segments_with_gaps(kind: str) -> None:
    data = np.random.default_rng(2).standard_normal((4, 3, 2)).astype(np.float32)
    indices, segments = np.int32([3, 0, 0, 2]), np.int32([1, 1, 4, 4])
    for values in (data, data[:, 0, 0]):
        check_op(f"SparseSegment{kind}", [values, indices, segments])
        check_op(f"SparseSegment{kind}", [values, indices[:0], segments[:0]])
        if kind != "SqrtN":
            check_op(f"Segment{kind}", [values, segments])
