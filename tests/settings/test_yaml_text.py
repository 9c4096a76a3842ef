"""YAML text is untrusted: what is refused, and how the message says where."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from estimator.core.errors import DataLossError, NotFoundError, OpError
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
        (
            "a: 1\nb: !!int 0x10\n",
            "what stands there is not of the kind 'int' in settings, line 2, column 4.",
        ),
        ("a: !!float x\n", "not of the kind 'float'"),
        ("a: !!bool x\n", "not of the kind 'bool'"),
        ("a: !!timestamp x\n", "not of the kind 'timestamp'"),
        ("a: !!timestamp 2026-99-99\n", "not of the kind 'timestamp'"),
        (f"a: {'9' * 5000}\n", "not of the kind 'int'"),
        (f"a: {'[' * 30}{']' * 30}\n", "more than 20 levels"),
        (BILLION_LAUGHS, "more than 20 levels or 20 aliases"),
        ("a: 1\n" + " " * MAX_BYTES, "more than 1048576 bytes"),
    ],
    ids=[
        "twice",
        "twice_inside",
        "list",
        "syntax",
        "python_object",
        "int",
        "float",
        "bool",
        "time",
        "no_time",
        "digits",
        "deep",
        "aliases",
        "long",
    ],
)
def test_what_is_no_plain_mapping_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_mapping(text, "settings")
    assert complaint in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no YAML file '.*run.yaml'"):
        read_mapping(tmp_path / "run.yaml")


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").symlink_to("run.yaml")
    with pytest.raises(OpError, match="cannot read '.*run.yaml': ELOOP"):
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


TEXTS = st.one_of(
    st.sampled_from(
        "a 3.11.7 2.4 0.1.0 1.2.3e4 1.2. y N yes Off NULL ~ <<  = . .inf nan 1e5 0x10 1_000 12:30:45 2026-11-29 /a/b -x x- # "
        "a:b a,b {a} [a] 'a' *a &a !a %a @a `a |a >a ? -".split(" ")
    ),
    st.sampled_from(
        [
            "2026-11-29T15:20:49+00:00",
            "a b",
            "a\nb",
            " a",
            "é",
            "x" * 99,
            "x" * 130,
            "x y" * 60,
            "a: b",
            "a #b",
        ]
    ),
    st.text(alphabet="aZ0.-_/:+e '#", max_size=8),
)
ORDINARY = st.sampled_from(
    "a bc /x/y.py ../../x/y.py 3.11.7 0.1.0 is_on OFF2 1.2.3e4 a-b 2026-11-29T15:20:49+00:00".split()
    + ["float32 (?, 4)", "int64 (?,)", "bool ()", "SparseTensor string (?, ?)"]
    + ["python train.py --steps=5 -v", "Linux x86_64", "no more", f"a {'b' * 60}"]
)


def mappings(texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings whose keys and texts are these."""
    scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(-1e20, 1e20), texts)

    def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3))

    return st.dictionaries(texts, st.recursive(scalars, nested, max_leaves=8), max_size=3)


@given(st.one_of(mappings(ORDINARY), mappings(TEXTS)))
def test_the_text_is_that_of_yaml_where_python_reads_the_same_in_it(mapping: dict[str, Any]) -> None:
    expected = yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True, default_flow_style=False)
    assert yaml.safe_load(write_mapping(mapping)) == mapping
    assert parse_mapping(write_mapping(mapping), "settings") == mapping
    if _reads(expected) == mapping:
        assert write_mapping(mapping) == expected


def _reads(text: str) -> Any:
    try:
        return parse_mapping(text, "settings")
    except ValueError:  # a key without quotes that is another one to Python
        return None


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("010", 10),
        ("+3", 3),
        ("1_000", 1000),
        ("1e3", 1000.0),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("5.", 5.0),
        (".inf", float("inf")),
        ("-.INF", -float("inf")),
        ("TRUE", True),
        ("false", False),
        ("~", None),
        ("", None),
        ("null", None),
        *(
            (text, text)
            for text in "no yes on Off y 1:30 2026-11-29 0x10 0o17 nan inf none = 1__0 _1 1.2.3".split()
        ),
    ],
)
def test_a_word_means_what_python_reads_in_it(word: str, meaning: Any) -> None:
    read = parse_mapping(f"a: {word}\nb:\n- {word}\n- x\n", "settings")
    assert read == {"a": meaning, "b": [meaning, "x"]}
    assert type(read["a"]) is type(meaning)


@pytest.mark.parametrize("word", "010 1e3 no 1:30 true null 2026-11-29 .inf << 12e4".split())
def test_a_text_that_reads_like_something_else_is_quoted(word: str) -> None:
    assert write_mapping({"a": word}) == f"a: '{word}'\n"
    assert parse_mapping(write_mapping({"a": word, "b": [word]}), "settings") == {"a": word, "b": [word]}


def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run.yaml")
    with pytest.raises(DataLossError, match="is a FIFO"):
        read_mapping(tmp_path / "run.yaml")


def test_what_stands_twice_in_memory_has_a_name_as_yaml_gives_it() -> None:
    for part in ([1], {"b": 2}, [], {}):
        mapping: dict[str, Any] = {"a": part, "again": {"c": part}}
        assert "&id001" in write_mapping(mapping)
        assert list(parse_mapping(write_mapping(mapping), "settings").items()) == list(mapping.items())


@pytest.mark.parametrize(
    "digits",
    ["34e287fd3d", "1234567890", "0b10110101", "0x1f3a5b7c", "00e1234567", "12e4567890", "f0e1234567"],
)
def test_commits_are_written_as_yaml_writes_them_or_quoted(digits: str) -> None:
    for commit in (digits * 4, digits):
        text = yaml.safe_dump({"commit": commit}, default_flow_style=False)
        assert write_mapping({"commit": commit}) == (f"commit: '{commit}'\n" if _is_number(commit) else text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_what_is_no_plain_value_is_refused_as_yaml_refuses_it() -> None:
    for odd in (np.float32(1.5), np.array([1]), iter([1])):
        with pytest.raises(ValueError, match="cannot be written as YAML"):
            write_mapping({"a": odd})


def test_what_needs_no_quotes_is_written_without_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    entry = {
        "time": "2026-11-29T15:20:49+00:00",
        "script": "../../train.py",
        "data": {"x": "float32 (?, 4)"},
        "versions": {"python": "3.11.7"},
        "git": {"commit": "34e287fd3d6effea990c69cf05aeea4499a3977f"},
        "params": {"units": [10, 10], "rate": 0.5, "nested": [[1, 2], {"a": None}], "none": {}},
    }
    assert write_mapping(entry) == (
        "time: '2026-11-29T15:20:49+00:00'\nscript: ../../train.py\ndata:\n  x: float32 (?, 4)\nversions:\n  python: 3.11.7\n"
        "git:\n  commit: 34e287fd3d6effea990c69cf05aeea4499a3977f\nparams:\n"
        "  units:\n  - 10\n  - 10\n  rate: 0.5\n  nested:\n  - - 1\n    - 2\n  - a: null\n  none: {}\n"
    )
