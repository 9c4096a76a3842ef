"""What CSV files themselves say: which there are, the names of their columns, and the types that hold these."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.dtypes import float32, float64, int32, int64, string
from estimator.core.frozen import frozen
from estimator.core.patterns import matches
from estimator.core.registry import shortened
from estimator.ops.csv import csv_fields
from estimator.pipeline.files import FileFormat, plain_names

_INFERRED = (int32, int64, float32, float64, string)  # each holds what those before it do


def csv_files(file_pattern: Any) -> list[str]:
    """The files that patterns mean, sorted.

    Raises
    ------
    ValueError
        If there is none.
    """
    patterns = np.ravel(plain_names(file_pattern)).tolist()
    paths = sorted((path for pattern in patterns for path in matches(os.fsdecode(pattern))), key=os.fsencode)
    if not paths:
        raise ValueError(f"No files match `file_pattern` {file_pattern}.")
    return paths


@frozen
class CsvTables:
    """CSV files that are looked at for the names and types of their columns.

    Attributes
    ----------
    paths : sequence of str
    kind : FileFormat
        See :func:`estimator.pipeline.csv_datasets.csv_format`; with no header, which is to be read.
    delim : bytes
    has_quotes, has_header : bool
    """

    paths: Sequence[str]
    kind: FileFormat
    delim: bytes
    has_quotes: bool
    has_header: bool

    def rows(self, path: str) -> Iterator[list[bytes]]:
        """The fields of the records of a file, one record after another, the header first."""
        reader = self.kind.open(path, 0)
        for place in count():
            records = reader.read(1)
            if not records:
                break
            yield csv_fields(records[0], self.delim, self.has_quotes, (), place)
        reader.close()

    def names(self, encoding: str) -> list[str]:
        """What stands in the headers, which are alike.

        Raises
        ------
        ValueError
            If files have none, or different ones.
        """
        if not self.has_header:
            raise ValueError("Expected `column_names` or `header` arguments. Neither is provided.")
        first: list[str] | None = None
        for path in self.paths:
            row = next(self.rows(path), None)
            if row is None:
                raise ValueError(f"Failed when reading the header line of {path}. Is it an empty file?")
            names = [name.decode(encoding) for name in row]
            if first is not None and names != first:
                raise ValueError(
                    "All input CSV files should have the same column names in the header row. File "
                    f"{path} has different column names: {names}, before: {first}."
                )
            first = names
        return first or []

    def defaults(self, width: int, missing: Sequence[str], limit: int | None) -> list[Any]:
        """Defaults of the narrowest types that hold what the first records say.

        Raises
        ------
        ValueError
            If one has another number of fields.
        """
        absent = [text.encode() for text in missing]
        kinds: list[int] = [0] * width
        is_known = [False] * width
        for path, number, row in islice(self._numbered_rows(), limit):
            if len(row) != width:
                raise ValueError(
                    f"Problem inferring types: CSV row {number} of {path} has {len(row)} number of fields. Expected: "
                    f"{width}."
                )
            for place, field in enumerate(row):
                if field not in absent:
                    kinds[place], is_known[place] = max(kinds[place], _kind(field)), True
        if not any(is_known):
            log.warning(
                "%s: no rows with values, so that every column is taken for text. Give column_defaults, which say the "
                "types, or rows.", shortened(self.paths),
            )  # fmt: skip
        dtypes = [_INFERRED[kind] if known else string for kind, known in zip(kinds, is_known, strict=True)]
        return [np.array(b"" if dtype is string else 0, dtype.np) for dtype in dtypes]

    def _numbered_rows(self) -> Iterator[tuple[str, int, list[bytes]]]:
        for path in self.paths:
            for number, row in islice(enumerate(self.rows(path), 1), int(self.has_header), None):
                yield path, number, row


def demand_distinct(names: list[str]) -> None:
    """Refuse names of columns of which two are alike.

    Raises
    ------
    ValueError
        If there are such.
    """
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"Either `column_names` or the header row contains duplicate column names: {twice}.")


def _kind(field: bytes) -> int:
    """The place in `_INFERRED` of the narrowest type that holds what a field says, as Python and numpy read it."""
    try:
        number = int(field)
        for kind, dtype in enumerate(_INFERRED[:2]):
            if dtype.min <= number <= dtype.max:
                return kind
    except ValueError:
        pass
    try:
        with np.errstate(over="ignore"):
            return 2 if np.float32(field) < np.inf else 3 if np.float64(field) < np.inf else 4
    except ValueError:
        return 4
