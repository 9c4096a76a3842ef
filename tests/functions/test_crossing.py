"""Crosses of columns; the numbers are TensorFlow's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.crossing import sparse_cross, sparse_cross_hashed
from estimator.graph.graph import get_default_graph
from estimator.graph.sparse import SparseTensor
from estimator.runtime.session import Session

MATRIX = np.array([[b"p", b"q"], [b"r", b"s"]], object)


def run(crosses: SparseTensor) -> Any:
    with Session() as session:
        return session.run(crosses)


def test_sparse_inputs_stand_first_and_the_last_one_changes_fastest() -> None:
    sparse = SparseTensor([[0, 0], [0, 1], [1, 0]], ["a", "b", "c"], [2, 2])
    found = run(sparse_cross([MATRIX, sparse]))
    assert found.values.tolist() == b"a_X_p a_X_q b_X_p b_X_q c_X_r c_X_s".split()
    assert found.indices.tolist() == [[0, 0], [0, 1], [0, 2], [0, 3], [1, 0], [1, 1]]
    assert found.dense_shape.tolist() == [2, 4]


def test_a_row_in_which_one_column_has_nothing_has_no_crosses() -> None:
    found = run(sparse_cross([SparseTensor([[1, 0]], ["a"], [2, 1]), MATRIX], separator="-"))
    assert found.indices.tolist() == [[1, 0], [1, 1]]
    assert found.values.tolist() == [b"a-r", b"a-s"]


def test_one_entry_in_each_row_makes_one_cross_in_each() -> None:
    sparse = SparseTensor([[0, 1], [1, 0], [2, 2]], ["a", "b", "c"], [3, 4])
    found = run(sparse_cross([np.array([[b"p"], [b"q"], [b"r"]], object), sparse]))
    assert found.indices.tolist() == [[0, 0], [1, 0], [2, 0]]
    assert found.values.tolist() == [b"a_X_p", b"b_X_q", b"c_X_r"]
    assert found.dense_shape.tolist() == [3, 1]


def test_an_integer_and_its_digits_hash_apart() -> None:
    digits, integer = np.array([[b"1"]], object), np.array([[1]], np.int32)
    assert (
        run(sparse_cross_hashed([digits], 10**6)).values != run(sparse_cross_hashed([integer], 10**6)).values
    )


def test_hashes_of_two_integer_columns_are_tensorflows() -> None:
    found = run(sparse_cross_hashed([np.array([[1], [2]], np.int32), np.array([[3], [4]])], 1000))
    assert found.values.tolist() == [651, 547]


def test_no_rows_have_no_crosses() -> None:
    empty = SparseTensor(np.zeros((0, 2), np.int64), np.zeros(0, object), [0, 3])
    found = run(sparse_cross_hashed([empty, MATRIX[:0]], 10))
    assert (found.indices.shape, found.values.shape, found.dense_shape.tolist()) == ((0, 2), (0,), [0, 0])


def test_the_default_key_is_written_into_the_graph() -> None:
    sparse_cross_hashed([MATRIX], 10, name="crossed")
    attrs = get_default_graph().get_operation_by_name("crossed").attrs
    assert (attrs["hash_key"], attrs["internal_type"].name, attrs["N"]) == (956888297470, "string", 0)


def test_what_cannot_be_crossed_is_refused_when_the_graph_is_made() -> None:
    with pytest.raises(TypeError, match="must be a list of tensors"):
        sparse_cross_hashed(MATRIX)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="there is nothing to cross"):
        sparse_cross_hashed([])
    with pytest.raises(ValueError, match=r"dense_inputs\[0\] must have 2 dimensions, given: \(1,\)"):
        sparse_cross_hashed([["a"]])
    with pytest.raises(ValueError, match="num_buckets must be at least 0, not -1"):
        sparse_cross_hashed([MATRIX], -1)


def test_rows_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidArgumentError, match=r"must have equally many rows, not \[2, 1\]"):
        run(sparse_cross([MATRIX, MATRIX[:1]]))
    for rows in ([1, 0], [0, 2], [-1, 0]):
        sparse = SparseTensor([[row, 0] for row in rows], ["a", "b"], [2, 1])
        with pytest.raises(
            InvalidArgumentError, match=r"indices\[0\] .* order of their rows.*sparse_reorder"
        ):
            run(sparse_cross([sparse, MATRIX]))
