"""Keys and values of a lookup table out of the lines of a text file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.ops._numerals import float_of, integer_of

WHOLE_LINE = -2
LINE_NUMBER = -1


def read_column(
    path: str, lines: list[bytes], index: int, delimiter: bytes, dtype: DType, offset: int = 0
) -> list[Any]:
    """What stands at the place `index` of each line, as values of that type; `offset` is added to line numbers.

    Raises
    ------
    InvalidArgumentError
        If a line has too few columns, or something else than a number where one is wanted.
    """
    if index == LINE_NUMBER:
        if not dtype.is_integer:
            raise InvalidArgumentError(
                f"the numbers of the lines of {path!r} are integers, not {dtype.name}."
            )
        return list(range(offset, offset + len(lines)))
    fields = (
        lines
        if index == WHOLE_LINE
        else [_field(path, n, line, index, delimiter) for n, line in enumerate(lines, 1)]
    )
    if dtype.name == "string":
        return fields
    read = float_of if dtype.is_floating else integer_of(dtype)
    return [_number(path, n, field, read, dtype) for n, field in enumerate(fields, 1)]


def _field(path: str, number: int, line: bytes, index: int, delimiter: bytes) -> bytes:
    fields = line.split(delimiter)
    if index < len(fields):
        return fields[index]
    raise InvalidArgumentError(
        f"Invalid number of columns in {path!r} line {number} ({_text(line)}): expected at least {index + 1} between "
        f"the delimiters {_text(delimiter)}, got {len(fields)}."
    )


def _number(path: str, line: int, field: bytes, read: Callable[[bytes], Any], dtype: DType) -> Any:
    try:
        return read(field)
    except ValueError:
        raise InvalidArgumentError(
            f"Field {_text(field)} in line {line} of {path!r} is not a valid {dtype.name}."
        ) from None


def _text(value: bytes) -> str:
    return repr(value.decode("utf-8", "backslashreplace"))
