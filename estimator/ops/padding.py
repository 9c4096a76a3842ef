"""Ops that continue a tensor beyond its borders: by zeros, a value, or its mirror image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


def _padded(s: ShapeScope) -> Dims:
    dims, paddings = s.shapes[0], s.value(1)
    rules.with_rank(s.shapes[1], 2, "paddings")
    if len(s.shapes) > 2:
        rules.check_scalars(s, constant_values=2)
    if paddings is None:
        return None if dims is None else (None,) * len(dims)
    dims = rules.with_rank(dims, len(paddings), "the input of a Pad with that many paddings")
    if (paddings < 0).any():
        raise ValueError(f"paddings must be non-negative, given: {paddings.tolist()}.")
    return tuple(
        None if size is None else int(size + before + after)
        for size, (before, after) in zip(dims, paddings.tolist(), strict=True)
    )


def _widths(paddings: Any) -> list[tuple[int, int]]:
    return [(int(before), int(after)) for before, after in paddings]


@op("Pad", "input: T, paddings: Tpaddings -> output: T", attrs={"Tpaddings": int32}, shape=_padded)
def pad(xp: Any, input: Any, paddings: Any) -> Any:
    """The input with paddings[i, 0] zeros (texts: empty ones) before and paddings[i, 1] after it along axis i.

    Shape   input [...], paddings [rank, 2]
    Source  TF op Pad, array_ops.cc
    """
    return pad_v2(xp, input, paddings, _zero(input.dtype))


@pad.emit
def pad_emit(p: Any, op: Any, input: Any, paddings: Any) -> Any:
    return _emit_pad(p, op, input, paddings, _zero(input.dtype))


def _zero(dtype: Any) -> Any:
    return np.array(b"" if dtype == object else 0, dtype)


def _unpadded(b: Any, op: Any, dy: Any) -> Any:
    x, paddings = op.inputs[:2]
    before = b.Reshape(b.Slice(paddings, [0, 0], [-1, 1]), [-1])
    return b.Slice(dy, before, b.Shape(x, out_type=paddings.dtype))


@pad.gradient
def pad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return _unpadded(b, op, dy), None


@op(
    "PadV2",
    "input: T, paddings: Tpaddings, constant_values: T -> output: T",
    attrs={"Tpaddings": int32},
    shape=_padded,
)
def pad_v2(xp: Any, input: Any, paddings: Any, constant_values: Any) -> Any:
    """As Pad, with another value than zero.

    Source  TF op PadV2, array_ops.cc
    """
    widths = _widths(paddings)
    sizes = [size + sum(width) for size, width in zip(input.shape, widths, strict=True)]
    out = xp.empty(sizes, input.dtype)
    _pad_into(xp, out, input, widths, constant_values)
    return out


@pad_v2.emit
def pad_v2_emit(p: Any, op: Any, input: Any, paddings: Any, constant_values: Any) -> Any:
    return _emit_pad(p, op, input, paddings, constant_values)


def _emit_pad(p: Any, op: Any, input: Any, paddings: Any, value: Any) -> Any:
    out = p.out(op)
    widths = _widths(paddings.value) if input.dims else []  # of a scalar the shape is known without them
    p.call(_pad_into, np, out, input, widths, value)
    return out


def _pad_into(xp: Any, out: Any, input: Any, widths: Sequence[tuple[int, int]], value: Any) -> None:
    out.fill(value[()])  # a text as itself
    inner = [slice(before, before + size) for (before, _), size in zip(widths, input.shape, strict=True)]
    out[tuple(inner)] = input


@pad_v2.gradient
def pad_v2_gradient(b: Any, op: Any, dy: Any) -> Any:
    inside = _unpadded(b, op, dy)
    every, inner = (b.Sum(values, b.Range(0, b.Rank(values), 1)) for values in (dy, inside))
    return inside, None, b.Sub(every, inner)


_MIRRORS = {"REFLECT": "reflect", "SYMMETRIC": "symmetric"}  # TensorFlow's name -> numpy's


def _mirrored(s: ShapeScope) -> Dims:
    """As of Pad; there must be enough to mirror, since numpy would mirror the mirror image."""
    result, dims, paddings = _padded(s), s.shapes[0], s.value(1)
    if dims is None or paddings is None:
        return result
    mode, border = s.attrs["mode"], int(s.attrs["mode"] == "REFLECT")
    for size, widths in zip(dims, paddings.tolist(), strict=True):
        if size is not None and max(widths) > size - border:
            raise ValueError(
                f"{mode} continues {size} values by {size - border} at most, paddings are {widths}."
            )
    return result


@op(
    "MirrorPad",
    "input: T, paddings: Tpaddings -> output: T",
    attrs={"Tpaddings": int32, "mode": str},
    shape=_mirrored,
)
def mirror_pad(xp: Any, input: Any, paddings: Any, mode: str) -> Any:
    """The input continued by its mirror image: REFLECT without the border value, SYMMETRIC with it.

    Source  TF op MirrorPad, array_ops.cc
    """
    return xp.pad(input, _widths(paddings), mode=_MIRRORS[mode])


@mirror_pad.gradient
def mirror_pad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.MirrorPadGrad(dy, op.inputs[1], mode=op.attrs["mode"]), None


def _mirror_source(s: ShapeScope) -> Dims:
    dims, paddings = s.shapes[0], s.value(1)
    if dims is None or paddings is None:
        return None if dims is None else (None,) * len(dims)
    return tuple(
        None if size is None else int(size - before - after)
        for size, (before, after) in zip(dims, paddings.tolist(), strict=True)
    )


@op(
    "MirrorPadGrad",
    "input: T, paddings: Tpaddings -> output: T",
    attrs={"Tpaddings": int32, "mode": str},
    shape=_mirror_source,
)
def mirror_pad_grad(xp: Any, input: Any, paddings: Any, mode: str) -> Any:
    """Every value added to the one that MirrorPad copies it from.

    Source  TF op MirrorPadGrad, array_ops.cc
    """
    result = input
    for axis, (before, after) in enumerate(_widths(paddings)):
        size = result.shape[axis] - before - after
        source = xp.pad(xp.arange(size), (before, after), mode=_MIRRORS[mode])
        folded = xp.zeros((size, *xp.delete(result.shape, axis)), result.dtype)
        xp.add.at(folded, source, xp.moveaxis(result, axis, 0))
        result = xp.moveaxis(folded, 0, axis)
    return xp.ascontiguousarray(result)


@mirror_pad_grad.gradient
def mirror_pad_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.MirrorPad(dy, op.inputs[1], mode=op.attrs["mode"]), None
