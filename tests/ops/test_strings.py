"""What ops on texts refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import int32, int64
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.runtime.session import Session


def run(tensor: Any) -> Any:
    with Session() as session:
        return session.run(tensor)


@pytest.mark.parametrize(
    "text",
    ["1_0", "", "1 2", "1f", "0x1p3", "1,5", "infinity", "-Infinity", "NaN(1)", "\u0661", "--1", "e5", "."],
)
def test_what_tensorflow_does_not_read_as_a_number_is_refused_with_its_place(text: str) -> None:
    for dtype in ("float32", "float64", "int32", "int64"):
        with pytest.raises(
            InvalidArgumentError, match=r"StringToNumberOp could not .* at index \[0, 1\] is no " + dtype
        ):
            run(b.StringToNumber([["1", text]], out_type=dtype))


@pytest.mark.parametrize("text", ["1.5", "+3", "inf", "0x10", "1e5"])
def test_an_integer_has_digits_alone(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="is no int64"):
        run(b.StringToNumber([text], out_type=int64))


def test_an_integer_that_is_too_large_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="3000000000.* is no int32"):
        run(b.StringToNumber(["3000000000"], out_type=int32))


def test_a_position_that_a_text_has_not_is_named() -> None:
    for position, text in ((4, "abc"), (-4, "abc"), (1, "")):
        with pytest.raises(
            InvalidArgumentError, match=rf"pos {position} out of range for string b'{text}' at index \[1\]"
        ):
            run(b.Substr(["abcde", text], np.int32(position), np.int32(1)))


def test_shapes_and_settings_that_do_not_fit_are_refused_when_the_graph_is_made() -> None:
    for make, message in (
        (lambda: b.Substr(["abc"], np.int32([0]), np.int32([1, 2])), r"1.*2"),
        (lambda: b.StringLength(["a"], unit="X"), "unit='X' is not known; known are 'BYTE', 'UTF8_CHAR'"),
        (
            lambda: b.StringLower(["a"], encoding="latin"),
            "encoding='latin' is not known; known are '', 'utf-8'",
        ),
        (lambda: b.StringSplit("a b", " "), "input must have 1 dimensions"),
        (lambda: b.StringSplitV2([["a b"]], " "), "input must have 1 dimensions"),
        (lambda: b.StringSplitV2(["a b"], [" "]), "the separator must be one text"),
        (lambda: b.StringJoin([["a"], ["b", "c"]]), "1.*2"),
    ):
        with pytest.raises(ValueError, match=message):
            make()


def test_a_float32_is_rounded_once() -> None:
    # read off TensorFlow 2.15.1: a float64 of the first lies midway between two float32
    texts = [
        "1.00000017881393432617187499",
        "1.00000017881393432617187501",
        "16777217.0000000001",
        "16777217",
    ]
    found = run(b.StringToNumber([texts], out_type="float32"))
    assert found.tolist() == [[1.0000001192092896, 1.000000238418579, 16777218.0, 16777216.0]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"precision": 3}, "for floating point numbers"),
        ({"scientific": True}, "for floating point numbers"),
        ({"fill": "ab"}, "fill must be one of '', ' ', '\\+', '-', '0', '#', given: 'ab'"),
    ],
)
def test_what_cannot_be_written_so_is_refused(options: dict[str, Any], message: str) -> None:
    """TensorFlow 2.15.1 ends the process."""
    with pytest.raises(InvalidArgumentError, match=message):
        run(b.AsString([1, 2], **options))
