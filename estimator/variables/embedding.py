"""Rows of tables looked up by id: by dense ids, by sparse ids, whose rows are combined, and by ids as data have them.

A table is a variable (or tensor), a :class:`PartitionedVariable`, or a list of them that together are one table. Which
row lies in which part the strategy says::

    ids 0 1 2 3 4 5 6 in 3 parts      "mod"   0 3 6 | 1 4 | 2 5       "div"   0 1 2 | 3 4 | 5 6

Only the rows asked for are read, and gradients reach the parts as IndexedSlices of these rows.

Source: tf.nn.embedding_lookup and its kin, TensorFlow 1.15 embedding_ops.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, bfloat16, float16, float32, int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import Dims, merge
from estimator.functions import arrays, clipping, logic, math
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.indexing import gather
from estimator.functions.sparse import sparse_fill_empty_rows, sparse_of, sparse_reshape, sparse_retain
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor
from estimator.variables.partitions import PartitionedVariable

COMBINERS = ("mean", "sqrtn", "sum")
_STRATEGIES = ("mod", "div")


def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: Any = None,
) -> Any:
    """The rows of a table at the ids.

    Parameters
    ----------
    params : variable, Tensor, PartitionedVariable or list of them
        The table, or its parts.
    ids : Tensor or RaggedTensor, int32 or int64
    partition_strategy : {"mod", "div"}
        Which rows lie in which part.
    validate_indices : bool
        Accepted for old scripts; an id that is not in the table is always an error of the run.
    max_norm : float, optional
        Rows of a greater Euclidean norm are scaled down to it.

    Shape
    -----
    params [n, inner...], ids [k...] -> [k..., inner...]

    Raises
    ------
    ValueError
        If there is no table, or the strategy is none of these.

    Example
    -------
    >>> import numpy as np
    >>> from estimator.runtime.session import Session
    >>> with Session() as session:
    ...     session.run(embedding_lookup(np.array([[1.0], [2.0], [4.0]]), [2, 0])).tolist()
    [[4.0], [1.0]]

    Source
    ------
    tf.nn.embedding_lookup, TF 1.15 embedding_ops.py
    """
    tables = _tables(params)
    _demand_one_of("partition_strategy", partition_strategy, _STRATEGIES)
    if hasattr(ids, "with_flat_values"):  # a RaggedTensor, whose modules most programs never load
        return ids.with_flat_values(
            embedding_lookup(params, ids.flat_values, partition_strategy, name, True, max_norm)
        )
    with function_scope(name, "embedding_lookup", *tables, ids) as (_, scope):
        places = tensor_of(ids, name="ids")
        if len(tables) == 1:
            return b.Identity(_clipped(gather(tables[0], places, name=scope), places, max_norm))
        flat = b.Reshape(places, [-1])
        rows = _from_parts(tables, flat, partition_strategy, scope)
        inner: Dims = None
        for table in tables:
            inner = merge(inner, None if table.dims is None else table.dims[1:])
        whole = b.Reshape(rows, arrays.concat([arrays.shape(places), arrays.shape(rows)[1:]], 0))
        if places.dims is not None and inner is not None:
            whole.set_shape((*places.dims, *inner))
        return _clipped(whole, places, max_norm)


def _tables(params: Any, dtype: DType | None = None) -> list[Any]:
    """The table as a list of its parts; one that is cut along another axis than the first counts as whole.

    With a `dtype`, parts that are not variables of it are read as tensors that must have it.

    Raises
    ------
    ValueError
        If there is none.
    """
    is_cut = isinstance(params, (list, tuple)) or (
        isinstance(params, PartitionedVariable) and not params.axis
    )
    tables = list(params) if is_cut else [params]
    if not tables or any(table is None for table in tables):
        raise ValueError(f"an embedding needs a table to look up rows in, given: {params!r}.")
    return [
        table
        if hasattr(table, "sparse_read") and dtype in (None, table.dtype)
        else tensor_of(table, dtype, "params")
        for table in tables
    ]


def _demand_one_of(argument: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"{argument} must be one of {', '.join(map(repr, known))}, given: {value!r}.")


def _clipped(rows: Tensor, ids: Tensor, max_norm: Any) -> Tensor:
    """The rows, none of them longer than `max_norm`."""
    if max_norm is None:
        return rows
    if rows.dims is not None and ids.dims is not None:
        axes: Any = list(range(len(ids.dims), len(rows.dims)))
    else:
        axes = b.Range(b.Rank(ids), b.Rank(rows), 1)
    result: Tensor = clipping.clip_by_norm(rows, max_norm, axes)
    return result


def _from_parts(tables: list[Any], ids: Tensor, strategy: str, name: str) -> Tensor:
    """The rows at a vector of ids: each part gives those that lie in it, and they are put in the order of the ids."""
    count = len(tables)
    order = b.Range(0, b.Size(ids), 1)
    numbers, own = _by_remainder(ids, count) if strategy == "mod" else _by_blocks(ids, tables)
    numbers = math.cast(numbers, int32)
    ids_of_parts = b.DynamicPartition(own, numbers, num_partitions=count)
    places = b.DynamicPartition(order, numbers, num_partitions=count)
    rows = [gather(table, of_part) for table, of_part in zip(tables, ids_of_parts, strict=True)]
    result: Tensor = b.ParallelDynamicStitch(places, rows, name=name)
    return result


def _by_remainder(ids: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Which part each id is in, and which row of it, if rows are dealt out in turn."""
    return ids % count, ids // count


