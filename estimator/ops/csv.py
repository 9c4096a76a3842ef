"""The op that takes lines of comma-separated values apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    delim, missing = _as_bytes(field_delim), _as_bytes(na_value)
    if len(delim) != 1:
        raise InvalidArgumentError(f"field_delim should be only 1 char, given: {field_delim!r}.")
    columns = [
        _Column(dtype, default, missing) for dtype, default in zip(OUT_TYPE, record_defaults, strict=True)
    ]
    for place, record in enumerate(np.asarray(records, object).flat):
        fields = _fields(record, delim, use_quote_delim, select_cols, place)
        if len(fields) != len(columns):
            raise InvalidArgumentError(
                f"Expect {len(columns)} fields but have {len(fields)} in record {place}: {record[:200]!r}. Each column "
                "needs a value in record_defaults, or select_cols says which are read."
            )
        for number, (column, field) in enumerate(zip(columns, fields, strict=True)):
            column.add(field, number, place)
    shape = np.shape(records)
    return [column.array().reshape(shape) for column in columns]


def _as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


class _Column:
    """The values of one column so far."""

    def __init__(self, dtype: DType, default: Any, missing: bytes) -> None:
        self.dtype, self.missing = dtype, missing
        self.default = default.reshape(-1).tolist()
        self.values: list[Any] = []
        self.read: Callable[[bytes], Any] = bytes
        if dtype is not string:
            self.read = float_of if dtype.is_floating else integer_of(dtype)

    def add(self, field: bytes, number: int, record: int) -> None:
        """Append the value that a field says."""
        if not field or field == self.missing:
            if not self.default:
                raise InvalidArgumentError(
                    f"Field {number} is required but missing in record {record}! Give its column a default instead "
                    "of an empty list, if it may be."
                )
            self.values.append(self.default[0])
            return
        try:
            self.values.append(self.read(field))
        except ValueError:
            raise InvalidArgumentError(
                f"Field {number} in record {record} is not a valid {self.dtype.name}: {field!r}."
            ) from None

    def array(self) -> Any:
        """All values, as an array of one axis."""
        if self.dtype is string:
            return np.fromiter(self.values, object, len(self.values))
        with np.errstate(over="ignore"):  # a number too large for a float32 is infinite
            return np.array(self.values, self.dtype.np)


# -- a record's fields -------------------------------------------------------------------------------------------------


def _fields(
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
