"""Tests of diagonals of matrices; most of their numbers stand in tests/test_values.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dimension
from estimator.functions import arrays, diagonals
from estimator.runtime.session import Session


def test_a_diagonal_keeps_infinite_values_to_itself() -> None:
    with Session() as session:
        got = session.run(diagonals.diag([np.inf, np.nan, 1.0]))
    np.testing.assert_array_equal(got, [[np.inf, 0, 0], [0, np.nan, 0], [0, 0, 1]])


def test_the_trace_takes_stacks_and_what_is_infinite_beside_the_diagonal() -> None:
    matrices = arrays.placeholder("float32", [None, None, None])
    value = np.float32([[[1, np.inf, 0], [np.nan, 2, 0]], [[3, 0, 0], [0, 4, np.inf]]])
    with Session() as session:
        np.testing.assert_array_equal(session.run(diagonals.trace(matrices), {matrices: value}), [3, 7])


def test_diagonals_of_bools_are_filled_with_false() -> None:
    with Session() as session:
        got = session.run(diagonals.diag_part([[True, True], [True, True]], k=(0, 1), align="LEFT_LEFT"))
    assert got.tolist() == [[True, False], [True, True]]


@pytest.mark.parametrize("k", [3, -2, (1, 0)])
def test_a_diagonal_that_is_not_there_is_refused(k: object) -> None:
    matrix, number = arrays.placeholder("float32", [2, 3]), arrays.placeholder("int32")
    part = diagonals.diag_part(matrix, k=number)
    with Session() as session, pytest.raises(InvalidArgumentError, match="diagonal"):
        session.run(part, {matrix: np.zeros((2, 3)), number: k})


def test_a_matrix_too_small_for_its_diagonals_is_refused() -> None:
    vector, rows = arrays.placeholder("float32", [2]), arrays.placeholder("int32", [])
    made = diagonals.diag(vector, k=1, num_rows=rows, num_cols=2)
    with Session() as session, pytest.raises(InvalidArgumentError, match="matrix of 2 rows and 2 columns"):
        session.run(made, {vector: [1, 2], rows: 2})


@pytest.mark.parametrize("rows", [3, np.int64(3), Dimension(3)])
def test_eye_takes_a_size_in_any_spelling(rows: Any) -> None:
    with Session() as session:
        np.testing.assert_array_equal(session.run(diagonals.eye(rows)), np.eye(3))


def test_eye_takes_sizes_known_in_the_run() -> None:
    count = arrays.placeholder("int32", [])
    fetches = [
        diagonals.eye(count),
        diagonals.eye(count, 4),
        diagonals.eye(2, batch_shape=[count], dtype=int64),
    ]
    with Session() as session:
        square, wide, stack = session.run(fetches, {count: 3})
    np.testing.assert_array_equal(square, np.eye(3))
    np.testing.assert_array_equal(wide, np.eye(3, 4))
    np.testing.assert_array_equal(stack, np.broadcast_to(np.eye(2), (3, 2, 2)))
    assert [tensor.shape.as_list() for tensor in fetches] == [[None, None], [None, 4], [None, 2, 2]]


def test_eye_has_columns_and_a_batch() -> None:
    with Session() as session:
        assert session.run(diagonals.eye(2, 3, batch_shape=[4])).tolist() == [np.eye(2, 3).tolist()] * 4
