"""How values are divided into rows: row splits, made of whatever else says it.

::

    values         a b c d e      rows [a b] [] [c d e]
    row_splits     0 2 2 5        where each begins, and the last one ends
    row_lengths    2 0 3
    value_rowids   0 0 2 2 2      of each value the number of its row
    row_starts     0 2 2
    row_limits     2 2 5
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int32, int64
from estimator.core.frozen import frozen
from estimator.core.shapes import show
from estimator.functions import arrays, math
from estimator.functions.arguments import tensor_of
from estimator.functions.checks import (
    assert_equal,
    assert_less,
    assert_less_equal,
    assert_non_negative,
)
from estimator.graph import build as b
from estimator.graph import rules
from estimator.graph.graph import graph_of
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor


@frozen(eq=False)
class RowPartition:
    """The rows of some values.

    Attributes
    ----------
    row_splits : Tensor, int32 or int64
        Where each row begins, and the last one ends: [rows + 1].
    uniform_row_length : int, Tensor or None
        The length that all rows have, if they have one.
    """

    row_splits: Tensor
    uniform_row_length: Any = None

    # -- what it says ----------------------------------------------------------------------------------

    @property
    def dtype(self) -> DType:
        """The type of the splits: int32 or int64."""
        return self.row_splits.dtype

    @property
    def static_nrows(self) -> int | None:
        """The number of rows, if it is known before a run."""
        size = (self.row_splits.dims or (None,))[0]
        return None if size is None else size - 1

    @property
    def static_row_length(self) -> int | None:
        """The length that all rows have, if there is one and it is known before a run."""
        return None if self.uniform_row_length is None else known_int(self.uniform_row_length)

    def nrows(self, out_type: Any = None) -> Tensor:
        """The number of rows."""
        count = arrays.shape(self.row_splits, out_type=out_type or self.dtype)[0]
        return math.subtract(count, 1)

    def nvals(self) -> Tensor:
        """The number of values."""
        return self.row_splits[-1]

    def row_starts(self) -> Tensor:
        """Where each row begins."""
        return self.row_splits[:-1]

    def row_limits(self) -> Tensor:
        """Where each row ends: the place behind its last value."""
        return self.row_splits[1:]

    def row_lengths(self) -> Tensor:
        """How many values each row has."""
        return b.Sub(self.row_limits(), self.row_starts())

    def value_rowids(self) -> Tensor:
        """Of each value the number of its row."""
        places = arrays.range(self.nvals(), dtype=self.dtype)
        rows = b.UpperBound(b.ExpandDims(self.row_splits, 0), b.ExpandDims(places, 0), out_type=self.dtype)
        return b.Sub(b.Squeeze(rows, squeeze_dims=[0]), 1)

    def cast(self, dtype: Any) -> RowPartition:
        """The same rows with splits of another type."""
        return replace(self, row_splits=math.cast(self.row_splits, dtype))

    def mapped(self, row_splits: Tensor) -> RowPartition:
        """Splits that stand for these somewhere else; of their lengths only what is a plain number goes with them."""
        return RowPartition(row_splits, self.static_row_length)

    # -- making it -------------------------------------------------------------------------------------

    @classmethod
    def from_row_splits(cls, row_splits: Any, dtype: DType, count: Any, validate: bool) -> RowPartition:
        """The rows that begin and end where splits say.

        Parameters
        ----------
        row_splits : Tensor, array or list
        dtype : DType
            What splits in a list are to be.
        count : callable
            Gives the number of values in a type.
        validate : bool
            Whether a run checks that they make sense.

        Raises
        ------
        ValueError
            If they are no vector of int32 or int64, or of no entry.
        """
        splits = index_vector(row_splits, "row_splits", dtype)
        if splits.dims == (0,):
            raise ValueError("row_splits is empty; even of no rows it has one entry, 0.")
        if validate:
            splits = _after(
                [
                    _begins_at_zero(splits, "row_splits"),
                    _ascends(splits, "row_splits"),
                    _counts(splits[-1], count(splits.dtype), "the last of row_splits"),
                ],
                splits,
            )
        return cls(splits)

    @classmethod
    def from_value_rowids(
        cls, value_rowids: Any, nrows: Any, dtype: DType, count: Any, validate: bool
    ) -> RowPartition:
        """The rows of which each value says the number; without `nrows` the last value's is the last one."""
        ids = index_vector(value_rowids, "value_rowids", dtype)
        if nrows is None:
            total = b.Max(b.ConcatV2([ids[-1:], np.array([-1], ids.dtype.np)], 0), 0) + 1
        else:
            total = index_scalar(nrows, "nrows", ids.dtype)
            _demand_not_negative(total, "nrows")
        if validate:
            _demand_below(ids, total)
            n_values = count(ids.dtype)
            rules.same_size(
                (ids.dims or (None,))[0], known_int(n_values), "the sizes of value_rowids and of values"
            )
            ids = _after(
                [
                    _ascends(ids, "value_rowids"),
                    assert_non_negative(ids[:1], message="value_rowids must not be negative."),
                    assert_less(ids[-1:], total, message="value_rowids must be below nrows."),
                    _counts(b.Size(ids, out_type=ids.dtype), n_values, "the size of value_rowids"),
                ],
                ids,
            )
        rows = arrays.range(total + 1, dtype=ids.dtype)
        splits = b.LowerBound(b.ExpandDims(ids, 0), b.ExpandDims(rows, 0), out_type=ids.dtype)
        splits = b.Squeeze(splits, squeeze_dims=[0])
        n_rows = known_int(total)
        splits.set_shape([None if n_rows is None else n_rows + 1])
        return cls(splits)

    @classmethod
    def from_row_lengths(cls, row_lengths: Any, dtype: DType, count: Any, validate: bool) -> RowPartition:
        """The rows with these numbers of values."""
        lengths = index_vector(row_lengths, "row_lengths", dtype)
        if validate:
            lengths = _after(
                [
                    assert_non_negative(lengths, message="row_lengths must not be negative."),
                    _counts(b.Sum(lengths, 0), count(lengths.dtype), "the sum of row_lengths"),
                ],
                lengths,
            )
        return cls(b.ConcatV2([np.array([0], lengths.dtype.np), b.Cumsum(lengths, 0)], 0))

    @classmethod
    def from_row_starts(cls, row_starts: Any, dtype: DType, count: Any, validate: bool) -> RowPartition:
        """The rows that begin at these places; the last one ends with the values."""
        starts = index_vector(row_starts, "row_starts", dtype)
        total = count(starts.dtype)
        if validate:
            starts = _after(
                [
                    _begins_at_zero(starts, "row_starts"),
                    _ascends(starts, "row_starts"),
                    assert_less_equal(
                        starts[-1:],
                        total,
                        message="row_starts must not be greater than the number of values.",
                    ),
                ],
                starts,
            )
        return cls(b.ConcatV2([starts, b.ExpandDims(total, 0)], 0))

    @classmethod
    def from_row_limits(cls, row_limits: Any, dtype: DType, count: Any, validate: bool) -> RowPartition:
        """The rows that end before these places; the first one begins with the values."""
        limits = index_vector(row_limits, "row_limits", dtype)
        if validate:
            limits = _after(
                [
                    assert_non_negative(limits[:1], message="row_limits must not be negative."),
                    _ascends(limits, "row_limits"),
                    _counts(limits[-1:], count(limits.dtype), "the last of row_limits"),
                ],
                limits,
            )
        return cls(b.ConcatV2([np.array([0], limits.dtype.np), limits], 0))

    @classmethod
    def from_uniform_row_length(
        cls, uniform_row_length: Any, nrows: Any, dtype: DType, count: Any, validate: bool
    ) -> RowPartition:
        """Rows of one length; how many there are must be said where they have no values.

        Raises
        ------
        ValueError
            If the length or the number of rows is negative, or nothing says how many rows there are.
        """
        length = index_scalar(uniform_row_length, "uniform_row_length", dtype)
        _demand_not_negative(length, "uniform_row_length")
        total = count(length.dtype)
        if nrows is not None:
            rows = index_scalar(nrows, "nrows", length.dtype)
            _demand_not_negative(rows, "nrows")
        elif known_int(length) == 0:
            raise ValueError("rows of the length 0 may be any number: pass nrows.")
        else:
            rows = b.FloorDiv(total, length)
        n_rows, size = known_int(rows), known_int(length)
        if validate:
            rows = _after(
                [
                    _counts(
                        b.Mul(rows, length),
                        total,
                        f"nrows times the uniform_row_length {size or uniform_row_length}",
                    )
                ],
                rows,
            )
        splits = b.Mul(b.Range(0, rows + 1, 1), length)
        splits.set_shape([None if n_rows is None else n_rows + 1])
        return cls(splits, length if size is None else size)


