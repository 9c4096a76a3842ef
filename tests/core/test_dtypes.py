"""Element types under TensorFlow's names and numbers."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.dtypes import (
    as_dtype,
    bfloat16,
    complex64,
    float16,
    float32,
    float64,
    int32,
    int64,
    resource,
    string,
    uint8,
)

# tensorflow/core/framework/types.proto
NUMBERS = {
    "DT_FLOAT": 1, "DT_DOUBLE": 2, "DT_INT32": 3, "DT_UINT8": 4, "DT_INT16": 5, "DT_INT8": 6, "DT_STRING": 7,
    "DT_COMPLEX64": 8, "DT_INT64": 9, "DT_BOOL": 10, "DT_BFLOAT16": 14, "DT_UINT16": 17, "DT_COMPLEX128": 18,
    "DT_HALF": 19, "DT_RESOURCE": 20, "DT_VARIANT": 21, "DT_UINT32": 22, "DT_UINT64": 23,
}  # fmt: skip


def test_names_and_numbers_are_those_of_tensorflows_files() -> None:
    each = [as_dtype(number) for number in NUMBERS.values()]
    assert {dtype.proto_name: dtype.as_datatype_enum for dtype in each} == NUMBERS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float32, float32), ("float32", float32), ("float", float32), ("half", float16), ("double", float64),
        ("float32_ref", float32), (1, float32), (101, float32), (10, dtypes.bool), (np.float32, float32),
        (np.dtype("<i8"), int64), (np.dtype(">f4"), float32), (np.int32, int32), (float, float32), (int, int32),
        (bool, dtypes.bool), (str, string), (bytes, string), (object, string), (np.dtype("S3"), string),
        (np.dtype("U3"), string), (np.uint16, dtypes.uint16), ("bfloat16", bfloat16), ("resource", resource),
    ],
)  # fmt: skip
def test_every_spelling_of_a_type_is_understood(value: Any, expected: Any) -> None:
    assert as_dtype(value) is expected


@pytest.mark.parametrize("value", ["floot32", 0, 11, None, 1.5, np.dtype("M8[s]"), [1]])
def test_what_is_no_type_is_answered_with_those_there_are(value: Any) -> None:
    with pytest.raises(TypeError, match="is not a dtype. Known: bfloat16, bool, complex128"):
        as_dtype(value)


def test_types_compare_with_every_spelling_and_are_keys() -> None:
    assert float32 == "float32" and float32 == np.float32 and float32 != float64 and float32 != "floot"
    assert {float32: 1}[as_dtype("float")] == 1
    assert copy.deepcopy(float32) is float32


def test_types_know_their_kind() -> None:
    kinds = {
        dtype.name: [dtype.is_floating, dtype.is_integer, dtype.is_bool, dtype.is_complex]
        for dtype in (float16, bfloat16, int32, uint8, dtypes.bool, complex64, string)
    }
    assert kinds == {
        "float16": [True, False, False, False],
        "bfloat16": [True, False, False, False],
        "int32": [False, True, False, False],
        "uint8": [False, True, False, False],
        "bool": [False, False, True, False],
        "complex64": [False, False, False, True],
        "string": [False, False, False, False],
    }


def test_sizes_and_limits() -> None:
    assert [dtype.size for dtype in (float32, float16, bfloat16, dtypes.bool, string)] == [4, 2, 2, 1, 0]
    assert (uint8.min, uint8.max, int32.min) == (0, 255, -(2**31))
    assert float32.max == np.finfo(np.float32).max
    assert (bfloat16.min, bfloat16.max) == (-3.3895313892515355e38, 3.3895313892515355e38)
    for dtype in (string, dtypes.bool, complex64):
        with pytest.raises(TypeError, match=f"{dtype.name} has no least and greatest value"):
            _ = dtype.max


def test_the_range_of_an_image_is_that_of_its_type() -> None:
    kinds = (float32, dtypes.int8, uint8, dtypes.uint16, dtypes.bool)
    assert [dtype.limits for dtype in kinds] == [(0, 1), (0, 127), (0, 255), (0, 65535), (0, True)]
    for dtype in (string, float16, complex64):
        with pytest.raises(ValueError, match=f"{dtype.name} does not have defined limits"):
            _ = dtype.limits


def test_what_else_scripts_ask_of_a_type() -> None:
    kinds = (uint8, dtypes.int8, dtypes.bool, float32, bfloat16)
    assert [dtype.is_unsigned for dtype in kinds] == [True, False, False, False, False]
    assert not any(dtype.is_quantized for dtype in kinds)
    assert [dtype.is_numpy_compatible for dtype in (float32, string, dtypes.resource)] == [True, True, False]
    assert [float32.is_compatible_with(other) for other in (float32, "float32_ref", int32)] == [
        True,
        True,
        False,
    ]


def test_texts_are_tensorflows() -> None:
    assert (repr(float32), str(float32)) == ("tf.float32", "<dtype: 'float32'>")
    assert float32.base_dtype is float32
    assert float32.as_numpy_dtype is np.float32


def test_the_real_type_is_that_of_the_parts_of_a_complex_number() -> None:
    assert [as_dtype(name).real_dtype.name for name in ("complex64", "complex128", "int8")] == [
        "float32",
        "float64",
        "int8",
    ]


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        (1, "integral real complex"),
        (np.int8(1), "integral real complex"),
        (1.0, "real complex"),
        (np.float32(1), "real complex"),
        (1j, "complex"),
        (np.complex64(1), "complex"),
        ("1", ""),
    ],
)
def test_numbers_of_python_and_numpy_are_told_by_their_kind(value: Any, kinds: str) -> None:
    kinds_of_value = [
        kind
        for kind in ("integral", "real", "complex")
        if isinstance(value, getattr(dtypes, f"{kind}_types"))
    ]
    assert kinds_of_value == kinds.split()
