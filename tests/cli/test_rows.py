"""Predictions as rows: what CSV and JSON make of values, and where they go."""

from __future__ import annotations

import csv
import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.cli.rows import csv_lines, form_of, json_lines, plain, write
from estimator.core.errors import OpError

ROWS: list[dict[str, Any]] = [
    {"id": b"a,1", "class_ids": np.array([2]), "classes": np.array([b"\xc3\xa9\"x\""], object),
     "probabilities": np.array([0.1, 0.2, 0.7], np.float32)},
    {"id": b"", "class_ids": np.array([0]), "classes": np.array([b"two\nlines"], object),
     "probabilities": np.array([1e-30, np.nan, np.inf], np.float32)},
]  # fmt: skip


def test_csv_has_a_column_for_each_number_and_reads_back() -> None:
    names, first, second = csv.reader("".join(csv_lines(ROWS)).splitlines(keepends=True))
    assert names == ["id", "class_ids", "classes", "probabilities_0", "probabilities_1", "probabilities_2"]
    assert first[:3] == ["a,1", "2", 'é"x"']
    assert second[:3] == ["", "0", "two\nlines"]
    for row, cells in zip(ROWS, (first, second), strict=True):
        np.testing.assert_array_equal(np.array(cells[3:], np.float32), row["probabilities"])


def test_json_lines_read_back_and_have_null_for_what_is_no_number() -> None:
    lines = list(json_lines(ROWS))
    first, second = map(json.loads, lines)
    assert [line.count("\n") for line in lines] == [1, 1]
    assert first == {"id": "a,1", "class_ids": [2], "classes": ['é"x"'], "probabilities": [0.1, 0.2, 0.7]}
    assert second["classes"] == ["two\nlines"]
    assert second["probabilities"] == [1e-30, None, None]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_number_has_the_digits_that_its_type_needs(dtype: Any, rng: np.random.Generator) -> None:
    values = rng.normal(size=100).astype(dtype)
    np.testing.assert_array_equal(np.array(plain(values), dtype), values)
    assert max(len(str(value)) for value in plain(values)) <= len(str(np.finfo(dtype).smallest_normal)) + 2


def test_values_of_every_kind_become_plain() -> None:
    value = {
        "flag": np.bool_(True),
        "matrix": np.ones((1, 2), np.int32),
        "pair": (b"\xff", math.inf),
        "none": None,
    }
    assert plain(value) == {"flag": True, "matrix": [[1, 1]], "pair": ["\\xff", None], "none": None}


def test_rows_of_other_shapes_are_refused_by_csv_and_fine_as_json() -> None:
    rows = [{"x": np.zeros(2)}, {"x": np.zeros(3)}]
    with pytest.raises(ValueError, match="row 1 has other columns than the first.*--format json"):
        list(csv_lines(rows))
    assert len(list(json_lines(rows))) == 2


def test_a_matrix_has_columns_by_both_its_places() -> None:
    (header, _) = "".join(csv_lines([{"m": np.eye(2)}])).splitlines()
    assert header == "m_0_0,m_0_1,m_1_0,m_1_1"


@pytest.mark.parametrize(
    ("path", "form"),
    [(None, "csv"), ("a.csv", "csv"), ("a", "csv"), ("a.JSONL", "json"), ("b/a.json", "json")],
)
def test_the_name_of_a_file_says_its_form(path: str | None, form: str) -> None:
    assert form_of(path) == form


def test_lines_without_a_file_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    write(["a\n", "é\n"], None)
    assert capsys.readouterr().out == "a\né\n"


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    path, seen = tmp_path / "new" / "rows.csv", list[list[str]]()

    def lines() -> Any:
        for line in ("a\n", "b\n"):
            seen.append([each.name for each in path.parent.glob("rows*")])
            yield line

    write(lines(), str(path))
    assert path.read_text() == "a\nb\n"
    assert seen == [[], []]


def test_what_fails_on_the_way_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")

    def lines() -> Any:
        yield "new"
        raise KeyError("x")

    with pytest.raises(KeyError):
        write(lines(), str(path))
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"rows.csv": "old"}


def test_what_fails_before_the_first_row_makes_no_folder(tmp_path: Path) -> None:
    def lines() -> Any:
        raise KeyError("x")
        yield ""

    with pytest.raises(KeyError):
        write(lines(), str(tmp_path / "new" / "rows.csv"))
    assert not list(tmp_path.iterdir())


def test_a_pipe_gets_the_lines_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    link = tmp_path / "link"  # as /dev/stdout is one
    link.symlink_to(pipe)
    for path in (pipe, link):
        write(["a\n", "b\n"], str(path))
        assert os.read(reader, 100) == b"a\nb\n"
    os.close(reader)
    assert (pipe.is_fifo(), link.is_symlink()) == (True, True)


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "rows.csv")
    (tmp_path / "rows.csv").write_text("old")
    write(["new"], str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "rows.csv").read_text() == "new"


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(OpError, match="cannot write"):
        write(["a"], str(tmp_path))
