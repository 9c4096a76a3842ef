"""Rows of any length, as splits say where they begin and end: what ops of ragged tensors share."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shown import shorten


def demand_splits(splits: Any, n_values: int, what: str = "row_splits") -> Any:
    """The splits, if they say where rows begin and end among `n_values` values.

    Raises
    ------
    InvalidArgumentError
        If they are none, do not begin with 0, decrease, or do not end with the number of values.
    """
    if not len(splits):
        raise InvalidArgumentError(f"{what} is empty; even of no rows it has one entry, 0.")
    if splits[0] != 0:
        raise InvalidArgumentError(f"{what} must begin with 0, given: {shorten(splits.tolist())}.")
    if np.any(splits[1:] < splits[:-1]):
        raise InvalidArgumentError(f"{what} must not decrease, given: {shorten(splits.tolist())}.")
    if splits[-1] != n_values:
        raise InvalidArgumentError(
            f"{what} must end with the number of values, {n_values}, given: {shorten(splits.tolist())}."
        )
    return splits


def demand_nested(nested_splits: Any, n_values: int) -> None:
    """Refuse splits, those of the outermost rows first, that do not go together; as :func:`demand_splits`."""
    counts = [len(splits) - 1 for splits in nested_splits[1:]]
    for layer, (splits, count) in enumerate(zip(nested_splits, [*counts, n_values], strict=True)):
        demand_splits(splits, count, f"row_splits of layer {layer}")


def rows_of(splits: Any) -> Any:
    """The number of its row for each value."""
    return np.repeat(np.arange(len(splits) - 1), np.diff(splits))


def counted(starts: Any, lengths: Any) -> Any:
    """starts[0], starts[0] + 1, ... (lengths[0] of them), starts[1], ... in one vector."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - (ends - lengths), lengths)


def splits_of(lengths: Any, dtype: Any) -> Any:
    """Where rows of some lengths begin, and the last of them ends."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(dtype)
