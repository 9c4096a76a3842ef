"""What flags mean: what int() and float() say, alone and in lists."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from estimator.cli.values import (
    Reader,
    listed,
    number,
    one_of,
    optional,
    reader_of,
    step,
    truth,
    whole,
    word,
)

# Where readers of YAML, and of other command lines, say other things than Python.
TEXTS = (
    "10", "010", "0010", "1_000", "1__0", "+5", "-3", " 7 ", "0x10", "0o17", "0b1", "1e3", "1e-3", "1.", ".5", "1.0", "1,5",
    "1:30", "1:30:00", "nan", "NaN", ".nan", "inf", "-inf", "Infinity", ".inf", "1e400", "yes", "on", "no", "off", "y", "true",
    "True", "null", "~", "", "-", "1 000", "1'000", "٣", "1e", "1_000.5", "0", "-0", "2001-01-01", "10L", "ten",
)  # fmt: skip


def outcome(read: Reader, text: str) -> tuple[type, str] | None:
    """What a reader makes of a text, with its type, since True == 1 == 1.0; None where it refuses."""
    try:
        value = read(text)
    except ValueError:
        return None
    return type(value), repr(value)


@pytest.mark.parametrize("text", TEXTS)
def test_a_number_is_what_python_says_it_is(text: str) -> None:
    assert outcome(whole, text) == outcome(int, text)
    assert outcome(number, text) == outcome(float, text)


@pytest.mark.parametrize("text", [text for text in TEXTS if "," not in text])
@pytest.mark.parametrize(("read", "python"), [(whole, int), (number, float)])
def test_a_number_in_a_list_is_what_it_is_alone(read: Reader, python: Reader, text: str) -> None:
    alone = outcome(python, text)
    try:
        found = listed(read)(f"1,{text}")
    except ValueError:
        assert alone is None
    else:
        assert alone == (type(found[1]), repr(found[1]))


@pytest.mark.parametrize("text", TEXTS)
def test_a_boolean_is_true_or_false_and_nothing_else(text: str) -> None:
    wanted = {"true": True, "false": False}.get(text.lower())
    assert outcome(truth, text) == (None if wanted is None else (bool, repr(wanted)))


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        (whole, "1e3", "a whole number is expected, given: '1e3'. Write 1000."),
        (
            whole,
            "9223372036854775808",
            "a whole number of 64 bits is expected, given: '9223372036854775808'.",
        ),
        (whole, "ten", "a whole number is expected, given: 'ten'."),
        (whole, "9" * 5000, f"a whole number is expected, given: '{'9' * 80}...'."),
        (number, "1:30", "a number is expected, given: '1:30'."),
        (truth, "yes", "true or false is expected, given: 'yes'."),
        (word, "", "a text is expected, and it is empty."),
        (
            one_of(("error", "fresh")),
            "frsh",
            "error or fresh is expected, given: 'frsh'. Did you mean 'fresh'?",
        ),
    ],
)
def test_a_refusal_says_what_is_expected(read: Reader, text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as raised:
        read(text)
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (int, "010", 10),
        (int | None, "none", None),
        (int | None, "None", None),
        (float | None, "nan", math.nan),
        (bool, "FALSE", False),
        (str | None, "a b", "a b"),
        (list[int], "10,010", [10, 10]),
        (tuple[int, ...] | None, "1", [1]),
        (tuple[str, str, int] | None, "accuracy,max,2", ["accuracy", "max", 2]),
        (list[str], "", []),
    ],
)
def test_a_type_says_which_reader_it_has(kind: Any, text: str, value: Any) -> None:
    read = reader_of(kind)
    assert read is not None
    assert repr(read(text)) == repr(value)


@pytest.mark.parametrize("kind", [Any, Callable[..., Any], int | str, list[Any], dict[str, int]])
def test_a_type_that_no_text_stands_for_has_no_reader(kind: Any) -> None:
    assert reader_of(kind) is None


def test_only_what_may_be_nothing_reads_none() -> None:
    assert optional(whole)("none") is None
    assert outcome(whole, "none") is None


def test_a_step_is_a_whole_number_from_0_on() -> None:
    assert (step("0"), step("010")) == (0, 10)
    for text in ("-1", "1e3", "", "none"):
        with pytest.raises(ValueError, match="is expected"):
            step(text)
