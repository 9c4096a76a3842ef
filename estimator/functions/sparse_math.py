"""Functions that compute with sparse tensors, under TensorFlow's names: sums, products, extremes, softmax."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DTypeLike, float32, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import is_static, merge
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.functions.reductions import axes_of
from estimator.functions.sparse import sparse_of
from estimator.graph import build as b
from estimator.graph.slices import IndexedSlices
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.tensor import Tensor


def sparse_eye(
    num_rows: Any, num_columns: Any = None, dtype: DTypeLike = float32, name: str | None = None
) -> SparseTensor:
    """The identity matrix, as many columns as rows by default."""
    with function_scope(name, "eye", num_rows, num_columns) as (graph, _):
        rows = graph.cast(tensor_of(num_rows, name="num_rows"), int64)
        columns = (
            rows if num_columns is None else graph.cast(tensor_of(num_columns, name="num_columns"), int64)
        )
        size = b.Minimum(rows, columns)
        places = b.Range(b.Cast(0, DstT=int64), size, b.Cast(1, DstT=int64))
        ones = arrays.ones(b.Reshape(size, [1]), dtype=dtype)
        return SparseTensor(arrays.stack([places, places], axis=1), ones, b.Pack([rows, columns]))


def sparse_mask(a: IndexedSlices, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """The IndexedSlices without the rows at some indices."""
    with function_scope(name, "sparse_mask", *a.tensors, mask_indices) as (_, scope):
        kept, places = b.ListDiff(a.indices, mask_indices)
        return IndexedSlices(b.GatherV2(a.values, places, 0, name=scope), kept, a.dense_shape)


def sparse_reduce_sum(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> Tensor:
    """The sum of the entries over axes, all by default, as a dense tensor."""
    result: Tensor = _reduced("SparseReduceSum", sp_input, (axis, reduction_axes), (keepdims, keep_dims))
    return result


def sparse_reduce_max(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> Tensor:
    """The greatest of the entries over axes, all by default, as a dense tensor; 0 where there are none."""
    result: Tensor = _reduced("SparseReduceMax", sp_input, (axis, reduction_axes), (keepdims, keep_dims))
    return result


def sparse_reduce_sum_sparse(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> SparseTensor:
    """The sum of the entries over axes, all by default, as a sparse tensor. No gradient flows."""
    return SparseTensor(
        *_reduced("SparseReduceSumSparse", sp_input, (axis, reduction_axes), (keepdims, keep_dims))
    )


def sparse_reduce_max_sparse(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> SparseTensor:
    """The greatest of the entries over axes, all by default, as a sparse tensor. No gradient flows."""
    return SparseTensor(
        *_reduced("SparseReduceMaxSparse", sp_input, (axis, reduction_axes), (keepdims, keep_dims))
    )


def _reduced(op_type: str, sp_input: Any, axes: tuple[Any, Any], keep: tuple[Any, Any]) -> Any:
    """The reduction; of axes and keep there is the name of today and the old one."""
    sparse = sparse_of(sp_input)
    over = axes_of(sparse, renamed("axis", axes[0], "reduction_axes", axes[1]))
    is_kept = bool(renamed("keepdims", keep[0], "keep_dims", keep[1]))
    return getattr(b, op_type)(*sparse.components, over, keep_dims=is_kept)


def sparse_tensor_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The product of a sparse and a dense matrix, in either order; each transposed and conjugated on demand.

    Shape
    -----
    sp_a [m, k], b [k, n] -> [m, n]

    Source
    ------
    tf.sparse.matmul, TF 1.15 sparse_ops.py
    """
    if isinstance(b, (SparseTensor, SparseTensorValue)):  # the other way round: (AB)' = B'A'
        turned = sparse_tensor_dense_matmul(b, sp_a, not adjoint_b, not adjoint_a, name)
        return arrays.transpose(turned)
    sparse = sparse_of(sp_a)
    with function_scope(name, "SparseTensorDenseMatMul", sparse.values, b) as (graph, _):
        dense = graph.convert(b, sparse.dtype, "b")
        attrs = {"adjoint_a": adjoint_a, "adjoint_b": adjoint_b}
        product: Tensor = graph.apply("SparseTensorDenseMatMul", (*sparse.components, dense), attrs)
        return product


def sparse_add(a: Any, b: Any, threshold: Any = None, thresh: Any = None) -> Any:
    """The sum of two sparse tensors, as one, or of a sparse and a dense one, as a dense one.

    Parameters
    ----------
    threshold : number
        Where both sparse tensors have an entry and their sum is nearer to 0, it is left out; 0 keeps all. `thresh` is
        its older name.

    Raises
    ------
    TypeError
        If neither is sparse.

    Source
    ------
    tf.sparse.add, TF 1.15 sparse_ops.py
    """
    are_sparse = [isinstance(x, (SparseTensor, SparseTensorValue)) for x in (a, b)]
    if not any(are_sparse):
        raise TypeError(f"sparse_add adds a SparseTensor, given: {a!r} and {b!r}; use tf.add.")
    limit = renamed("threshold", threshold, "thresh", thresh)
    if not all(are_sparse):
        sparse, dense = (sparse_of(a), b) if are_sparse[0] else (sparse_of(b), a)
        return sparse.values.graph.at_work().apply("SparseTensorDenseAdd", (*sparse.components, dense), {})
    left, right = sparse_of(a), sparse_of(b)
    graph = left.values.graph.at_work()
    least = graph.convert(0 if limit is None else limit, left.dtype.real_dtype, "threshold")
    indices, values, shape = graph.apply("SparseAdd", (*left.components, *right.components, least), {})
    dims = merge(left.dims, right.dims)
    return SparseTensor(indices, values, dims if is_static(dims) else shape)


def sparse_softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The softmax over the entries of each row, the last axis; positions without an entry take no part."""
    sparse = sparse_of(sp_input)
    with function_scope(name, "SparseSoftmax", sparse.indices, sparse.values):
        return sparse.with_values(b.SparseSoftmax(*sparse.components))


def sparse_maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The greater of two sparse tensors at each position that has an entry; what has none counts as 0."""
    return _extreme("SparseSparseMaximum", sp_a, sp_b, name)


def sparse_minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The less of two sparse tensors at each position that has an entry; what has none counts as 0."""
    return _extreme("SparseSparseMinimum", sp_a, sp_b, name)


def _extreme(op_type: str, sp_a: Any, sp_b: Any, name: str | None) -> SparseTensor:
    left, right = sparse_of(sp_a), sparse_of(sp_b)
    with function_scope(name, op_type, left.values, right.values) as (graph, scope):
        indices, values = graph.apply(op_type, (*left.components, *right.components), {"name": scope})
    return SparseTensor(indices, values, left.dense_shape)


near_keywords_of_functions(__name__)
