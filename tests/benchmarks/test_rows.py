"""The rows: each can be made by every library that takes part in it."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

import pytest

import benchmarks
from benchmarks.environments import PYTHONS
from benchmarks.row import Row, Run
from benchmarks.rows import MODULES

FOLDER = Path(benchmarks.__file__).parent


@pytest.fixture(params=MODULES)
def row(request: pytest.FixtureRequest) -> Row:
    """Each row."""
    found: Row = importlib.import_module(f"benchmarks.rows.{MODULES[request.param]}").ROW
    return found


def runs(row: Row) -> list[Run]:
    """All that take part."""
    return [run for line in row.lines for run in line.runs()]


def test_a_row_is_found_by_its_letter_in_the_order_of_the_results() -> None:
    assert list(MODULES) == sorted(MODULES) and all(len(letter) == 1 for letter in MODULES)


def test_a_run_is_found_by_its_name_in_a_known_environment(row: Row) -> None:
    for run in runs(row):
        assert run.environment in PYTHONS
        assert getattr(importlib.import_module(run.make.__module__), run.make.__name__) is run.make


def test_a_line_is_told_apart_by_its_name(row: Row) -> None:
    names = [line.what for line in row.lines]
    assert len(set(names)) == len(names) and not any("|" in name for name in names)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("rows/*.py")), ids=lambda path: path.stem)
def test_the_top_of_a_row_imports_what_every_environment_has(path: Path) -> None:
    imported = {
        name.partition(".")[0]
        for statement in ast.parse(path.read_text("utf-8")).body
        for name in (
            [alias.name for alias in statement.names] if isinstance(statement, ast.Import)
            else [statement.module or ""] if isinstance(statement, ast.ImportFrom)
            else []
        )
    }  # fmt: skip
    assert imported <= {*sys.stdlib_module_names, "numpy", "benchmarks"}
