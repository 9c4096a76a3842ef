"""Components of elements that are ragged tensors: their arrays, their rows, and how several become one.

In the pipeline such a component is one RaggedTensorValue, or an array where none of its dimensions is ragged: the row
of a ragged tensor. Which it is says the ragged rank of its spec.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.tensor import Tensor
from estimator.pipeline.element import Array
from estimator.pipeline.specs import RaggedTensorSpec, TensorSpec

# -- between components and tensors, in the order of RaggedTensor.tensors ----------------------------


def tensor_specs(spec: RaggedTensorSpec) -> list[TensorSpec]:
    """What a ragged tensor is in a graph: its innermost values, and the splits from the innermost on outwards."""
    if spec.ragged_rank <= 0:
        return [TensorSpec(spec.dims, spec.dtype)]
    dims: Sequence[int | None] = spec.dims or [None] * (spec.ragged_rank + 1)
    size, splits = dims[0], []
    for length in dims[1 : spec.ragged_rank + 1]:
        splits.append(TensorSpec([None if size is None else size + 1], spec.row_splits_dtype))
        size = None if size is None or length is None else size * length
    inner = None if spec.dims is None else (size, *dims[spec.ragged_rank + 1 :])
    return [TensorSpec(inner, spec.dtype), *reversed(splits)]


def in_graph(spec: RaggedTensorSpec, tensors: Iterator[Tensor]) -> Any:
    """The RaggedTensor, or Tensor, of the next tensors."""
    value: Any = next(tensors)
    if spec.ragged_rank <= 0:
        return value
    from estimator.functions.ragged.partition import RowPartition  # loads all functions of ragged tensors
    from estimator.functions.ragged.tensor import RaggedTensor

    for axis in range(spec.ragged_rank, 0, -1):
        length = None if spec.dims is None else spec.dims[axis]
        value = RaggedTensor(value, RowPartition(next(tensors), length))
    return value


def arrays_of(value: Any) -> list[Array]:
    """The arrays of a RaggedTensorValue."""
    if not isinstance(value, RaggedTensorValue):
        return [value]
    return [*arrays_of(value.values), value.row_splits]


def value_of(spec: RaggedTensorSpec, arrays: Iterator[Array]) -> Any:
    """The component whose arrays come next."""
    value: Any = next(arrays)
    for _ in range(spec.ragged_rank):
        value = RaggedTensorValue(value, next(arrays))
    return value


# -- rows ------------------------------------------------------------------------------------------


class RaggedRows:
    """The rows of a ragged tensor, as those of an array: ``rows[index, ...]``.

    Parameters
    ----------
    value : RaggedTensorValue
    """

    def __init__(self, value: RaggedTensorValue) -> None:
        self._value = value

    @classmethod
    def alone(cls, value: Any) -> RaggedRows:
        """Rows of which there is one: the whole tensor."""
        return cls(RaggedTensorValue(value, np.array([0, _length(value)], value.row_splits.dtype)))

    def __len__(self) -> int:
        return _length(self._value)

    @property
    def nbytes(self) -> int:
        """So much that no batch is gathered ahead: a part of a ragged batch is not a slice of it."""
        return len(self) << 30

    def take(self, rows: Any, axis: int = 0) -> RaggedTensorValue:
        """Some rows under one another, as a batch of them."""
        taken: RaggedTensorValue = _taken(self._value, rows)
        return taken

    def __getitem__(self, key: tuple[int, Any]) -> Any:
        begin, end = self._value.row_splits[key[0] : key[0] + 2].tolist()
        return _part(self._value.values, begin, end)


def _length(value: Any) -> int:
    return len(value.row_splits) - 1 if isinstance(value, RaggedTensorValue) else len(value)


def _part(value: Any, begin: int, end: int) -> Any:
    if not isinstance(value, RaggedTensorValue):
        return value[begin:end]
    splits = value.row_splits[begin : end + 1]
    return RaggedTensorValue(_part(value.values, int(splits[0]), int(splits[-1])), splits - splits[0])


def _taken(value: Any, rows: Any) -> Any:
    if not isinstance(value, RaggedTensorValue):
        return value[rows]
    begins, lengths = value.row_splits[:-1][rows], np.diff(value.row_splits)[rows]
    splits = _splits(lengths, value.row_splits.dtype)
    places = np.repeat(begins - splits[:-1], lengths) + np.arange(splits[-1])
    return RaggedTensorValue(_taken(value.values, places), splits)


def _splits(lengths: Any, dtype: Any) -> Array:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(dtype)


# -- several as one --------------------------------------------------------------------------------


def stack_ragged(values: Sequence[Any], dtype: DType, number: int) -> RaggedTensorValue:
    """Elements as the rows of one ragged tensor.

    Parameters
    ----------
    values : sequence of RaggedTensorValue or ndarray
        All of one ragged rank.
    dtype : DType
        Of the splits.
    number : int
        Of the component, for messages.

    Raises
    ------
    InvalidArgumentError
        If dimensions differ that are not ragged; the message names the component.
    """
    return RaggedTensorValue(_joined(values, number), _splits([_length(value) for value in values], dtype.np))


def _joined(values: Sequence[Any], number: int) -> Any:
    """The rows of all values, one after the other."""
    if isinstance(values[0], RaggedTensorValue):
        lengths = np.concatenate([np.diff(value.row_splits) for value in values])
        inner = _joined([value.values for value in values], number)
        return RaggedTensorValue(inner, _splits(lengths, values[0].row_splits.dtype))
    for position, array in enumerate(values):
        if array.shape[1:] != values[0].shape[1:]:
            raise InvalidArgumentError(
                f"Cannot batch ragged tensors whose values have different shapes in component {number}. First element "
                f"had values of shape {list(values[0].shape[1:])} and element {position} of {list(array.shape[1:])}."
            )
    return np.concatenate(values)


# -- of arrays -------------------------------------------------------------------------------------


def ragged_spec(spec: Any, dtype: DType) -> Any:
    """The spec of an array that is to be a row of a ragged tensor, if its size is not known; any other as it is."""
    dims = spec.dims if isinstance(spec, TensorSpec) else None
    if dims is None or None not in dims:
        return spec
    deepest = max(axis for axis, size in enumerate(dims) if size is None)
    return RaggedTensorSpec(dims, spec.dtype, deepest, dtype)


def with_ragged_rank(array: Array, spec: RaggedTensorSpec) -> Any:
    """An array as a component of the spec: its first dimensions become ragged, though their rows have one length."""
    dims = array.shape
    value: Any = array.reshape(int(np.prod(dims[: spec.ragged_rank + 1])), *dims[spec.ragged_rank + 1 :])
    for axis in range(spec.ragged_rank, 0, -1):
        lengths = np.full(int(np.prod(dims[:axis])), dims[axis])
        value = RaggedTensorValue(value, _splits(lengths, spec.row_splits_dtype.np))
    return value if spec.ragged_rank > 0 else array
