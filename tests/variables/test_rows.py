"""tf.scatter_* and what variables have for their rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.runtime.session import Session
from estimator.variables import rows
from estimator.variables.variable import Variable


@pytest.fixture
def session() -> Any:
    with Graph().as_default(), Session() as opened:
        yield opened


def table(session: Session) -> Variable:
    made = Variable(np.array([[1, 2], [3, 4], [5, 6]], np.float32), name="table")
    session.run(made.initializer)
    return made


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("scatter_add", [[1, 2], [23, 44], [5, 6]]),
        ("scatter_sub", [[1, 2], [-17, -36], [5, 6]]),
        ("scatter_mul", [[1, 2], [300, 1600], [5, 6]]),
        ("scatter_div", [[1, 2], [0.03, 0.01], [5, 6]]),
        ("scatter_min", [[1, 2], [3, 4], [5, 6]]),
        ("scatter_max", [[1, 2], [10, 20], [5, 6]]),
        ("scatter_update", [[1, 2], [10, 20], [5, 6]]),
    ],
)
def test_functions_and_methods_change_rows_and_give_the_value_after(
    session: Session, function: str, expected: Any
) -> None:
    by_function, by_method = table(session), table(session)
    updates = [[10.0, 20.0], [10.0, 20.0]]
    after = getattr(rows, function)(by_function, [1, 1], updates)
    slices = IndexedSlices(session.graph.constant(updates), session.graph.constant([1, 1]))
    same = getattr(by_method, function)(slices)
    for value in (*session.run([after, same]), *session.run([by_function, by_method])):
        np.testing.assert_allclose(value, expected, rtol=1e-6)


def test_positions_are_changed_by_function_and_method(session: Session) -> None:
    first, second = table(session), table(session)
    added = rows.scatter_nd_add(first, [[0, 1], [2, 0]], [100.0, 1000.0])
    replaced = second.scatter_nd_update([[1]], [[0.0, 9.0]])
    assert session.run(added).tolist() == [[1, 102], [3, 4], [1005, 6]]
    assert session.run(replaced).tolist() == [[1, 2], [0, 9], [5, 6]]


def test_rows_are_read_without_the_others(session: Session) -> None:
    read = table(session).sparse_read([2, 0, 2])
    assert read.op.type == "ResourceGather"
    assert session.run(read).tolist() == [[5, 6], [1, 2], [5, 6]]


def test_parts_are_read_without_the_others(session: Session) -> None:
    read = table(session).gather_nd([[2, 0], [0, 1]])
    assert read.op.type == "ResourceGatherNd"
    assert read.name == "GatherNd:0"
    assert session.run(read).tolist() == [5, 2]


def test_what_is_no_variable_or_no_index_is_named(session: Session) -> None:
    with pytest.raises(TypeError, match="scatter_add changes a variable, given: 3"):
        rows.scatter_add(3, [0], [1.0])
    with pytest.raises(TypeError, match="scatter_add of table:0: indices must be int32 or int64, given"):
        rows.scatter_add(table(session), [0.5], [[1.0, 1.0]])


def test_the_parts_of_each_entry_of_a_batch_are_replaced(session: Session) -> None:
    v = Variable(np.arange(1.0, 9.0).reshape(2, 2, 2), dtype="float32")
    session.run(v.initializer)
    # what TensorFlow 2.15.1 gives
    changed = rows.batch_scatter_update(v, [[0], [1]], [[[9.0, 9.0]], [[8.0, 8.0]]])
    assert session.run(changed).tolist() == [[[9, 9], [3, 4]], [[5, 6], [8, 8]]]
    of_table = table(session)
    slices = IndexedSlices(
        session.graph.constant([[9.0], [8.0], [7.0]]), session.graph.constant([[0], [1], [1]])
    )
    assert session.run(of_table.batch_scatter_update(slices)).tolist() == [[9, 2], [3, 8], [5, 7]]


def test_a_batch_of_another_size_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="ScatterNd"):
        rows.batch_scatter_update(table(session), [[0], [1]], [[9.0], [8.0], [7.0]])


def test_a_batch_of_unknown_rank_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match=r"batch_scatter_update of table:0: the rank of .* must be known"):
        rows.batch_scatter_update(table(session), build.Placeholder(dtype="int32", shape=None), [[1.0]])


@pytest.mark.parametrize("method", ["scatter_add", "scatter_update", "batch_scatter_update"])
def test_a_method_takes_indexed_slices_and_nothing_else(session: Session, method: str) -> None:
    with pytest.raises(
        TypeError, match=rf"{method} takes tf\.IndexedSlices\(values, indices\), given: \[1\]"
    ):
        getattr(table(session), method)([1])
