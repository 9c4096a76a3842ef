"""The op that takes lines of comma-separated values apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, string
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph.op import AttrDef, ShapeScope, op
from estimator.ops._numerals import float_of, integer_of


def _a_column_each(s: ShapeScope) -> list[Dims]:
    for place, dims in enumerate(s.shapes[1:]):
        if dims is not None and (len(dims) > 1 or dims not in ((), (0,), (1,), (None,))):
            raise ValueError(
                f"record_defaults[{place}] has the shape {list(dims)}; a default is one value, or an empty list for "
                "a column that must not be missing."
            )
    return [s.shapes[0]] * len(s.attrs["OUT_TYPE"])


@op(
    "DecodeCSV",
    "records: string, record_defaults: OUT_TYPE[] -> output: OUT_TYPE[]",
    attrs={
        "field_delim": ",",
        "use_quote_delim": True,
        "na_value": "",
        "select_cols": AttrDef("select_cols", "list(int)", [], required=False),
    },
    shape=_a_column_each,
    host=True,
    differentiable=False,
)
def decode_csv(
    xp: Any,
    records: Any,
    record_defaults: Any,
    OUT_TYPE: list[DType],
    field_delim: str | bytes,
    use_quote_delim: bool,
    na_value: str | bytes,
    select_cols: list[int],
) -> Any:
    """The columns of records as RFC 4180 describes them, but for the end of a line, which is not part of a record.

    A field that is empty, quoted or not, or is `na_value`, takes its column's default.

    Shape   records [...], record_defaults [] or [1], or [0] of a column that has none -> [...] each
    Raises  InvalidArgumentError, naming record and field, if a record has another number of fields, a field is no
            number, or is missing and has no default, or quotes do not match
    Source  TF op DecodeCSV, parsing_ops.cc
    """
    delim = as_delimiter(field_delim)
    rows = [
        csv_fields(record, delim, use_quote_delim, select_cols, place)
        for place, record in enumerate(np.asarray(records, object).ravel().tolist())
    ]
    defaults = [default.reshape(-1).tolist() for default in record_defaults]
    shape = np.shape(records)
    return [column.reshape(shape) for column in csv_columns(rows, OUT_TYPE, defaults, _as_bytes(na_value))]


def as_delimiter(text: str | bytes) -> bytes:
    """The one character between fields.

    Raises
    ------
    InvalidArgumentError
        If it is not one.
    """
    delim = _as_bytes(text)
    if len(delim) != 1:
        raise InvalidArgumentError(f"field_delim should be only 1 char, given: {text!r}.")
    return delim


def _as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def csv_columns(
    rows: list[list[bytes]], dtypes: Sequence[DType], defaults: Sequence[list[Any]], missing: bytes
) -> list[Any]:
    """The columns of records that were taken apart, as vectors.

    Parameters
    ----------
    rows : list of list of bytes
    dtypes : sequence of DType
    defaults : sequence of list
        Each column's default, or nothing if it must not be missing.
    missing : bytes
        What counts as missing beside an empty field.

    Raises
    ------
    InvalidArgumentError
        Naming field and record, if a record has another number of fields, or a field is missing or no such number.
    """
    for place, fields in enumerate(rows):
        if len(fields) != len(dtypes):
            raise InvalidArgumentError(
                f"Expect {len(dtypes)} fields but have {len(fields)} in record {place}: {b' | '.join(fields)[:200]!r}. "
                "Each column needs a value in record_defaults, or select_cols says which are read."
            )
    columns = zip(*rows, strict=True) if rows else [()] * len(dtypes)
    given = zip(columns, dtypes, defaults, strict=True)
    return [
        _column(fields, dtype, default, missing, number)
        for number, (fields, dtype, default) in enumerate(given)
    ]


def _column(fields: Sequence[bytes], dtype: DType, default: list[Any], missing: bytes, number: int) -> Any:
    if b"" in fields or missing in fields:
        values = _values_with_gaps(fields, dtype, default, missing, number)
    elif dtype is string:
        values = list(fields)
    else:
        values = _plain_numbers(fields, dtype) or _numbers(enumerate(fields), dtype, number)
    if dtype is string:
        return np.fromiter(values, object, len(values))
    with np.errstate(over="ignore"):  # a number too large for a float32 is infinite
        return np.array(values, dtype.np)


_OF_FLOATS, _OF_INTEGERS = b"0123456789+-.eE ", b"0123456789- "


def _plain_numbers(fields: Sequence[bytes], dtype: DType) -> list[Any] | None:
    """The numbers, if they are written in those characters in which Python reads what TensorFlow does; else None."""
    if b"".join(fields).translate(None, _OF_FLOATS if dtype.is_floating else _OF_INTEGERS):
        return None
    try:
        if dtype.is_floating:
            return list(map(float, fields))
        numbers = list(map(int, fields))
    except ValueError:
        return None
    return numbers if not numbers or (dtype.min <= min(numbers) and max(numbers) <= dtype.max) else None


def _values_with_gaps(
    fields: Sequence[bytes], dtype: DType, default: list[Any], missing: bytes, number: int
) -> list[Any]:
    present = [(place, field) for place, field in enumerate(fields) if field not in (b"", missing)]
    if not default:
        gap = next(place for place, field in enumerate(fields) if field in (b"", missing))
        raise InvalidArgumentError(
            f"Field {number} is required but missing in record {gap}! Give its column a default instead of an empty "
            "list, if it may be."
        )
    values = default * len(fields)
    found = [field for _, field in present] if dtype is string else _numbers(present, dtype, number)
    for (place, _), value in zip(present, found, strict=True):
        values[place] = value
    return values


def _numbers(fields: Iterable[tuple[int, bytes]], dtype: DType, number: int) -> list[Any]:
    """The numbers that fields say, each given with the place of its record."""
    read: Callable[[bytes], Any] = float_of if dtype.is_floating else integer_of(dtype)
    values = []
    for place, field in fields:
        try:
            values.append(read(field))
        except ValueError:
            raise InvalidArgumentError(
                f"Field {number} in record {place} is not a valid {dtype.name}: {field!r}."
            ) from None
    return values


# -- a record's fields -------------------------------------------------------------------------------------------------


def csv_fields(
    record: bytes, delim: bytes, has_quotes: bool, selected: Sequence[int], place: int
) -> list[bytes]:
    """The fields of a record, or those that are selected."""
    if b"\n" in record or b"\r" in record or (has_quotes and b'"' in record):
        try:
            fields = _quoted_fields(record, delim, has_quotes, selected[-1] + 1 if selected else None)
        except ValueError as error:
            raise InvalidArgumentError(f"{error} (record {place}: {record[:200]!r}).") from None
    else:
        fields = record.split(delim) if record else []
    return [fields[number] for number in selected if number < len(fields)] if selected else fields


def _quoted_fields(record: bytes, delim: bytes, has_quotes: bool, most: int | None) -> list[bytes]:
    """Fields of which some are in quotes; what is behind the last that is wanted is not looked at."""
    at, fields = 0, list[bytes]()
    while at < len(record) and (most is None or len(fields) < most):
        if record[at] in b"\n\r":  # ends of lines before a field are nothing
            at += 1
            continue
        is_quoted = has_quotes and record[at : at + 1] == b'"'
        field, at = _quoted(record, delim, at + 1) if is_quoted else _bare(record, delim, at, has_quotes)
        fields.append(field)
    if record.endswith(delim) and (most is None or len(fields) < most):
        fields.append(b"")
    return fields


def _bare(record: bytes, delim: bytes, at: int, has_quotes: bool) -> tuple[bytes, int]:
    """The field without quotes that begins at a place, and where the next one begins."""
    end = record.find(delim, at)
    field = record[at:] if end < 0 else record[at:end]
    if b"\n" in field or b"\r" in field or (has_quotes and b'"' in field):
        raise ValueError("Unquoted fields cannot have quotes/CRLFs inside")
    return field, at + len(field) + 1


def _quoted(record: bytes, delim: bytes, at: int) -> tuple[bytes, int]:
    """The field behind an opening quote, and where the next one begins; two quotes stand for one."""
    parts = []
    while True:
        end = record.find(b'"', at)
        if end < 0:
            raise ValueError("Quoted field has to end with quote followed by delim or end")
        parts.append(record[at:end])
        behind = record[end + 1 : end + 2]
        if behind in (b"", delim):
            return b'"'.join(parts), end + 2
        if behind != b'"':
            raise ValueError("Quote inside a string has to be escaped by another quote")
        at = end + 2
