"""Ops that count, and that look for places: bins, histograms, sorted values, what is in one list and not in another.

Source: TensorFlow 2.15, core/ops/{array,math}_ops.cc.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, int32, int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._rows import check_range

# -- bins ------------------------------------------------------------------------------------------------------------


def _bins(place: int) -> Any:
    def rule(s: ShapeScope) -> Dims:
        rules.check_scalars(s, size=place)
        size = s.value(place)
        return (None if size is None else int(size.item()),)

    return rule


@op("Bincount", "arr: int32, size: int32, weights: T -> bins: T", shape=_bins(1), differentiable=False)
def bincount(xp: Any, arr: Any, size: Any, weights: Any) -> Any:
    """How often each number below size occurs, or the sum of the weights of where it does; greater ones do not count.

    Raises  InvalidArgumentError for numbers below 0.
    Source  TF op Bincount, math_ops.cc
    """
    return _counted(xp, arr.reshape(-1), int(size), weights.reshape(-1), False)


def _counted(xp: Any, numbers: Any, size: int, weights: Any, only_whether: bool) -> Any:
    if numbers.size and numbers.min() < 0:
        raise InvalidArgumentError(
            f"numbers to be counted must not be negative, given: {int(numbers.min())}."
        )
    if weights.size and weights.size != numbers.size:
        raise InvalidArgumentError(f"{weights.size} weights for {numbers.size} numbers.")
    inside = numbers < size
    kept = numbers[inside]
    if only_whether or not weights.size:
        counts = xp.bincount(kept, minlength=size)
        return (counts > 0 if only_whether else counts).astype(weights.dtype)
    bins = xp.zeros(size, weights.dtype)
    xp.add.at(bins, kept, weights[inside])
    return bins


def _bins_of_rows(s: ShapeScope) -> Dims:
    dims, (bins,) = s.shapes[0], _bins(1)(s) or (None,)
    if dims is None:
        return None
    if len(dims) > 2:
        raise ValueError(f"what is counted is a vector or a matrix, given the shape {show(dims)}.")
    return (*dims[:-1], bins)


@op(
    "DenseBincount",
    "input: Tidx, size: Tidx, weights: T -> output: T",
    attrs={"binary_output": False},
    shape=_bins_of_rows,
    differentiable=False,
)
def dense_bincount(xp: Any, input: Any, size: Any, weights: Any, binary_output: bool) -> Any:
    """As Bincount, of a vector or of each row of a matrix; with `binary_output` only whether a number occurs.

    Source  TF op DenseBincount, math_ops.cc
    """
    if input.ndim < 2:
        return _counted(xp, input.reshape(-1), int(size), weights.reshape(-1), binary_output)
    rows = weights if weights.size else [weights] * len(input)
    found = [_counted(xp, row, int(size), own, binary_output) for row, own in zip(input, rows, strict=True)]
    return xp.stack(found) if found else xp.zeros((0, int(size)), weights.dtype)


@op(
    "HistogramFixedWidth",
    "values: T, value_range: T, nbins: int32 -> out: dtype",
    attrs={"dtype": int32},
    shape=_bins(2),
    differentiable=False,
)
def histogram_fixed_width(xp: Any, values: Any, value_range: Any, nbins: Any, dtype: DType) -> Any:
    """How many values lie in each of nbins equal parts of a range; those outside count for the first and the last.

    Source  TF op HistogramFixedWidth, math_ops.cc
    """
    low, high = (float(bound) for bound in value_range)
    if int(nbins) <= 0:
        raise InvalidArgumentError(f"nbins must be above 0, given: {int(nbins)}.")
    if not low < high:
        raise InvalidArgumentError(
            f"value_range must go from a lower to a higher value, given: [{low}, {high}]."
        )
    width = (high - low) / int(nbins)
    places = xp.minimum(
        (xp.maximum(values.reshape(-1).astype(xp.float64), low) - low) / width, int(nbins) - 1
    )
    return xp.bincount(places.astype(xp.int64), minlength=int(nbins)).astype(dtype.np)


# -- places in sorted rows ---------------------------------------------------------------------------------------------


def _like_values(s: ShapeScope) -> Dims:
    rows = rules.with_rank(s.shapes[0], 2, "sorted_inputs")
    dims = rules.with_rank(s.shapes[1], 2, "values")
    return (rules.same_size(rows[0], dims[0], "the rows of sorted_inputs and of values"), dims[1])


def _declare_bound(name: str, side: str, meaning: str) -> None:
    def kernel(xp: Any, sorted_inputs: Any, values: Any, out_type: DType) -> Any:
        found = xp.zeros(values.shape, out_type.np)
        for place, (row, wanted) in enumerate(zip(sorted_inputs, values, strict=True)):
            found[place] = xp.searchsorted(row, wanted, side=side)
        return found

    kernel.__doc__ = (
        f"For each value the {meaning}, in its row of sorted ones.\n\n    Source  TF op {name}, array_ops.cc"
    )
    op(
        name,
        "sorted_inputs: T, values: T -> output: out_type",
        attrs={"out_type": int32},
        shape=_like_values,
        differentiable=False,
    )(kernel)


_declare_bound("LowerBound", "left", "first place at which it can stand")
_declare_bound("UpperBound", "right", "last place at which it can stand")

# -- what is in one list and not in another, and what is distinct -----------------------------------------------------


def _rest(s: ShapeScope) -> list[Dims]:
    for name, dims in zip(("x", "y"), s.shapes, strict=True):
        rules.with_rank(dims, 1, name)
    return [(None,), (None,)]


@op(
    "ListDiff",
    "x: T, y: T -> out: T, idx: out_idx",
    attrs={"out_idx": int32},
    shape=_rest,
    differentiable=False,
)
def list_diff(xp: Any, x: Any, y: Any, out_idx: DType) -> Any:
    """The values of x that y does not have, in their order, and their places in x.

    Source  TF op ListDiff, array_ops.cc
    """
    if x.ndim != 1 or y.ndim != 1:
        raise InvalidArgumentError(
            f"x and y must be vectors, given the shapes {show(x.shape)} and {show(y.shape)}."
        )
    known = set(y.tolist())
    kept = xp.array([value not in known for value in x.tolist()], bool)
    return [x[kept], xp.flatnonzero(kept).astype(out_idx.np)]


def _axis(xp: Any, x: Any, axis: Any) -> int:
    """One axis, or none for a vector.

    Raises
    ------
    InvalidArgumentError
        If it is neither, or out of range.
    """
    axes = [int(place) for place in axis.reshape(-1)]
    if len(axes) > 1 or (not axes and x.ndim != 1) or (axes and not -x.ndim <= axes[0] < x.ndim):
        raise InvalidArgumentError(f"axis must be one of {x.ndim} dimensions, given: {axes}.")
    return axes[0] % x.ndim if axes else 0


def _distinct_slices(xp: Any, x: Any, place: int) -> tuple[Any, Any]:
    """The distinct slices along an axis in the order in which they first occur, and where each slice went."""
    rows = xp.moveaxis(x, place, 0).reshape(x.shape[place], -1)
    if rows.dtype == object:  # texts: each column as numbers
        rows = xp.stack([xp.unique(column, return_inverse=True)[1] for column in rows.T], axis=1)
    _, first, inverse = xp.unique(rows, axis=0, return_index=True, return_inverse=True)
    order = xp.argsort(first)
    number = xp.empty_like(order)
    number[order] = xp.arange(len(order))
    return xp.take(x, first[order], axis=place), number[inverse.reshape(-1)]


def _slices_shape(s: ShapeScope) -> list[Dims]:
    dims, axis = s.shapes[0], s.value(1)
    if dims is None:
        return [None, (None,)]
    if axis is None:
        return [(None,) * len(dims), (None,)]
    place = int(axis.reshape(-1)[0]) if axis.size else 0
    (place,) = rules.normal_axes([place], len(dims))
    return [(*dims[:place], None, *dims[place + 1 :]), (dims[place],)]


_UNIQUE = {"Taxis": int64, "out_idx": int32}


@op(
    "UniqueV2",
    "x: T, axis: Taxis -> y: T, idx: out_idx",
    attrs=_UNIQUE,
    shape=_slices_shape,
    differentiable=False,
)
def unique_v2(xp: Any, x: Any, axis: Any, out_idx: DType) -> Any:
    """The distinct slices along an axis in the order in which they first occur, and for each slice its place.

    Source  TF op UniqueV2, array_ops.cc
    """
    found, places = _distinct_slices(xp, x, _axis(xp, x, axis))
    return [found, places.astype(out_idx.np)]


def _slices_and_counts(s: ShapeScope) -> list[Dims]:
    return [*_slices_shape(s), (None,)]


@op(
    "UniqueWithCountsV2",
    "x: T, axis: Taxis -> y: T, idx: out_idx, count: out_idx",
    attrs=_UNIQUE,
    shape=_slices_and_counts,
    differentiable=False,
)
def unique_with_counts_v2(xp: Any, x: Any, axis: Any, out_idx: DType) -> Any:
    """As UniqueV2, and how often each slice occurs.

    Source  TF op UniqueWithCountsV2, array_ops.cc
    """
    place = _axis(xp, x, axis)
    found, places = _distinct_slices(xp, x, place)
    counts = xp.bincount(places, minlength=found.shape[place])
    return [found, places.astype(out_idx.np), counts.astype(out_idx.np)]


# -- how far sequences are from one another ----------------------------------------------------------------------------


def _groups(s: ShapeScope) -> Dims:
    known = [s.dims(place) for place in (2, 5)]
    if None in known:
        return None
    left, right = known
    merged = merge((None,) * len(left), (None,) * len(right))  # type: ignore[arg-type]
    sizes = [None if None in pair else max(pair) for pair in zip(left, right, strict=True)]  # type: ignore[arg-type,type-var]
    return tuple(sizes[: len(merged or ()) - 1])


@op(
    "EditDistance",
    "hypothesis_indices: int64, hypothesis_values: T, hypothesis_shape: int64, truth_indices: int64, "
    "truth_values: T, truth_shape: int64 -> output: float32",
    attrs={"normalize": True},
    shape=_groups,
    differentiable=False,
    host=True,
)
def edit_distance(
    xp: Any,
    hypothesis_indices: Any,
    hypothesis_values: Any,
    hypothesis_shape: Any,
    truth_indices: Any,
    truth_values: Any,
    truth_shape: Any,
    normalize: bool,
) -> Any:
    """How many values must be put in, left out or replaced to make one sequence of another, for each pair of two.

    The sequences lie along the last axis of sparse tensors. Normalized, the number is divided by the length of the
    truth; without a length it is infinite unless there is nothing to do.

    Source  TF op EditDistance, array_ops.cc
    """
    if hypothesis_shape.shape != truth_shape.shape or hypothesis_shape.size < 2:
        raise InvalidArgumentError(
            f"hypothesis and truth have the same rank of 2 or more, given the shapes {hypothesis_shape.tolist()} and "
            f"{truth_shape.tolist()}."
        )
    sizes = xp.maximum(hypothesis_shape, truth_shape)[:-1]
    found = xp.zeros(tuple(sizes), xp.float32)
    ours = _sequences(hypothesis_indices, hypothesis_values, sizes)
    theirs = _sequences(truth_indices, truth_values, sizes)
    for group in {*ours, *theirs}:
        source, target = ours.get(group, []), theirs.get(group, [])
        distance = float(_levenshtein(source, target))
        if normalize:
            distance = distance / len(target) if target else xp.inf
        found[group] = distance
    return found


def _sequences(indices: Any, values: Any, sizes: Any) -> dict[tuple[int, ...], list[Any]]:
    for place, size in enumerate(sizes):
        check_range(indices[:, place], int(size), f"indices[:, {place}]")
    found: dict[tuple[int, ...], list[Any]] = {}
    for group, value in zip(map(tuple, indices[:, :-1].tolist()), values.tolist(), strict=True):
        found.setdefault(group, []).append(value)
    return found


def _levenshtein(source: list[Any], target: list[Any]) -> int:
    """By the table of all prefixes, of which two rows are kept."""
    row = list(range(len(target) + 1))
    for number, value in enumerate(source, 1):
        before, row = row, [number]
        for place, wanted in enumerate(target):
            row.append(min(before[place] + (value != wanted), before[place + 1] + 1, row[-1] + 1))
    return row[-1]
