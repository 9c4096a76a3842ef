"""Values with their places: words keep their text, and mean what the reader wants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.settings import given
from estimator.settings.given import Given, Word, given_text, given_value, plain, read_given


def test_every_value_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# a comment\na: 1\nb:\n  c: [x,\n      y]\n  d: {e: 2}\n")
    tree = read_given(tmp_path / "a.yaml")
    places = {
        "a": tree.value["a"],
        "b": tree.value["b"],
        "c": tree.value["b"].value["c"],
        "y": tree.value["b"].value["c"].value[1],
        "e": tree.value["b"].value["d"].value["e"],
    }
    assert {name: item.place.rpartition(":")[2] for name, item in places.items()} == {
        "a": "2", "b": "3", "c": "4", "y": "5", "e": "6",
    }  # fmt: skip
    assert tree.value["a"].place == f"{tmp_path / 'a.yaml'}:2"


def test_a_word_keeps_its_text_and_what_is_quoted_is_no_word() -> None:
    tree = read_given("country: no\nkey: 007\nquoted: '007'\nforced: !!str 007\n")
    values = {name: item.value for name, item in tree.value.items()}
    assert values == {"country": "no", "key": "007", "quoted": "007", "forced": "007"}
    assert [type(value) for value in values.values()] == [Word, Word, str, str]
    assert plain(tree) == {"country": "no", "key": 7, "quoted": "007", "forced": "007"}


def test_what_is_merged_gives_way_to_what_stands_there() -> None:
    tree = read_given("base: &base {a: 1, b: 2}\nown:\n  <<: *base\n  b: 3\n")
    assert plain(tree)["own"] == {"a": 1, "b": 3}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: &a [*a]\n", "an alias of what it stands in"),
        ("a: &a [" + "x," * 3_000 + "]\n" + "b: [" + "*a," * 18 + "]\n", "too many values"),
        ("? [1, 2]\n: 3\n", "a key is a word, given: a sequence|is not YAML"),
        ("a: " + "[" * 30 + "]" * 30, "more than 20 levels"),
        ("a: !!python/object/apply:os.getcwd []\n", "could not determine a constructor"),
        ("a: 1\na: 2\n", "line 2: the key 'a' stands there twice"),
    ],
    ids=["circle", "many", "key", "deep", "object", "twice"],
)
def test_hostile_text_is_refused(text: str, complaint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "_MOST_VALUES", 20_000)
    with pytest.raises(ValueError) as caught:
        read_given(text)
    assert any(part in str(caught.value) for part in complaint.split("|"))


def test_nothing_is_an_empty_mapping(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# nothing\n")
    assert read_given(tmp_path / "a.yaml") == Given({}, str(tmp_path / "a.yaml"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("no", "no"),
        ("[10, 1e1]", [10, 10.0]),
        ("{Adam: {learning_rate: 0.1}}", {"Adam": {"learning_rate": 0.1}}),
        ("'5'", "5"),
        ("a: b", "a: b"),
        ("", None),
    ],
)
def test_the_text_of_a_flag_is_a_word_or_a_flow(text: str, value: Any) -> None:
    found = given_text(text, "--set x")
    assert (plain(found), found.place) == (value, "--set x")


def test_a_flow_that_is_none_is_named_with_its_flag() -> None:
    with pytest.raises(ValueError, match=r"--set x: '\[1' cannot be read"):
        given_text("[1", "--set x")


def test_plain_values_are_taken_as_they_are() -> None:
    value = {"a": [1, 2.5, None, True, "no"], "b": np.float32(0.5), "c": (1,)}
    assert plain(given_value(value, "here")) == {"a": [1, 2.5, None, True, "no"], "b": 0.5, "c": [1]}
    assert given_value({"a": {"b": 1}}, "it", says_keys=True).value["a"].value["b"].place == "it, a.b"
    with pytest.raises(TypeError, match="here is given a set"):
        given_value({"a": {1}}, "here")
