"""The cells of CSV files, looked at before a training begins: which line holds what its column cannot be."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from estimator.core.dtypes import DType, string
from estimator.core.errors import InvalidArgumentError, OpError
from estimator.core.frozen import frozen
from estimator.core.shown import shorten
from estimator.experiments.classes import Classes
from estimator.ops.csv import CsvFields, csv_fields
from estimator.pipeline.csv_datasets import typed_default
from estimator.pipeline.files import FileFormat

_WHOLE_BYTES = 8 << 20  # of longer files the first records are looked at
_FIRST_RECORDS = 10_000
_BLOCK = 1024  # records that are taken apart at once
_MOST_PROBLEMS = 5  # of one file
_KINDS = {"float32": "a number", "float64": "a number", "int32": "a whole number", "int64": "a whole number"}


@frozen(eq=False)
class Column:
    """A column that is read.

    Attributes
    ----------
    name : str
    place : int
        Its number in the files.
    default : DType or array
        The type of one that must not be empty; what stands in for an empty cell.
    option : str
        Which option of the input it belongs to: ``"label"`` or ``"csv"``.
    classes : Classes, optional
        What its cells may name.
    """

    name: str
    place: int
    default: Any
    option: str
    classes: Classes | None = None

    @property
    def dtype(self) -> DType:
        """The type of its values."""
        return typed_default(self.default, 0)[0]


@frozen(eq=False)
class Cells:
    """How the cells of files are told apart.

    Attributes
    ----------
    kind : FileFormat
        As :func:`estimator.pipeline.csv_datasets.csv_format` gives it, without a header.
    delim, missing : bytes
    has_quotes, has_header : bool
    width : int
        How many columns the files have.
    """

    kind: FileFormat
    delim: bytes
    missing: bytes
    has_quotes: bool
    has_header: bool
    width: int

    def problems(self, path: str, columns: Sequence[Column]) -> list[tuple[Column, str]]:
        """What is wrong in a file, the first few of all, with the columns that they are in.

        Parameters
        ----------
        path : str
        columns : sequence of Column
            Those that are read.
        """
        found: list[tuple[Column, str]] = []
        refused = set[str]()  # classes are refused in a thousand rows alike
        for line, records in self._blocks(path):
            if self._is_fine(records, columns):
                continue
            for record in records:
                for column, text in self._of(record, columns):
                    if text not in refused:
                        found.append((column, f"{path}, line {line}: {text}"))
                    if column.classes is not None:
                        refused.add(text)
                line += record.count(b"\n") + 1
                if len(found) >= _MOST_PROBLEMS:
                    return found
        return found

    def has_rows(self, path: str) -> bool:
        """Whether there is any below the header, in a file that can be read."""
        try:
            reader = self.kind.open(path, 0)
            try:
                return len(reader.read(1 + self.has_header)) > self.has_header
            finally:
                reader.close()
        except (OpError, OSError):
            return True  # what is wrong with it is said where its cells are looked at

    def _blocks(self, path: str) -> Iterator[tuple[int, list[bytes]]]:
        """Records of the file, some at once, with the number of the line in which they begin."""
        most = _FIRST_RECORDS if os.path.getsize(path) > _WHOLE_BYTES else None
        reader, line, count = self.kind.open(path, 0), 1, 0
        if self.has_header:
            line += sum(record.count(b"\n") + 1 for record in reader.read(1))
        while (most is None or count < most) and (records := reader.read(_BLOCK)):
            yield line, records
            line += sum(record.count(b"\n") + 1 for record in records)
            count += len(records)
        reader.close()

    def _is_fine(self, records: list[bytes], columns: Sequence[Column]) -> bool:
        try:
            rows = [csv_fields(record, self.delim, self.has_quotes, (), 0) for record in records]
        except InvalidArgumentError:
            return False
        if any(len(row) != self.width for row in rows):
            return False
        try:
            for column in columns:
                values = _read(column, self, [row[column.place] for row in rows])
                if column.classes is not None and column.classes.unknown(values) is not None:
                    return False
        except InvalidArgumentError:
            return False
        return True

    def _of(self, record: bytes, columns: Sequence[Column]) -> Iterator[tuple[Column, str]]:
        """What is wrong with one record."""
        try:
            row = csv_fields(record, self.delim, self.has_quotes, (), 0)
        except InvalidArgumentError as error:
            yield columns[0], str(error)
            return
        if len(row) != self.width:
            shown = shorten(record.decode(errors="replace"))
            text = f"{len(row)} cells, where there are {self.width} columns: {shown}."
            yield columns[0], text
            return
        for column in columns:
            try:
                values = _read(column, self, [row[column.place]])
                if column.classes is not None and (label := column.classes.unknown(values)) is not None:
                    yield column, column.classes.refusal(column.name, label)
            except InvalidArgumentError:
                yield column, self._explained(column, row[column.place])

    def _explained(self, column: Column, cell: bytes) -> str:
        if cell in (b"", self.missing):
            what = "the label" if column.option == "label" else "the column"
            advice = (
                "leave the row out"
                if column.option == "label"
                else f"give its numeric_column a default_value, or column_defaults: {{{column.name}: 0}}"
            )
            return f"{what} {column.name!r} is empty; {advice}."
        what = "the label" if column.option == "label" else "the column"
        text = cell.decode(errors="replace")
        return f"{what} {column.name!r} should be {_KINDS[column.dtype.name]}, found {shorten(text)}."


def _read(column: Column, how: Cells, cells: list[bytes]) -> Any:
    """The values of cells of one column, as the training reads them."""
    dtype, value = typed_default(column.default, 0)
    defaults = value.reshape(-1).tolist()
    if dtype is string and defaults:
        return cells
    fields = CsvFields((dtype,), (defaults,), how.delim, how.missing, False)
    return fields.column(cells, 0)
