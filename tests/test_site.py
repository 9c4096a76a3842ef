"""What only Sphinx needs of the manual's pages is made of the pages themselves."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from tests.manual import ROOT, pages


@pytest.fixture
def conf(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """docs/conf.py, which Sphinx runs and which needs no Sphinx to be imported."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    from docs import conf

    return conf


def completed(conf: ModuleType, name: str, text: str) -> str:
    """A page as Sphinx reads it."""
    source = [text]
    conf.with_contents(None, name, source)
    return source[0]


def test_the_tables_of_the_index_are_the_table_of_contents(conf: ModuleType) -> None:
    index = completed(conf, "index", (ROOT / "docs" / "index.md").read_text("utf-8"))
    listed = [
        line for block in index.split("```{toctree}")[1:] for line in block.split("```")[0].splitlines()[4:]
    ]
    assert sorted(listed) == sorted(
        [*(page.stem for page in pages()[1:] if page.stem != "index"), "reference/index"]
    )
    assert ":caption: Models and their data" in index


def test_the_results_are_a_page_of_the_site(conf: ModuleType) -> None:
    assert completed(conf, "speed", "see [them](../benchmarks/RESULTS.md)") == "see [them](results.md)"


def test_types_in_docstrings_are_prose(conf: ModuleType) -> None:
    lines = [
        ":ivar runs: So many steps from now.",
        ":vartype runs: number, or none",
        "",
        "with |x| and ``a|b|c``",
    ]
    conf.as_prose(None, "class", "Due", object, None, lines)
    assert lines == [
        ":ivar runs: (number, or none) So many steps from now.",
        "",
        "",
        r"with \|x| and ``a|b|c``",
    ]


def test_methods_of_other_libraries_are_left_out(conf: ModuleType) -> None:
    from estimator.core.errors import UsageError

    assert conf.is_foreign(None, "class", "fixture", pytest.fixture, False, None)
    assert conf.is_foreign(None, "class", "UsageError", UsageError, False, None) is None
