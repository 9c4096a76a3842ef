"""What lines and columns a vocabulary file has; the cases are TensorFlow's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.core.dtypes import float32, int32, int64, string
from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.ops._vocabulary_files import LINE_NUMBER, WHOLE_LINE, read_column, read_lines


@pytest.fixture
def vocabulary(tmp_path: Path) -> Any:
    def write(content: bytes) -> str:
        (tmp_path / "words.txt").write_bytes(content)
        return str(tmp_path / "words.txt")

    return write


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"a\nb", [b"a", b"b"]),
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\r\nb\r\n", [b"a", b"b"]),
        (b"a\rb\nc\r\r\n", [b"a\rb", b"c\r"]),
        (b" a \n\xff\n", [b" a ", b"\xff"]),
    ],
)
def test_lines_end_as_in_tensorflow(vocabulary: Any, content: bytes, lines: list[bytes]) -> None:
    assert read_lines(vocabulary(content)) == lines


def test_only_so_many_lines_are_read(vocabulary: Any) -> None:
    assert read_lines(vocabulary(b"a\nb\n\nc\n"), 2) == [b"a", b"b"]
    assert read_lines(vocabulary(b"a\nb\n"), 2) == [b"a", b"b"]


@pytest.mark.parametrize(
    ("content", "most", "message"),
    [
        (b"", -1, r"words\.txt' is empty"),
        (b"a\n\nb\n", -1, r"words\.txt': line 2 is empty; remove it"),
        (b"a\nb\nc\n", 5, r"Invalid vocab_size in .*words\.txt': expected 5 lines, but it has 3"),
    ],
)
def test_a_file_without_the_lines_is_refused(
    vocabulary: Any, content: bytes, most: int, message: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        read_lines(vocabulary(content), most)


def test_a_directory_is_no_vocabulary(tmp_path: Path) -> None:
    with pytest.raises(DataLossError, match="is a directory, where a file is expected"):
        read_lines(str(tmp_path))


def test_columns_are_read_as_their_type() -> None:
    def column(lines: list[bytes], index: int, dtype: Any, offset: int = 0) -> list[Any]:
        return read_column("f", lines, index, b"\t", dtype, offset)

    lines = [b"a\t1\t1.5", b"b\t-2\t2e3"]
    assert column(lines, 0, string) == [b"a", b"b"]
    assert column(lines, 1, int64) == [1, -2]
    assert column(lines, 2, float32) == [1.5, 2000.0]
    assert column(lines, WHOLE_LINE, string) == lines
    assert column(lines, LINE_NUMBER, int64) == [0, 1]
    assert column(lines, LINE_NUMBER, int64, 10) == [10, 11]
    assert column([b"5 ", b" 7"], WHOLE_LINE, int64) == [5, 7]


@pytest.mark.parametrize(
    ("line", "index", "dtype", "message"),
    [
        (
            b"b",
            1,
            string,
            r"columns in 'f' line 2 \('b'\): expected at least 2 between the delimiters '\\t', got 1",
        ),
        (b"b\tx", 1, int64, "Field 'x' in line 2 of 'f' is not a valid int64"),
        (b"b\t1_000", 1, int64, "Field '1_000' in line 2"),
        (b"b\t1.5", 1, int64, "Field '1.5' in line 2"),
        (b"b\t3000000000", 1, int32, "Field '3000000000' in line 2 of 'f' is not a valid int32"),
        (b"b\tx", 1, float32, "Field 'x' in line 2 of 'f' is not a valid float32"),
        (b"b", LINE_NUMBER, string, "the numbers of the lines of 'f' are integers, not string"),
    ],
)
def test_a_column_that_does_not_fit_is_named_with_its_line(
    line: bytes, index: int, dtype: Any, message: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        read_column("f", [b"1\t1\t1", line], index, b"\t", dtype)
