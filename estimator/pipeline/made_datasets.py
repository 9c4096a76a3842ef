"""Whole inputs over files in one call: files found, shuffled, repeated, batched, and parsed into a dict by name.

::

    dataset = make_csv_dataset("train-*.csv", 32, label_name="species", num_epochs=1)
    dataset = make_batched_features_dataset("train-*.tfrecord", 128, spec, label_key="species")
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.parse_example import parse_example
from estimator.ops.csv import as_delimiter
from estimator.pipeline.csv_datasets import CsvNode, csv_format, fields_maker, typed_default
from estimator.pipeline.csv_tables import CsvTables, csv_files, demand_distinct
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.file_datasets import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset
from estimator.pipeline.files import FileFormat, FilesNode
from estimator.pipeline.sources import slices

_ONE_FILE_AFTER_ANOTHER = (TFRecordDataset, TextLineDataset, FixedLengthRecordDataset)


def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: int | None = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: str | None = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """Batches of the records of CSV files, as dicts of columns by name, or pairs of such a dict and the labels.

    Parameters
    ----------
    file_pattern : str, path, or list of them
        See :func:`estimator.tf.io.matching_files`.
    batch_size : int
    column_names : list of str, optional
        Of all columns in the files; by default those in the header.
    column_defaults : list, optional
        For each column that is read, as of CsvDataset; by default 0 or ``""``, of the narrowest of int32, int64,
        float32, float64 and string that holds what the first records say.
    label_name : str, optional
        The column that becomes the labels.
    select_columns : list of str or int, optional
        The columns that are read, by name or place; all by default.
    field_delim, use_quote_delim, na_value, header, compression_type
        As of CsvDataset.
    num_epochs : int, optional
        How often the data are gone through; without end by default, and then all batches are of one size.
    shuffle, shuffle_buffer_size, shuffle_seed
        Whether, how far and by which seed files and records are mixed.
    prefetch_buffer_size : int, optional
        How many batches are made ahead; none by default. See Dataset.prefetch.
    sloppy
        Accepted.
    num_parallel_reads : int, optional
        How many files give a record each in turn; by default one.
    num_rows_for_inference : int, optional
        How many records are looked at for the columns' types; None: all.
    ignore_errors : bool
        Whether records that cannot be read are left out. Those looked at for the columns' types must be whole.
    encoding : str
        Of the names in the header.

    Raises
    ------
    ValueError
        If there are no files, names of columns are missing, twice, differ between files or are unknown, or a record
        that is looked at has another number of fields.
    InvalidArgumentError
        When run, if a record has another number of fields, or a field is no such number, unless `ignore_errors`.

    Source
    ------
    tf.data.experimental.make_csv_dataset, TF 1.15 and 2.15 readers.py
    """
    paths = csv_files(file_pattern)
    kind = csv_format(compression_type, None, use_quote_delim, False)
    tables = CsvTables(paths, kind, as_delimiter(field_delim), use_quote_delim, header)
    names = tables.names(encoding) if column_names is None else list(column_names)
    demand_distinct(names)
    selected = None if select_columns is None else _places(select_columns, names)
    if column_defaults is None:
        found = tables.defaults(len(names), ("", na_value), num_rows_for_inference)
        column_defaults = found if selected is None else [found[place] for place in selected]
    names = names if selected is None else [names[place] for place in selected]
    _check_columns(names, column_defaults, label_name)
    order = file_names(paths, shuffle, shuffle_seed)
    kind = csv_format(compression_type, None, use_quote_delim, header)
    rows = csv_rows(order, kind, column_defaults, selected, field_delim, na_value, num_parallel_reads or 1)
    rows = rows.ignore_errors() if ignore_errors else rows
    mixed = mixed_rows(rows, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)
    batches = batches_by_name(mixed, names, label_name, batch_size, num_epochs is None)
    return batches.prefetch(prefetch_buffer_size or 0)


def csv_rows(
    paths: Dataset,
    kind: FileFormat,
    column_defaults: Sequence[Any],
    selected: Sequence[int] | None,
    field_delim: str,
    na_value: str,
    slots: int = 1,
) -> Dataset:
    """The records of CSV files, tuples of their fields.

    Parameters
    ----------
    paths : Dataset
        Of the files' names.
    kind : FileFormat
        As :func:`~estimator.pipeline.csv_datasets.csv_format` gives it.
    column_defaults : sequence
        For each column that is read, as of CsvDataset.
    selected : sequence of int, optional
        The places of these columns, ascending; all by default.
    field_delim, na_value : str
    slots : int
        How many files give a record each in turn.
    """
    typed = [typed_default(default, number) for number, default in enumerate(column_defaults)]
    dtypes = tuple(dtype for dtype, _ in typed)
    has_quotes = bool(kind.settings[0])
    fields = fields_maker(dtypes, field_delim, na_value, has_quotes, selected, None)
    return Dataset(
        CsvNode(FilesNode(paths._node, kind, max(slots, 1)), fields([value for _, value in typed]))
    )


def batches_by_name(
    rows: Dataset, names: Sequence[str], label_name: str | None, batch_size: int, drop_remainder: bool
) -> Dataset:
    """Batches of rows as dicts of columns by name, or pairs of such a dict and the labels."""

    def by_name(*columns: Any) -> Any:
        features = dict(zip(names, columns, strict=True))
        return features if label_name is None else (features, features.pop(label_name))

    return rows.batch(batch_size, drop_remainder=drop_remainder).map(by_name)


def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: int,
    features: Mapping[str, Any],
    reader: Any = None,
    label_key: str | None = None,
    reader_args: Sequence[Any] | None = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    reader_num_threads: int | None = None,
    parser_num_threads: int | None = None,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Dataset:
    """Batches of the tf.Examples in files, as dicts of features by name, or pairs of such a dict and the labels.

    Parameters
    ----------
    file_pattern : str, path, or list of them
        See :func:`estimator.tf.io.matching_files`.
    batch_size : int
    features : dict
        As :func:`estimator.tf.io.parse_example` takes them.
    reader : callable, optional
        From the name of a file to a dataset of serialised tf.Examples, or of pairs of a key and one; by default
        TFRecordDataset.
    label_key : str, optional
        The feature that becomes the labels.
    reader_args : list, optional
        What `reader` takes beside the name.
    num_epochs : int, optional
        How often the data are gone through; without end by default, and then all batches are of one size.
    shuffle, shuffle_buffer_size, shuffle_seed
        Whether, how far and by which seed files and records are mixed.
    prefetch_buffer_size : int, optional
        How many batches are made ahead; none by default. See Dataset.prefetch.
    parser_num_threads, sloppy_ordering
        Accepted.
    reader_num_threads : int, optional
        How many files give a record each in turn; by default one.
    drop_final_batch : bool
        Whether a last batch that is smaller is left out.

    Raises
    ------
    ValueError
        If `label_key` is none of the features.
    InvalidArgumentError
        When run, if there are no files.

    Source
    ------
    tf.data.experimental.make_batched_features_dataset, TF 1.15 and 2.15 readers.py
    """
    if label_key is not None and label_key not in features:
        raise ValueError(
            f"The `label_key` provided ({label_key!r}) must be one of the `features` keys: {sorted(features)}."
        )
    names = Dataset.list_files(file_pattern, shuffle, shuffle_seed)
    records = _read(names, reader or TFRecordDataset, list(reader_args or ()), reader_num_threads or 1)
    if isinstance(records.element_spec, tuple):
        records = records.map(lambda key, value: value)
    mixed = mixed_rows(records, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)

    def parse(texts: Any) -> Any:
        found = parse_example(texts, dict(features))
        return found if label_key is None else (found, found.pop(label_key))

    batches = mixed.batch(batch_size, drop_remainder=drop_final_batch or num_epochs is None).map(parse)
    return batches.prefetch(prefetch_buffer_size or 0)


def _read(names: Dataset, reader: Any, arguments: list[Any], slots: int) -> Dataset:
    """The elements of all files; of our own readers as one dataset, which reads blocks."""
    if reader in _ONE_FILE_AFTER_ANOTHER:
        dataset: Dataset = reader(names, *arguments, num_parallel_reads=slots)
        return dataset
    return names.interleave(lambda name: reader(name, *arguments), cycle_length=slots)


def file_names(paths: Sequence[str], shuffle: bool, seed: int | None) -> Dataset:
    names = Dataset(slices(np.fromiter(map(os.fsencode, paths), object, len(paths))))
    return names.shuffle(len(paths), seed) if shuffle else names


def mixed_rows(dataset: Dataset, epochs: int | None, shuffle: bool, size: int, seed: int | None) -> Dataset:
    dataset = dataset.shuffle(size, seed) if shuffle else dataset
    return dataset if epochs == 1 else dataset.repeat(epochs)


def _check_columns(names: list[str], defaults: Sequence[Any], label_name: str | None) -> None:
    if len(defaults) != len(names):
        raise ValueError(
            f"`column_defaults` has {len(defaults)} entries for the {len(names)} columns {names}; give each one, or "
            "choose columns by `select_columns`."
        )
    if label_name is not None and label_name not in names:
        raise ValueError(
            f"`label_name` provided must be one of the columns: {names}. Received: {label_name}."
        )


def _places(columns: Sequence[Any], names: list[str]) -> list[int]:
    """The places of columns that are given by name or place, in ascending order."""
    unknown = [column for column in columns if isinstance(column, str) and column not in names]
    if unknown:
        raise ValueError(
            f"Column {unknown[0]} specified in `select_columns` must be of one of the columns: {names}."
        )
    places = [names.index(column) if isinstance(column, str) else int(column) for column in columns]
    wrong = [place for place in places if not 0 <= place < len(names)]
    if wrong or len(set(places)) < len(places):
        raise ValueError(
            f"`select_columns` are names of columns, or numbers from 0 to {len(names) - 1}, each once; given: "
            f"{list(columns)}."
        )
    return sorted(places)


near_keywords_of_functions(__name__)