def _by_blocks(ids: Tensor, tables: list[Any]) -> tuple[Tensor, Tensor]:
    """Which part each id is in, and which row of it, if parts are blocks; the first have one row more if need be."""
    sizes = [None if table.dims is None else table.dims[0] for table in tables]
    if None in sizes:
        stacked = b.Pack([arrays.shape(table, out_type=ids.dtype)[0] for table in tables])
        total = b.Sum(stacked, 0)
    else:
        total = ids.graph.at_work().constant(sum(sizes), ids.dtype)
    size, longer = total // len(tables), total % len(tables)
    others = b.Maximum(size, 1)  # it is 0 where the parts that are longer have all rows
    numbers = b.Maximum(ids // (size + 1), (ids - longer) // others)
    own = logic.where(b.Less(numbers, longer), ids % (size + 1), (ids - longer) % others)
    return numbers, own


# -- sparse ids ------------------------------------------------------------------------------------


def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: Any = None,
    allow_fast_lookup: bool = False,
) -> Tensor:
    """For each row of sparse ids one row, made of those of the table.

    Parameters
    ----------
    params : variable, Tensor, PartitionedVariable or list of them
        The table, or its parts.
    sp_ids : SparseTensor or RaggedTensor, int32 or int64
        Ids of at least 0; each row has at least one, or it gives zeros (at the end: nothing).
    sp_weights : SparseTensor, RaggedTensor or None
        A weight for each id, at the same positions; all 1 for None.
    partition_strategy : {"mod", "div"}
        Which rows lie in which part.
    combiner : {"mean", "sqrtn", "sum"}
        Weighted sums as they are, divided by the weights, or by the root of their squares; "mean" by default.
    max_norm : float, optional
        Rows of the table with a greater norm are scaled down to it.
    allow_fast_lookup : bool
        Accepted for scripts; the result is the same.

    Shape
    -----
    params [n, inner...], sp_ids [rows, ...] -> [the last row with an id and one, inner...]

    Raises
    ------
    TypeError
        If ids or weights are not sparse.
    ValueError
        If the combiner or the strategy is none of these, or ids and weights do not go together.

    Source
    ------
    tf.nn.embedding_lookup_sparse, TF 1.15 embedding_ops.py
    """
    tables = _tables(params)
    _demand_one_of("partition_strategy", partition_strategy, _STRATEGIES)
    how = "mean" if combiner is None else combiner
    _demand_one_of("combiner", how, COMBINERS)
    ids = _entries_of(sp_ids)
    weights = None if sp_weights is None else _weights_of(ids, sp_weights)
    with function_scope(name, "embedding_lookup_sparse", *tables, ids.values) as (_, scope):
        segments = math.cast(ids.indices[:, 0], int32)
        distinct, places = b.Unique(ids.values)
        rows = embedding_lookup(tables, distinct, partition_strategy, max_norm=max_norm)
        if weights is None:
            result: Tensor = _COMBINED[how](rows, places, segments, name=scope)
            return result
        return _weighted(rows, places, weights.values, segments, how, scope)


def _entries_of(value: Any) -> SparseTensor:
    """A sparse tensor, or a ragged one as such."""
    return value.to_sparse() if hasattr(value, "to_sparse") else sparse_of(value)


def _weights_of(ids: SparseTensor, weights: Any) -> SparseTensor:
    """The weights, which must go together with the ids as far as is known."""
    found = _entries_of(weights)
    for own, other in zip(ids.components, found.components, strict=True):
        merge(own.dims, other.dims)
    return found


_COMBINED = {
    "sum": b.SparseSegmentSum,
    "mean": b.SparseSegmentMean,
    "sqrtn": b.SparseSegmentSqrtN,
}


