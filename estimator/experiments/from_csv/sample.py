"""Some rows of a CSV file, read as training reads them, to guess from.

The rows at the beginning say little of a file that is sorted, so some from all over it are looked at as well. However
large the file is, a few megabytes of it are read. Quotes and fields are those of
:class:`~estimator.pipeline.csv_datasets.CsvDataset`, which is to read the file afterwards: what it would refuse is
refused here, with the number of the line.
"""

from __future__ import annotations

import io
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from estimator.core.errors import InvalidArgumentError, UsageError
from estimator.core.files import explained, open_regular
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean
from estimator.core.shown import shorten
from estimator.formats.csv_records import csv_records
from estimator.ops.csv import csv_fields

HEAD_BYTES = 4 << 20  # a file that is no larger is read as a whole
DELIMITERS = (",", ";", "\t", "|")

_HEAD_ROWS = 5_000  # of a larger one; as many come from all over it
_BLOCKS, _BLOCK_BYTES, _BLOCK_ROWS = 25, 64 << 10, 200
_BOM = b"\xef\xbb\xbf"
_MOST_TOLD = 5  # faulty lines in a message
_OTHER_FORMS = {
    b"\x1f\x8b": "compressed by gzip; unpack it first (gunzip)",
    b"PK\x03\x04": "a ZIP archive or a spreadsheet (.xlsx); save it as CSV first",
    b"PAR1": "a Parquet file; write `input: {parquet: ...}` in an experiment, or save it as CSV first",
    b"\xff\xfe": "UTF-16; save it as UTF-8 (iconv -f utf-16 -t utf-8)",
    b"\xfe\xff": "UTF-16; save it as UTF-8 (iconv -f utf-16 -t utf-8)",
}


@frozen
class Sample:
    """What was seen of a file.

    Attributes
    ----------
    path : str
    delimiter : str
    has_header : bool
    names : list of str
        Of the columns, as they stand in the header; made up where there is none.
    rows : list of list of str
        The fields of some rows, without the header.
    is_whole : bool
        Whether these are all rows.
    row_count : int
        Of the file; about, unless `is_whole`.
    """

    path: str
    delimiter: str
    has_header: bool
    names: list[str]
    rows: list[list[str]]
    is_whole: bool
    row_count: int

    def column(self, place: int) -> list[str]:
        """The fields of one column."""
        return [row[place] for row in self.rows]

    def place_of(self, name: str) -> int:
        """Where the column of that name is.

        Raises
        ------
        UsageError
            If there is none.
        """
        if name in self.names:
            return self.names.index(name)
        listed = ", ".join(map(repr, self.names[:20])) + (", ..." if len(self.names) > 20 else "")
        raise UsageError(
            self.path, [f"there is no column {name!r}.{did_you_mean(name, self.names)} It has: {listed}."]
        )


def read_sample(
    path: str | os.PathLike[str], delimiter: str | None = None, has_header: bool | None = None
) -> Sample:
    """Look at a CSV file.

    Parameters
    ----------
    path : str or path
    delimiter : str, optional
        One character; by default that of ``, ; | `` and the tabulator by which the rows have most fields alike.
    has_header : bool, optional
        Whether the first row has the names; by default what it looks like.

    Raises
    ------
    OpError
        If the file cannot be read.
    UsageError
        If it is no such file: empty, of another form or encoding, rows of unequal length, names that stand twice.
    """
    name = os.fspath(path)
    with explained(f"cannot read {name!r}", os.path.dirname(name)), open_regular(name) as raw:
        size = os.fstat(raw.fileno()).st_size
        file = io.BufferedReader(raw)
        head = file.read(HEAD_BYTES)
        _refuse_other_forms(name, head)
        is_whole = len(head) == size
        records = _records(head.removeprefix(_BOM), is_whole)
        if not records:
            raise UsageError(name, ["the file is empty; a row of names and rows of values are expected."])
        mark = delimiter or _delimiter_of(name, records)
        rows = _rows(name, records, mark)
        count = len(rows)
        if not is_whole:
            count = round(size / sum(len(record) + 1 for record, _ in records) * len(rows))
            rows = rows[:_HEAD_ROWS] + _rows_from_all_over(file, size, mark, len(rows[0]))
    header = looks_like_header(rows) if has_header is None else has_header
    if head.startswith(_BOM) and not header:
        told = (
            "it begins with a byte order mark, which would belong to the first value, as there are no names"
        )
        raise UsageError(name, [f"{told}. Save it as UTF-8 without BOM."])
    names = _names(name, rows[0], header)
    if len(rows) == header:
        raise UsageError(name, ["there are no rows below the names; with --header no the first row is one."])
    return Sample(name, mark, header, names, rows[header:], is_whole, count - header)


def _refuse_other_forms(name: str, head: bytes) -> None:
    for begin, form in _OTHER_FORMS.items():
        if head.startswith(begin):
            raise UsageError(name, [f"the file is {form}."])
    if b"\0" in head:
        raise UsageError(
            name, ["there are NUL bytes in it: it is no text, or UTF-16; a CSV file in UTF-8 is expected."]
        )
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(head) - 3 and error.reason == "unexpected end of data":
            return  # cut off where the head ends
        line = head.count(b"\n", 0, error.start) + 1
        raise UsageError(
            name,
            [
                f"line {line} is not UTF-8 (the byte {head[error.start]:#x}). Save the file as UTF-8, for example: "
                "iconv -f windows-1252 -t utf-8."
            ],
        ) from None


