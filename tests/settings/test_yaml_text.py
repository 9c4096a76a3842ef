"""YAML text is untrusted: what is refused, and how the message says where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import NotFoundError
from estimator.settings.yaml_text import MAX_BYTES, parse_mapping, read_mapping, write_mapping

BILLION_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n" for old, new in zip("abcde", "bcdef", strict=True)
)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: 1\nb: 2\na: 3\n", "settings, line 3: the key 'a' stands there twice."),
        ("outer:\n  a: 1\n  a: 2\n", "settings, line 3: the key 'a' stands there twice."),
        ("- 1\n- 2\n", "should hold lines such as 'save_summary_steps: 100', given: [1, 2]"),
        ("a: [1\n", "settings is not YAML: "),
        ("a: !!python/object/apply:os.getcwd []\n", "could not determine a constructor"),
        (f"a: {'[' * 30}{']' * 30}\n", "more than 20 levels"),
        (BILLION_LAUGHS, "more than 20 levels or 20 aliases"),
        ("a: 1\n" + " " * MAX_BYTES, "more than 1048576 bytes"),
    ],
    ids=["twice", "twice_inside", "list", "syntax", "python_object", "deep", "aliases", "long"],
)
def test_what_is_no_plain_mapping_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_mapping(text, "settings")
    assert complaint in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no YAML file '.*run.yaml'"):
        read_mapping(tmp_path / "run.yaml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_bytes(b"a: \xff\n")
    with pytest.raises(ValueError, match="run.yaml is not UTF-8 text: byte 3"):
        read_mapping(tmp_path / "run.yaml")


def test_an_alias_of_itself_ends() -> None:
    assert list(parse_mapping("a: &a {b: *a}\n", "settings")) == ["a"]


def test_what_is_written_is_read_back_in_order() -> None:
    mapping = {"z": 1, "a": [1.5, None, "é"], "m": {"deep": True}}
    assert list(parse_mapping(write_mapping(mapping), "settings").items()) == list(mapping.items())


def test_what_yaml_has_no_form_for_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be written as YAML"):
        write_mapping({"a": object()})


@pytest.mark.parametrize("source", [None, 3])
def test_what_is_neither_name_nor_text_is_refused(source: Any) -> None:
    with pytest.raises(ValueError, match=f"from a YAML file's name or from YAML text, given: {source}"):
        read_mapping(source)
