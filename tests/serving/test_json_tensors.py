"""Tensors in JSON: what is written is read back as it was, and what would change a value is refused."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import as_dtype
from estimator.core.errors import InvalidArgumentError
from estimator.serving.json_tensors import array_from_json, document_of, json_from_array

NUMBERS = {
    "float32": [0.1, -1e-45, 3.4028235e38, 16777216.0, np.nan, np.inf, -np.inf, -0.0, 1 / 3],
    "float64": [0.1, 5e-324, 1.7976931348623157e308, 2.0**53, np.nan, -np.inf, 1 / 3],
    "float16": [0.1, 65504.0, 6e-8, np.nan],
    "int8": [-128, 127],
    "uint8": [0, 255],
    "int64": [-(2**63), 2**63 - 1],
    "uint64": [0, 2**64 - 1],
    "bool": [True, False],
}


@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_written_is_read_back_bit_for_bit(name: str) -> None:
    dtype = as_dtype(name)
    array = np.array([NUMBERS[name]], dtype.np)
    text = json_from_array(array, dtype)
    with document_of(f'{{"x": {text}}}'.encode()) as document:
        again = array_from_json(document["x"], dtype, "x")
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    assert again.tobytes() == array.tobytes()


def test_bfloat16_is_written_as_numbers_and_kept_as_bits() -> None:
    bits = array_from_json([1, 1.5, float("nan")], as_dtype("bfloat16"), "x")
    assert bits.tolist() == [0x3F80, 0x3FC0, 0x7FC0]
    assert json_from_array(bits, as_dtype("bfloat16")) == "[1.0, 1.5, NaN]"


def test_whole_numbers_that_a_float_holds_are_taken_however_large() -> None:
    for name, number in (
        ("float16", 65504),
        ("bfloat16", 258),
        ("float32", 3 * 2**30),
        ("float64", -(2**60)),
    ):
        array = array_from_json([number], as_dtype(name), "x")
        assert json_from_array(array, as_dtype(name)) == json_from_array(
            array_from_json([float(number)], as_dtype(name), "x"), as_dtype(name)
        )


def test_floats_are_written_with_the_digits_they_need() -> None:
    array = np.array([0.1, 1, 1e20, np.nan, -np.inf], np.float32)
    assert json_from_array(array, as_dtype("float32")) == "[0.1, 1.0, 1e+20, NaN, -Infinity]"


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (2, 3), (2, 1, 2)])
def test_lists_are_nested_as_the_shape_says(shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    assert json.loads(json_from_array(array, as_dtype("int32"))) == array.tolist()


def test_strings_are_text_and_bytes_are_base64() -> None:
    texts = array_from_json(["é", {"b64": "/w=="}, {"b64": "YQ"}], as_dtype("string"), "x")
    assert texts.tolist() == ["é".encode(), b"\xff", b"a"]
    assert json_from_array(texts, as_dtype("string")) == '["\\u00e9", {"b64": "/w=="}, "a"]'
    assert json_from_array(texts[2:], as_dtype("string"), are_bytes=True) == '[{"b64": "YQ=="}]'


@pytest.mark.parametrize(
    ("dtype", "value", "said"),
    [
        ("float32", [1, [2]], "expected float32, given: [2]"),
        ("float32", [[1], 2], "expected a list of 1, given: 2"),
        ("float32", [[1], [2, 3]], "a list has 2 elements where the first has 1"),
        ("float32", [True], "expected float32, given: True"),
        ("float32", ["1"], "expected float32, given: '1'"),
        ("float32", [1e39], "1e+39 is too large for float32"),
        ("float32", [2**24 + 1], "16777217 would lose digits as a float32"),
        ("float64", [2**53 + 1], "9007199254740993 would lose digits as a float64"),
        ("float16", [65505], "65505 would lose digits as a float16"),
        ("bfloat16", [257], "257 would lose digits as a bfloat16"),
        ("bfloat16", [3.4e38], "3.4e+38 is too large for bfloat16"),
        ("float64", [10**400], "too large for float64"),
        ("float64", json.loads("[1e999]"), "a number is too large for float64"),
        ("float32", json.loads("[1.5, -1e999]"), "a number is too large for float32"),
        ("float16", [65520.0], "65520.0 is too large for float16"),
        ("int32", [1.5], "expected int32, given: 1.5"),
        ("int32", [1.0], "expected int32, given: 1.0"),
        ("int32", [True], "expected int32, given: True"),
        ("uint8", [0, 300], "300 is not a number of uint8"),
        ("uint64", [-1], "-1 is not a number of uint64"),
        ("bool", [0], "expected bool, given: 0"),
        ("string", [None], "given: None"),
        ("string", [3], 'expected a string or {"b64": "..."}, given: 3'),
        ("string", ["\ud800"], "no text of Unicode"),
        ("string", [{"b64": "*"}], "is not base64"),
        ("string", [{"b64": "YQ==", "x": 1}], "expected a string"),
        ("complex64", [1], "complex64 has no form in JSON"),
        ("int32", json.loads("[" * 33 + "]" * 33), "nested more than 32 deep"),
    ],
)  # fmt: skip
def test_what_would_change_a_value_is_refused(dtype: str, value: Any, said: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        array_from_json(value, as_dtype(dtype), "x")
    assert str(caught.value).startswith("'x': ") and said in str(caught.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"null", "must be an object, given: None"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"x": [' + b"[]," * 1_000_001, "1000003 lists and objects"),
        (b'{"x": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b'{"x": [{"a": 1, "b": 2, "a": 1}]}', "the key 'a' stands twice"),
    ],
    ids=["empty", "mark", "null", "deep", "many", "digits", "twice"],
)
def test_a_body_that_is_no_document_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught, document_of(body):
        pass
    assert said in str(caught.value)


def test_of_large_documents_there_is_one_at_a_time() -> None:
    large, came = b'{"x": "' + b"x" * (1 << 20) + b'"}', list[str]()

    def parse() -> None:
        with document_of(large):
            came.append("second")

    thread = threading.Thread(target=parse)
    with document_of(large):
        thread.start()
        with document_of(b"{}"):
            came.append("a small one")
        came.append("first")
    thread.join()
    assert came == ["a small one", "first", "second"]
