"""Cells of CSV files: fast where all are fine, exact where one is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.core.dtypes import float32, int64
from estimator.experiments import csv_cells
from estimator.experiments.classes import Classes
from estimator.experiments.csv_cells import Cells, Column
from estimator.pipeline.csv_datasets import csv_format

CELLS = Cells(csv_format(None, None, True, False), b",", b"NA", True, True, 2)
COLUMNS = (Column("x", 0, float32, "csv"), Column("y", 1, int64, "label"))


def write(path: Path, rows: list[str]) -> str:
    """A file of these lines below a header."""
    path.write_text("x,y\n" + "".join(f"{row}\n" for row in rows))
    return str(path)


def test_a_file_of_several_blocks_is_gone_through(tmp_path: Path) -> None:
    rows = ["1.5,2"] * 3000
    assert CELLS.problems(write(tmp_path / "a.csv", rows), COLUMNS) == []
    rows[2500] = "1.5,two"
    ((column, text),) = CELLS.problems(write(tmp_path / "a.csv", rows), COLUMNS)
    assert (column.name, text.rpartition("a.csv, ")[2]) == (
        "y", "line 2502: the label 'y' should be a whole number, found 'two'.",
    )  # fmt: skip


def test_the_first_few_problems_are_enough(tmp_path: Path) -> None:
    found = CELLS.problems(write(tmp_path / "a.csv", ["a,1"] * 100), COLUMNS)
    assert [text.rpartition(", line ")[2].partition(":")[0] for _, text in found] == ["2", "3", "4", "5", "6"]


def test_of_a_long_file_only_the_first_records_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.csv", ["1,1"] * 3000 + ["a,1"])
    assert len(CELLS.problems(path, COLUMNS)) == 1
    monkeypatch.setattr(csv_cells, "_WHOLE_BYTES", 100)
    monkeypatch.setattr(csv_cells, "_FIRST_RECORDS", 2048)
    assert CELLS.problems(path, COLUMNS) == []


def test_a_class_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    labels = Column("y", 1, int64, "label", Classes("M", 3, ()))
    found = CELLS.problems(
        write(tmp_path / "a.csv", ["1,2", "1,3", "1,3", "1,-1", "1,0"]), (COLUMNS[0], labels)
    )
    assert [text.rpartition("a.csv, ")[2].partition(",")[0] for _, text in found] == [
        "line 3: the label 'y' is 3", "line 5: the label 'y' is -1",
    ]  # fmt: skip


def test_an_empty_cell_and_what_stands_for_one_are_missing(tmp_path: Path) -> None:
    found = CELLS.problems(write(tmp_path / "a.csv", [",1", "NA,1"]), COLUMNS)
    assert ["is empty" in text for _, text in found] == [True, True]


def test_a_file_without_rows_has_none(tmp_path: Path) -> None:
    assert not CELLS.has_rows(write(tmp_path / "a.csv", []))
    assert CELLS.has_rows(write(tmp_path / "a.csv", ["1,1"]))
