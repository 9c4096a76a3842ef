"""The op that takes lines of comma-separated values apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, float32, string
from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.core.shapes import Dims
from estimator.graph.op import AttrDef, ShapeScope, op
from estimator.ops._numerals import float_of, integer_of, singles


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
    defaults = tuple(default.reshape(-1).tolist() for default in record_defaults)
    fields = CsvFields(
        tuple(OUT_TYPE),
        defaults,
        as_delimiter(field_delim),
        _as_bytes(na_value),
        use_quote_delim,
        tuple(select_cols),
        counts_nothing=False,
    )
    columns = fields.columns(np.asarray(records, object).ravel().tolist())
    return [column.reshape(np.shape(records)) for column in columns]


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


@frozen
class CsvFields:
    """How records are taken apart.

    Attributes
    ----------
    dtypes : tuple of DType
        One a column that is read.
    defaults : tuple of list
        Each column's default; empty if the column must not be missing.
    delim, missing : bytes
        What stands between fields, and what counts as missing beside nothing.
    has_quotes : bool
    selected : tuple of int
        The columns that are read; none: all but those that are excluded.
    excluded : frozenset of int
    counts_nothing : bool
        Whether an empty record has one field, which is empty, instead of none.
    """

    dtypes: tuple[DType, ...]
    defaults: tuple[list[Any], ...]
    delim: bytes
    missing: bytes
    has_quotes: bool
    selected: tuple[int, ...] = ()
    excluded: frozenset[int] = frozenset()
    counts_nothing: bool = True

    def columns(self, records: Sequence[bytes]) -> list[Any]:
        """The columns of records, as vectors.

        Raises
        ------
        InvalidArgumentError
            Naming field and record, if a record has another number of fields or its quotes do not match, or a field is
            missing or no such number.
        """
        columns = self._plain(records)
        if columns is None:
            rows = [self._fields(record, place) for place, record in enumerate(records)]
            columns = list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in self.dtypes]
        known = self._singles(columns)
        return [
            known[number] if number in known else self.column(fields, number)
            for number, fields in enumerate(columns)
        ]

    def _plain(self, records: Sequence[bytes]) -> list[list[bytes]] | None:
        """The columns, if all records have as many fields, and there are only delimiters to look at; else None."""
        text = b"\n".join(records)
        has_more = (
            b"\r" in text or text.count(b"\n") != len(records) - 1 or (self.has_quotes and b'"' in text)
        )
        width = records[0].count(self.delim) + 1 if records else 0
        if has_more or not all(records) or any(record.count(self.delim) + 1 != width for record in records):
            return None
        chosen = self.selected or [place for place in range(width) if place not in self.excluded]
        if len(chosen) != len(self.dtypes) or chosen[-1] >= width:
            return None
        fields = text.replace(b"\n", self.delim).split(self.delim)
        return [fields[place::width] for place in chosen]

    def _fields(self, record: bytes, place: int) -> list[bytes]:
        """The fields of one record that are read."""
        if not record and self.counts_nothing:
            fields = [b""]
        else:
            fields = csv_fields(record, self.delim, self.has_quotes, self.selected, place)
        if self.excluded:
            fields = [field for number, field in enumerate(fields) if number not in self.excluded]
        if len(fields) != len(self.dtypes):
            raise InvalidArgumentError(
                f"Expect {len(self.dtypes)} fields but have {len(fields)} in record {place}: "
                f"{b' | '.join(fields)[:200]!r}. Each column needs a value in record_defaults, or select_cols says "
                "which are read."
            )
        return fields

    def _singles(self, columns: list[list[bytes]]) -> dict[int, Any]:
        """The columns of float32 by number, made of all their texts at once; none if one is no plain number."""
        numbers = [
            number
            for number, dtype in enumerate(self.dtypes)
            if dtype is float32 and not (self.missing and self.missing in columns[number])
        ]
        texts = list(chain.from_iterable(columns[number] for number in numbers))
        values = _plain_numbers(texts, float32) if texts else None
        if values is None:
            return {}
        return dict(zip(numbers, singles(values, texts).reshape(len(numbers), -1), strict=True))

    def column(self, fields: list[bytes], number: int) -> Any:
        """The values of one column, by its fields.

        Raises
        ------
        InvalidArgumentError
            As :meth:`columns`.
        """
        dtype = self.dtypes[number]
        has_gaps = b"" in fields or (self.missing and self.missing in fields)
        if dtype is string:
            return np.fromiter(self._with_gaps(fields, number) if has_gaps else fields, object, len(fields))
        values = None if has_gaps else _plain_numbers(fields, dtype)
        if values is None:
            found = (
                self._with_gaps(fields, number) if has_gaps else _numbers(enumerate(fields), dtype, number)
            )
            values = np.array(found, np.float64 if dtype.is_floating else dtype.np)
        return singles(values, fields) if dtype is float32 else values.astype(dtype.np, copy=False)

    def _with_gaps(self, fields: list[bytes], number: int) -> list[Any]:
        """The values of a column, of which some are missing."""
        dtype, default, gaps = self.dtypes[number], self.defaults[number], (b"", self.missing)
        if not default:
            place = next(place for place, field in enumerate(fields) if field in gaps)
            raise InvalidArgumentError(
                f"Field {number} is required but missing in record {place}! Give its column a default instead of an "
                "empty list, if it may be."
            )
        present = [(place, field) for place, field in enumerate(fields) if field not in gaps]
        values = default * len(fields)
        found = [field for _, field in present] if dtype is string else _numbers(present, dtype, number)
        for (place, _), value in zip(present, found, strict=True):
            values[place] = value
        return values


_OF_FLOATS, _OF_INTEGERS = b"0123456789+-.eE ", b"0123456789- "


def _plain_numbers(fields: list[bytes], dtype: DType) -> Any:
    """The numbers, float64 or int64, if their characters are such as Python reads like TensorFlow; else None."""
    if b"".join(fields).translate(None, _OF_FLOATS if dtype.is_floating else _OF_INTEGERS):
        return None
    try:
        if dtype.is_floating:
            return np.fromiter(map(float, fields), np.float64, len(fields))
        numbers = np.fromiter(map(int, fields), np.int64, len(fields))
    except (ValueError, OverflowError):
        return None
    is_within = dtype.min <= numbers.min(initial=0) and numbers.max(initial=0) <= dtype.max
    return numbers if is_within else None


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