def _weighted(rows: Tensor, places: Tensor, weights: Tensor, segments: Tensor, how: str, name: str) -> Tensor:
    """The weighted rows of each segment as one; half precision is added up in single precision."""
    picked = b.GatherV2(rows, places, 0)
    wide = float32 if picked.dtype in (float16, bfloat16) else picked.dtype
    picked, factors = math.cast(picked, wide), math.cast(weights, wide)
    ones = arrays.ones(arrays.expand_dims(arrays.rank(picked) - 1, 0), int32)
    column = b.Reshape(factors, arrays.concat([arrays.shape(factors), ones], 0))
    total = b.SegmentSum(picked * column, segments, name=name if how == "sum" else None)
    if how == "mean":
        total = b.DivNoNan(total, b.SegmentSum(column, segments), name=name)
    elif how == "sqrtn":
        squares = b.SegmentSum(b.Pow(column, 2), segments)
        total = b.DivNoNan(total, b.Sqrt(squares), name=name)
    return math.cast(total, rows.dtype)


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str = "mean",
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: Any = None,
    allow_fast_lookup: bool = False,
) -> Tensor:
    """As :func:`embedding_lookup_sparse`, of ids as data have them: negative ones are none, and rows may be empty.

    Parameters
    ----------
    embedding_weights : variable, Tensor, PartitionedVariable or list of them
        The table, or its parts.
    sparse_ids : SparseTensor or RaggedTensor, int32 or int64
        Ids; its last axis is what is combined.
    sparse_weights : SparseTensor or RaggedTensor, optional
        A weight for each id. "mean" and "sqrtn" leave out ids whose weight is not above 0; "sum" takes them all.
    combiner : {"mean", "sqrtn", "sum"}
    default_id : int, optional
        The id that a row without ids has; without it such a row gives zeros.
    partition_strategy : {"div", "mod"}
        Which rows lie in which part; note that blocks are the default here.
    max_norm : float, optional
        Rows of the table with a greater norm are scaled down to it.

    Shape
    -----
    embedding_weights [n, dim], sparse_ids [rows..., any] -> [rows..., dim]

    Raises
    ------
    TypeError, ValueError
        As :func:`embedding_lookup_sparse`.

    Source
    ------
    tf.nn.safe_embedding_lookup_sparse, TF 1.15 embedding_ops.py
    """
    tables = _tables(embedding_weights, None if sparse_weights is None else sparse_weights.dtype)
    _demand_one_of("combiner", combiner, COMBINERS)
    given = _entries_of(sparse_ids)
    weights = None if sparse_weights is None else _weights_of(given, sparse_weights)
    with function_scope(name, "embedding_lookup", *tables, given.values) as (_, scope):
        ids = _as_matrix(given)
        if weights is not None:
            weights = SparseTensor(ids.indices, weights.values, ids.dense_shape)
        ids, weights = _valid(ids, weights, combiner)
        ids, is_empty = sparse_fill_empty_rows(ids, default_id or 0)
        if weights is not None:
            weights, _ = sparse_fill_empty_rows(weights, 1)
        rows = embedding_lookup_sparse(
            tables,
            ids,
            weights,
            partition_strategy,
            None if default_id is None else scope,
            combiner,
            max_norm,
        )
        if default_id is None:
            column = b.Reshape(is_empty, [-1, 1])
            empty = b.Tile(column, arrays.stack([1, arrays.shape(rows)[1]]))
            rows = logic.where(empty, b.ZerosLike(rows), rows, name=scope)
        return _in_rows_of(given, rows)


def _leading(x: SparseTensor) -> tuple[Tensor, Any]:
    """The sizes of all axes but the last, and the number of the last axis."""
    rank = (
        arrays.size(x.dense_shape)
        if x.indices.dims is None or x.indices.dims[1] is None
        else x.indices.dims[1]
    )
    return b.Slice(x.dense_shape, [0], arrays.stack([rank - 1])), rank - 1


def _is_matrix(x: SparseTensor) -> bool:
    """Whether it has two axes, as far as is known: what follows is then as it is, and nothing is left to do."""
    return x.dense_shape.dims == (2,) or (x.indices.dims is not None and x.indices.dims[1] == 2)


def _as_matrix(x: SparseTensor) -> SparseTensor:
    """All axes but the last as one."""
    if _is_matrix(x):
        return x
    leading, last = _leading(x)
    return sparse_reshape(x, arrays.stack([b.Prod(leading, [0]), gather(x.dense_shape, last)]))


def _in_rows_of(given: SparseTensor, rows: Tensor) -> Tensor:
    """The rows in the shape that the ids had."""
    if _is_matrix(given):
        return rows
    leading, last = _leading(given)
    shape = arrays.concat([math.cast(leading, int32), arrays.shape(rows)[1:]], 0)
    result = b.Reshape(rows, shape)
    if isinstance(last, int) and rows.dims is not None:
        result.set_shape((*(None,) * last, *rows.dims[1:]))
    return result


_NEVER_NEGATIVE = (  # ops that number their input, of which nothing is left out
    "StringToHashBucketFast",
    "StringToHashBucketStrong",
    "StringToHashBucket",
    "SparseCross",
    "SparseCrossHashed",
)


def _valid(
    ids: SparseTensor, weights: SparseTensor | None, combiner: str
) -> tuple[SparseTensor, SparseTensor | None]:
    """The ids that are not negative, and for combiners that divide by weights those with a weight above 0."""
    is_valid = None if ids.values.op.type in _NEVER_NEGATIVE else b.GreaterEqual(ids.values, 0)
    if weights is not None and combiner != "sum":
        is_heavy = b.Greater(weights.values, 0)
        is_valid = is_heavy if is_valid is None else b.LogicalAnd(is_valid, is_heavy)
    if is_valid is None:
        return ids, weights
    return sparse_retain(ids, is_valid), None if weights is None else sparse_retain(weights, is_valid)


near_keywords_of_functions(__name__)
