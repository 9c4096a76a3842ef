"""Raw tensors of the Open Inference Protocol, byte by byte."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.dtypes import as_dtype
from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.serving.raw_tensors import TensorHead, array_from_raw, datatype_of, raw_from_array


@pytest.mark.parametrize(
    ("datatype", "values", "raw"),
    [
        ("FP32", [1.0, -2.0], b"\0\0\x80\x3f\0\0\0\xc0"),
        ("FP16", [1.0, -2.0], b"\0\x3c\0\xc0"),
        ("BF16", [0x3F80, 0xC000], b"\x80\x3f\0\xc0"),
        ("INT64", [1, -1], b"\1" + bytes(7) + b"\xff" * 8),
        ("UINT16", [1, 258], b"\1\0\2\1"),
        ("BOOL", [False, True], b"\0\1"),
        ("BYTES", [b"ab", b""], b"\2\0\0\0ab\0\0\0\0"),
    ],
)
def test_a_raw_tensor_is_its_elements_little_endian(datatype: str, values: list[object], raw: bytes) -> None:
    head = TensorHead("x", datatype, [2, 1])
    array = array_from_raw(raw, head)
    assert (array.tolist(), array.dtype) == ([[value] for value in values], head.dtype().np)
    assert raw_from_array(array, head.dtype()) == raw


def test_bytes_other_than_0_are_true() -> None:
    array = array_from_raw(b"\0\2\xff", TensorHead("x", "BOOL", [3]))
    assert array.tolist() == [False, True, True]
    assert array.astype(np.uint8).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("datatype", "shape", "raw", "said"),
    [
        ("FP32", [2], bytes(7), "7 bytes are given, FP32 of shape [2] has 8"),
        ("FP32", [1 << 62, 4], bytes(4), "has 73786976294838206464"),
        ("FP32", [-1], b"", "[-1] is no shape"),
        ("FP32", [1.0], bytes(4), "[1.0] is no shape"),
        ("FP32", [True], bytes(4), "[True] is no shape"),
        ("FP32", [1] * 33, bytes(4), "is no shape"),
        ("FLOAT", [1], bytes(4), "there is no datatype 'FLOAT'"),
        ("BYTES", [1], b"\2\0\0\0a", "element 0 ends after the bytes"),
        ("BYTES", [2], b"\0\0\0\0\0\0", "element 1 ends after the bytes"),
        ("BYTES", [2], b"\0\0\0\0", "1 elements are given, its shape has 2"),
        ("BYTES", [1], b"\xff\xff\xff\xff", "element 0 ends after the bytes"),
    ],
)
def test_bytes_that_do_not_fit_are_refused(datatype: str, shape: list[int], raw: bytes, said: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        array_from_raw(raw, TensorHead("x", datatype, shape))
    assert str(caught.value).startswith("'x': ") and said in str(caught.value)


def test_complex_numbers_have_no_datatype() -> None:
    with pytest.raises(UnimplementedError, match="'x'.* no complex64"):
        datatype_of("x", as_dtype("complex64"))
