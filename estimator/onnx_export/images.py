"""Convolutions, pooling, and what else is done to images.

ONNX has channels first, and kernels as [outputs, inputs, height, width].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core import dtypes
from estimator.graph.tensor import Operation, Tensor
from estimator.onnx_export.rules import FLOAT, Nodes, Rules, rank_of, refuse

RULES = rules = Rules()


@rules("Conv2D", FLOAT)
def _conv2d(export: Nodes, op: Operation, x: str, kernel: str) -> str:
    groups = _size(op.inputs[0], _channel_axis(op)) // _size(op.inputs[1], 2)
    attrs = _windows(op, [_size(op.inputs[1], axis) for axis in (0, 1)])
    turned = export.add("Transpose", kernel, perm=[3, 2, 0, 1])
    return _channels_first(
        export, op, x, lambda image: export.add("Conv", image, turned, group=groups, **attrs)
    )


@rules("DepthwiseConv2dNative", FLOAT)
def _depthwise(export: Nodes, op: Operation, x: str, kernel: str) -> str:
    height, width, channels, multiplier = (_size(op.inputs[1], axis) for axis in range(4))
    turned = export.add("Transpose", kernel, perm=[2, 3, 0, 1])
    single = export.add("Reshape", turned, export.constant([channels * multiplier, 1, height, width]))
    attrs = _windows(op, [height, width])
    return _channels_first(
        export, op, x, lambda image: export.add("Conv", image, single, group=channels, **attrs)
    )


@rules("Conv2DBackpropInput", FLOAT)
def _conv2d_transpose(export: Nodes, op: Operation, sizes: str, kernel: str, dy: str) -> str:
    if _size(op.outputs[0], _channel_axis(op)) != _size(op.inputs[1], 2):
        refuse("it has groups")
    strides, dilations = _of_space(op, "strides"), _of_space(op, "dilations")
    before, behind, lacking = [], [], []
    for place, axis in enumerate(_space(op)):
        taps = (_size(op.inputs[1], place) - 1) * dilations[place] + 1
        reach = (_size(op.inputs[2], axis) - 1) * strides[place] + taps
        wanted = _size(op.outputs[0], axis)
        first, last = _paddings(op)[axis] or _halves(max(reach - wanted, 0))
        before.append(first)
        behind.append(last)
        lacking.append(wanted - (reach - first - last))
    attrs: dict[str, Any] = {
        "pads": before + behind,
        "output_padding": lacking,
        "strides": strides,
        "dilations": dilations,
    }
    turned = export.add("Transpose", kernel, perm=[3, 2, 0, 1])
    return _channels_first(export, op, dy, lambda image: export.add("ConvTranspose", image, turned, **attrs))


@rules("MaxPool", FLOAT)
def _max_pool(export: Nodes, op: Operation, x: str) -> str:
    # A NaN is passed over, and what is pooled is not less than the least finite number: onnxruntime may give either.
    least = export.constant(np.finfo(np.float32).min, dtypes.float32)
    known = export.add("Where", export.add("IsNaN", x), least, x)
    return _pool(export, op, export.add("Max", known, least), "MaxPool")


@rules("AvgPool", FLOAT)
def _avg_pool(export: Nodes, op: Operation, x: str) -> str:
    return _pool(export, op, x, "AveragePool", count_include_pad=0)


def _pool(export: Nodes, op: Operation, x: str, onnx_type: str, **attrs: Any) -> str:
    for name in ("ksize", "strides"):
        if op.attrs[name][0] != 1 or op.attrs[name][_channel_axis(op)] != 1:
            refuse("its windows go along examples or channels")
    ksize = _of_space(op, "ksize")
    attrs |= {**_windows(op, ksize), "kernel_shape": ksize}
    return _channels_first(export, op, x, lambda image: export.add(onnx_type, image, **attrs))


@rules("FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3", FLOAT)
def _batch_norm(export: Nodes, op: Operation, x: str, *parameters: str) -> list[str]:
    if op.attrs["is_training"]:
        refuse("it is in training, where the numbers of a batch count")
    epsilon = float(op.attrs["epsilon"])
    normed = _channels_first(
        export, op, x, lambda image: export.add("BatchNormalization", image, *parameters, epsilon=epsilon)
    )
    return [normed]  # the other outputs are a training's


@rules("LRN", FLOAT)
def _lrn(export: Nodes, op: Operation, x: str) -> str:
    size = 2 * int(op.attrs["depth_radius"]) + 1
    alpha, beta, bias = (float(op.attrs[name]) for name in ("alpha", "beta", "bias"))
    turned = export.add("Transpose", x, perm=[0, 3, 1, 2])
    # ONNX divides alpha by the size
    normed = export.add("LRN", turned, size=size, alpha=alpha * size, beta=beta, bias=bias)
    return export.add("Transpose", normed, perm=[0, 2, 3, 1])


def _channels_first(export: Nodes, op: Operation, x: str, compute: Callable[[str], str]) -> str:
    """What is computed of an image with channels first, in the order of axes that the operation has."""
    if _channel_axis(op) == 1:
        return compute(x)
    rank = rank_of(op.outputs[0])
    space = list(range(1, rank - 1))
    first = compute(export.add("Transpose", x, perm=[0, rank - 1, *space]))
    return export.add("Transpose", first, perm=[0, *[axis + 1 for axis in space], 1])


def _channel_axis(op: Operation) -> int:
    return 1 if op.attrs["data_format"].startswith("NC") else rank_of(op.outputs[0]) - 1


def _space(op: Operation) -> list[int]:
    """The axes of height and width."""
    return [axis for axis in range(1, rank_of(op.outputs[0])) if axis != _channel_axis(op)]


def _of_space(op: Operation, name: str) -> list[int]:
    return [int(op.attrs[name][axis]) for axis in _space(op)]


def _windows(op: Operation, taps: Sequence[int]) -> dict[str, Any]:
    """Strides, dilations and padding of windows with so many taps along height and width, as ONNX is told of them."""
    strides, axes = _of_space(op, "strides"), _space(op)
    dilations = _of_space(op, "dilations") if "dilations" in op.attrs else [1] * len(axes)
    is_dilated = any(dilation != 1 for dilation in dilations)
    attrs = {"strides": strides, **({"dilations": dilations} if is_dilated else {})}
    pairs = [
        _paddings(op)[axis] or _same(op.inputs[0], axis, stride, (count - 1) * dilation + 1)
        for axis, stride, count, dilation in zip(axes, strides, taps, dilations)
    ]
    if None not in pairs:
        return attrs | {"pads": [pair[end] for end in (0, 1) for pair in pairs if pair]}
    if is_dilated:  # onnxruntime has no dilations with auto_pad
        refuse("it has dilations, strides and padding SAME, and its image a size that only a run tells")
    return attrs | {"auto_pad": "SAME_UPPER"}


def _same(image: Tensor, axis: int, stride: int, reach: int) -> tuple[int, int] | None:
    """The padding SAME of an axis before and behind, where windows reach so far; None if only a run tells it."""
    size = (image.dims or ())[axis]
    if stride == 1:
        return _halves(reach - 1)
    if size is None:
        return None
    places = -(-size // stride)
    return _halves(max((places - 1) * stride + reach - size, 0))


def _paddings(op: Operation) -> Sequence[tuple[int, int] | None]:
    """Before and behind each axis; None where sizes decide."""
    if op.attrs["padding"] == "SAME":
        return [None] * 4
    given = op.attrs.get("explicit_paddings") or [0] * 8
    return [(int(first), int(last)) for first, last in np.reshape(given, (-1, 2))]


def _halves(total: int) -> tuple[int, int]:
    """Of an odd number the larger half comes behind."""
    return total // 2, total - total // 2


def _size(tensor: Tensor, axis: int) -> int:
    rank_of(tensor)
    size = (tensor.dims or ())[axis]
    if size is None:
        refuse(f"the size of axis {axis} of {tensor.name!r} is not known before a run: use tensor.set_shape")
    return size
