"""Sets of rows; what the ops give stands in tests/ops/examples_sets.py, TensorFlow's values in tests/batches_of_tf.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions import sets
from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue

Run = Callable[..., Any]

DENSE = np.array([[3, 1], [0, 2]])
SPARSE = SparseTensorValue(np.array([[0, 0], [0, 1], [1, 0]]), np.array([1, 5, 2]), np.array([2, 2]))


def rows(value: Any) -> list[list[int]]:
    """The values of each row of a sparse tensor."""
    where = value.indices[:, 0]
    return [value.values[where == row].tolist() for row in range(value.dense_shape[0])]


@pytest.mark.parametrize(
    ("first", "second"), [(DENSE, DENSE[:, ::-1]), (DENSE, SPARSE), (SPARSE, DENSE), (SPARSE, SPARSE)]
)
def test_each_pair_of_kinds_has_its_sets(graph: Graph, run: Run, first: Any, second: Any) -> None:
    left, right = (rows(value) if isinstance(value, tuple) else value.tolist() for value in (first, second))
    for function, combine in (
        (sets.difference, lambda a, b: a - b),
        (sets.intersection, lambda a, b: a & b),
        (sets.union, lambda a, b: a | b),
    ):
        expected = [sorted(combine(set(a), set(b))) for a, b in zip(left, right, strict=True)]
        assert rows(run(function(first, second))) == expected
    turned = run(sets.difference(first, second, aminusb=False))
    assert rows(turned) == rows(run(sets.difference(second, first)))


def test_the_size_is_that_of_a_set(graph: Graph, run: Run) -> None:
    assert run(sets.size(sets.union(DENSE, SPARSE))).tolist() == [3, 2]
    with pytest.raises(TypeError, match="a SparseTensor is wanted"):
        sets.size(DENSE)


def test_entries_out_of_order_are_refused_unless_they_need_not_be_validated(graph: Graph, run: Run) -> None:
    mixed = SparseTensor(SPARSE.indices[::-1], SPARSE.values[::-1], SPARSE.dense_shape)
    with pytest.raises(
        InvalidArgumentError, match=r"indices\[1\] = \[0, 1\] is out of order; tf\.sparse_reorder"
    ):
        run(sets.size(mixed))
    assert run(sets.size(mixed, validate_indices=False)).tolist() == [2, 1]


def test_other_numbers_of_rows_are_refused(graph: Graph, run: Run) -> None:
    with pytest.raises(ValueError, match=r"one operand has \(2,\) of them, the other \(1,\)"):
        sets.union(DENSE, DENSE[:1])
    some = placeholder("int64", [None, None])
    with pytest.raises(InvalidArgumentError, match=r"one operand has \[1\] of them, the other \[2\]"):
        run(sets.union(some, SPARSE), {some: DENSE[:1]})


def test_a_vector_is_no_row(graph: Graph) -> None:
    with pytest.raises(ValueError, match="there are at least 2 dimensions, given: 1"):
        sets.union([1, 2], [2, 3])


def test_text_and_numbers_have_no_union(graph: Graph) -> None:
    with pytest.raises(TypeError):
        sets.union(DENSE, [["a"], ["b"]])
