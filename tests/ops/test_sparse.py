"""Sparse tensors in ops: what is refused, and how large shapes may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

VALUES = np.array([1, 2], np.float32)


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(graph=Graph()) as session:
        yield session


def run(session: Session, op: Any, *values: Any, **attrs: Any) -> Any:
    """What the op gives for fed values, whose shapes only the run tells."""
    feeds = {}
    for value in values:
        array = np.array(value, np.int64) if isinstance(value, list) else np.asarray(value)
        feeds[b.Placeholder(dtype=array.dtype.type, shape=(None,) * array.ndim)] = array
    return session.run(op(*feeds, **attrs), feeds)


# -- positions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "fault"),
    [
        ([[1, 0], [0, 1]], r"indices\[1\] = \[0, 1\] is out of order; tf.sparse_reorder"),
        ([[0, 1], [0, 1]], r"indices\[1\] = \[0, 1\] is repeated; .*validate_indices=False"),
        ([[0, 1], [2, 0]], r"indices\[1\] = \[2, 0\] is outside of the shape \[2, 3\]"),
        ([[0, -1], [1, 0]], r"indices\[0\] = \[0, -1\] is outside of the shape \[2, 3\]"),
    ],
)
def test_a_dense_tensor_is_made_of_entries_in_order(session: Session, places: Any, fault: str) -> None:
    with pytest.raises(InvalidArgumentError, match=fault):
        run(session, b.SparseToDense, places, [2, 3], VALUES, np.float32(0))


def test_of_repeated_positions_the_last_counts_if_that_is_wanted(session: Session) -> None:
    found = run(session, b.SparseToDense, [[1], [1]], [2], VALUES, np.float32(9), validate_indices=False)
    assert found.tolist() == [9, 2]


def test_positions_outside_are_refused_even_then(session: Session) -> None:
    with pytest.raises(InvalidArgumentError, match=r"= \[7\] is outside of the shape \[2\]"):
        run(session, b.SparseToDense, [[1], [7]], [2], VALUES, np.float32(9), validate_indices=False)


@pytest.mark.parametrize("op", [b.SparseReduceSum, b.SparseReduceMax])
def test_a_reduction_has_no_entries_outside(session: Session, op: Any) -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"indices\[1\] = \[1, 5\] is outside of the shape \[2, 3\]"
    ):
        run(session, op, [[0, 1], [1, 5]], VALUES, [2, 3], np.array([1], np.int32))


def test_a_product_has_no_entries_outside(session: Session) -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"indices\[1\] = \[1, 5\] is outside of the shape \[2, 2\]"
    ):
        run(session, b.SparseTensorDenseMatMul, [[0, 1], [1, 5]], VALUES, [2, 2], np.ones((2, 1), np.float32))


def test_entries_of_an_empty_first_axis_have_no_row(session: Session) -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"rows of the entries: indices\[:, 0\]\[0\] = 0 is not in \[0, 0\)"
    ):
        run(session, b.SparseFillEmptyRows, [[0, 1], [0, 2]], VALUES, [0, 3], np.float32(0))


def test_no_rows_have_none_to_fill(session: Session) -> None:
    empty = np.zeros((0, 2), np.int64)
    found = run(session, b.SparseFillEmptyRows, empty, VALUES[:0], [0, 3], np.float32(0))
    assert [part.tolist() for part in found] == [[], [], [], []]


# -- shapes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ([4, 4], r"shape \[3, 4\] \(12 positions\) does not fit \[4, 4\]"),
        ([5, -1], r"does not fit \[5, -1\]"),
        ([-1, -1], r"at most one -1, given: \[-1, -1\]"),
        ([-2], r"sizes from 0 on"),
    ],
)
def test_a_new_shape_has_as_many_positions(session: Session, wanted: Any, fault: str) -> None:
    with pytest.raises(InvalidArgumentError, match=fault):
        run(session, b.SparseReshape, [[0, 1]], [3, 4], wanted)


def test_what_is_empty_tells_no_size(session: Session) -> None:
    with pytest.raises(InvalidArgumentError, match=r"\(0 positions\) does not fit \[0, -1\]"):
        run(session, b.SparseReshape, np.zeros((0, 2), np.int64), [0, 4], [0, -1])


def test_entries_of_huge_tensors_are_sorted_and_added(session: Session) -> None:
    huge, places = [2**40, 2**40], [[2**39, 3], [1, 2**39]]
    indices, values = run(session, b.SparseReorder, places, VALUES, huge)
    assert (indices.tolist(), values.tolist()) == (places[::-1], [2, 1])
    total = run(session, b.SparseAdd, places[::-1], VALUES, huge, places[:1], VALUES[:1], huge, np.float32(0))
    assert (total[0].tolist(), total[1].tolist()) == (places[::-1], [1, 3])


def test_positions_that_int64_cannot_count_are_refused(session: Session) -> None:
    with pytest.raises(InvalidArgumentError, match="more positions than fit into int64"):
        run(session, b.SparseReshape, [[1, 2]], [2**40, 2**40], [-1, 2])


def test_tensors_that_are_joined_agree_but_along_the_axis(session: Session) -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"input 1 of shape \[3, 2\] cannot be joined along axis 1"
    ):
        places, values = [np.array([[0, 1]])] * 2, [VALUES[:1]] * 2
        session.run(b.SparseConcat(places, values, [np.array([2, 2]), np.array([3, 2])], concat_dim=1))


@pytest.mark.parametrize("op", [b.SparseSparseMaximum, b.SparseSparseMinimum])
def test_extremes_are_of_tensors_of_one_shape(session: Session, op: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"\(3,\) and \(4,\) are not compatible"):
        run(session, op, [[0], [1]], VALUES, [3], [[0], [1]], VALUES, [4])


def test_a_dense_tensor_beside_a_sparse_one_is_repeated_not_the_other_way_round(session: Session) -> None:
    for dense in (np.ones((2, 2), np.float32), np.ones((1, 1, 1), np.float32)):
        with pytest.raises(InvalidArgumentError, match="do not broadcast|more dimensions"):
            run(session, b.SparseDenseCwiseMul, [[0, 1], [0, 2]], VALUES, [1, 3], dense)


def test_shapes_that_come_as_values_are_looked_at_in_the_run(session: Session) -> None:
    three, four = (b.Placeholder(dtype=np.int64, shape=(1,)) for _ in range(2))
    indices, dense = np.array([[0], [1]]), np.ones(4, np.float32)
    added = b.SparseAdd(indices, VALUES, three, indices, VALUES, four, np.float32(0))[1]
    for result in (added, b.SparseDenseCwiseAdd(indices, VALUES, three, dense)):
        with pytest.raises(InvalidArgumentError, match="not compatible|do not broadcast"):
            session.run(result, {three: [3], four: [4]})


# -- gradients ---------------------------------------------------------------------------------------


def test_a_value_for_all_positions_takes_the_gradient_of_all(session: Session) -> None:
    value = b.Placeholder(dtype=np.float32, shape=())
    dense = b.SparseToDense([[0], [2]], [4], value, 0.0)
    (slope,) = gradients(b.Mul(dense, [1.0, 10.0, 100.0, 1000.0]), value)
    assert session.run(slope, {value: 5.0}) == 101


# -- rows dealt out ------------------------------------------------------------------------------------


def test_a_partition_that_there_is_not_is_refused(session: Session) -> None:
    with pytest.raises(InvalidArgumentError, match=r"partitions\[1\] = 2 is not in \[0, 2\)"):
        run(session, b.DynamicPartition, VALUES, np.array([0, 2], np.int32), num_partitions=2)


def test_rows_are_not_put_before_the_first(session: Session) -> None:
    with pytest.raises(InvalidArgumentError, match="is -1, below 0"):
        session.run(b.DynamicStitch([[0, -1]], [VALUES]))


def test_what_goes_into_unused_partitions_alone_flows_back(session: Session) -> None:
    x = b.Placeholder(dtype=np.float32, shape=(None,))
    first, _ = b.DynamicPartition(x, np.array([0, 1, 0], np.int32), num_partitions=2)
    (slope,) = gradients(first * first, x)
    assert session.run(slope, {x: [1.0, 2.0, 3.0]}).tolist() == [2, 0, 6]
