"""RaggedFeature: a feature of tf.Examples with values, and other features that say how they are divided into rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.dtypes import DType, as_dtype, float32, int32, int64, string
from estimator.core.keywords import near_keywords
from estimator.core.named_tuple import NamedTuple
from estimator.functions import arrays, indexing, math, reductions
from estimator.functions.ragged.tensor import RaggedTensor
from estimator.graph.tensor import Tensor


class RowSplits(NamedTuple):
    """The feature with this key has where rows begin, and the last one ends."""

    key: str


class RowLengths(NamedTuple):
    """The feature with this key has the lengths of rows."""

    key: str


class RowStarts(NamedTuple):
    """The feature with this key has where rows begin."""

    key: str


class RowLimits(NamedTuple):
    """The feature with this key has where rows end."""

    key: str


class ValueRowIds(NamedTuple):
    """The feature with this key has of each value the number of its row."""

    key: str


class UniformRowLength(NamedTuple):
    """All rows have this length."""

    length: int


_PARTITIONS = (RowSplits, RowLengths, RowStarts, RowLimits, ValueRowIds, UniformRowLength)


class _Fields(NamedTuple):
    dtype: DType
    value_key: str | None
    partitions: Sequence[Any]
    row_splits_dtype: DType
    validate: bool


@near_keywords
class RaggedFeature(_Fields):
    """A feature with any number of values, in rows; a batch of them becomes a RaggedTensor.

    Parameters
    ----------
    dtype : DType
        Of the values: int64, float32 or string.
    value_key : str, optional
        The feature with the values, if it is stored under another key.
    partitions : sequence
        How the values of an example are divided into rows, and these into others, the outermost first:
        ``RaggedFeature.RowSplits(key)``, ``RowLengths``, ``RowStarts``, ``RowLimits`` or ``ValueRowIds``, each with the
        key of the feature that says it, or ``UniformRowLength(length)``. Without any, one example has a vector.
    row_splits_dtype : DType
        int32 or int64.
    validate : bool
        Whether a run checks that the values can be divided so.

    Raises
    ------
    ValueError
        If a type is another one, or the key is empty or no text.
    TypeError
        If the partitions are no list of such, or `validate` is no bool.

    Source
    ------
    tf.io.RaggedFeature, TF 1.15 parsing_config.py
    """

    __slots__ = ()

    RowSplits = RowSplits
    RowLengths = RowLengths
    RowStarts = RowStarts
    RowLimits = RowLimits
    ValueRowIds = ValueRowIds
    UniformRowLength = UniformRowLength

    def __new__(
        cls,
        dtype: Any,
        value_key: str | None = None,
        partitions: Sequence[Any] = (),
        row_splits_dtype: Any = int32,
        validate: bool = False,
    ) -> RaggedFeature:
        """See the class."""
        kind, split_kind = as_dtype(dtype), as_dtype(row_splits_dtype)
        if kind not in (int64, float32, string):
            raise ValueError(f"dtype must be int64, float32 or string, given: {kind.name}.")
        if split_kind not in (int32, int64):
            raise ValueError(f"row_splits_dtype must be int32 or int64, given: {split_kind.name}.")
        if value_key is not None and (not isinstance(value_key, str) or not value_key):
            raise ValueError(f"value_key must be a text that is not empty, given: {value_key!r}.")
        wrong = (
            [partition for partition in partitions if not isinstance(partition, _PARTITIONS)]
            if isinstance(partitions, (list, tuple)) and not isinstance(partitions, _PARTITIONS)
            else [partitions]
        )
        if wrong:
            raise TypeError(
                f"partitions must be a list of RaggedFeature.RowSplits(key) and its kind, given: {wrong[0]!r}."
            )
        if not isinstance(validate, bool):
            raise TypeError(f"validate must be a bool, given: {validate!r}.")
        return super().__new__(cls, kind, value_key, partitions, split_kind, validate)

    def keys(self, name: str) -> list[tuple[str, DType]]:
        """The keys that it needs under its own name, and the types of what they have."""
        rows = [(partition.key, int64) for partition in self.partitions if hasattr(partition, "key")]
        return [(self.value_key or name, self.dtype), *rows]

    def assembled(self, name: str, found: Mapping[str, Any]) -> Any:
        """The values in their rows, of what was found under the keys: ragged in a batch, vectors in one example."""
        values = found[self.value_key or name]
        divide = _divided_batch if isinstance(values, RaggedTensor) else self._divided
        for partition in reversed(self.partitions):
            values = divide(values, partition, found, self.validate)
        return values

    def _divided(self, values: Any, partition: Any, found: Mapping[str, Any], validate: bool) -> Any:
        """The values of one example in rows."""
        if not isinstance(partition, UniformRowLength):
            told = math.cast(found[partition.key], self.row_splits_dtype)
            return _MAKERS[type(partition)](values, told, validate=validate)
        if isinstance(values, Tensor):
            return _of_length(values, partition.length)
        length = math.cast(partition.length, self.row_splits_dtype)
        return RaggedTensor.from_uniform_row_length(values, length, validate=validate)


_MAKERS: Mapping[type, Any] = {
    RowSplits: RaggedTensor.from_row_splits,
    RowLengths: RaggedTensor.from_row_lengths,
    RowStarts: RaggedTensor.from_row_starts,
    RowLimits: RaggedTensor.from_row_limits,
    ValueRowIds: RaggedTensor.from_value_rowids,
}


def _of_length(values: Tensor, length: int) -> Tensor:
    return arrays.reshape(values, arrays.concat([[-1, length], arrays.shape(values)[1:]], 0))


def _divided_batch(rt: RaggedTensor, partition: Any, found: Mapping[str, Any], validate: bool) -> Any:
    """The values of each example in rows: what an example says of its own values is said of those of the batch."""
    if isinstance(partition, UniformRowLength):
        length = math.cast(partition.length, rt.row_splits.dtype)
        rows = (
            _of_length(rt.values, partition.length)
            if isinstance(rt.values, Tensor)
            else RaggedTensor.from_uniform_row_length(rt.values, length, validate=validate)
        )
        return RaggedTensor.from_row_splits(rows, math.floordiv(rt.row_splits, length), validate=validate)
    told = math.cast(found[partition.key], rt.row_splits.dtype)
    if isinstance(partition, RowLengths):
        return told.with_values(RaggedTensor.from_row_lengths(rt.values, told.values, validate=validate))
    if isinstance(partition, ValueRowIds):
        counts = math.maximum(reductions.reduce_max(math.add(told, 1), axis=1), 0)
        first = indexing.gather(reductions.cumsum(counts, exclusive=True), told.value_rowids())
        rows = RaggedTensor.from_value_rowids(rt.values, math.add(told.values, first), validate=validate)
        return RaggedTensor.from_row_lengths(rows, counts, validate=validate)
    if isinstance(partition, RowSplits):
        told = told[:, 1:]
    make = RaggedTensor.from_row_starts if isinstance(partition, RowStarts) else RaggedTensor.from_row_limits
    places = math.add(told.values, indexing.gather(rt.row_starts(), told.value_rowids()))
    return told.with_values(make(rt.values, places, validate=validate))
