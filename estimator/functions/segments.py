"""Functions that make one row of the rows that have one id, under TensorFlow's names.

``segment_*`` want ids that ascend; ``unsorted_segment_*`` take any order, are told how many there are, and leave out
rows with a negative id; ``sparse_segment_*`` pick the rows from a table first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays, math
from estimator.functions.arguments import function_scope, tensor_of
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def segment_sum(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The sums of the rows of one id; 0 for an id that does not occur."""
    return b.SegmentSum(data, segment_ids, name=name)


def segment_mean(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The means of the rows of one id; 0 for an id that does not occur."""
    return b.SegmentMean(data, segment_ids, name=name)


def segment_max(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The greatest of the rows of one id; 0 for an id that does not occur."""
    return b.SegmentMax(data, segment_ids, name=name)


def segment_min(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The least of the rows of one id; 0 for an id that does not occur."""
    return b.SegmentMin(data, segment_ids, name=name)


def segment_prod(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The products of the rows of one id; 1 for an id that does not occur."""
    return b.SegmentProd(data, segment_ids, name=name)


# -- ids in any order ------------------------------------------------------------------------------


def unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The sums of the rows of one id; 0 for an id that does not occur."""
    return b.UnsortedSegmentSum(data, segment_ids, num_segments, name=name)


def unsorted_segment_max(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The greatest of the rows of one id; the least number of the type for an id that does not occur."""
    return b.UnsortedSegmentMax(data, segment_ids, num_segments, name=name)


def unsorted_segment_min(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The least of the rows of one id; the greatest number of the type for an id that does not occur."""
    return b.UnsortedSegmentMin(data, segment_ids, num_segments, name=name)


def unsorted_segment_prod(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The products of the rows of one id; 1 for an id that does not occur."""
    return b.UnsortedSegmentProd(data, segment_ids, num_segments, name=name)


def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The means of the rows of one id; 0 for an id that does not occur."""
    with function_scope(name, "UnsortedSegmentMean", data, segment_ids, num_segments):
        total, sizes = _sums_and_sizes(data, segment_ids, num_segments)
        return math.truediv(total, sizes)


def unsorted_segment_sqrt_n(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sums of the rows of one id, divided by the square root of their number; 0 for an id that does not occur."""
    with function_scope(name, "UnsortedSegmentSqrtN", data, segment_ids, num_segments):
        total, sizes = _sums_and_sizes(data, segment_ids, num_segments)
        return math.truediv(total, b.Sqrt(sizes))


def _sums_and_sizes(data: Any, segment_ids: Any, num_segments: Any) -> tuple[Tensor, Tensor]:
    """The sums of segments, and their sizes (1 for none) as something to divide them by."""
    rows, ids = tensor_of(data, name="data"), tensor_of(segment_ids, name="segment_ids")
    number = tensor_of(num_segments)
    sizes = b.UnsortedSegmentSum(arrays.ones(arrays.shape(ids), rows.dtype), ids, number)
    ones = arrays.ones([arrays.rank(rows) - arrays.rank(ids)], number.dtype)
    column = b.Reshape(sizes, arrays.concat([arrays.expand_dims(number, 0), ones], 0))
    return b.UnsortedSegmentSum(rows, ids, number), b.Maximum(column, 1)


# -- rows of a table -------------------------------------------------------------------------------


def _sparse(function: str, op_type: str, meaning: str) -> Callable[..., Tensor]:
    def combine(
        data: Any, indices: Any, segment_ids: Any, name: str | None = None, num_segments: Any = None,
        sparse_gradient: bool = False,
    ) -> Tensor:  # fmt: skip
        if num_segments is None:
            return getattr(b, op_type)(data, indices, segment_ids, name=name)
        counted = getattr(b, f"{op_type}WithNumSegments")
        return counted(data, indices, segment_ids, num_segments, name=name)

    combine.__name__ = combine.__qualname__ = function
    combine.__doc__ = f"""{meaning} of the rows of `data` that the indices of one segment name.

    Parameters
    ----------
    data : Tensor
    indices : Tensor, int32 or int64
        Rows of `data`.
    segment_ids : Tensor, int32 or int64
        The segment of each index; they ascend.
    num_segments : int, optional
        How many segments there are; by default the last id and one.
    sparse_gradient : bool
        Accepted for scripts; the gradient is the same.

    Shape
    -----
    data [n, ...], indices [k], segment_ids [k] -> [segments, ...]

    Source
    ------
    tf.{function}, TF 1.15 math_ops.py
    """
    return combine


sparse_segment_sum = _sparse("sparse_segment_sum", "SparseSegmentSum", "The sums")
sparse_segment_mean = _sparse("sparse_segment_mean", "SparseSegmentMean", "The means")
sparse_segment_sqrt_n = _sparse(
    "sparse_segment_sqrt_n",
    "SparseSegmentSqrtN",
    "The sums, divided by the square roots of the numbers,",
)


near_keywords_of_functions(__name__)
