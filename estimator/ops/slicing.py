"""Slices of tensors: by begin and size, and with everything that Python's square brackets know."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op

# -- Slice -----------------------------------------------------------------------------------------


def _slice_shape(s: ShapeScope) -> Dims:
    dims, begin, size = s.shapes[0], s.dims(1), s.value(2)
    if size is None:
        sizes = s.dims(2)  # None also for a size of -1
        if sizes is None:
            return None if dims is None else (None,) * len(dims)
        rules.with_rank(dims, len(sizes), "the input of a Slice with that many sizes")
        return sizes
    if begin is None and dims is None:
        return tuple(None if length < 0 else int(length) for length in size)
    dims = rules.with_rank(dims, len(size), "the input of a Slice with that many sizes")
    starts: Sequence[int | None] = [None] * len(size) if begin is None else begin
    result: list[int | None] = []
    for total, start, length in zip(dims, starts, size.tolist(), strict=True):
        if length == -1:
            result.append(None if total is None or start is None else total - start)
            continue
        if total is not None and start is not None and not 0 <= start <= start + length <= total:
            raise ValueError(f"{length} values from {start} on are not within the {total} of {show(dims)}.")
        result.append(length)
    return tuple(result)


@op("Slice", "input: T, begin: Index, size: Index -> output: T", shape=_slice_shape)
def slice_(xp: Any, input: Any, begin: Any, size: Any) -> Any:
    """size[i] values from begin[i] on along axis i; -1 stands for all that follow.

    Raises  InvalidArgumentError if the slice is not within the input.
    Source  TF op Slice, array_ops.cc
    """
    picks = []
    for axis, (start, length) in enumerate(zip(map(int, begin), map(int, size), strict=True)):
        total = input.shape[axis]
        stop = total if length == -1 else start + length
        if not 0 <= start <= stop <= total:
            raise InvalidArgumentError(
                f"begin {start} and size {length} of axis {axis} are not within its {total} values."
            )
        picks.append(slice(start, stop))
    return input[tuple(picks)].copy()


@slice_.gradient
def slice_gradient(b: Any, op: Any, dy: Any) -> Any:
    x, begin, _ = op.inputs
    index = begin.dtype
    after = b.Sub(b.Sub(b.Shape(x, out_type=index), b.Shape(dy, out_type=index)), begin)
    return b.Pad(dy, b.Pack([begin, after], axis=1)), None, None


# -- StridedSlice ----------------------------------------------------------------------------------

_MASKS = dict.fromkeys(("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0)


class _Masks(NamedTuple):
    """The five masks of a slice: bit i speaks of entry i."""

    begin: int
    end: int
    ellipsis: int
    new_axis: int
    shrink_axis: int


def _masks_of(attrs: Mapping[str, Any]) -> _Masks:
    return _Masks(*(attrs[name] for name in _MASKS))


class _Open(enum.Enum):
    """An entry of a slice whose bounds are only known when the graph runs."""

    SLICE = "a range of unknown length"
    INDEX = "one position, whichever"


def _index(bounds: Sequence[Any], masks: _Masks) -> tuple[Any, ...]:
    """The slice as numpy's index; the masks say what each entry of begin, end and strides is.

    An entry of `bounds` may be None where it is not known; what depends on it is then ``_Open``.
    """
    picks: list[Any] = []
    for place, (low, high, step) in enumerate(zip(*bounds, strict=True)):
        bit = 1 << place
        from_start, to_end = masks.begin & bit, masks.end & bit
        if masks.ellipsis & bit:
            picks.append(Ellipsis)
        elif masks.new_axis & bit:
            picks.append(None)
        elif masks.shrink_axis & bit:
            picks.append(_Open.INDEX if low is None else int(low))
        elif step is None or (low is None and not from_start) or (high is None and not to_end):
            picks.append(_Open.SLICE)
        else:
            picks.append(slice(None if from_start else int(low), None if to_end else int(high), int(step)))
    return tuple(picks)


def _full_index(index: tuple[Any, ...], rank: int) -> list[Any]:
    """The index without ``...``: an entry for every axis of the input, and None for each new one."""
    consumed = sum(1 for pick in index if pick is not None and pick is not Ellipsis)
    if consumed > rank:
        raise ValueError(f"{consumed} indices for a tensor of {rank} dimensions.")
    place = index.index(Ellipsis) if Ellipsis in index else len(index)
    return [*index[:place], *[slice(None)] * (rank - consumed), *index[place + 1 :]]


def _static_index(s: ShapeScope, first: int) -> tuple[Any, ...] | None:
    """The index in inputs `first` to `first + 2`, as far as it is known; None if not even its length is."""
    places = range(first, first + 3)
    for place, name in zip(places, ("begin", "end", "strides"), strict=True):
        rules.with_rank(s.shapes[place], 1, name)
    lengths = {dims[0] for dims in (s.shapes[place] for place in places) if dims} - {None}
    if not lengths:
        return None
    count = lengths.pop()
    assert count is not None
    bounds: list[Any] = []
    for place in places:
        value = s.value(place)
        bounds.append([None] * count if value is None else value.tolist())
    return _index(bounds, _masks_of(s.attrs))


def _strided_shape(s: ShapeScope) -> Dims:
    return _picked_shape(s.shapes[0], _static_index(s, 1))


def _picked_shape(dims: Dims, index: tuple[Any, ...] | None) -> Dims:
    """The shape of what an index picks of a tensor."""
    if dims is None or index is None:
        return None
    result: list[int | None] = []
    sizes = iter(enumerate(dims))
    for pick in _full_index(index, len(dims)):
        if pick is None:
            result.append(1)
            continue
        axis, size = next(sizes)
        if pick is _Open.SLICE or (isinstance(pick, slice) and size is None):
            result.append(None)
        elif isinstance(pick, slice):
            result.append(len(range(*pick.indices(size))))  # type: ignore[arg-type]
        elif pick is not _Open.INDEX and size is not None and not -size <= pick < size:
            raise ValueError(f"index {pick} is out of range for axis {axis} of {show(dims)}.")
    return tuple(result)


@op(
    "StridedSlice",
    "input: T, begin: Index, end: Index, strides: Index -> output: T",
    attrs=_MASKS,
    shape=_strided_shape,
)
def strided_slice(
    xp: Any,
    input: Any,
    begin: Any,
    end: Any,
    strides: Any,
    begin_mask: int,
    end_mask: int,
    ellipsis_mask: int,
    new_axis_mask: int,
    shrink_axis_mask: int,
) -> Any:
    """input[begin:end:strides], with numpy's meaning of every entry.

    A bit of begin_mask or end_mask: that bound is left out. ellipsis_mask: ``...``; new_axis_mask: a
    new axis of size 1; shrink_axis_mask: the single position `begin`, whose axis disappears.

    Source  TF op StridedSlice, array_ops.cc
    """
    masks = _Masks(begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    return input[_index_of_array([begin, end, strides], masks)].copy()


@strided_slice.together
def strided_slice_together(xp: Any, input: Any, begin: Any, end: Any, strides: Any, **masks: Any) -> Any:
    indices: dict[Any, Any] = {}  # by the bounds, which equal constants of a plan have between them
    found = []
    for values, *bounds, own in zip(
        input, begin, end, strides, zip(*masks.values(), strict=True), strict=True
    ):
        key = *map(id, bounds), own
        try:
            if key not in indices:
                indices[key] = _index_of_array(bounds, _Masks(*own))
            found.append(values[indices[key]].copy())
        except (IndexError, TypeError, ValueError):  # the kernel says what is wrong
            found.append(None)
    return found


def _index_of_array(bounds: Sequence[Any], masks: _Masks) -> tuple[Any, ...]:
    """The slice as an index that gives an array: without ``...`` numpy gives a single text as its bytes."""
    return _index_of(*(tuple(bound.tolist()) for bound in bounds), masks)


@lru_cache(maxsize=1024)
def _index_of(
    begin: tuple[int, ...], end: tuple[int, ...], strides: tuple[int, ...], masks: _Masks
) -> tuple[Any, ...]:
    index = _index([begin, end, strides], masks)
    return index if Ellipsis in index else (*index, Ellipsis)


@strided_slice.gradient
def strided_slice_gradient(b: Any, op: Any, dy: Any) -> Any:
    x, begin, end, strides = op.inputs
    masks = {name: op.attrs[name] for name in _MASKS}
    return (
        b.StridedSliceGrad(b.Shape(x, out_type=begin.dtype), begin, end, strides, dy, **masks),
        None,
        None,
        None,
    )


@op(
    "StridedSliceGrad",
    "shape: Index, begin: Index, end: Index, strides: Index, dy: T -> output: T",
    attrs=_MASKS,
    shape=rules.from_value(0),
)
def strided_slice_grad(
    xp: Any,
    shape: Any,
    begin: Any,
    end: Any,
    strides: Any,
    dy: Any,
    begin_mask: int,
    end_mask: int,
    ellipsis_mask: int,
    new_axis_mask: int,
    shrink_axis_mask: int,
) -> Any:
    """Zeros of that shape, with dy where StridedSlice would have read.

    Source  TF op StridedSliceGrad, array_ops.cc
    """
    masks = _Masks(begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    result = xp.zeros(tuple(int(size) for size in shape), dy.dtype)
    result[_index([begin, end, strides], masks)] = dy
    return result


@strided_slice_grad.gradient
def strided_slice_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    masks = {name: op.attrs[name] for name in _MASKS}
    return None, None, None, None, b.StridedSlice(dy, *op.inputs[1:4], **masks)


def _fits_slice(s: ShapeScope) -> list[Dims]:
    target, value = _picked_shape(s.variable_dims(0), _static_index(s, 1)), s.shapes[4]
    if target is not None and value is not None and len(value) <= len(target):
        for size, given in zip(reversed(target), reversed(value), strict=False):
            if None not in (size, given) and given not in (1, size):
                raise ValueError(f"a value of {show(value)} does not fit a slice of {show(target)}.")
    return []


@op(
    "ResourceStridedSliceAssign",
    "ref: resource, begin: Index, end: Index, strides: Index, value: T",
    attrs=_MASKS,
    shape=_fits_slice,
    effect="write",
    writes_rows=("ref",),
    differentiable=False,
)
def resource_strided_slice_assign(
    xp: Any,
    ref: Any,
    begin: Any,
    end: Any,
    strides: Any,
    value: Any,
    begin_mask: int,
    end_mask: int,
    ellipsis_mask: int,
    new_axis_mask: int,
    shrink_axis_mask: int,
) -> None:
    """ref[begin:end:strides] = value, where a variable lies; the value is repeated along axes of size 1.

    Raises  InvalidArgumentError if the value does not fit.
    Source  TF op ResourceStridedSliceAssign, strided_slice_op.cc
    """
    masks = _Masks(begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    part = ref[_index_of_array([begin, end, strides], masks)]
    try:
        part[...] = value
    except ValueError as error:
        raise InvalidArgumentError(
            f"a value of {show(value.shape)} does not fit a slice of {show(part.shape)}."
        ) from error
