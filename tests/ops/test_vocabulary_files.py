"""What columns a vocabulary file has; the cases are TensorFlow's."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.core.dtypes import float32, int32, int64, string
from estimator.core.errors import InvalidArgumentError
from estimator.ops._vocabulary_files import LINE_NUMBER, WHOLE_LINE, read_column


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
