"""What a run gives for a ragged tensor: arrays, and nested lists of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.core.named_tuple import NamedTuple


@near_keywords
class RaggedTensorValue(NamedTuple):
    """The values of all rows, one after the other, and where each row begins and the last one ends.

    Parameters
    ----------
    values : array or RaggedTensorValue
        Of a RaggedTensorValue the rows are the values.
    row_splits : array, int32 or int64
        Row i is ``values[row_splits[i]:row_splits[i + 1]]``.

    Example
    -------
    >>> import numpy as np
    >>> RaggedTensorValue(np.array([3, 1, 4]), np.array([0, 2, 2, 3])).to_list()
    [[3, 1], [], [4]]

    Source
    ------
    tf.ragged.RaggedTensorValue, TF 1.15 ragged_tensor_value.py
    """

    values: Any
    row_splits: Any

    @property
    def flat_values(self) -> Any:
        """The innermost values."""
        return self.values.flat_values if isinstance(self.values, RaggedTensorValue) else self.values

    @property
    def nested_row_splits(self) -> tuple[Any, ...]:
        """The splits of all ragged dimensions, the outermost first."""
        inner = self.values.nested_row_splits if isinstance(self.values, RaggedTensorValue) else ()
        return (self.row_splits, *inner)

    @property
    def ragged_rank(self) -> int:
        """The number of ragged dimensions."""
        return len(self.nested_row_splits)

    @property
    def dtype(self) -> np.dtype[Any]:
        """numpy's type of the values."""
        dtype: np.dtype[Any] = self.flat_values.dtype
        return dtype

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The size of each dimension, None for what is ragged."""
        return (len(self.row_splits) - 1, None, *self.values.shape[1:])

    def to_list(self) -> list[Any]:
        """The rows as nested lists of plain Python values."""
        given = self.values
        values = given.to_list() if isinstance(given, RaggedTensorValue) else np.asarray(given).tolist()
        bounds = np.asarray(self.row_splits).tolist()
        return [values[begin:end] for begin, end in zip(bounds[:-1], bounds[1:], strict=True)]
