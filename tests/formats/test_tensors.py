"""TensorProto and TensorShapeProto, against messages of TensorFlow."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.errors import DataLossError, InvalidArgumentError, ResourceExhaustedError
from estimator.formats import messages
from estimator.formats.tensors import (
    array_from_proto,
    array_to_proto,
    continued,
    dims_from_proto,
    dims_to_proto,
    fill_proto,
    leading_values,
    misplaced_values,
    own_copy,
)


def proto(text: str) -> Any:
    return messages.parse_text("TensorProto", text, "test")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dtype: DT_FLOAT tensor_shape { dim { size: 2 } dim { size: 2 } } float_val: 0.5", np.full((2, 2), 0.5, "f4")),
        ("dtype: DT_INT32 tensor_shape { dim { size: 4 } } int_val: 7 int_val: 9", np.array([7, 9, 9, 9], "i4")),
        ("dtype: DT_INT64 tensor_shape { } int64_val: -1", np.array(-1, "i8")),
        ("dtype: DT_FLOAT tensor_shape { dim { size: 3 } }", np.zeros(3, "f4")),
        ("dtype: DT_UINT8 tensor_shape { dim { size: 1 } } int_val: 255", np.array([255], "u1")),
        ("dtype: DT_INT8 tensor_shape { } int_val: -2", np.array(-2, "i1")),
        ("dtype: DT_HALF tensor_shape { } half_val: 15360", np.array(1, "f2")),
        ("dtype: DT_BFLOAT16 tensor_shape { } half_val: 16256", np.array(0x3F80, "u2")),
        ("dtype: DT_COMPLEX64 tensor_shape { dim { size: 2 } } scomplex_val: 1 scomplex_val: 2", np.full(2, 1 + 2j, "c8")),
        ("dtype: DT_BOOL tensor_shape { dim { size: 2 } } bool_val: true", np.array([True, True])),
        ("dtype: DT_UINT64 tensor_shape { } uint64_val: 18446744073709551615", np.array(2**64 - 1, "u8")),
        ('dtype: DT_INT32 tensor_shape { dim { size: 2 } } tensor_content: "\\001\\000\\000\\000\\002\\000\\000\\000"', np.array([1, 2], "i4")),
        ('dtype: DT_STRING tensor_shape { dim { size: 2 } } string_val: "a\\000"', np.array([b"a\0", b"a\0"], object)),
        ("dtype: DT_STRING tensor_shape { dim { size: 1 } }", np.array([b""], object)),
    ],
)  # fmt: skip
def test_every_form_of_a_constant_is_read(text: str, expected: np.ndarray) -> None:
    array = array_from_proto(proto(text))
    np.testing.assert_array_equal(array, expected)
    assert array.dtype == expected.dtype and array.shape == expected.shape


@pytest.mark.parametrize(
    "dtype",
    ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "c8", "c16", "?"],
)
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0, 3)])
def test_numbers_survive(dtype: str, shape: tuple[int, ...], rng: np.random.Generator) -> None:
    value = rng.integers(0, 100, shape).astype(dtype)
    again = array_from_proto(array_to_proto(value))
    np.testing.assert_array_equal(again, value)
    assert again.dtype == value.dtype and again.shape == shape


def test_bfloat16_keeps_its_bits_and_its_type() -> None:
    written = array_to_proto(np.array([0x3F80, 0x4000], np.uint16), dtypes.bfloat16)
    assert written.dtype == messages.DataType.Value("DT_BFLOAT16")
    assert array_from_proto(written).tolist() == [0x3F80, 0x4000]


def test_strings_survive_with_their_trailing_zeros() -> None:
    assert array_from_proto(array_to_proto([b"a\0", b""])).tolist() == [b"a\0", b""]
    assert array_from_proto(array_to_proto("é")).item() == "é".encode()


def test_a_scalar_is_written_as_tensorflow_does() -> None:
    # tf.make_tensor_proto(0.1, tf.float32) of TensorFlow 2.15.1
    assert messages.to_bytes(array_to_proto(0.1, dtypes.float32)).hex() == "080112002a04cdcccc3d"


def test_every_constant_of_a_graph_of_tensorflow_is_read(tf_files: Path) -> None:
    path = tf_files / "dnn_iris_adagrad_default" / "model_dir" / "model.ckpt-200.meta"
    graph = messages.parse("MetaGraphDef", path.read_bytes(), "meta").graph_def
    values = {
        node.name: array_from_proto(node.attr["value"].tensor) for node in graph.node if node.op == "Const"
    }
    assert len(values) > 50
    slot = "dnn/hiddenlayer_0/kernel/part_0/t_0/Adagrad/Initializer/Const"
    found = [value for name, value in values.items() if name.endswith(slot)]
    assert not found or np.all(found[0] == np.float32(0.1))


@pytest.mark.parametrize("dims", [None, (), (None, 4), (0, 3)])
def test_shapes_survive(dims: Any) -> None:
    assert dims_from_proto(dims_to_proto(dims)) == dims


def test_the_unknown_size_is_minus_one_in_files() -> None:
    assert messages.to_text(dims_to_proto((None,))) == "dim {\n  size: -1\n}\n"


@pytest.mark.parametrize(
    ("text", "error", "advice"),
    [
        ("dtype: DT_INT32 tensor_shape { } int_val: 1 int_val: 2", DataLossError, "n: 2 values for shape"),
        ('dtype: DT_INT32 tensor_shape { } tensor_content: "abc"', DataLossError, "has 3 bytes, .* has 4"),
        ("dtype: DT_INT32 tensor_shape { dim { size: -1 } }", DataLossError, "is not known"),
        ("dtype: DT_INT32 tensor_shape { dim { size: -7 } }", DataLossError, r"sizes \[-7\]"),
        ("dtype: DT_RESOURCE", InvalidArgumentError, "n: a TensorProto of element type DT_RESOURCE"),
        ("dtype: DT_QINT8", InvalidArgumentError, "DT_QINT8"),
        ("tensor_shape { }", InvalidArgumentError, "DT_INVALID"),
        (
            "dtype: DT_INT8 tensor_shape { dim { size: 99999999999 } } int_val: 1",
            ResourceExhaustedError,
            "may have 2.0 GiB",
        ),
    ],
)
def test_constants_that_contradict_themselves_are_refused(text: str, error: type, advice: str) -> None:
    with pytest.raises(error, match=advice):
        array_from_proto(proto(text), "n")


def test_what_has_no_form_is_refused_when_written() -> None:
    with pytest.raises(InvalidArgumentError, match="tensor of resource"):
        array_to_proto(np.array([object()]), dtypes.resource)


@pytest.mark.parametrize(
    "dtype",
    ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "c8", "c16", "?", "O"],
)
def test_one_value_again_and_again_is_written_once(dtype: str, rng: np.random.Generator) -> None:
    value = (
        np.array([b"ab\0"], object) if dtype == "O" else np.array([1 + 1j if dtype[0] == "c" else 1], dtype)
    )
    written = array_to_proto(np.repeat(value, 1000).reshape(10, 100))
    assert written.ByteSize() < 40
    again = array_from_proto(written)
    assert again.dtype == value.dtype and again.shape == (10, 100) and (again == value).all()
    assert again.strides == (0, 0), "a table of one value takes the memory of one"


def test_values_that_end_in_one_value_are_cut_off_where_that_is_shorter() -> None:
    few, many = np.zeros(1000, np.float32), np.zeros(1000, np.float32)
    few[:200], many[:300] = np.arange(200), np.arange(300)
    assert [array_to_proto(each).ByteSize() < 1000 for each in (few, many)] == [True, False]
    for each in (few, many):
        np.testing.assert_array_equal(array_from_proto(array_to_proto(each)), each)


def test_equal_is_what_has_the_same_bits() -> None:
    zeros = np.zeros(100, np.float32)
    zeros[3] = -0.0
    again = array_from_proto(array_to_proto(zeros))
    assert np.signbit(again).nonzero()[0].tolist() == [3]
    assert leading_values(np.full(100, np.nan)).size == 1


def test_looking_for_one_value_takes_no_memory_of_the_arrays_size() -> None:
    zeros, ones_behind = np.zeros(1 << 22, np.float32), np.arange(1 << 22, dtype=np.float32)
    ones_behind[-2:] = 1
    tracemalloc.start()
    try:
        sizes = leading_values(zeros).size, leading_values(ones_behind).size
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sizes == (1, 1 << 22)
    assert peak < 1 << 20  # the arrays have 16 MiB


def test_a_value_far_from_the_end_is_found() -> None:
    values = np.zeros(1 << 18, np.float32)
    values[3] = 1
    assert leading_values(values).tolist() == [0, 0, 0, 1, 0]


def test_a_copy_is_ones_own_and_small_where_one_value_is_everywhere() -> None:
    same, other = np.full((100, 100), 2.5), np.arange(10000.0).reshape(100, 100)
    copies = own_copy(same), own_copy(other)
    same[:], other[:] = 0, 0
    np.testing.assert_array_equal(copies[0], np.full((100, 100), 2.5))
    np.testing.assert_array_equal(copies[1], np.arange(10000.0).reshape(100, 100))
    assert copies[0].strides == (0, 0)


def test_short_constants_are_written_as_tensorflow_does() -> None:
    # tf.make_tensor_proto([2, 2]) of TensorFlow 2.15.1
    assert (
        messages.to_bytes(array_to_proto([2, 2], dtypes.int32)).hex()
        == "080312041202080222080200000002000000"
    )


def test_continued_repeats_the_last_value() -> None:
    assert continued(np.array([1, 2]), (2, 2)).tolist() == [[1, 2], [2, 2]]
    assert continued(np.zeros(0), (0, 3)).shape == (0, 3)
    assert continued(np.array([b"a\0", b"b\0"], object), (3,)).tolist() == [b"a\0", b"b\0", b"b\0"]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (np.zeros(100, np.float32), "float_val"),
        (np.array([1, 2, 3], np.int64), "int64_val"),
        (np.array([[True, False]]), "bool_val"),
        (np.array([1.5, 2.5], np.float16), "half_val"),
        (np.array([1 + 2j], np.complex64), "scomplex_val"),
        (np.array([b"a", b"a"], object), "string_val"),
    ],
    ids=["float", "int64", "bool", "half", "complex", "string"],
)
def test_every_value_may_be_asked_for_in_its_field(value: np.ndarray, field: str) -> None:
    written = array_to_proto(value, in_values=True)
    assert not written.tensor_content
    assert len(getattr(written, field)) == value.size * (2 if field == "scomplex_val" else 1)
    assert array_from_proto(written).tolist() == value.tolist()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("dtype: DT_FLOAT tensor_shape { dim { size: 1000000 } dim { size: 1000000 } } float_val: 0.5", 4 * 10**12),
        ("dtype: DT_STRING tensor_shape { dim { size: 3 } }", 24),
        ("dtype: DT_FLOAT tensor_shape { dim { size: 9 } dim { size: 0 } }", 36),
    ],
)  # fmt: skip
def test_an_array_that_would_be_too_large_is_not_made(text: str, size: int) -> None:
    with pytest.raises(ResourceExhaustedError, match="'x': an array of shape .* would have .*, it may have"):
        array_from_proto(proto(text), "'x'", size - 1)
    if size < 100:
        array_from_proto(proto(text), "'x'", size)


def test_a_proto_of_a_map_may_be_filled_in_its_place() -> None:
    for value in (np.float32([[1, 2], [3, 4]]), np.float32(7), np.zeros((0, 2), np.int64)):
        response = messages.get("serving.PredictResponse")()
        fill_proto(response.outputs["y"], value, dtypes.as_dtype(value.dtype), in_values=True)
        made = array_to_proto(value, in_values=True)
        assert response.outputs["y"].SerializeToString() == made.SerializeToString()
        assert made.HasField("tensor_shape")


def test_a_shape_of_more_dimensions_than_an_array_has_is_an_error() -> None:
    with pytest.raises(DataLossError, match="a shape of 65 dimensions; an array has 64 at most"):
        array_from_proto(proto("dtype: DT_FLOAT tensor_shape { " + "dim { size: 1 } " * 65 + "}"))


def test_a_shape_that_numpy_cannot_reckon_with_is_an_error() -> None:
    with pytest.raises(ResourceExhaustedError, match="would have 16777216.0 TiB, it may have 2.0 GiB"):
        array_from_proto(
            proto(f"dtype: DT_FLOAT tensor_shape {{ dim {{ size: 0 }} dim {{ size: {1 << 62} }} }}")
        )


def test_values_in_the_field_of_another_type_are_found() -> None:
    assert misplaced_values(proto("dtype: DT_FLOAT float_val: 1")) == []
    assert misplaced_values(proto("dtype: DT_BFLOAT16 half_val: 1 int_val: 0 string_val: ''")) == [
        "int_val",
        "string_val",
    ]
