"""Data in memory as structures of arrays: what one batch is, and what all of them are cut from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.core.shown import shorten
from estimator.keras.training.weights import filled_weights
from estimator.pipeline.element import as_component, holds_tensor
from estimator.pipeline.structure import COMPOUND, leaves
from estimator.pipeline.tables import is_column
from estimator.runtime.own_session import value_at_hand


def as_triple(data: Any) -> tuple[Any, ...]:
    """(x,), (x, y) or (x, y, sample_weight) of what a dataset, a generator or a Sequence gives.

    Raises
    ------
    ValueError
        If it is a tuple of more.
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return (data,)
    if len(data) > 3:
        raise ValueError(
            "Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, found a tuple of "
            f"{len(data)}. Several inputs or outputs are a tuple or dict in place of x or y: ((x1, x2), y)."
        )
    while data and data[-1] is None:
        data = data[:-1]
    return data


def standardized(value: Any) -> tuple[Any, ...]:
    """A batch that Python has made, as structures of arrays of equal length."""
    return as_data(*as_triple(value))


def as_data(x: Any, y: Any = None, sample_weight: Any = None) -> tuple[Any, ...]:
    """(x,), (x, y) or (x, y, sample_weight) as structures of arrays of equal length.

    Raises
    ------
    ValueError, TypeError
        If something is no array, or lengths differ.
    """
    x, y, sample_weight = as_arrays(x, "x"), as_arrays(y, "y"), as_arrays(sample_weight, "sample_weight")
    if x is None:
        raise ValueError(
            "no data: `x` is None. Give arrays, a Dataset, a generator or a keras.utils.Sequence."
        )
    data: tuple[Any, ...] = (x,) if y is None else (x, y)
    if sample_weight is not None:
        if y is None:
            raise ValueError("`sample_weight` is given without `y`: there is nothing to weigh.")
        data = (x, y, filled_weights(y, sample_weight))
    _check_lengths(data)
    return data


def as_arrays(value: Any, where: str) -> Any:
    """A structure of dicts and tuples of arrays: floats are float32, a list of arrays is a tuple of them.

    Raises
    ------
    TypeError
        If a leaf is no array.
    """
    if value is None or isinstance(value, COMPOUND):
        return value
    if isinstance(value, Mapping):
        return {key: as_arrays(item, f"{where}[{key!r}]") for key, item in value.items()}
    if isinstance(value, (list, tuple)) and not _is_of_numbers(value):
        items = [as_arrays(item, f"{where}[{place}]") for place, item in enumerate(value)]
        return nest.like(value, items) if isinstance(value, tuple) else tuple(items)
    return _as_array(value, where)


def _as_array(value: Any, where: str) -> Any:
    if type(value) is np.ndarray and value.ndim and value.dtype.kind in "biuf" and value.dtype.isnative:
        return np.ascontiguousarray(value, np.float32 if value.dtype.kind == "f" else None)
    if holds_tensor(value) and not isinstance(value, (list, tuple)):
        value = value_at_hand(value)
    is_of_columns = is_column(value)
    array = as_component(list(value) if isinstance(value, tuple) else value, where)
    if isinstance(array, COMPOUND):
        return array
    if array.ndim == 0:
        raise ValueError(
            f"{where} is a single value, {shorten(value)}: data need a first dimension, the batch."
        )
    if array.dtype.kind == "f" and array.dtype != np.float32:
        array = array.astype(np.float32)
    return array[:, None] if is_of_columns and array.ndim == 1 else array


def _is_of_numbers(value: Sequence[Any]) -> bool:
    """Whether a list is one array: of numbers or texts, or of such lists; an empty one is."""
    if not len(value):
        return True
    first = value[0]
    if isinstance(first, (list, tuple)):
        return _is_of_numbers(first)
    return isinstance(first, (bool, int, float, str, bytes, np.generic))


def _check_lengths(data: tuple[Any, ...]) -> None:
    sizes = [[_rows(leaf) for leaf in leaves(part)] for part in data]
    if len({size for part in sizes for size in part}) > 1:
        lines = "".join(
            f"  {name} sizes: {', '.join(map(str, part))}\n"
            for name, part in zip(("x", "y", "sample_weight"), sizes, strict=False)
        )
        raise ValueError(
            f"Data cardinality is ambiguous:\n{lines}Make sure all arrays contain the same number of samples."
        )


def _rows(leaf: Any) -> int:
    if hasattr(leaf, "dense_shape"):
        return int(leaf.dense_shape[0])
    return len(leaf.row_splits) - 1 if hasattr(leaf, "row_splits") else len(leaf)
