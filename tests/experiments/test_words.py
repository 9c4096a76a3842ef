"""Plain values of an experiment as the types that are wanted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from estimator.experiments.words import as_plain
from estimator.settings.given import Given, given_text, given_value, read_given
from tests.cli.test_values import TEXTS


def in_yaml(text: str, place: str = "") -> Given:
    """What stands behind a key in YAML."""
    found: Given = read_given(f"value: {text}\n").value["value"]
    return found


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
    found = as_plain(in_yaml(text, "x"), kind)
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
        ("9223372036854775808", "int", "should be a whole number, given: 9223372036854775808."),
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
        as_plain(in_yaml(text, "x"), kind)
    assert complaint in str(caught.value)


def test_values_of_a_program_keep_their_types() -> None:
    assert as_plain(given_value("5", "x"), "text") == "5"
    with pytest.raises(ValueError, match="should be a text, given: 5"):
        as_plain(given_value(5, "x"), "text")
    with pytest.raises(ValueError, match="What stands in quotes is a text"):
        as_plain(given_value("5", "x"), "int")


def read_or_refused(read: Callable[[], Any]) -> Any:
    """The value with its type, since 1 == 1.0; None where it is refused."""
    try:
        value = read()
    except ValueError:
        return None
    return type(value), repr(value)


@pytest.mark.parametrize("text", [text for text in TEXTS if "," not in text and text])
@pytest.mark.parametrize(("kind", "python"), [("int", int), ("float", float)])
def test_a_word_behind_a_flag_is_what_python_says_alone_and_in_lists(
    kind: str, python: Callable[[str], Any], text: str
) -> None:
    wanted = read_or_refused(lambda: python(text))
    assert read_or_refused(lambda: as_plain(given_text(text, "--set x"), kind)) == wanted
    for listed in (f"{text},{text}", f"[{text}, {text}]"):
        if text != "1'000" or listed[0] != "[":  # which a quote in YAML is
            given = given_text(listed, "--set x")
            assert read_or_refused(lambda given=given: as_plain(given, f"[{kind}]")[1]) == wanted


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("none", "int|none", None),
        ("NULL", "text|none", None),
        ("none", "text", "none"),
        ("TRUE", "bool", True),
        ("1e3", "any", 1000.0),
        ("010", "any", 10),
        ("yes", "any", "yes"),
        ("'10'", "any", "10"),
        ("{a: [010, none]}", "any", {"a": [10, None]}),
    ],
)
def test_a_word_behind_a_flag_has_the_meaning_that_flags_have(text: str, kind: str, value: Any) -> None:
    found = as_plain(given_text(text, "--set x"), kind)
    assert (type(found), found) == (type(value), value)
