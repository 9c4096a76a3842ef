"""Reductions along each axis, of nothing, of what is not finite, and beyond the integers there are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import as_dtype
from estimator.core.errors import UsageError
from estimator.onnx_export.reductions import RULES
from tests.onnx_export.runtime import check_op
from tests.onnx_export.test_elementwise import EDGES

NUMBERS = {
    "float32": np.float32([0.5, -2, 3, 0, 1e-6]),
    "float64": np.array([0.5, -2, 3, 0, 1e-6]),
    "int32": EDGES["int32"],
    "int64": EDGES["int64"],
    "bool": EDGES["bool"],
}
REDUCTIONS = "All Any Max Mean Min Prod Sum".split()
POSITIONS = "ArgMax ArgMin".split()
ONE_BY_ONE = [
    ("Sum", "int64"),
    ("Prod", "int32"),
    ("Prod", "int64"),
]  # of any number of elements no runtime is exact
ROWS_WITH_NAN = [[np.nan, 1, 3], [1, np.nan, 0], [3, 1, np.nan], [np.nan, np.nan, np.nan]]


def of_types(op_types: list[str]) -> list[tuple[str, str]]:
    """Each op with each type of which it is exported."""
    return [(op, name) for op in op_types for name in NUMBERS if as_dtype(name) in RULES[op].types]


def test_every_rule_is_in_a_table_of_this_file() -> None:
    assert sorted([*REDUCTIONS, *POSITIONS, "Cumsum", "TopKV2"]) == sorted(RULES)


@pytest.mark.parametrize(("op_type", "dtype"), [row for row in of_types(REDUCTIONS) if row not in ONE_BY_ONE])
@pytest.mark.parametrize("axes", [[0], [1], [-1], [0, 1], []], ids=str)
def test_a_reduction_along_axes(op_type: str, dtype: str, axes: list[int]) -> None:
    values = np.resize(NUMBERS[dtype], (4, 3))
    for rows in (values, values[:0]):
        for keep_dims in (False, True):
            check_op(op_type, [rows, np.array(axes, np.int32)], constants=[1], keep_dims=keep_dims)


@pytest.mark.parametrize(
    ("op_type", "dtype"), [row for row in of_types(REDUCTIONS) if row[1].startswith("float")]
)
def test_a_nan_is_passed_on_from_each_place(op_type: str, dtype: str) -> None:
    check_op(op_type, [np.array(ROWS_WITH_NAN, dtype), np.int32(1)], constants=[1])


@pytest.mark.parametrize(("op_type", "dtype"), of_types(POSITIONS))
def test_a_position_is_the_first_of_several(op_type: str, dtype: str) -> None:
    rows = np.array([[1, 3, 3], [0, 0, 0], [-1, -2, -2]], dtype)
    for axis in (0, 1, -1):
        check_op(op_type, [rows, np.int32(axis)], constants=[1], output_type=as_dtype("int32"))
    check_op(op_type, [rows[:0], np.int32(1)], constants=[1])


@pytest.mark.parametrize("op_type", POSITIONS)
def test_the_position_of_a_nan_is_never_given(op_type: str) -> None:
    inf = np.inf
    rows: list[Any] = [*ROWS_WITH_NAN, [-inf, -inf, np.nan], [inf, np.nan, inf]]
    check_op(op_type, [np.float32(rows), np.int32(1)], constants=[1])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_running_sums(dtype: str) -> None:
    values = np.resize(NUMBERS[dtype], (3, 2))
    for exclusive, reverse in ((False, False), (True, False), (False, True), (True, True)):
        check_op("Cumsum", [values, np.int32(0)], constants=[1], exclusive=exclusive, reverse=reverse)


@pytest.mark.parametrize(("op_type", "dtype"), ONE_BY_ONE)
def test_integers_along_an_axis_of_a_few_go_round_as_they_do_in_tensorflow(op_type: str, dtype: str) -> None:
    values = np.resize(NUMBERS[dtype], (4, 3, 2))
    for axes in ([1], [-1, 1], []):
        for keep_dims in (False, True):
            check_op(op_type, [values, np.array(axes, np.int32)], constants=[1], keep_dims=keep_dims)


@pytest.mark.parametrize(("op_type", "dtype"), ONE_BY_ONE)
def test_integers_along_an_axis_of_many_are_refused(op_type: str, dtype: str) -> None:
    for values, axis in (
        (np.ones((2, 65), dtype), 1),
        (np.ones((2, 0), dtype), 1),
        (np.ones((2, 3), dtype), 0),
    ):
        with pytest.raises(
            UsageError, match=f"of {dtype} along an axis that is empty, of more than 64, or not known"
        ):
            check_op(op_type, [values, np.int32(axis)], constants=[1])


def test_means_of_integers_are_refused() -> None:
    with pytest.raises(UsageError, match="of int32; it is exported of float32, float64"):
        check_op("Mean", [np.int32([[1]]), np.int32(1)], constants=[1])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_the_greatest_and_of_equal_ones_the_first(dtype: str) -> None:
    rows = np.array([[3, 1, 3, 0], [0, 0, 0, 0], [-1, -3, -2, -1]], dtype)
    many = np.resize(np.array([2, 7, 1, 7, 0, 7, 3], dtype), (2, 1000))
    for values, k in ((rows, 1), (rows, 2), (rows, 4), (rows[:0], 2), (many, 5)):
        check_op("TopKV2", [values, np.int32(k)], constants=[1])
        check_op("TopKV2", [values, np.int32(k)])
    if rows.dtype.kind == "f":
        check_op("TopKV2", [np.array([[0, np.inf, -np.inf]], dtype), np.int32(3)], constants=[1])
