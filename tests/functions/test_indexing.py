"""Functions that pick by position. That their ops are right is shown in tests/ops."""

from __future__ import annotations

import tracemalloc

import numpy as np

from estimator.functions.arrays import placeholder
from estimator.functions.indexing import boolean_mask, gather
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


def test_rows_of_a_variable_are_gathered_without_reading_the_others() -> None:
    with Session(graph=Graph()) as session:
        table = Variable(np.ones((20_000, 16), np.float32), name="table")
        ids = placeholder("int32", [None])
        rows = gather(table, ids)
        assert (rows.op.name, rows.op.type) == ("Gather", "ResourceGather")  # as TensorFlow 2.15 has it
        (slices,) = gradients(rows, table)
        assert isinstance(slices, IndexedSlices)
        session.run(table.initializer)
        session.run([rows, slices], {ids: [3]})
        tracemalloc.start()
        try:
            session.run([rows, slices], {ids: [5, 1]})  # a shape that was not seen before: it is interpreted
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 20_000 * 4  # of 20,000 rows of 64 bytes


def test_other_axes_and_what_is_no_variable_are_gathered_from_their_value() -> None:
    with Session(graph=Graph()) as session:
        table = Variable(np.arange(6, dtype=np.float32).reshape(2, 3), name="table")
        columns, of_tensor = gather(table, [2, 0], axis=1), gather(table.as_tensor(), [1])
        assert [columns.op.type, of_tensor.op.type] == ["GatherV2", "GatherV2"]
        session.run(table.initializer)
        assert session.run(columns).tolist() == [[2, 0], [5, 3]]
        assert session.run(of_tensor).tolist() == [[3, 4, 5]]


def test_a_masked_variable_has_a_dense_gradient() -> None:
    """As in TensorFlow 2.15: an optimizer with momentum moves the rows that are masked in this step, too."""
    with Session(graph=Graph()) as session:
        table = Variable(np.ones((3, 2), np.float32), name="table")
        (dense,) = gradients(boolean_mask(table, [True, False, True]), table)
        assert isinstance(dense, Tensor)
        session.run(table.initializer)
        assert session.run(dense).tolist() == [[1, 1], [0, 0], [1, 1]]
