"""Plain values of an experiment as the types that are wanted."""

from __future__ import annotations

import math
from typing import Any

import pytest

from estimator.experiments.words import as_plain
from estimator.settings.given import given_text, given_value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("no", "text", "no"),
        ("007", "text", "007"),
        ("true", "text", "true"),
        ("null", "text|none", None),
        ("'null'", "text|none", "null"),
        ("010", "int", 10),
        ("1_000", "int", 1000),
        ("1e3", "int", 1000),
        ("1e-3", "float", 0.001),
        ("3", "float", 3),
        ("inf", "float", math.inf),
        (".inf", "float", math.inf),
        ("True", "bool", True),
        ("~", "int|none", None),
        ("[010, 2]", "[int]", [10, 2]),
        ("[no, 1, 'x']", "[text]", ["no", "1", "x"]),
        ("[no, 1]", "any", ["no", 1]),
        ("5", "[int]", 5),
        ("true", "int|bool|none", True),
    ],
)
def test_a_word_is_read_as_what_is_wanted(text: str, kind: str, value: Any) -> None:
    found = as_plain(given_text(text, "x"), kind)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "kind", "complaint"),
    [
        ("yes", "bool", "should be true or false, given: 'yes'. YAML's yes, no, on and off are texts here."),
        ("'5'", "int", "should be a whole number, given: '5'. What stands in quotes is a text."),
        ("0x10", "int", "given: '0x10'. Numbers are written with the digits 0 to 9."),
        ("none", "float|none", "should be a number or null, given: 'none'. Nothing is written null."),
        ("1.5", "int", "should be a whole number, given: 1.5."),
        ("1:30", "float", "should be a number, given: '1:30'."),
        ("null", "text", "should be a text, given: None."),
        ("true", "int", "should be a whole number, given: True."),
        ("{a: 1}", "int", "should be a whole number, given: {'a': 1}."),
        ("[1, b]", "[int]", "should be a whole number, given: 'b'."),
        ("{a: 1}", "[int]|none", "should be a list of whole numbers or null"),
    ],
)
def test_what_is_none_of_it_is_refused_with_what_is_wanted(text: str, kind: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        as_plain(given_text(text, "x"), kind)
    assert complaint in str(caught.value)


def test_values_of_a_program_keep_their_types() -> None:
    assert as_plain(given_value("5", "x"), "text") == "5"
    with pytest.raises(ValueError, match="should be a text, given: 5"):
        as_plain(given_value(5, "x"), "text")
    with pytest.raises(ValueError, match="What stands in quotes is a text"):
        as_plain(given_value("5", "x"), "int")
