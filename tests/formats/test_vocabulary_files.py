"""What lines a vocabulary file has; the cases are TensorFlow's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.formats.vocabulary_files import read_lines


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
