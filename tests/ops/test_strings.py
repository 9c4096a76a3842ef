"""What ops on texts refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.runtime.session import Session


def run(tensor: Any) -> Any:
    with Session() as session:
        return session.run(tensor)


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
