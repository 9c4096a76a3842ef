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
    untyped,
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


def expected_untyped(text: str) -> Any:
    """The first of nothing, a boolean, a whole number, a number, and a text that it is."""
    words = {"none": None, "null": None, "true": True, "false": False}
    if text.lower() in words:
        return words[text.lower()]
    for python in (int, float, str):
        try:
            return python(text)
        except ValueError:
            continue
    raise AssertionError("a text is always one")


@pytest.mark.parametrize("text", [text for text in TEXTS if "," not in text and text == text.strip()])
def test_what_has_no_type_is_the_first_that_fits_alone_and_in_lists(text: str) -> None:
    wanted = repr(expected_untyped(text))
    assert repr(untyped(text)) == wanted
    assert [repr(item) for item in untyped(f"[{text},{text}]")] == [wanted, wanted]
    assert [repr(item) for item in untyped(f"a,{text}")] == ["'a'", wanted]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10,10", [10, 10]),
        ("10, 010", [10, 10]),
        ("[10]", [10]),
        ("[]", []),
        ("[[1,2],[3]]", [[1, 2], [3]]),
        ("'1'", "1"),
        ('"a,b",c', ["a,b", "c"]),
        ("'[x'", "[x"),
        ("don't", "don't"),
        ("a,don't,b", ["a", "don't", "b"]),
        ("','", ","),
    ],
)
def test_commas_and_brackets_make_lists_and_quotes_make_texts(text: str, value: Any) -> None:
    assert untyped(text) == value


@pytest.mark.parametrize(("text", "what"), [("[1", "a bracket"), ("1]", "a bracket"), ("'a", "a quote")])
def test_what_does_not_end_is_refused(text: str, what: str) -> None:
    with pytest.raises(ValueError, match=f"^{what} in .* has no counterpart"):
        untyped(text)


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        (whole, "1e3", "a whole number is expected, given: '1e3'. Write 1000."),
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
