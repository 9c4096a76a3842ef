"""Python values as arrays, and what is known before a graph runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.dtypes import (
    bfloat16,
    complex64,
    float16,
    float32,
    float64,
    int8,
    int32,
    int64,
    string,
    uint8,
)
from estimator.graph import build
from estimator.graph.constant import normalise_attr, to_array
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def given(dtype: Any = float32, dims: Any = (2,)) -> Tensor:
    result: Tensor = build.Placeholder(dtype=dtype, shape=dims)
    return result


# -- to_array; types as tf.constant of TensorFlow 2.15 gives them --------------------------------------


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1, int32), (2**31, int64), (-(2**31), int32), ([1, 2], int32), ([], float32), (1.5, float32), ([1, 2.5], float32),
        (True, dtypes.bool), ([True, False], dtypes.bool), ("a", string), ([["a"], ["b"]], string), (b"a", string),
        (np.float64(1), float64), (np.arange(2), int64), (np.array(["a"]), string), ([np.float64(1)], float32),
        ([np.int64(1)], int32), ([1, np.float64(2)], float32), ([np.arange(2.0)] * 2, float64),
        (np.uint8(3), uint8), (range(3), int32),
    ],
)  # fmt: skip
def test_the_type_of_a_value_is_tensorflows(value: Any, dtype: Any) -> None:
    array = to_array(value)
    assert dtypes.as_dtype(array.dtype) is dtype
    assert array.shape == np.shape(value)


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (1, float32, 1.0), ([1, 2], float64, [1.0, 2.0]), (1.1, float16, np.float16(1.1)), (255, uint8, 255),
        (1.5, bfloat16, 0x3FC0), ([], int32, []), (1, complex64, 1 + 0j), (np.float64(0.1), float32, np.float32(0.1)),
    ],
)  # fmt: skip
def test_a_wanted_type_is_given_where_nothing_is_lost(value: Any, dtype: Any, expected: Any) -> None:
    array = to_array(value, dtype)
    assert array.dtype == dtype.np
    assert array.tolist() == np.asarray(expected, dtype.np).tolist()


@pytest.mark.parametrize(
    ("value", "dtype", "message"),
    [
        (1.5, int32, "1.5 (float32) cannot be made int32; convert it first"),
        (256, uint8, "256 does not fit into uint8 (0...255)"),
        (2**40, int32, "does not fit into int32"),
        (1, dtypes.bool, "cannot be made bool"),
        (
            np.array([2.0, 3.7]),
            int32,
            "3.7 does not fit into int32 (-2147483648...2147483647): it would become 3",
        ),
        (np.array([300]), int8, "300 does not fit into int8 (-128...127): it would become 44"),
        (np.array([2]), dtypes.bool, "2 does not fit into bool: it would become True"),
        (np.array([1 + 2j]), float64, "(1+2j) does not fit into float64"),
        (np.array([np.nan]), int32, "nan does not fit into int32"),
        (1j, float32, "1j (complex128) cannot be made float32"),
        ("a", float32, "'a' (text) cannot be made float32"),
        (1, string, "cannot be made string"),
        ([None], None, "[None] is neither numbers nor text: it holds a value of type NoneType"),
        ({"a": 1}, None, "it holds a value of type dict"),
        (1, dtypes.resource, "cannot be made a constant of type resource"),
    ],
)
def test_a_value_that_cannot_be_that_type_is_shown(value: Any, dtype: Any, message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        to_array(value, dtype)


@pytest.mark.parametrize(
    ("value", "message"),
    [([[1], [1, 2]], "[[1], [1, 2]] is ragged"), (None, "None values not supported: give a number")],
)
def test_what_is_no_value_is_refused_as_tensorflow_refuses_it(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        to_array(value)


def test_a_wider_type_is_not_reached_through_a_narrower_one() -> None:
    assert to_array(0.1, float64).item() == 0.1
    assert to_array([1e40, 0.1j], dtypes.complex128).tolist() == [1e40, 0.1j]


def test_bfloat16_rounds_to_even() -> None:
    # 1 + 2^-8 lies between 0x3F80 and 0x3F81, 1 + 3 * 2^-8 between 0x3F81 and 0x3F82
    assert to_array([1 + 2**-8, 1 + 3 * 2**-8], bfloat16).tolist() == [0x3F80, 0x3F82]


def test_text_keeps_its_last_zeros_and_is_utf8() -> None:
    assert to_array(["a\0", "é"]).tolist() == [b"a\0", "é".encode()]
    assert to_array([b"\0\0"]).tolist() == [b"\0\0"]


@pytest.mark.parametrize("kind", [str, bytes, np.str_, object])
def test_texts_of_a_column_of_categories_are_one_object_each(kind: Any) -> None:
    words = [f"word {number % 3}" for number in range(3000)]
    made = [word.encode() for word in words] if kind is bytes else words
    values = np.array(made, object if kind in (bytes, object) else None).reshape(-1, 2)
    found = to_array(values)
    assert found.shape == (1500, 2)
    assert found.ravel().tolist() == [word.encode() for word in words]
    assert len(set(map(id, found.ravel().tolist()))) == 3


def test_texts_of_which_most_differ_are_left_as_they_are() -> None:
    texts = np.array([b"word %d" % (number % 1000) for number in range(3000)], object)
    assert len(set(map(id, to_array(texts).tolist()))) == 3000
    few = np.array([b"word %d" % (number % 3) for number in range(100)], object)
    assert len(set(map(id, to_array(few).tolist()))) == 100


def test_arrays_are_in_c_order() -> None:
    assert to_array(np.arange(6.0).reshape(2, 3).T).flags.c_contiguous
    assert to_array(np.arange(6.0)[::2], float32).flags.c_contiguous


def test_a_constant_does_not_change_with_the_array_it_was_made_of(graph: Graph) -> None:
    source = np.ones(3, np.float32)
    constant = graph.constant(source)
    source[:] = 7
    assert constant.op.attrs["value"].tolist() == [1, 1, 1]


# -- attributes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("type", "float32", float32), ("type", np.int32, int32), ("shape", [None, 2], (None, 2)), ("shape", None, None),
        ("bool", np.True_, True), ("int", np.int64(3), 3), ("float", 1, 1.0), ("string", "a", "a"), ("string", b"a", b"a"),
        ("list(int)", (1, 2), [1, 2]), ("list(type)", ["int32"], [int32]), ("list(shape)", [[1], None], [(1,), None]),
    ],
)  # fmt: skip
def test_attributes_are_kept_in_one_form(kind: str, value: Any, expected: Any) -> None:
    result = normalise_attr(kind, value)
    assert result == expected
    assert type(result) is type(expected)


def test_a_value_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="'floot' is not a dtype"):
        normalise_attr("type", "floot")
    with pytest.raises(TypeError, match="is not a shape"):
        normalise_attr("shape", "ab")


@pytest.mark.parametrize("value", [None, "1", b"1"])
def test_a_number_is_not_read_out_of_a_text(value: Any) -> None:
    for kind, given in (("int", value), ("float", value), ("list(int)", [value])):
        with pytest.raises(TypeError, match=f"{value!r} is not a number."):
            normalise_attr(kind, given)


@pytest.mark.parametrize(
    ("kind", "value"), [("bool", 1), ("bool", "no"), ("string", 3), ("list(bool)", [True, 0])]
)
def test_a_flag_is_true_or_false_and_a_text_is_one(kind: str, value: Any) -> None:
    with pytest.raises(TypeError, match="is neither True nor False|is no text"):
        normalise_attr(kind, value)


def test_many_numbers_are_not_one() -> None:
    with pytest.raises(TypeError, match=r"\[1\.0, 2\.0\] is not a number"):
        normalise_attr("float", [1.0, 2.0])


def test_bytes_and_texts_stand_side_by_side() -> None:
    """Each by itself is a string, as in TensorFlow; numpy would read the bytes as ASCII."""
    found = to_array([b"\xfb\xff", "ab", "é"])
    assert found.tolist() == [b"\xfb\xff", b"ab", "é".encode()]
