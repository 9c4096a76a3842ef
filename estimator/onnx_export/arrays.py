"""Ops that look at shapes, and that move values without computing with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core import dtypes
from estimator.graph.tensor import Operation, Tensor
from estimator.onnx_export.rules import ANY, FLOATS, INTS, NUMBERS, Nodes, Rules, axis_of, rank_of, refuse

RULES = rules = Rules()

_FRONT, _BACK = int(np.iinfo(np.int64).min), int(np.iinfo(np.int64).max)  # a slice ends where the axis does


@rules("Identity StopGradient PreventGradient", ANY)
def _identity(export: Nodes, op: Operation, x: str) -> str:
    return x


@rules("IdentityN", ANY)
def _identity_n(export: Nodes, op: Operation, *inputs: str) -> list[str]:
    return list(inputs)


@rules("Shape", ANY)
def _shape(export: Nodes, op: Operation, x: str) -> str:
    return export.cast(export.add("Shape", x), op.outputs[0].dtype)


@rules("ShapeN", ANY)
def _shape_n(export: Nodes, op: Operation, *inputs: str) -> list[str]:
    return [export.cast(export.add("Shape", x), op.outputs[0].dtype) for x in inputs]


@rules("Size", ANY)
def _size(export: Nodes, op: Operation, x: str) -> str:
    return export.cast(export.add("Size", x), op.outputs[0].dtype)


@rules("Rank", ANY)
def _rank(export: Nodes, op: Operation, x: str) -> str:
    return export.constant(rank_of(op.inputs[0]), dtypes.int32)


@rules("Reshape", ANY)
def _reshape(export: Nodes, op: Operation, x: str, shape: str) -> str:
    return export.add("Reshape", x, export.cast(shape, dtypes.int64), allowzero=1)  # else 0 is "as it was"


@rules("ExpandDims", ANY)
def _expand_dims(export: Nodes, op: Operation, x: str, axis: str) -> str:
    place = axis_of(np.ravel(export.value(op.inputs[1]))[0], rank_of(op.inputs[0]) + 1)
    return export.add("Unsqueeze", x, export.constant([place]))


@rules("Squeeze", ANY)
def _squeeze(export: Nodes, op: Operation, x: str) -> str:
    axes = [int(axis) for axis in op.attrs["squeeze_dims"]]
    return export.add("Squeeze", x, *([export.constant(axes)] if axes else []))


@rules("Transpose", ANY)
def _transpose(export: Nodes, op: Operation, x: str, perm: str) -> str:
    order = [axis_of(axis, rank_of(op.inputs[0])) for axis in export.value(op.inputs[1])]
    return export.add("Transpose", x, perm=order)


@rules("ConcatV2", ANY)
def _concat(export: Nodes, op: Operation, *inputs: str) -> str:
    axis = axis_of(export.value(op.inputs[-1]), rank_of(op.outputs[0]))
    return export.add("Concat", *inputs[:-1], axis=axis)


@rules("Pack", ANY)
def _pack(export: Nodes, op: Operation, *inputs: str) -> str:
    axis = axis_of(op.attrs["axis"], rank_of(op.inputs[0]) + 1)
    place = export.constant([axis])
    return export.add("Concat", *[export.add("Unsqueeze", x, place) for x in inputs], axis=axis)


@rules("Unpack", ANY)
def _unpack(export: Nodes, op: Operation, x: str) -> list[str]:
    if not op.outputs:
        return []
    axis = axis_of(op.attrs["axis"], rank_of(op.inputs[0]))
    sizes, place = export.constant([1] * len(op.outputs)), export.constant([axis])
    parts = export.add_several(len(op.outputs), "Split", x, sizes, axis=axis)
    return [export.add("Squeeze", part, place) for part in parts]


@rules("Split", ANY)
def _split(export: Nodes, op: Operation, axis: str, x: str) -> list[str]:
    place = axis_of(export.value(op.inputs[0]), rank_of(op.inputs[1]))
    return export.add_several(len(op.outputs), "Split", x, axis=place)


@rules("SplitV", ANY)
def _split_v(export: Nodes, op: Operation, x: str, sizes: str, axis: str) -> list[str]:
    place = axis_of(export.value(op.inputs[2]), rank_of(op.inputs[0]))
    given = [int(size) for size in export.value(op.inputs[1])]
    if -1 in given:  # the rest
        whole = (op.inputs[0].dims or ())[place]
        if whole is None:
            refuse("a part is what the others leave of an axis whose size only a run tells")
        given[given.index(-1)] = whole - sum(given) - 1
    return export.add_several(len(given), "Split", x, export.constant(given), axis=place)


@rules("Tile", ANY)
def _tile(export: Nodes, op: Operation, x: str, multiples: str) -> str:
    return export.add("Tile", x, export.cast(multiples, dtypes.int64))


@rules("Fill", ANY)
def _fill(export: Nodes, op: Operation, dims: str, value: str) -> str:
    return export.add("Expand", value, export.cast(dims, dtypes.int64))


@rules("BroadcastTo", ANY)
def _broadcast_to(export: Nodes, op: Operation, x: str, shape: str) -> str:
    return export.add("Expand", x, export.cast(shape, dtypes.int64))


@rules("Range", NUMBERS)
def _range(export: Nodes, op: Operation, start: str, limit: str, delta: str) -> str:
    return export.add("Range", start, limit, delta)


@rules("Pad PadV2", FLOATS | INTS)
def _pad(export: Nodes, op: Operation, x: str, paddings: str, value: str = "") -> str:
    widths = np.asarray(export.value(op.inputs[1]))  # [axes, 2]; ONNX wants all in front, then all behind
    if not widths.size:
        return x
    return export.add("Pad", x, export.constant(widths.T.ravel().tolist()), *([value] if value else []))


@rules("MirrorPad", FLOATS | INTS)
def _mirror_pad(export: Nodes, op: Operation, x: str, paddings: str) -> str:
    if op.attrs["mode"] != "REFLECT":
        refuse("opset 17 has no symmetric padding")
    widths = np.asarray(export.value(op.inputs[1]))
    return export.add("Pad", x, export.constant(widths.T.ravel().tolist()), mode="reflect")


@rules("Slice", ANY)
def _slice(export: Nodes, op: Operation, x: str, begin: str, size: str) -> str:
    starts = [int(start) for start in export.value(op.inputs[1])]
    sizes = [int(wanted) for wanted in export.value(op.inputs[2])]
    ends = [_BACK if wanted == -1 else start + wanted for start, wanted in zip(starts, sizes)]
    if not starts:
        return x
    return export.add("Slice", x, export.constant(starts), export.constant(ends))


@rules("StridedSlice", ANY)
def _strided_slice(export: Nodes, op: Operation, x: str, begin: str, end: str, strides: str) -> str:
    cut = _Cut(op, *[[int(number) for number in export.value(tensor)] for tensor in op.inputs[1:]])
    if cut.axes:
        bounds = [export.constant(numbers) for numbers in (cut.starts, cut.ends, cut.axes, cut.steps)]
        x = export.add("Slice", x, *bounds)
    if cut.dropped:
        x = export.add("Squeeze", x, export.constant(cut.dropped))
    if cut.added:
        x = export.add("Unsqueeze", x, export.constant(cut.added))
    return x


class _Cut:
    """What an index of several items does to each axis.

    Attributes
    ----------
    starts, ends, axes, steps : list of int
        Of the slices.
    dropped : list of int
        The axes of the input of which one place is taken.
    added : list of int
        The axes of the result that are new.
    """

    def __init__(self, op: Operation, begin: list[int], end: list[int], strides: list[int]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.axes: list[int] = []
        self.steps: list[int] = []
        self.dropped: list[int] = []
        self.added: list[int] = []
        self._masks = {name: int(value) for name, value in op.attrs.items() if name.endswith("_mask")}
        axis = place = 0  # in the input, in the result
        for item in range(len(begin)):
            if self._is(item, "ellipsis_mask"):
                skipped = rank_of(op.inputs[0]) - self._axes_taken(len(begin))
                axis, place = axis + skipped, place + skipped
            elif self._is(item, "new_axis_mask"):
                self.added.append(place)
                place += 1
            elif self._is(item, "shrink_axis_mask"):
                self._take(axis, begin[item])
                axis += 1
            else:
                self._cut(item, axis, begin[item], end[item], strides[item])
                axis, place = axis + 1, place + 1

    def _is(self, item: int, mask: str) -> bool:
        return bool(self._masks[mask] >> item & 1)

    def _axes_taken(self, items: int) -> int:
        """How many axes of the input the items stand for that are no ellipsis."""
        return sum(
            not self._is(item, "ellipsis_mask") and not self._is(item, "new_axis_mask")
            for item in range(items)
        )

    def _take(self, axis: int, start: int) -> None:
        self._add(axis, start, _BACK if start == -1 else start + 1, 1)
        self.dropped.append(axis)

    def _cut(self, item: int, axis: int, start: int, end: int, step: int) -> None:
        if self._is(item, "begin_mask"):
            start = 0 if step > 0 else _BACK
        if self._is(item, "end_mask"):
            end = _BACK if step > 0 else _FRONT
        if (start, end, step) != (0, _BACK, 1):
            self._add(axis, start, end, step)

    def _add(self, axis: int, start: int, end: int, step: int) -> None:
        for numbers, number in (
            (self.starts, start),
            (self.ends, end),
            (self.axes, axis),
            (self.steps, step),
        ):
            numbers.append(number)


@rules("OneHot", INTS)
def _one_hot(export: Nodes, op: Operation, indices: str, depth: str, on: str, off: str) -> str:
    # not ONNX's OneHot, for which -1 is the last class: an id outside of the range is none
    rank, dtype = rank_of(op.inputs[0]), op.inputs[0].dtype
    if op.outputs[0].dtype not in NUMBERS:
        refuse(f"of values of {op.outputs[0].dtype.name}")
    axis = axis_of(op.attrs["axis"], rank + 1)
    classes = np.arange(int(export.value(op.inputs[1]))).reshape([-1] + [1] * (rank - axis))
    places = export.add("Unsqueeze", indices, export.constant([axis]))
    return export.add("Where", export.add("Equal", places, export.constant(classes, dtype)), on, off)


@rules("GatherV2", ANY)
def _gather(export: Nodes, op: Operation, params: str, indices: str, axis: str) -> str:
    if op.attrs["batch_dims"]:
        refuse("batch_dims are given")
    rank = rank_of(op.inputs[0])
    place, ids = axis_of(export.value(op.inputs[2]), rank), from_the_front(export, op.inputs[1], indices)
    if op.inputs[0].dtype is not dtypes.string or place == rank - 1:
        return export.add("Gather", params, ids, axis=place)
    # onnxruntime's Gather takes the first text of each row alone
    if place:
        refuse("of texts, along an axis between others")
    last = export.constant([-1])
    return export.add("GatherND", params, export.cast(export.add("Unsqueeze", ids, last), dtypes.int64))


@rules("ResourceGather", ANY)
def _resource_gather(export: Nodes, op: Operation, table: str, indices: str) -> str:
    if op.attrs["batch_dims"]:
        refuse("batch_dims are given")
    return export.add("Gather", table, from_the_front(export, op.inputs[1], indices), axis=0)


@rules("GatherNd", ANY)
def _gather_nd(export: Nodes, op: Operation, params: str, indices: str) -> str:
    places = export.cast(from_the_front(export, op.inputs[1], indices), dtypes.int64)
    return export.add("GatherND", params, places)


def from_the_front(export: Nodes, tensor: Tensor, ids: str) -> str:
    """The ids, so that a negative one is refused, as by TensorFlow, and does not count from the end."""
    limit: Any = np.iinfo(tensor.dtype.np).max
    negative = export.add("Less", ids, export.constant(0, tensor.dtype))
    return export.add("Where", negative, export.constant(limit, tensor.dtype), ids)
