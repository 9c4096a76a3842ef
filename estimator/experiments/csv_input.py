"""CSV files as the input of an experiment: types by the model's columns, cells looked at before a training begins."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype, int64, string
from estimator.core.errors import OpError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean
from estimator.core.shown import shorten
from estimator.experiments.csv_cells import Cells, Column
from estimator.experiments.labels import heads_of_labels, labelled, names_of_labels
from estimator.experiments.needs import Needs
from estimator.experiments.shuffling import buffer_of
from estimator.functions.parsing import FixedLenFeature
from estimator.pipeline.csv_datasets import csv_format
from estimator.pipeline.csv_tables import CsvTables, csv_files, demand_distinct
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.holding_out import PARTS
from estimator.pipeline.made_datasets import batches_by_name, csv_rows, file_names, mixed_rows

_MOST_SHOWN = 30  # names of columns in a message

Report = Callable[[str, str], None]  # (the option that is concerned, what is wrong)


@frozen
class CsvInput:
    """Rows of CSV files.

    Parameters
    ----------
    csv : str or list of str
        Files, or patterns such as ``data/train-*.csv``.
    label : str, list or mapping of str, optional
        The column of the labels; several are one label of as many numbers; of a MultiHead by its heads' names.
    batch_size : int
    shuffle : int or bool, optional
        How many rows are mixed; true: 10000.
    epochs : int, optional
        How often the rows are gone through; null: without end.
    seed : int, optional
        Of the mixing; null: that of the run.
    rows : mapping, optional
        Which of the rows: ``{all_but: 0.2}`` leaves a fifth of them out, ``{only: 0.2}`` takes those alone.
    names : list of str, optional
        Names of the columns, of files that have no header.
    select_columns : list of str, optional
        Which columns are features beside those of the feature columns; of a model without these: which of all.
    column_defaults : mapping of str to value, optional
        What stands in for an empty cell, by column.
    field_delim, na_value : str
        What stands between cells; what an empty cell may say.
    use_quote_delim : bool
        Whether cells may be quoted.
    compression_type : str, optional
        ``GZIP`` or ``ZLIB``.
    prefetch : int
        How many batches are made ahead.
    """

    csv: str | Sequence[str]
    label: Any = None
    batch_size: int = 32
    shuffle: int | bool | None = None
    epochs: int | None = None
    seed: int | None = None
    rows: Any = None
    names: Sequence[str] | None = None
    select_columns: Sequence[str] | None = None
    column_defaults: Any = None
    field_delim: str = ","
    na_value: str = ""
    use_quote_delim: bool = True
    compression_type: str | None = None
    prefetch: int = 0

    def input_fn(self, needs: Needs, report: Report) -> Callable[[], Dataset] | None:
        """A function that gives the rows, or None if there is a problem.

        Parameters
        ----------
        needs : Needs
            What the model needs.
        report : callable
            Called for every problem.
        """
        table = self._table(report)
        if table is None:
            return None
        paths, names = table
        wanted = self._wanted(needs, names, paths, report)
        columns = None if wanted is None else self._columns(needs, wanted, names, paths, report)
        if columns is None or self._has_bad_cells(columns, len(names), paths, needs, report):
            return None
        return CsvRows(self, tuple(paths), tuple(names), tuple(columns))

    def _format(self) -> Any:
        return csv_format(self.compression_type, None, self.use_quote_delim, False)

    def _tables(self, paths: Sequence[str]) -> CsvTables:
        return CsvTables(
            paths, self._format(), self.field_delim.encode(), self.use_quote_delim, self.names is None
        )

    def _table(self, report: Report) -> tuple[list[str], list[str]] | None:
        """The files, and the names of their columns."""
        given = [self.csv] if isinstance(self.csv, str) else list(self.csv)
        paths, missing = [], False
        for pattern in given:
            try:
                paths += csv_files(pattern)
            except (ValueError, OpError):
                missing = True
                report("csv", f"there is no file {pattern!r} (looked for in {os.getcwd()}).")
        if len(self.field_delim.encode()) != 1:
            missing = True
            report("field_delim", f"field_delim should be one character, given: {self.field_delim!r}.")
        if missing:
            return None
        try:
            names = self._tables(paths).names("utf-8-sig") if self.names is None else list(self.names)
            demand_distinct(names)
        except UnicodeDecodeError:
            report("csv", f"{paths[0]} is not UTF-8 text; if it is compressed, say compression_type: GZIP.")
            return None
        except (ValueError, OpError) as error:
            report("csv" if self.names is None else "names", str(error))
            return None
        return paths, names

    def _wanted(
        self, needs: Needs, names: Sequence[str], paths: Sequence[str], report: Report
    ) -> list[str] | None:
        """The columns that are read, in their order in the files."""
        labels, selected = names_of_labels(self.label), list(self.select_columns or ())
        if not needs.is_complete and not selected:
            selected = [name for name in names if name not in labels]
        features = list(dict.fromkeys([*needs.features, *selected]))
        problems = [
            *_missing(labels, "label", "the label", names, paths),
            *_missing(needs.features, "csv", f"which {needs.model} needs", names, paths),
            *_missing(selected, "select_columns", "which select_columns names", names, paths),
            *_missing(self.column_defaults or (), "column_defaults", "of column_defaults", names, paths),
        ]
        problems += [
            ("label", f"the label {name!r} is a feature, too: the model would learn nothing else.")
            for name in labels
            if name in features
        ]
        for name, how in needs.features.items():
            if isinstance(how, FixedLenFeature) and int(np.prod(how.shape)) != 1:
                text = f"the feature {name!r} has the shape {list(how.shape)}, and a cell holds one value."
                problems.append(("csv", text))
        for option, text in problems:
            report(option, text)
        return None if problems else [name for name in names if name in {*labels, *features}]

    def _columns(
        self,
        needs: Needs,
        wanted: Sequence[str],
        names: Sequence[str],
        paths: Sequence[str],
        report: Report,
    ) -> list[Column] | None:
        """The columns that are read, with their types and defaults."""
        heads = heads_of_labels(self.label)
        types = {name: needs.label_type(head) for name, head in heads.items()} | dict(needs.features)
        inferred: dict[str, Any] = {}
        if any(types.get(name) is None for name in wanted):
            try:
                inferred = dict(
                    zip(
                        names,
                        self._tables(paths).defaults(len(names), ("", self.na_value), 1000),
                        strict=True,
                    )
                )
            except (ValueError, OpError) as error:
                report("csv", str(error))
                return None
        classes = needs.classes_by_column(self.label)
        columns, has_all = [], True
        for name in wanted:
            default = _default(types[name]) if types.get(name) is not None else inferred[name]
            is_label = name in heads
            default = as_dtype(default.dtype) if is_label and not isinstance(default, DType) else default
            option = "label" if is_label else "csv"
            column = Column(name, names.index(name), default, option, classes.get(name))
            given = (self.column_defaults or {}).get(name)
            if given is not None:
                try:
                    given = str(given).encode() if column.dtype is string else given
                    column = Column(
                        name, column.place, np.array(given, column.dtype.np), option, column.classes
                    )
                except (ValueError, OverflowError):
                    has_all = False
                    report(
                        "column_defaults",
                        f"{name} is {column.dtype.name}, and its default {shorten(given)} is not.",
                    )
            columns.append(column)
        return columns if has_all else None

    def _has_bad_cells(
        self, columns: Sequence[Column], width: int, paths: Sequence[str], needs: Needs, report: Report
    ) -> bool:
        cells = Cells(
            self._format(), self.field_delim.encode(), self.na_value.encode(), self.use_quote_delim,
            self.names is None, width,
        )  # fmt: skip
        has_any = False
        if not any(cells.has_rows(path) for path in paths):
            report("csv", f"{' and '.join(paths)}: there are no rows.")
            return True
        for path in paths:
            try:
                found = cells.problems(path, columns)
            except (OpError, OSError) as error:
                has_any = True
                report("csv", str(error))
                continue
            for column, text in found:
                has_any = True
                hint = self._hint(column, text, needs, paths)
                report(column.option, text + hint)
                if hint:
                    return True  # it is the same with all other rows
        return has_any

    def _hint(self, column: Column, text: str, needs: Needs, paths: Sequence[str]) -> str:
        """What to do about labels that are texts."""
        if column.option != "label" or column.dtype is not int64 or "should be" not in text:
            return ""
        rows = self._tables(paths).rows(paths[0])
        if self.names is None:
            next(rows, None)
        cells = {row[column.place] for row in islice(rows, 10_000) if len(row) > column.place}
        found = sorted(cell.decode(errors="replace") for cell in cells if cell)
        if any(name.lstrip("-").isdigit() for name in found):
            return ""
        shown = ", ".join(found[:10]) + (", ..." if len(found) > 10 else "")
        return f" If the classes have names, give {needs.model} label_vocabulary: [{shown}]."


@frozen(eq=False)
class CsvRows:
    """An input_fn that gives batches of rows."""

    options: CsvInput
    paths: tuple[str, ...]
    names: tuple[str, ...]
    columns: tuple[Column, ...]

    def __call__(self) -> Dataset:
        """The dataset, of pairs of features and labels if there are labels."""
        options, label = self.options, self.options.label
        buffer = buffer_of(options.shuffle)
        is_parted = (
            options.rows is not None
        )  # by the rows' places, which are those in the files in their order
        rows = csv_rows(
            file_names(self.paths, buffer > 0 and not is_parted, options.seed),
            csv_format(options.compression_type, None, options.use_quote_delim, options.names is None),
            [column.default for column in self.columns],
            [column.place for column in self.columns],
            options.field_delim,
            options.na_value,
        )
        for part, share in (options.rows or {}).items():
            rows = PARTS[part](rows, share)
        mixed = mixed_rows(rows, options.epochs, buffer > 0, max(buffer, 1), options.seed)
        names, label_name = (
            [column.name for column in self.columns],
            label if isinstance(label, str) else None,
        )
        dataset = batches_by_name(mixed, names, label_name, options.batch_size, options.epochs is None)
        dataset = dataset.prefetch(options.prefetch)
        return dataset if label is None or isinstance(label, str) else labelled(dataset, label)


def _default(how: Any) -> Any:
    """The default of a column by its type or its form in tf.Examples: a type, if there is none."""
    if isinstance(how, DType):
        return how
    if isinstance(how, FixedLenFeature):
        if how.default_value is None:
            return np.array(b"", object) if how.dtype is string else how.dtype
        return np.ravel(np.array(how.default_value, how.dtype.np))[0:1].reshape(())
    if how.dtype is string:
        return np.array(b"", object)
    return np.array(-1, how.dtype.np) if how.dtype.is_integer else how.dtype


def _missing(
    wanted: Any, option: str, what: str, names: Sequence[str], paths: Sequence[str]
) -> list[tuple[str, str]]:
    """A problem for each column that is not there; a single one if there is none of several."""
    shown = ", ".join(names[:_MOST_SHOWN]) + (", ..." if len(names) > _MOST_SHOWN else "")
    files = paths[0] if len(paths) == 1 else f"{paths[0]} and others"
    missing = [name for name in wanted if name not in names]
    if len(missing) > 1 and len(missing) == len(wanted):
        text = f"{files} has none of the columns {', '.join(map(repr, missing))}, {what}. It has: {shown}."
        return [(option, text + _reason(names))]
    return [
        (option, f"{files} has no column {name!r}, {what}.{did_you_mean(name, names)} It has: {shown}.")
        for name in missing
    ]


def _reason(names: Sequence[str]) -> str:
    """Why a file may seem to have none of the columns."""
    delim = next((mark for mark in ";\t|" if len(names) == 1 and mark in names[0]), None)
    if delim is not None:
        return f" If its cells are parted by {delim!r}, say field_delim: {delim!r}."
    if any(_is_number(name) for name in names):
        return " If that is a row and no header, say what the columns are: names: [...]."
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
