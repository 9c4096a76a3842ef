"""Some rows of a CSV file, read as training reads them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from estimator.core.errors import DataLossError, NotFoundError, UsageError
from estimator.experiments.from_csv import sample as module
from estimator.experiments.from_csv.sample import read_sample


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "data.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_names_rows_and_how_many_there_are(tmp_path: Path) -> None:
    sample = read_sample(written(tmp_path, "age,job\n30,nurse\n41,smith\n"))
    assert sample.names == ["age", "job"] and sample.rows == [["30", "nurse"], ["41", "smith"]]
    assert sample.has_header and sample.is_whole and sample.row_count == 2


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_what_parts_the_columns_is_found(tmp_path: Path, mark: str) -> None:
    rows = [
        ["a", "b", "c"],
        ["1", "2;x" if mark == "," else "2,5", "3"],
        ["4", "5", "6,7" if mark != "," else "6;7"],
    ]
    sample = read_sample(written(tmp_path, "\n".join(mark.join(row) for row in rows)))
    assert sample.delimiter == mark and sample.rows == rows[1:]


def test_a_mark_that_parts_most_rows_alike_wins_over_one_that_parts_some_more_often(tmp_path: Path) -> None:
    text = "name;said\n" + "".join(f"n{n};{', '.join('abcdefgh'[: n % 7])}\n" for n in range(30))
    assert read_sample(written(tmp_path, text)).delimiter == ";"


@pytest.mark.parametrize(
    ("text", "has_header"),
    [
        ("a,b\n1,2\n", True),
        ("1,2\n3,4\n", False),
        ("a,1\nb,2\n", False),
        (",a\n0,1\n1,2\n", True),  # as pandas writes its index
        ("red,round\ngreen,flat\nred,flat\n", False),  # the first row's values come again
        ("colour,form\ngreen,flat\nred,flat\n", True),
        ("2019,2020\nx,y\n", False),
    ],
)
def test_whether_the_first_row_has_names(tmp_path: Path, text: str, has_header: bool) -> None:
    sample = read_sample(written(tmp_path, text))
    assert sample.has_header is has_header
    assert sample.names[0] == (text.partition(",")[0] if has_header else "column_1")
    assert len(sample.rows) == text.count("\n") - has_header


def test_somebody_may_say_how_it_is(tmp_path: Path) -> None:
    sample = read_sample(written(tmp_path, "2019:2020\n1:2\n"), delimiter=":", has_header=True)
    assert sample.names == ["2019", "2020"] and sample.rows == [["1", "2"]]


def test_quoted_lines_and_delimiters_belong_to_their_fields(tmp_path: Path) -> None:
    sample = read_sample(written(tmp_path, 'a,b\r\n"x\ny, ""z""",2\r\n3,"4"\r\n'))
    assert sample.rows == [['x\ny, "z"', "2"], ["3", "4"]]


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    assert read_sample(written(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n")).names == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "the file is empty"),
        (b"\n\n\n", "the file is empty"),
        (b"a,b\n", "there are no rows below the names"),
        (b"\xef\xbb\xbf1,2\n3,4\n", "byte order mark"),
        (b"a,a,b\n1,2,3\n", r"the first line has the name 'a' 2 times"),
        (
            b"a,b\n1,2\n1,2,3\n\n4,5\n",
            r"(?s)2 problems.*line 3 has 3 fields, the first has 2.*line 4 has nothing in it",
        ),
        (b'a,b\n"x\ny",2\nz"z,2\n', "line 4: Unquoted fields cannot have quotes"),
        (b'a,b\n1,2\n"3,4\n', "line 3: Quoted field has to end with quote"),
        ("a,b\n1,2\nü,3\n".encode("latin-1"), "line 3 is not UTF-8.*iconv"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"a,b\n1,\x00\n", "NUL bytes"),
        (b"\x1f\x8b\x08\x00", "compressed by gzip; unpack it first"),
        (b"PK\x03\x04\x00", "spreadsheet"),
        (b"PAR1\x00", "a Parquet file"),
        (b"alone\n1\n2\n", "not parted by any of"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_line(tmp_path: Path, text: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        read_sample(written(tmp_path, text))
    assert str(caught.value).startswith(str(tmp_path / "data.csv"))


def test_a_fifo_and_a_folder_are_refused_and_a_missing_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(DataLossError, match="is a FIFO"):
        read_sample(tmp_path / "fifo")
    with pytest.raises(DataLossError, match="is a directory"):
        read_sample(tmp_path)
    with pytest.raises(NotFoundError, match="nothing.csv"):
        read_sample(tmp_path / "nothing.csv")


def test_of_a_large_file_rows_from_all_over_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HEAD_BYTES", 1 << 16)
    path = written(tmp_path, "place,text\n" + "".join(f"{n},{'x' * 90}\n" for n in range(50_000)))
    sample = read_sample(path)
    places = [int(row[0]) for row in sample.rows]
    assert not sample.is_whole and sample.row_count == pytest.approx(50_000, rel=0.05)
    assert all(any(start <= place < start + 5_000 for place in places) for start in range(0, 50_000, 5_000))
    assert all(len(row) == 2 and set(row[1]) == {"x"} for row in sample.rows)


def test_a_sample_of_a_large_file_takes_a_bounded_number_of_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HEAD_BYTES", 1 << 18)
    sample = read_sample(written(tmp_path, "a,b\n" + "1,2\n" * 1_000_000))
    assert len(sample.rows) <= 10_000


def test_a_misspelt_name_gets_the_nearest(tmp_path: Path) -> None:
    sample = read_sample(written(tmp_path, "age,species\n1,x\n"))
    with pytest.raises(
        UsageError, match=r"no column 'specis'. Did you mean 'species'\? It has: 'age', 'species'"
    ):
        sample.place_of("specis")
