"""Parquet files as the input of an experiment: read into memory by pyarrow, which the extra ``[data]`` brings."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, string
from estimator.core.errors import OpError
from estimator.core.frozen import frozen
from estimator.core.patterns import matches
from estimator.core.registry import did_you_mean
from estimator.experiments.labels import heads_of_labels, labelled, names_of_labels
from estimator.experiments.needs import Needs
from estimator.experiments.shuffling import buffer_of
from estimator.functions.parsing import FixedLenFeature
from estimator.pipeline.dataset import Dataset


@frozen
class ParquetInput:
    """Rows of Parquet files.

    Parameters
    ----------
    parquet : str or list of str
        Files, or patterns such as ``data/train-*.parquet``; they are read whole.
    label : str, list or mapping of str, optional
        The column of the labels; several are one label of as many numbers; of a MultiHead by its heads' names.
    batch_size : int
    shuffle : int or bool, optional
        How many rows are mixed; true: 10000.
    epochs : int, optional
        How often the rows are gone through; null: without end.
    seed : int, optional
        Of the mixing; null: that of the run.
    select_columns : list of str, optional
        Which columns are features beside those of the feature columns; of a model without these: which of all.
    column_defaults : mapping of str to value, optional
        What stands in for a value that is null, by column.
    prefetch : int
        How many batches are made ahead.
    """

    parquet: str | Sequence[str]
    label: Any = None
    batch_size: int = 32
    shuffle: int | bool | None = None
    epochs: int | None = None
    seed: int | None = None
    select_columns: Sequence[str] | None = None
    column_defaults: Any = None
    prefetch: int = 0

    def input_fn(self, needs: Needs, report: Callable[[str, str], None]) -> Callable[[], Dataset] | None:
        """A function that gives the rows, or None if there is a problem.

        Parameters
        ----------
        needs : Needs
            What the model needs.
        report : callable
            Called with an option and a sentence for every problem.
        """
        paths = self._paths(report)
        if paths is None:
            return None
        try:
            names = column_names(paths)
        except (ImportError, OpError, ValueError) as error:
            report("parquet", str(error))
            return None
        wanted = self._wanted(needs, names, paths, report)
        if wanted is None:
            return None
        columns = self._columns(needs, wanted, paths, report)
        return None if columns is None else partial(self._dataset, columns)

    def _paths(self, report: Callable[[str, str], None]) -> list[str] | None:
        given = [self.parquet] if isinstance(self.parquet, str) else list(self.parquet)
        paths: list[str] = []
        for pattern in given:
            found = sorted(matches(pattern))
            paths += found
            if not found:
                report("parquet", f"there is no file {pattern!r} (looked for in {os.getcwd()}).")
                return None
        return paths

    def _wanted(
        self, needs: Needs, names: list[str], paths: list[str], report: Callable[[str, str], None]
    ) -> list[str] | None:
        labels, selected = names_of_labels(self.label), list(self.select_columns or ())
        if not needs.is_complete and not selected:
            selected = [name for name in names if name not in labels]
        found = True
        for option, wanted in (
            ("label", labels),
            ("parquet", needs.features),
            ("select_columns", selected),
            ("column_defaults", self.column_defaults or ()),
        ):
            for name in wanted:
                if name not in names:
                    found = False
                    hint = did_you_mean(name, names)
                    report(
                        option, f"{paths[0]} has no column {name!r}.{hint} It has: {', '.join(names[:30])}."
                    )
        for name in labels:
            if name in needs.features or name in selected:
                found = False
                report("label", f"the label {name!r} is a feature, too: the model would learn nothing else.")
        return list(dict.fromkeys([*needs.features, *selected, *labels])) if found else None

    def _columns(
        self, needs: Needs, wanted: list[str], paths: list[str], report: Callable[[str, str], None]
    ) -> dict[str, Any] | None:
        """The columns as arrays of the types that the model wants."""
        heads = heads_of_labels(self.label)
        types = {name: needs.label_type(head) for name, head in heads.items()} | dict(needs.features)
        classes = needs.classes_by_column(self.label)
        table, columns = read_table(paths, wanted), dict[str, Any]()
        has_all = True
        for name in wanted:
            try:
                columns[name] = _as_array(
                    table[name], types.get(name), (self.column_defaults or {}).get(name)
                )
            except (ValueError, TypeError, OverflowError) as error:
                has_all = False
                report("label" if name in heads else "parquet", f"the column {name!r} of {paths[0]}: {error}")
                continue
            one = classes.get(name)
            if one is not None and (label := one.unknown(columns[name])) is not None:
                has_all = False
                report("label", f"{paths[0]}: {one.refusal(name, label)}")
        return columns if has_all else None

    def _dataset(self, columns: dict[str, Any]) -> Dataset:
        dataset = Dataset.from_tensor_slices(columns)
        buffer = buffer_of(self.shuffle)
        dataset = dataset.shuffle(buffer, self.seed) if buffer else dataset
        dataset = dataset if self.epochs == 1 else dataset.repeat(self.epochs)
        dataset = dataset.batch(self.batch_size).prefetch(self.prefetch)
        return dataset if self.label is None else labelled(dataset, self.label)


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise ImportError(
            "Parquet files are read by pyarrow, which is not installed: pip install 'numpy-estimator[data]'."
        ) from None
    return pyarrow


def column_names(paths: Sequence[str]) -> list[str]:
    """The columns of Parquet files, which are alike.

    Raises
    ------
    ImportError
        If pyarrow is missing; the message says how to get it.
    ValueError
        If a file is none of Parquet's, or two have different columns.
    """
    arrow, names = _pyarrow(), None
    for path in paths:
        try:
            found = arrow.parquet.read_schema(path).names
        except (arrow.ArrowException, OSError) as error:
            raise ValueError(f"{path} cannot be read as Parquet: {error}") from None
        if names is not None and found != names:
            raise ValueError(f"{path} has other columns than {paths[0]}: {', '.join(found)}.")
        names = found
    return list(names or [])


def read_table(paths: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    """Those columns of the files, one below the other, as Arrow arrays."""
    arrow = _pyarrow()
    tables = [arrow.parquet.read_table(path, columns=list(names)) for path in paths]
    table = arrow.concat_tables(tables)
    return {name: table.column(name) for name in names}


def _as_array(column: Any, wanted: Any, default: Any) -> Any:
    """The values as an array of the type that is wanted, or of their own."""
    values = column.to_pylist()
    if default is None and isinstance(wanted, FixedLenFeature) and wanted.default_value is not None:
        default = np.ravel(wanted.default_value)[0].item()
    dtype = wanted if isinstance(wanted, DType) else None if wanted is None else wanted.dtype
    if default is None and dtype is not None and not isinstance(wanted, (DType, FixedLenFeature)):
        default = "" if dtype is string else -1
    if None in values and default is None:
        raise ValueError(f"row {values.index(None)} is null; give it a default in column_defaults.")
    values = [default if value is None else value for value in values]
    if dtype is string or (dtype is None and values and isinstance(values[0], (str, bytes))):
        texts = [value if isinstance(value, bytes) else str(value).encode() for value in values]
        return np.fromiter(texts, object, len(texts))
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"should be numbers, found {values[0]!r}.")
    if dtype is not None and dtype.is_integer and array.dtype.kind == "f" and not (array % 1 == 0).all():
        raise ValueError("should be whole numbers, and has others.")
    return array if dtype is None else array.astype(dtype.np)
