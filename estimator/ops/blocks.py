"""Ops that deal out blocks of space: to the channels or to the batch, and back.

Source: TensorFlow 2.15, core/ops/array_ops.cc; gradients: python/ops/array_grad.py.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.shapes import Dims, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._windows import Slide

# -- space and depth ---------------------------------------------------------------------------------------------------

_ATTRS = {"block_size": int, "data_format": "NHWC"}


def _image(s: ShapeScope) -> tuple[int | None, int | None, int | None, int | None]:
    """Batch, height, width and depth of an image, and a block of at least 2 by 2.

    Raises
    ------
    ValueError
        If the input is no image, the block is smaller, or the data format is not known.
    """
    block, layout = s.attrs["block_size"], s.attrs["data_format"]
    if block < 2:
        raise ValueError(f"block_size must be at least 2, given: {block}.")
    if layout not in ("NHWC", "NCHW"):
        raise ValueError(f"data_format must be NHWC or NCHW, given: {layout!r}.")
    sizes = rules.with_rank(s.shapes[0], 4, f"the input ({layout})")
    batch, height, width, depth = (sizes[layout.index(letter)] for letter in "NHWC")
    return batch, height, width, depth


def _ordered(s: ShapeScope, batch: Any, height: Any, width: Any, depth: Any) -> Dims:
    return (
        (batch, height, width, depth) if s.attrs["data_format"] == "NHWC" else (batch, depth, height, width)
    )


def _divided(size: int | None, by: int, what: str) -> int | None:
    if size is not None and size % by:
        raise ValueError(f"{what} is {size}, which is not a multiple of {by}.")
    return None if size is None else size // by


def _deep(s: ShapeScope) -> Dims:
    batch, height, width, depth = _image(s)
    block = s.attrs["block_size"]
    height, width = _divided(height, block, "the height"), _divided(width, block, "the width")
    return _ordered(s, batch, height, width, None if depth is None else depth * block**2)


def _wide(s: ShapeScope) -> Dims:
    batch, height, width, depth = _image(s)
    block = s.attrs["block_size"]
    height, width = (None if size is None else size * block for size in (height, width))
    return _ordered(s, batch, height, width, _divided(depth, block**2, "the number of channels"))


def _deepened(x: Any, block: int, data_format: str) -> Any:
    """A view of an image [batch, rows, columns, row in a block, column in a block, channels], or channels first."""
    if data_format == "NHWC":
        batch, height, width, depth = x.shape
        return x.reshape(batch, height // block, block, width // block, block, depth).transpose(
            0, 1, 3, 2, 4, 5
        )
    batch, depth, height, width = x.shape
    return x.reshape(batch, depth, height // block, block, width // block, block).transpose(0, 3, 5, 1, 2, 4)


def _space_to_depth_into(xp: Any, x: Any, out: Any, block: int, data_format: str) -> None:
    view = _deepened(x, block, data_format)
    xp.copyto(out.reshape(view.shape), view)


def _depth_to_space_into(xp: Any, x: Any, out: Any, block: int, data_format: str) -> None:
    view = _deepened(out, block, data_format)
    xp.copyto(view, x.reshape(view.shape))


@op("SpaceToDepth", "input: T -> output: T", attrs=_ATTRS, shape=_deep)
def space_to_depth(xp: Any, input: Any, block_size: int, data_format: str) -> Any:
    """Each block of an image as one point with all the block's channels, row by row.

    Shape   [batch, height, width, depth] -> [batch, height / block, width / block, depth · block²]
    Source  TF op SpaceToDepth, array_ops.cc
    """
    view = _deepened(input, block_size, data_format)
    batch, a, b, c, d, e = view.shape
    out = xp.empty(
        (batch, a, b, c * d * e) if data_format == "NHWC" else (batch, a * b * c, d, e), input.dtype
    )
    _space_to_depth_into(xp, input, out, block_size, data_format)
    return out


@space_to_depth.emit
def space_to_depth_emit(p: Any, op: Any, x: Any) -> Any:
    out = p.out(op)
    p.call(_space_to_depth_into, np, x, out, op.attrs["block_size"], op.attrs["data_format"])
    return out


@space_to_depth.gradient
def space_to_depth_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.DepthToSpace(dy, block_size=op.attrs["block_size"], data_format=op.attrs["data_format"])


@op("DepthToSpace", "input: T -> output: T", attrs=_ATTRS, shape=_wide)
def depth_to_space(xp: Any, input: Any, block_size: int, data_format: str) -> Any:
    """Each point of an image as a block: the reverse of SpaceToDepth.

    Shape   [batch, height, width, depth] -> [batch, height · block, width · block, depth / block²]
    Source  TF op DepthToSpace, array_ops.cc
    """
    if data_format == "NHWC":
        batch, height, width, depth = input.shape
        shape = (batch, height * block_size, width * block_size, depth // block_size**2)
    else:
        batch, depth, height, width = input.shape
        shape = (batch, depth // block_size**2, height * block_size, width * block_size)
    out = xp.empty(shape, input.dtype)
    _depth_to_space_into(xp, input, out, block_size, data_format)
    return out


@depth_to_space.emit
def depth_to_space_emit(p: Any, op: Any, x: Any) -> Any:
    out = p.out(op)
    p.call(_depth_to_space_into, np, x, out, op.attrs["block_size"], op.attrs["data_format"])
    return out


@depth_to_space.gradient
def depth_to_space_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.SpaceToDepth(dy, block_size=op.attrs["block_size"], data_format=op.attrs["data_format"])


# -- space and batch ---------------------------------------------------------------------------------------------------


def _blocks(s: ShapeScope, borders: Any) -> tuple[Any, Any]:
    """The sizes of a block, and what is added before and after each axis of space; None for what is not known.

    Raises
    ------
    ValueError
        If they are no such.
    """
    fixed = s.attrs.get("block_size")
    block = [fixed, fixed] if fixed is not None else s.value(1)
    if block is not None:
        block = [int(size) for size in np.ravel(block)]
        if min(block, default=1) < (1 if fixed is None else 2):
            raise ValueError(f"block sizes must be at least {1 if fixed is None else 2}, given: {block}.")
    if borders is not None:
        borders = np.asarray(borders).tolist()
        if any(len(np.shape(pair)) != 1 or len(pair) != 2 or min(pair) < 0 for pair in borders):
            raise ValueError(
                f"paddings and crops are pairs of at least 0, one for each axis, given: {borders}."
            )
        if block is not None and len(borders) != len(block):
            raise ValueError(f"{len(block)} block sizes want as many paddings or crops, given: {borders}.")
    return block, borders


def _demand_rank(dims: Sequence[int | None], axes: int) -> None:
    if len(dims) < 1 + axes:
        raise ValueError(
            f"the input {show(tuple(dims))} needs a batch and {axes} axes of space, one for each size of a block."
        )


def _to_batch(s: ShapeScope) -> Dims:
    """[batch · blocks, padded space / block..., rest...]."""
    block, borders = _blocks(s, s.value(len(s.shapes) - 1))
    dims = s.shapes[0]
    if dims is None or block is None:
        return None if dims is None else (None,) * len(dims)
    _demand_rank(dims, len(block))
    batch, axes = dims[0], len(block)
    pairs = borders or [None] * axes
    space = [
        None
        if size is None or pair is None
        else _divided(size + sum(pair), by, f"axis {axis} with its padding {pair}")
        for axis, (size, by, pair) in enumerate(zip(dims[1:], block, pairs, strict=False), 1)
    ]
    return (None if batch is None else batch * math.prod(block), *space, *dims[1 + axes :])


def _from_batch(s: ShapeScope) -> Dims:
    """[batch / blocks, space · block - crops..., rest...]."""
    block, borders = _blocks(s, s.value(len(s.shapes) - 1))
    dims = s.shapes[0]
    if dims is None or block is None:
        return None if dims is None else (None,) * len(dims)
    _demand_rank(dims, len(block))
    axes = len(block)
    space = []
    for axis, (size, by, pair) in enumerate(zip(dims[1:], block, borders or [None] * axes, strict=False), 1):
        left = None if size is None or pair is None else size * by - sum(pair)
        if left is not None and left < 0:
            raise ValueError(f"axis {axis} has {size} · {by} elements, from which {pair} cannot be cropped.")
        space.append(left)
    return (_divided(dims[0], math.prod(block), "the batch"), *space, *dims[1 + axes :])


def _shares(
    sizes: Sequence[int], block: Sequence[int], borders: Any
) -> Iterator[tuple[int, tuple[slice, ...], tuple[slice, ...]]]:
    """For each element of a block: its number, the blocks in which it is no padding, and where it is in space then."""
    pairs = [(int(before), int(after)) for before, after in borders]
    slides = [
        Slide(size, by, by, 1, before, after)
        for size, by, (before, after) in zip(sizes, block, pairs, strict=False)
    ]
    for number, offsets in enumerate(itertools.product(*(range(by) for by in block))):
        inside = [slide.inside(offset) for slide, offset in zip(slides, offsets, strict=True)]
        yield number, tuple(places for places, _ in inside), tuple(elements for _, elements in inside)


def _to_batch_into(xp: Any, x: Any, block: Sequence[int], paddings: Any, out: Any) -> None:
    parts = out.reshape(-1, len(x), *out.shape[1:]) if out.size else ()
    if out.dtype == object:
        out[...] = b""
    else:
        out.fill(0)
    if len(parts):
        for number, places, elements in _shares(x.shape[1:], block, paddings):
            parts[number][:, *places] = x[:, *elements]


def _from_batch_into(xp: Any, x: Any, block: Sequence[int], crops: Any, out: Any) -> None:
    if out.size:
        parts = x.reshape(-1, len(out), *x.shape[1:])
        for number, places, elements in _shares(out.shape[1:], block, crops):
            out[:, *elements] = parts[number][:, *places]


def _batched(xp: Any, x: Any, block: Sequence[int], paddings: Any) -> Any:
    padded = [size + int(sum(pair)) for size, pair in zip(x.shape[1:], paddings, strict=False)]
    space = [size // int(by) for size, by in zip(padded, block, strict=False)]
    out = xp.empty((len(x) * math.prod(map(int, block)), *space, *x.shape[1 + len(space) :]), x.dtype)
    _to_batch_into(xp, x, [int(by) for by in block], paddings, out)
    return out


def _unbatched(xp: Any, x: Any, block: Sequence[int], crops: Any) -> Any:
    sizes = zip(x.shape[1:], block, crops, strict=False)
    space = [size * int(by) - int(sum(pair)) for size, by, pair in sizes]
    out = xp.empty((len(x) // math.prod(map(int, block)), *space, *x.shape[1 + len(space) :]), x.dtype)
    _from_batch_into(xp, x, [int(by) for by in block], crops, out)
    return out


_ND = {"Tblock_shape": int32}


@op(
    "SpaceToBatchND",
    "input: T, block_shape: Tblock_shape, paddings: Tpaddings -> output: T",
    attrs=_ND | {"Tpaddings": int32},
    shape=_to_batch,
)
def space_to_batch_nd(xp: Any, input: Any, block_shape: Any, paddings: Any) -> Any:
    """The elements at one place of all blocks as an image of its own, after zeros were put around each axis of space.

    Shape   input [batch, space..., rest...], block_shape [axes], paddings [axes, 2]
            -> [batch · blocks, padded space / block..., rest...]; the places in a block before the batch
    Source  TF op SpaceToBatchND, array_ops.cc
    """
    return _batched(xp, input, block_shape, paddings)


@space_to_batch_nd.gradient
def space_to_batch_nd_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.BatchToSpaceND(dy, op.inputs[1], op.inputs[2]), None, None


@op(
    "BatchToSpaceND",
    "input: T, block_shape: Tblock_shape, crops: Tcrops -> output: T",
    attrs=_ND | {"Tcrops": int32},
    shape=_from_batch,
)
def batch_to_space_nd(xp: Any, input: Any, block_shape: Any, crops: Any) -> Any:
    """The reverse of SpaceToBatchND, after which `crops` are cut off around each axis of space.

    Shape   input [batch · blocks, space..., rest...], block_shape [axes], crops [axes, 2]
            -> [batch, space · block - crops..., rest...]
    Source  TF op BatchToSpaceND, array_ops.cc
    """
    return _unbatched(xp, input, block_shape, crops)


@batch_to_space_nd.gradient
def batch_to_space_nd_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.SpaceToBatchND(dy, op.inputs[1], op.inputs[2]), None, None


@op(
    "SpaceToBatch",
    "input: T, paddings: Tpaddings -> output: T",
    attrs={"Tpaddings": int32, "block_size": int},
    shape=_to_batch,
)
def space_to_batch(xp: Any, input: Any, paddings: Any, block_size: int) -> Any:
    """As SpaceToBatchND, of images by square blocks.

    Source  TF op SpaceToBatch, array_ops.cc
    """
    return _batched(xp, input, (block_size, block_size), paddings)


@space_to_batch.gradient
def space_to_batch_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.BatchToSpace(dy, op.inputs[1], block_size=op.attrs["block_size"]), None


@op(
    "BatchToSpace",
    "input: T, crops: Tidx -> output: T",
    attrs={"Tidx": int32, "block_size": int},
    shape=_from_batch,
)
def batch_to_space(xp: Any, input: Any, crops: Any, block_size: int) -> Any:
    """As BatchToSpaceND, of images by square blocks.

    Source  TF op BatchToSpace, array_ops.cc
    """
    return _unbatched(xp, input, (block_size, block_size), crops)


@batch_to_space.gradient
def batch_to_space_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.SpaceToBatch(dy, op.inputs[1], block_size=op.attrs["block_size"]), None


def _emitter(write: Any) -> Any:
    """The emitter of an op that moves blocks, where it is known how large they are; its kernel's bits otherwise."""

    def emit(p: Any, op: Any, x: Any, *sizes: Any) -> Any:
        out = p.out(op)
        fixed = op.attrs.get("block_size")
        block = np.array([fixed, fixed]) if fixed is not None else sizes[0]
        p.call(write, np, x, block, sizes[-1], out)
        return out

    return emit


for _definition, _write in (
    (space_to_batch_nd, _to_batch_into),
    (space_to_batch, _to_batch_into),
    (batch_to_space_nd, _from_batch_into),
    (batch_to_space, _from_batch_into),
):
    _definition.emit(_emitter(_write))
