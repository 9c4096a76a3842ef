"""What CSV files say of themselves: names and types of their columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.pipeline.csv_datasets import csv_format
from estimator.pipeline.csv_tables import CsvTables, csv_files, demand_distinct


def tables(*paths: Path) -> CsvTables:
    """Those of files with a header."""
    return CsvTables([str(path) for path in paths], csv_format(None, None, True, False), b",", True, True)


def test_files_are_found_by_pattern_and_sorted(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c.txt"):
        (tmp_path / name).write_text("x\n1\n")
    assert csv_files(f"{tmp_path}/*.csv") == [f"{tmp_path}/a.csv", f"{tmp_path}/b.csv"]
    with pytest.raises(ValueError, match="No files match `file_pattern` nothing"):
        csv_files("nothing*.csv")


def test_rows_begin_with_the_header_and_quoted_fields_are_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('x,y\n1,"a\nb"\n2,c\n')
    rows = list(tables(tmp_path / "a.csv").rows(str(tmp_path / "a.csv")))
    assert rows == [[b"x", b"y"], [b"1", b"a\nb"], [b"2", b"c"]]


def test_headers_that_differ_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n")
    (tmp_path / "b.csv").write_text("y,x\n")
    with pytest.raises(ValueError, match="different column names: \\['y', 'x'\\], before: \\['x', 'y'\\]"):
        tables(tmp_path / "a.csv", tmp_path / "b.csv").names("utf-8")


def test_types_are_the_narrowest_that_hold_the_fields(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("i,l,f,d,s,gap\n1,3000000000,0.5,1e300,a,\n2,4,1,2,3,\n")
    kinds = [value.dtype.name for value in tables(tmp_path / "a.csv").defaults(6, [""], None)]
    assert kinds == ["int32", "int64", "float32", "float64", "object", "object"]


def test_files_without_rows_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.csv").write_text("x,y\n")
    assert [value.dtype.name for value in tables(tmp_path / "a.csv").defaults(2, [""], None)] == [
        "object"
    ] * 2
    (told,) = caplog.messages
    assert "a.csv: no rows" in told and "column_defaults" in told


def test_names_that_stand_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="duplicate column names: \\['x'\\]"):
        demand_distinct(["x", "y", "x"])
