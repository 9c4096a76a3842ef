"""What moves values, of every type, and ids at the ends of their range."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest

from estimator.core.dtypes import float32, int64, string
from estimator.core.errors import UsageError
from estimator.functions.arrays import placeholder
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.onnx_export.exporting import to_onnx
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import global_variables_initializer
from tests.onnx_export.runtime import assert_same, check_op, run_onnx
from tests.onnx_export.test_elementwise import EDGES

VALUES: dict[str, Any] = {**EDGES, "string": np.array([b"a", b"", b"cd"], object)}
ROWS = {name: np.resize(values, (3, 4)) for name, values in VALUES.items()}
each_type = pytest.mark.parametrize("dtype", VALUES)


@each_type
def test_shapes_change_and_axes_come_and_go(dtype: str) -> None:
    rows = ROWS[dtype]
    check_op("Reshape", [rows, np.int32([-1, 2])], constants=[1])
    check_op("Reshape", [rows[:0], np.int32([0, 4])], constants=[1])
    check_op("ExpandDims", [rows, np.int32(-1)], constants=[1])
    check_op("Squeeze", [rows[:, :1]], squeeze_dims=[-1])
    check_op("Transpose", [rows, np.int32([1, 0])], constants=[1])
    check_op("StopGradient", [rows])


@each_type
def test_tensors_are_joined_and_parted(dtype: str) -> None:
    rows = ROWS[dtype]
    check_op("ConcatV2", [[rows, rows[:1]], np.int32(0)], constants=[1])
    check_op("Pack", [[rows, rows]], axis=-1)
    check_op("Unpack", [rows], num=4, axis=1)
    check_op("Split", [np.int32(1), rows], constants=[0], num_split=2)
    check_op("SplitV", [rows, np.int32([3, -1]), np.int32(1)], constants=[1, 2], num_split=2)


@each_type
def test_tensors_are_repeated(dtype: str) -> None:
    rows = ROWS[dtype]
    check_op("Tile", [rows, np.int32([2, 1])], constants=[1])
    check_op("BroadcastTo", [rows, np.int32([2, 3, 4])], constants=[1])
    check_op("Fill", [np.int32([2, 3]), rows[0, 0:1].reshape(())], constants=[0])


@each_type
def test_parts_are_cut_out(dtype: str) -> None:
    rows = ROWS[dtype]
    check_op("Slice", [rows, np.int32([1, 1]), np.int32([-1, 2])], constants=[1, 2])
    for begin, end, strides, masks in [
        ([1, 1], [3, 3], [1, 1], {}),
        ([-1, 0], [0, 0], [1, 1], {"shrink_axis_mask": 1, "end_mask": 2}),
        ([0, 3], [0, 0], [1, -2], {"begin_mask": 1, "end_mask": 3}),
        ([0, 0], [0, 0], [1, -1], {"begin_mask": 3, "end_mask": 3}),
        ([0, 2], [0, 3], [1, 1], {"ellipsis_mask": 1, "shrink_axis_mask": 2}),
        ([0, 0, 0], [0, 0, 2], [1, 1, 1], {"begin_mask": 2, "end_mask": 2, "new_axis_mask": 1}),
    ]:
        places = [np.int32(numbers) for numbers in (begin, end, strides)]
        check_op("StridedSlice", [rows, *places], constants=[1, 2, 3], **masks)


@each_type
def test_rows_are_looked_up(dtype: str) -> None:
    check_op("GatherV2", [ROWS[dtype], np.int64([2, 0, 2]), np.int32(0)], constants=[2])
    check_op("GatherV2", [ROWS[dtype], np.int32([[3], [0]]), np.int32(1)], constants=[2])
    check_op("GatherNd", [ROWS[dtype], np.int32([[2, 3], [0, 0]])])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_edges_are_padded(dtype: str) -> None:
    rows = ROWS[dtype]
    check_op("Pad", [rows, np.int32([[1, 0], [0, 2]])], constants=[1])
    check_op("PadV2", [rows, np.int32([[1, 0], [0, 2]]), np.array(7, dtype)], constants=[1])
    check_op("MirrorPad", [rows, np.int32([[1, 0], [0, 2]])], constants=[1], mode="REFLECT")


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_numbers_in_a_row(dtype: str) -> None:
    check_op("Range", [np.array(bound, dtype) for bound in (0, 5, 2)])
    check_op("Range", [np.array(bound, dtype) for bound in (5, 0, -2)])


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("axis", [-1, 0])
def test_an_id_outside_of_the_range_is_none_of_the_classes(dtype: str, axis: int) -> None:
    ids = np.array([-1, 0, 2, 3], dtype)
    check_op("OneHot", [ids, np.int32(3), np.float32(2), np.float32(-1)], constants=[1], axis=axis)


def _embedding() -> tuple[bytes, Any]:
    graph = Graph()
    table = np.float32([[1, 2], [3, 4], [5, 6]])
    with graph.as_default():
        ids = placeholder(int64, [None])
        rows = build.ResourceGather(get_variable("table", initializer=table).handle, ids, dtype=float32)
        ready = global_variables_initializer()
    with Session(graph=graph) as session:
        session.run(ready)
        return to_onnx(session, {"ids": ids}, {"rows": rows}), table


def test_an_embedding_is_looked_up_in_its_variable() -> None:
    model, table = _embedding()
    assert_same(run_onnx(model, {"ids": np.array([2, 0, 2])})["rows"], table[[2, 0, 2]])
    assert_same(run_onnx(model, {"ids": np.zeros(0, np.int64)})["rows"], table[:0])


@pytest.mark.parametrize("wrong", [-1, 3])
def test_an_id_that_a_table_does_not_have_is_refused_by_the_runtime(wrong: int) -> None:
    model, _ = _embedding()
    with pytest.raises(
        onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument, match="out of data bounds"
    ):
        run_onnx(model, {"ids": np.array([wrong])})


def test_what_has_no_counterpart_is_refused() -> None:
    for reason, arguments in {
        "batch_dims are given": (
            "GatherV2",
            [np.ones((2, 3)), np.int32([[0], [1]]), np.int32(1)],
            [2],
            {"batch_dims": 1},
        ),
        "no symmetric padding": (
            "MirrorPad",
            [np.ones((2, 2)), np.int32([[1, 0], [0, 0]])],
            [1],
            {"mode": "SYMMETRIC"},
        ),
        "whose size only a run tells": (
            "SplitV",
            [np.ones(4), np.int32([3, -1]), np.int32(0)],
            [1, 2],
            {"num_split": 2},
        ),
        "of texts, along an axis": (
            "GatherV2",
            [np.array([[[b"a"]]], object), np.int32([0]), np.int32(1)],
            [2],
            {},
        ),
        "as a constant": ("Slice", [np.ones(4), np.int32([1]), np.int32([2])], [], {}),
        "of values of bool": (
            "OneHot",
            [np.int32([1]), np.int32(3), np.array(True), np.array(False)],
            [1],
            {},
        ),
    }.items():
        op_type, inputs, constants, attrs = arguments
        with pytest.raises(UsageError, match=reason):
            check_op(op_type, inputs, constants, **attrs)


def test_texts_that_are_no_utf8_are_refused() -> None:
    graph = Graph()
    with graph.as_default():
        ids = placeholder(int64, [None])
        words = build.GatherV2(np.array([b"a", b"\xff"], object), ids, np.int32(0))
        same = build.Equal(placeholder(string, [None], name="word"), np.array(b"\xff", object))
    with Session(graph=graph) as session, pytest.raises(UsageError) as error:
        to_onnx(session, {"ids": ids, "word": same.op.inputs[0]}, {"words": words, "same": same})
    assert str(error.value).count("is no UTF-8") + str(error.value).count("are no UTF-8") == 3
