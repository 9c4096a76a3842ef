"""Datasets of the records of CSV files, each a tuple of its fields.

::

    dataset = CsvDataset("train.csv", [tf.float32, tf.float32, [0]], header=True).shuffle(1000).batch(32)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, BinaryIO

import numpy as np

from estimator.core.dtypes import DType, as_dtype, float32, float64, int32, int64, string
from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.formats.csv_records import csv_records
from estimator.ops.csv import CsvFields, as_delimiter
from estimator.pipeline import deferred
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.element import Array, Element, as_array
from estimator.pipeline.file_datasets import as_buffer, as_compression
from estimator.pipeline.files import FileFormat, FileReader, FilesNode, plain_names, text_vector
from estimator.pipeline.sources import slices
from estimator.pipeline.specs import TensorSpec
from estimator.pipeline.stage import Context, Node, Rows, Step, Stream, Tickets

_TYPES = (float32, float64, int32, int64, string)


class CsvRecords(FileReader):
    """The records of a CSV file, which are taken apart later.

    Parameters
    ----------
    file, position
        As of the others.
    has_quotes, has_header : int
        Whether fields may be quoted, and the first record is left out.

    Raises
    ------
    InvalidArgumentError
        If there is no header.
    """

    def __init__(self, file: BinaryIO, position: int, has_quotes: int, has_header: int) -> None:
        super().__init__(file, position)
        self._records = csv_records(file, has_quotes=bool(has_quotes))
        if has_header and position == 0 and not self.read(1):
            raise InvalidArgumentError(
                f"Can't read header of file: {file.name!r} is empty. Leave it out, or header=True."
            )

    def read(self, count: int) -> list[bytes]:
        """The next records."""
        found = list(islice(self._records, count))
        self.position += sum(size for _, size in found)
        return [record for record, _ in found]


class CsvRows(Rows):
    """Tickets that are records, of which the fields are the components."""

    row_bytes = 64  # a guess, see Texts

    def __init__(self, fields: CsvFields) -> None:
        self._fields = fields

    def elements(self, tickets: Tickets) -> list[Element]:
        """The fields of each record, as arrays without dimensions."""
        columns = self._fields.columns(tickets)
        return [[column[place, ...] for column in columns] for place in range(len(tickets))]

    def gather(self, tickets: Tickets) -> Element:
        """The columns of all the records."""
        return self._fields.columns(tickets)


@frozen(eq=False)
class CsvNode(Step):
    """Records of files, taken apart where they leave a shuffle."""

    fields: CsvFields

    @property
    def spec(self) -> Any:
        """A tuple of scalars."""
        return tuple(TensorSpec((), dtype) for dtype in self.fields.dtypes)

    def describe(self) -> list[Any]:
        """How records are taken apart, but for the defaults."""
        fields = self.fields
        how = [fields.delim.hex(), fields.missing.hex(), list(fields.selected), sorted(fields.excluded)]
        return ["csv", [dtype.name for dtype in fields.dtypes], *how, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Begin with the first file."""
        stage, _, indexed = self.input.start(context)
        return Stream(stage, CsvRows(self.fields), indexed)


