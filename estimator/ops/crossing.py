"""Crosses: every combination of what several columns have in a row of a batch.

A column is a sparse tensor of two axes, whose rows have any number of entries, or a matrix. The crosses of a row are
counted like the digits of a number, the last column fastest: sparse columns come before matrices. No loop goes over
rows or crosses: a cross's place in each column is computed from its number in its row, for all crosses at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._fingerprints import fingerprint_cat64, fingerprints64


class Column(NamedTuple):
    """The entries of a column, those of one row side by side, and how many they are, by row; None for one each."""

    values: Any
    rows: int
    counts: Any


def _sparse_column(place: int, indices: Any, values: Any, shape: Any) -> Column:
    rows = indices[:, 0]
    if rows.size and not (0 <= rows[0] and rows[-1] < shape[0] and np.all(rows[1:] >= rows[:-1])):
        raise InvalidArgumentError(
            f"indices[{place}] of a tensor of shape {shape.tolist()} must be in the order of their rows, "
            "none beyond: use tf.sparse_reorder."
        )
    counts = np.bincount(rows, minlength=shape[0])
    return Column(values, counts.size, None if (counts == 1).all() else counts)


def _dense_column(matrix: Any) -> Column:
    rows, width = matrix.shape
    return Column(matrix.ravel(), rows, None if width == 1 else np.full(rows, width))


def _columns(indices: Any, values: Any, shapes: Any, dense_inputs: Any) -> list[Column]:
    sparse = zip(indices, values, shapes, strict=True)
    columns = [_sparse_column(place, *parts) for place, parts in enumerate(sparse)]
    columns += [_dense_column(matrix) for matrix in dense_inputs]
    sizes = [column.rows for column in columns]
    if len(set(sizes)) > 1:
        raise InvalidArgumentError(f"the inputs of a cross must have equally many rows, not {sizes}.")
    return columns


class Crosses(NamedTuple):
    """All crosses of a batch, row after row.

    Attributes
    ----------
    indices : ndarray
        Row and number in the row, [crosses, 2].
    shape : ndarray
        Of the sparse tensor: rows, and the most that one has.
    places : list
        For each column, which of its values each cross has: an index of numpy's.
    """

    indices: Any
    shape: Any
    places: list[Any]


def _cross(columns: Sequence[Column]) -> Crosses:
    count = columns[0].rows
    if all(column.counts is None for column in columns):  # then a row has one cross
        indices = np.zeros((count, 2), np.int64)
        indices[:, 0] = np.arange(count)
        return Crosses(indices, np.array([count, min(count, 1)]), [slice(None)] * len(columns))
    counts = [np.ones(count, np.int64) if column.counts is None else column.counts for column in columns]
    totals = np.prod(counts, axis=0, dtype=np.int64)
    rows = np.repeat(np.arange(totals.size), totals)
    numbers = np.arange(rows.size) - np.repeat(np.cumsum(totals) - totals, totals)
    places, rest = [], numbers
    for own in reversed(counts):
        rest, digit = np.divmod(rest, own[rows])
        places.append((np.cumsum(own) - own)[rows] + digit)
    shape = np.array([totals.size, totals.max(initial=0)])
    return Crosses(np.stack([rows, numbers], axis=1), shape, places[::-1])


def _hashed(columns: Sequence[Column], places: Sequence[Any], key: int) -> Any:
    """The fingerprint of each cross, chained over the columns; an integer stands for itself."""
    texts = [column.values for column in columns if column.values.dtype == object]
    hashes_of_texts = iter(fingerprints64(texts))
    hashes = np.array(key % 2**64, np.uint64)
    for column, place in zip(columns, places, strict=True):
        is_text = column.values.dtype == object
        features = next(hashes_of_texts) if is_text else column.values.astype(np.uint64)
        hashes = fingerprint_cat64(hashes, features[place])
    return hashes


def _joined(columns: Sequence[Column], places: Sequence[Any], separator: bytes) -> Any:
    """The texts of each cross with the separator between them."""
    texts = []
    for column, place in zip(columns, places, strict=True):
        is_text = column.values.dtype == object
        words = column.values if is_text else np.array([b"%d" % value for value in column.values], object)
        texts.append(words[place])
    joined = [separator.join(words) for words in zip(*texts, strict=True)]
    result = np.empty(len(joined), object)
    result[:] = joined
    return result


def _crosses(s: ShapeScope) -> list[Dims]:
    count = s.attrs["N"]
    types = len(s.attrs["sparse_types"])
    if types != count:
        raise ValueError(f"{count} indices and shapes do not go with {types} values.")
    if not count + len(s.attrs["dense_types"]):
        raise ValueError("there is nothing to cross.")
    for place in range(count):
        indices, values, shape = (s.shapes[place + offset] for offset in (0, count, 2 * count))
        rules.merge(rules.with_rank(indices, 2, f"indices[{place}]"), (None, 2))
        rules.with_rank(values, 1, f"values[{place}]")
        rules.merge(rules.with_rank(shape, 1, f"shapes[{place}]"), (2,))
    for place, matrix in enumerate(s.shapes[3 * count : 3 * count + len(s.attrs["dense_types"])]):
        rules.with_rank(matrix, 2, f"dense_inputs[{place}]")
    return [(None, 2), (None,), (2,)]


_INPUTS = "indices: N * int64, values: sparse_types[], shapes: N * int64, dense_inputs: dense_types[]"


def _buckets_of_crosses(s: ShapeScope) -> list[Dims]:
    if s.attrs["num_buckets"] < 0:
        raise ValueError(f"num_buckets must be at least 0, not {s.attrs['num_buckets']}.")
    return _crosses(s)


@op(
    "SparseCross",
    f"{_INPUTS} -> output_indices: int64, output_values: out_type, output_shape: int64",
    attrs={
        "hashed_output": bool,
        "num_buckets": int,
        "hash_key": int,
        "out_type": DType,
        "internal_type": DType,
    },
    shape=_buckets_of_crosses,
    host=True,
    differentiable=False,
)
def sparse_cross(
    xp: Any,
    indices: Any,
    values: Any,
    shapes: Any,
    dense_inputs: Any,
    hashed_output: bool,
    num_buckets: int,
    hash_key: int,
) -> Any:
    """All crosses of the columns as a sparse tensor: texts joined by ``_X_``, or hashes modulo num_buckets.

    Without buckets a hash is taken modulo the greatest int64, so that none is negative.

    Source  TF op SparseCross, sparse_ops.cc
    """
    columns = _columns(indices, values, shapes, dense_inputs)
    crosses = _cross(columns)
    if hashed_output:
        hashes = _hashed(columns, crosses.places, hash_key)
        found = (hashes % np.uint64(num_buckets or 2**63 - 1)).astype(np.int64)
    else:
        found = _joined(columns, crosses.places, b"_X_")
    return crosses.indices, found, crosses.shape


def _crosses_and_scalar(s: ShapeScope) -> list[Dims]:
    rules.with_rank(s.shapes[-1], 0, "sep")
    return _crosses(s)


@op(
    "SparseCrossV2",
    f"{_INPUTS}, sep: string -> output_indices: int64, output_values: string, output_shape: int64",
    shape=_crosses_and_scalar,
    host=True,
    differentiable=False,
)
def sparse_cross_v2(xp: Any, indices: Any, values: Any, shapes: Any, dense_inputs: Any, sep: Any) -> Any:
    """All crosses of the columns as a sparse tensor of texts, with any separator.

    Source  TF op SparseCrossV2, sparse_ops.cc
    """
    columns = _columns(indices, values, shapes, dense_inputs)
    crosses = _cross(columns)
    return crosses.indices, _joined(columns, crosses.places, sep.item()), crosses.shape