# -- arguments ---------------------------------------------------------------------------------------


def index_vector(value: Any, name: str, dtype: DType) -> Tensor:
    """A vector of places; of a list it is of the given type.

    Raises
    ------
    ValueError
        If it is no vector, or neither int32 nor int64.
    """
    tensor = _index_tensor(value, name, dtype)
    if tensor.dims is not None and len(tensor.dims) != 1:
        raise ValueError(f"{name} must be a vector, given the shape {show(tensor.dims)}.")
    tensor.set_shape([None])
    return tensor


def index_scalar(value: Any, name: str, dtype: DType) -> Tensor:
    """A count of the given type; errors as :func:`index_vector`'s."""
    tensor = math.cast(_index_tensor(value, name, dtype), dtype)
    if tensor.dims not in (None, ()):
        raise ValueError(f"{name} must be one number, given the shape {show(tensor.dims)}.")
    return tensor


def _index_tensor(value: Any, name: str, dtype: DType) -> Tensor:
    graph = graph_of([value])
    found = graph.as_tensor(value, name)
    if isinstance(found, Tensor):
        tensor = found
    elif isinstance(value, np.ndarray) and value.dtype in (np.int32, np.int64):
        tensor = tensor_of(value, name=name)
    else:
        try:
            tensor = tensor_of(value, dtype if _are_whole(value) else None, name)
        except TypeError as error:
            raise TypeError(f"{name} must be int32 or int64: {error}") from None
    if tensor.dtype not in (int32, int64):
        raise ValueError(f"{name} must be int32 or int64, given: {tensor}; use tf.cast.")
    return tensor


