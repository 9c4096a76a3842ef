"""Functions that pick by position. That their ops are right is shown in tests/ops."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.functions.indexing import boolean_mask, gather, gather_nd
from estimator.functions.scoping import convert_to_tensor
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


def test_a_mask_is_for_tensors_of_unknown_rank_too() -> None:
    x, values = placeholder("float32", None), np.arange(12, dtype=np.float32).reshape(3, 2, 2)
    flat, rows = boolean_mask(x, values > 4), boolean_mask(x, [True, False], axis=1)
    with Session() as session:
        found = session.run([flat, rows, *gradients(flat, x)], {x: values})
    np.testing.assert_array_equal(found[0], values[values > 4])
    np.testing.assert_array_equal(found[1], values[:, :1])
    np.testing.assert_array_equal(found[2], values > 4)


@pytest.mark.parametrize("known", ["nothing", "ranks", "sizes"])
@pytest.mark.parametrize(
    ("axis", "batch"), [(0, 0), (1, 0), (-1, 0), (1, 1), (2, 1), (-1, 1), (2, 2), (2, -1)]
)
def test_what_is_gathered_has_gradients_whatever_is_known(known: str, axis: int, batch: int) -> None:
    rng = np.random.default_rng(0)
    values, ids = rng.normal(size=(2, 3, 4)), np.array([[0, 1, 1], [1, 1, 0]])[:, : 3 if batch else 2]
    if known == "nothing" and batch < 0:
        pytest.skip("how many axes are shared is not known")
    shapes: Any = {
        "nothing": (None, None),
        "ranks": ([None] * 3, [None] * 2),
        "sizes": ((2, 3, 4), ids.shape),
    }
    x, places = (
        placeholder(kind, dims) for kind, dims in zip(("float64", "int32"), shapes[known], strict=True)
    )
    picked = gather(x, places, axis=axis, batch_dims=batch)
    (gradient,) = gradients(picked * picked, x)
    with Session() as session:
        found, dense = session.run([picked, convert_to_tensor(gradient)], {x: values, places: ids})
    expected, counts = gathered(values, ids, axis % 3, batch if batch >= 0 else batch + ids.ndim)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_allclose(dense, 2 * values * counts)


def gathered(values: Any, ids: Any, axis: int, batch: int) -> tuple[Any, Any]:
    """What is picked, and how often each element is."""
    if batch:
        parts = [gathered(row, places, axis - 1, batch - 1) for row, places in zip(values, ids, strict=True)]
        return np.stack([part for part, _ in parts]), np.stack([count for _, count in parts])
    often = np.bincount(np.ravel(ids), minlength=values.shape[axis])
    return np.take(values, ids, axis), np.moveaxis(
        np.broadcast_to(often, np.moveaxis(values, axis, -1).shape), -1, axis
    )


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("known", [True, False])
def test_gather_nd_in_batches_is_gather_nd_of_each(dtype: str, known: bool) -> None:
    rng = np.random.default_rng(0)
    values, places = rng.standard_normal((2, 3, 4, 5)), rng.integers(0, 4, (2, 3, 6, 1))
    params = placeholder("float64", values.shape if known else [None] * 4)
    indices = placeholder(dtype, places.shape if known else [None] * 4)
    found = gather_nd(params, indices, batch_dims=2)
    expected = [[values[i, j][places[i, j, :, 0]] for j in range(3)] for i in range(2)]
    with Session() as session:
        result = session.run(found, {params: values, indices: places})
    np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("batch_dims", [-1, 2, 3])
def test_gather_nd_needs_axes_behind_the_batch(batch_dims: int) -> None:
    params, indices = placeholder("float32", [2, 3, 4]), placeholder("int32", [2, 3])
    with pytest.raises(ValueError, match="batch_dims must be less than the known rank of indices|of params"):
        gather_nd(params, indices, batch_dims=batch_dims)
