"""What rows of examples cannot show of the array ops: feeds, static shapes, and what the errors say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32
from estimator.core.errors import GradientError, InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.graph.static import static_value
from estimator.runtime.session import Session


def run(fetches: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetches, feeds)


def test_a_placeholder_takes_what_it_is_fed() -> None:
    x = b.Placeholder(dtype=float32, shape=[None, 2])
    np.testing.assert_array_equal(run(b.Identity(x), {x: [[1.0, 2.0]]}), [[1, 2]])


def test_a_placeholder_with_default_can_be_fed_and_is_never_folded() -> None:
    x = b.PlaceholderWithDefault(np.float32(3), shape=[])
    double = b.Mul(x, 2.0)
    assert static_value(double) is None
    assert run(double) == 6
    assert run(double, {x: 5.0}) == 10


@pytest.mark.parametrize(
    ("key", "dims"),
    [
        (np.s_[0], (4, 5)),
        (np.s_[:, 1], (None, 5)),
        (np.s_[:, 1:3], (None, 2, 5)),
        (np.s_[1:], (None, 4, 5)),
        (np.s_[..., -1], (None, 4)),
        (np.s_[:, None, ::2], (None, 1, 2, 5)),
        (np.s_[:, ::-1, 4:1:-2], (None, 4, 2)),
    ],
)
def test_brackets_keep_what_is_known_of_the_shape(key: Any, dims: Any) -> None:
    x = b.Placeholder(dtype=float32, shape=[None, 4, 5])
    array = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    sliced = x[key]
    assert sliced.dims == dims
    np.testing.assert_array_equal(run(sliced, {x: array}), array[key])


def test_brackets_take_tensors_and_leave_whole_axes_known() -> None:
    x, n = b.Placeholder(dtype=float32, shape=[None, 4]), b.Placeholder(dtype=int32, shape=[])
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    head, row = x[:n], x[n]
    assert head.dims == (None, 4)
    assert row.dims == (4,)
    for got, wanted in zip(run([head, row], {x: array, n: 2}), [array[:2], array[2]], strict=True):
        np.testing.assert_array_equal(got, wanted)


def test_a_position_out_of_range_is_refused_while_the_graph_is_built() -> None:
    x = b.Placeholder(dtype=float32, shape=[None, 4])
    with pytest.raises(ValueError, match=r"index 4 is out of range for axis 1 of \(\?, 4\)"):
        x[:, 4]


def test_sizes_that_do_not_add_up_are_refused_while_the_graph_is_built() -> None:
    x = b.Placeholder(dtype=float32, shape=[None, 5])
    with pytest.raises(ValueError, match=r"\[2, 2\] do not add up to 5"):
        b.SplitV(x, np.array([2, 2]), 1, num_split=2)
    with pytest.raises(ValueError, match="3 equal parts along axis 1 of size 5"):
        b.Split(1, x, num_split=3)
    with pytest.raises(ValueError, match="its size is 5, not 1"):
        b.Squeeze(x, squeeze_dims=[1])


def test_a_batch_size_goes_through_shape_slice_and_pack_into_a_shape() -> None:
    x = b.Placeholder(dtype=float32, shape=[None, 4])
    assert b.Fill(b.Pack([b.Shape(x)[0], 7]), 0.0).dims == (None, 7)
    assert b.Reshape(x, b.ConcatV2([b.Shape(x)[:1], [2, 2]], 0)).dims == (None, 2, 2)


def test_an_index_out_of_range_is_named() -> None:
    params, indices = b.Placeholder(dtype=float32, shape=[3]), b.Placeholder(dtype=int32, shape=[None])
    rows = b.GatherV2(params, indices, 0)
    for wrong in (3, -1):
        with pytest.raises(InvalidArgumentError, match=rf"indices\[1\] = {wrong} is not in \[0, 3\)"):
            run(rows, {params: [1.0, 2, 3], indices: [0, wrong]})


def test_segment_ids_out_of_order_are_refused() -> None:
    ids = b.Placeholder(dtype=int32, shape=[3])
    with pytest.raises(InvalidArgumentError, match="must be sorted"):
        run(b.SegmentSum([1.0, 2.0, 3.0], ids), {ids: [1, 0, 2]})


def test_rows_gathered_from_a_variable_have_a_sparse_gradient() -> None:
    with Graph().as_default():
        handle = b.VarHandleOp(dtype=float32, shape=[5, 2], shared_name="table")
        rows = b.GatherV2(b.ReadVariableOp(handle, dtype=float32), np.array([[3, 1], [3, 3]]), 0)
        (found,) = gradients(rows, [handle])
    assert isinstance(found, IndexedSlices)
    assert found.indices.dims == (4,)
    assert found.values.dims == (4, 2)


def test_the_gradient_stops_where_it_is_told() -> None:
    x = b.Placeholder(dtype=float32, shape=[2])
    assert gradients(b.StopGradient(x), [x]) == [None]
    with pytest.raises((GradientError, LookupError), match="because"):
        gradients(b.PreventGradient(x, message="because"), [x])


def test_shapes_that_cannot_be_joined_have_no_offsets() -> None:
    axis = b.Placeholder(dtype=int32, shape=[])
    offsets = b.ConcatOffset(axis, [np.int32([2, 3]), np.int32([3, 1])])
    with pytest.raises(InvalidArgumentError, match=r"\(2, 3\) and \(3, 1\) cannot be joined along axis 1"):
        run(offsets, {axis: 1})
    with pytest.raises(InvalidArgumentError, match="ConcatOffset"):
        run(offsets, {axis: 2})