def _are_whole(value: Any) -> bool:
    """Whether it holds whole numbers, or none at all."""
    array = np.asarray(value)
    return array.dtype.kind in "iu" or not array.size


def known_int(value: Any) -> int | None:
    """A number, if it is known before a run."""
    found = static_value(value) if isinstance(value, Tensor) else value
    return None if found is None else int(found)


def _demand_not_negative(tensor: Tensor, name: str) -> None:
    value = known_int(tensor)
    if value is not None and value < 0:
        raise ValueError(f"{name} must not be negative, given: {value}.")


def _demand_below(ids: Tensor, nrows: Tensor) -> None:
    """Refuse row numbers, if they are known, that are not below a known number of rows."""
    last, count = static_value(ids[-1:]), known_int(nrows)
    if last is not None and last.size and count is not None and last[0] >= count:
        raise ValueError(f"value_rowids must be below nrows={count}, given: {int(last[0])}.")


# -- checks ------------------------------------------------------------------------------------------


def _after(checks: Sequence[Operation], tensor: Tensor) -> Tensor:
    with tensor.graph.at_work().control_dependencies(checks):
        return b.Identity(tensor)


def _begins_at_zero(places: Tensor, name: str) -> Operation:
    return assert_equal(places[:1], np.zeros((), places.dtype.np), message=f"{name} must begin with 0.")


def _ascends(places: Tensor, name: str) -> Operation:
    return assert_less_equal(places[:-1], places[1:], message=f"{name} must not decrease.")


def _counts(found: Tensor, total: Tensor, what: str) -> Operation:
    return assert_equal(found, total, message=f"{what} is not the number of values.")
