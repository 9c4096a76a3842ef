"""Sums, means and extremes of ragged tensors over axes, and over groups of rows.

Over axis 1 the values of each row are reduced, over axis 0 those that stand at one place of all rows; what lies inside
stays ragged if it was. Of nothing a sum is 0, a product 1, and a mean no number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import int32
from estimator.core.overloads import overload
from estimator.functions import arrays, indexing, logic, math, nn, reductions, segments
from estimator.functions.arguments import function_scope, renamed
from estimator.functions.checks import assert_equal
from estimator.functions.ragged.partition import RowPartition
from estimator.functions.ragged.tensor import RaggedTensor
from estimator.graph import build as b
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor

Reduce = Callable[..., Any]

# -- groups ------------------------------------------------------------------------------------------


def segment(reduce: Reduce, data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """What an unsorted segment function gives of rows that may be ragged, and ids that may be.

    Raises
    ------
    ValueError
        If the ids are ragged and the data are not.
    InvalidArgumentError
        In the run, if their rows differ in length.
    """
    if isinstance(segment_ids, RaggedTensor):
        if not isinstance(data, RaggedTensor):
            raise ValueError(
                "segment_ids are ragged, so data must be, too: they have the shape of its first dimensions."
            )
        check = assert_equal(
            segment_ids.row_splits,
            data.row_splits,
            message="segment_ids and data have rows of different lengths.",
        )
        with check.graph.at_work().control_dependencies([check]):
            return segment(reduce, data.values, math.add(segment_ids.values, 0), num_segments)
    if not isinstance(data, RaggedTensor):
        return reduce(data, segment_ids, num_segments)
    dtype = data.row_splits.dtype
    lengths = data.row_lengths()
    longest = math.maximum(b.UnsortedSegmentMax(lengths, segment_ids, num_segments), 0)
    rows = RowPartition.from_row_lengths(longest, dtype, None, validate=False)
    begins = indexing.gather(rows.row_splits, segment_ids)
    _, places = b.RaggedRange(begins, math.add(begins, lengths), 1, Tsplits=dtype)
    return RaggedTensor(segment(reduce, data.values, places, rows.nvals()), rows)


_GROUPED = {name: getattr(segments, f"unsorted_segment_{name}") for name in ("sum", "prod", "min", "max")}


def _segment_function(reduce: Reduce) -> Reduce:
    def of_ragged(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
        with function_scope(name, "RaggedSegment", *_parts(data, segment_ids)):
            return segment(reduce, data, segment_ids, num_segments)

    return of_ragged


for _reduce in _GROUPED.values():
    overload(RaggedTensor, _reduce)(_segment_function(_reduce))


def _parts(*values: Any) -> list[Tensor]:
    return [tensor for value in values if isinstance(value, RaggedTensor) for tensor in value.tensors]


def _counts(data: Any, segment_ids: Any, num_segments: Any) -> tuple[Any, Any]:
    """The sums of groups, and of how many values each is one."""
    ones = data.with_flat_values(arrays.ones_like(data.flat_values))
    total, count = (segments.unsorted_segment_sum(x, segment_ids, num_segments) for x in (data, ones))
    return total, count


@overload(RaggedTensor, segments.unsorted_segment_mean)
def _segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
    with function_scope(name, "RaggedSegmentMean", *_parts(data, segment_ids)):
        total, count = _counts(data, segment_ids, num_segments)
        return math.truediv(total, count)


@overload(RaggedTensor, segments.unsorted_segment_sqrt_n)
def _segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
    with function_scope(name, "RaggedSegmentSqrtN", *_parts(data, segment_ids)):
        total, count = _counts(data, segment_ids, num_segments)
        return math.truediv(total, math.sqrt(count))


# -- axes --------------------------------------------------------------------------------------------


def _reduced(reduce: Reduce, grouped: Reduce, x: Any, axis: Any, keepdims: bool) -> Any:
    """The reduction over one axis, counted from the front."""
    if isinstance(x, Tensor):
        return reduce(x, axis, keepdims)
    if axis > 1:
        return x.with_values(_reduced(reduce, grouped, x.values, axis - 1, keepdims))
    rows = x.value_rowids()
    if axis == 1:
        result = segment(grouped, x.values, rows, x.nrows())
        _note_rows(result, x)
    else:
        places = math.subtract(
            arrays.range(x.partition.nvals(), dtype=rows.dtype), indexing.gather(x.row_splits, rows)
        )
        result = segment(grouped, x.values, places, x.bounding_shape(axis=1))
    return arrays.expand_dims(result, axis) if keepdims else result


def _note_rows(result: Any, x: RaggedTensor) -> None:
    """Tell a tensor that it has as many rows as a ragged one."""
    if isinstance(result, Tensor) and result.dims:
        result.set_shape([x.partition.static_nrows, *result.dims[1:]])


def _axes(x: RaggedTensor, axis: Any) -> list[int] | None:
    """The axes in ascending order, None for all.

    Raises
    ------
    ValueError
        If they are not known before a run.
    """
    if isinstance(axis, Tensor):
        known = static_value(axis)
        if known is None:
            raise ValueError(f"the axis of a ragged tensor must be known before a run, given: {axis}.")
        axis = known.tolist()
    if axis is None:
        return None
    listed = list(axis) if isinstance(axis, (list, tuple)) or hasattr(axis, "tolist") else [axis]
    return sorted({x.axis_of(int(place)) for place in listed})


def _over_axes(reduce: Reduce, grouped: Reduce, x: RaggedTensor, axis: Any, keepdims: bool) -> Any:
    axes = _axes(x, axis)
    if axes is None:
        result = reduce(x.flat_values)
        return arrays.reshape(result, [1] * len(x.dims or ())) if keepdims else result
    result = x
    for place in reversed(axes):
        result = _reduced(reduce, grouped, result, place, keepdims)
    return result


def _reduction(name: str, over: Callable[[RaggedTensor, Any, bool], Any]) -> None:
    """Let the reduction of that name take ragged tensors."""

    @overload(RaggedTensor, getattr(reductions, name))
    def of_ragged(
        input_tensor: Any,
        axis: Any = None,
        keepdims: bool | None = None,
        name: str | None = None,
        reduction_indices: Any = None,
        keep_dims: bool | None = None,
    ) -> Any:
        axes = renamed("axis", axis, "reduction_indices", reduction_indices)
        keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
        with function_scope(name, "RaggedReduce", *_parts(input_tensor)):
            return over(input_tensor, axes, keep)


def _plain(name: str) -> Callable[[RaggedTensor, Any, bool], Any]:
    reduce, grouped = getattr(reductions, f"reduce_{name}"), _GROUPED[name]
    return lambda x, axis, keepdims: _over_axes(reduce, grouped, x, axis, keepdims)


_sum, _prod = _plain("sum"), _plain("prod")


def _mean(x: RaggedTensor, axis: Any, keepdims: bool) -> Any:
    ones = x.with_flat_values(arrays.ones_like(x.flat_values))
    return math.truediv(_sum(x, axis, keepdims), _sum(ones, axis, keepdims))


def _variance(x: RaggedTensor, axis: Any, keepdims: bool) -> Any:
    """Mean of squares less square of mean, as TensorFlow computes it of ragged tensors; never negative."""
    squares = _mean(x.with_flat_values(math.square(x.flat_values)), axis, keepdims)
    mean = _mean(x, axis, keepdims)
    return math.maximum(math.subtract(squares, math.square(mean)), 0)


def _deviation(x: RaggedTensor, axis: Any, keepdims: bool) -> Any:
    return math.sqrt(_variance(x, axis, keepdims))


def _as_numbers(over: Callable[[RaggedTensor, Any, bool], Any]) -> Callable[[RaggedTensor, Any, bool], Any]:
    """A reduction of what is true or false, by way of 1 and 0."""
    return lambda x, axis, keepdims: logic.not_equal(over(math.cast(x, int32), axis, keepdims), 0)


_reduction("reduce_sum", _sum)
_reduction("reduce_prod", _prod)
_reduction("reduce_min", _plain("min"))
_reduction("reduce_max", _plain("max"))
_reduction("reduce_mean", _mean)
_reduction("reduce_variance", _variance)
_reduction("reduce_std", _deviation)
_reduction("reduce_any", _as_numbers(_sum))
_reduction("reduce_all", _as_numbers(_prod))


@overload(RaggedTensor, nn.softmax)
def _softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """e^x divided by the sum of all of a row."""
    given = renamed("axis", axis, "dim", dim)
    with function_scope(name, "RaggedSoftmax", *logits.tensors):
        place = -1 if given is None else given
        powers = math.exp(math.subtract(logits, reductions.reduce_max(logits, place, keepdims=True)))
        return math.truediv(powers, reductions.reduce_sum(powers, place, keepdims=True))
