"""Values on one line of YAML."""

from __future__ import annotations

import string

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.settings.yaml_flow import flow

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_any_value_is_read_as_what_it_was(value: object) -> None:
    line = flow(value)
    assert "\n" not in line
    assert yaml.safe_load(line) == value


@pytest.mark.parametrize(
    "text",
    ["no", "Off", "null", "~", "", " ", " a", "a ", "010", "1:30", "1e3", "2026-11-29", ".5", "a: b", "a #b", "[x]", "{x}", "x,y", "- a", "!a"]
    + ["&a", "*a", "?", "%a", "@a", "`a", "'a'", '"a"', "a\nb", "\x85", "\u2028", "\ufeffa", "<<", "=", "nan", "None", "y"]
    + list(string.punctuation),
)  # fmt: skip
def test_a_text_that_looks_like_something_else_stays_a_text(text: str) -> None:
    assert yaml.safe_load(f"[{flow(text)}]") == [text]
    assert yaml.safe_load(f"{{{flow(text)}: 1}}") == {text: 1}


def test_plain_words_need_no_quotes() -> None:
    assert flow(["data/iris.csv", "SepalLength", "two words"]) == "[data/iris.csv, SepalLength, two words]"