def _records(head: bytes, is_whole: bool) -> list[tuple[bytes, int]]:
    """The records with the numbers of their lines, but for the last one if it may be cut off; none if all are empty."""
    found, line = [], 1
    for record, size in csv_records(io.BytesIO(head), has_quotes=True):
        found.append((record, line))
        line += _line_ends(record) + (size > len(record))
    if not is_whole:
        found.pop()
    return found if any(record for record, _ in found) else []


def _line_ends(record: bytes) -> int:
    return record.count(b"\n") + record.count(b"\r") - record.count(b"\r\n")


def _delimiter_of(name: str, records: Sequence[tuple[bytes, int]]) -> str:
    """The one by which most of the first records have the same number of fields, of those that part them at all."""

    def score(mark: str) -> tuple[float, int]:
        widths = Counter(_width(record, mark.encode()) for record, _ in records[:200])
        widths.pop(0, None)  # the quotes do not match then
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        return (count / min(len(records), 200), width) if width > 1 else (0.0, 1)

    best = max(DELIMITERS, key=score)
    if score(best)[0] == 0:
        shown = shorten(records[0][0].decode("utf-8", "replace"))
        raise UsageError(
            name,
            [
                f"the rows are not parted by any of {' '.join(map(repr, DELIMITERS))}: the first one is {shown}. "
                "A label and at least one column more are needed; --delimiter says what parts them."
            ],
        )
    return best


def _width(record: bytes, delimiter: bytes) -> int:
    try:
        return len(csv_fields(record, delimiter, True, (), 0))
    except InvalidArgumentError:
        return 0


def _rows(name: str, records: Sequence[tuple[bytes, int]], delimiter: str) -> list[list[str]]:
    """The fields of the records, which are all as many.

    Raises
    ------
    UsageError
        Naming the lines that have another number of fields, are empty or have quotes that do not match.
    """
    mark, rows, problems = delimiter.encode(), list[list[str]](), list[str]()
    for record, line in records:
        try:
            fields = [field.decode("utf-8") for field in csv_fields(record, mark, True, (), 0)]
        except InvalidArgumentError as error:
            problems.append(f"line {line}: {str(error).partition(' (record')[0]}.")
            continue
        if rows and len(fields) != len(rows[0]):
            given = f"{len(fields)} fields" if record else "nothing in it"
            problems.append(
                f"line {line} has {given}, the first has {len(rows[0])} fields: {_shown(record)}."
            )
        else:
            rows.append(fields)
    if problems:
        more = [f"{len(problems) - _MOST_TOLD} lines more."] if len(problems) > _MOST_TOLD else []
        raise UsageError(name, problems[:_MOST_TOLD] + more)
    return rows


def _shown(record: bytes) -> str:
    return shorten(record.decode("utf-8", "replace"))


def _rows_from_all_over(file: BinaryIO, size: int, delimiter: str, width: int) -> list[list[str]]:
    """Rows from places far apart; what is no whole row, such as the end of one with quoted lines, is left out."""
    rows, mark = list[list[str]](), delimiter.encode()
    for number in range(1, _BLOCKS + 1):
        file.seek(max(0, size * number // _BLOCKS - _BLOCK_BYTES))
        block = file.read(_BLOCK_BYTES)
        begin, end = block.find(b"\n") + 1, block.rfind(b"\n") + 1
        found = csv_records(io.BytesIO(block[begin:end]), has_quotes=True)
        rows += islice(_whole_rows((record for record, _ in found), mark, width), _BLOCK_ROWS)
    return rows


def _whole_rows(records: Iterator[bytes], delimiter: bytes, width: int) -> Iterator[list[str]]:
    for record in records:
        try:
            fields = [field.decode("utf-8") for field in csv_fields(record, delimiter, True, (), 0)]
        except (InvalidArgumentError, UnicodeDecodeError):
            continue
        if len(fields) == width:
            yield fields


# -- the names of the columns ------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"\s*[+-]?(\d[\d.,]*|\.\d+)([eE][+-]?\d+)?%?\s*")


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has names: there is no number in it, and nothing that stands in its column again.

    A name may be empty, as that of the row numbers which pandas writes.
    """
    first = rows[0]
    if any(map(_NUMBER.fullmatch, first)) or not any(first):
        return False
    below = rows[1:]
    return not any(name and any(row[place] == name for row in below) for place, name in enumerate(first))


def _names(path: str, first: list[str], has_header: bool) -> list[str]:
    if not has_header:
        return [f"column_{number}" for number in range(1, len(first) + 1)]
    first = [name.removeprefix("\ufeff") for name in first]  # as whatever reads names does
    twice = [name for name, count in Counter(first).items() if count > 1]
    if twice:
        raise UsageError(
            path,
            [
                f"the first line has the name {name!r} {first.count(name)} times; columns are told apart by their "
                "names: rename them."
                for name in twice[:_MOST_TOLD]
            ],
        )
    return first