@near_keywords
class CsvDataset(Dataset):
    """The records of CSV files, each a tuple of scalars.

    A record may go over several lines where a field is quoted. A field that is empty, quoted or not, or is `na_value`,
    takes its column's default.

    Parameters
    ----------
    filenames : str, path, or string tensor
        One name or several; the files follow one another.
    record_defaults : list
        For each column that is read its type (float32, float64, int32, int64 or string), if it must not be missing, or
        a default, in a list or not.
    compression_type : str, optional
        ``"GZIP"``, ``"ZLIB"``, or ``""`` and None: the files are not compressed.
    buffer_size : int, optional
        How many bytes of a file are read at a time.
    header : bool
        Whether the first record of each file is left out.
    field_delim : str
        One character.
    use_quote_delim : bool
        Whether fields may be quoted.
    na_value : str
        What counts as missing, too.
    select_cols : list of int, optional
        The columns that are read, in ascending order; all by default.
    exclude_cols : list of int, optional
        The columns that are not read; not together with `select_cols`.

    Raises
    ------
    TypeError
        If a column has another type.
    InvalidArgumentError
        If an argument is none of these values; when run, if a record has another number of fields, or a field is
        missing or no such number.
    NotFoundError, PermissionDeniedError, DataLossError
        When run, if a file cannot be read.

    Source
    ------
    tf.data.experimental.CsvDataset, TF 1.15 and 2.15 readers.py
    """

    def __init__(
        self,
        filenames: Any,
        record_defaults: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        header: Any = False,
        field_delim: str = ",",
        use_quote_delim: Any = True,
        na_value: str = "",
        select_cols: Any = None,
        exclude_cols: Any = None,
    ) -> None:
        defaults = [typed_default(default, number) for number, default in enumerate(record_defaults)]
        dtypes = tuple(dtype for dtype, _ in defaults)
        fields = fields_maker(dtypes, field_delim, na_value, bool(use_quote_delim), select_cols, exclude_cols)

        def make(names: Any, compression: Any, buffer: Any, *values: Any) -> Node:
            kind = csv_format(compression, buffer, use_quote_delim, header)
            return CsvNode(FilesNode(slices(text_vector(names, "filenames")), kind), fields(values))

        values = (plain_names(filenames), compression_type, buffer_size, *(value for _, value in defaults))
        element = tuple(TensorSpec((), dtype) for dtype in dtypes)
        super().__init__(deferred.when_known("csv", make, values, element))


def csv_format(compression: Any, buffer: Any, has_quotes: Any, has_header: Any) -> FileFormat:
    """How CSV files are read."""
    settings = (int(bool(has_quotes)), int(bool(has_header)))
    return FileFormat("csv", CsvRecords, settings, as_compression(compression), as_buffer(buffer))


def typed_default(default: Any, number: int) -> tuple[DType, Any]:
    """A column's type, and its default as an array, or as a tensor."""
    if isinstance(default, (DType, type)):
        dtype, value = as_dtype(default), np.zeros(0, as_dtype(default).np)
    else:
        value = deferred.as_value(default)
        value = as_array(value, f"record_defaults[{number}]") if not hasattr(value, "op") else value
        dtype = as_dtype(value.dtype)
    if dtype not in _TYPES:
        raise TypeError(
            f"record_defaults[{number}] is of type {dtype.name}; a column is float32, float64, int32, int64 or string."
        )
    return dtype, value


def fields_maker(
    dtypes: tuple[DType, ...],
    delim: str,
    na_value: str,
    has_quotes: bool,
    select_cols: Any,
    exclude_cols: Any,
) -> Callable[[Sequence[Array]], CsvFields]:
    """What makes of the values of the defaults how records are taken apart."""
    selected, excluded = _columns(select_cols, "select_cols"), _columns(exclude_cols, "exclude_cols")
    if selected and excluded:
        raise InvalidArgumentError(
            f"select_cols and exclude_cols exclude one another, given: {selected} and {excluded}."
        )
    if selected and len(selected) != len(dtypes):
        raise InvalidArgumentError(
            f"select_cols should match output size: {len(selected)} columns are selected, and there are "
            f"{len(dtypes)} record_defaults."
        )
    if not dtypes:
        raise InvalidArgumentError(
            "record_defaults is empty: there must be one for each column that is read."
        )
    delimiter, missing = as_delimiter(delim), na_value.encode()

    def make(defaults: Sequence[Array]) -> CsvFields:
        for number, default in enumerate(defaults):
            if default.ndim > 1 or default.size > 1:
                raise InvalidArgumentError(
                    f"record_defaults[{number}] has the shape {list(default.shape)}; a default is one value, or an "
                    "empty list for a column that must not be missing."
                )
        values = tuple(default.reshape(-1).tolist() for default in defaults)
        return CsvFields(dtypes, values, delimiter, missing, has_quotes, selected, frozenset(excluded))

    return make


def _columns(columns: Any, name: str) -> tuple[int, ...]:
    if columns is None:
        return ()
    numbers = tuple(int(column) for column in np.ravel(as_array(columns, name)))
    if any(number < 0 for number in numbers) or list(numbers) != sorted(set(numbers)):
        raise InvalidArgumentError(f"{name} should be strictly increasing indices, given: {list(numbers)}.")
    return numbers
