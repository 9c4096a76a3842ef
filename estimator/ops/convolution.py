"""Convolutions over two and three axes of space, and the gradients of their inputs and kernels.

How they are computed is :mod:`estimator.ops._convolutions`.

Source: TensorFlow 2.15, core/ops/nn_ops.cc; gradients: python/ops/nn_grad.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.shapes import show
from estimator.graph.op import AttrDef, op
from estimator.ops._convolution_shapes import convolved, input_shape, kernel_shape
from estimator.ops._convolutions import Convolution
from estimator.ops._scratch import allocated, kept
from estimator.ops._windows import Form

_FLAT = {
    "strides": list[int],
    "use_cudnn_on_gpu": True,
    "padding": str,
    "explicit_paddings": AttrDef("explicit_paddings", "list(int)", [], required=False),
    "data_format": "NHWC",
    "dilations": [1, 1, 1, 1],
}
_DEEP = {"strides": list[int], "padding": str, "data_format": "NDHWC", "dilations": [1, 1, 1, 1, 1]}


def _outputs_of(channels: int | None, kernel: Sequence[int | None]) -> int | None:
    """The outputs of a kernel, if the channels are as many as it sees, or so many groups that share them evenly."""
    seen, outputs = kernel[-2:]
    if channels is None or seen is None:
        return outputs
    if channels % seen or not channels:
        raise ValueError(
            f"the input has {channels} channels, and the filter {show(tuple(kernel))} is for {seen}; "
            "its last but one size must be the number of channels, or of those in one group."
        )
    if outputs is not None and outputs % (channels // seen):
        raise ValueError(
            f"the input has {channels} channels, and the filter {show(tuple(kernel))} is for {seen}, which makes "
            f"{channels // seen} groups; its {outputs} outputs are not a multiple of that."
        )
    return outputs


# -- the convolution ---------------------------------------------------------------------------------------------------


def _convolve(
    xp: Any, input: Any, filter: Any, strides: Any, padding: str, data_format: str, dilations: Any,
    explicit_paddings: Any = (),
) -> Any:  # fmt: skip
    """The sum of what each window covers, each element times a weight of its tap, its channel and the output.

    Shape   input [batch, space..., channels], filter [taps..., channels / groups, outputs]
            -> [batch, places..., outputs]; in NCHW and NCDHW the channels stand behind the batch
    Source  TF ops Conv2D and Conv3D, nn_ops.cc
    """
    form = Form(data_format, strides, dilations, padding, explicit_paddings)
    convolution = Convolution.of(form, input.shape, filter.shape, input.dtype)
    out = xp.empty(convolution.result_shape, input.dtype)
    convolution.forward(xp, input, filter, out, *allocated(xp, convolution.rooms))
    return out


conv2d = op(
    "Conv2D", "input: T, filter: T -> output: T", attrs=_FLAT, shape=convolved(4, _outputs_of), costly=True
)(_convolve)
conv3d = op(
    "Conv3D", "input: T, filter: T -> output: T", attrs=_DEEP, shape=convolved(5, _outputs_of), costly=True
)(_convolve)


@conv2d.emit
@conv3d.emit
def convolve_emit(p: Any, op: Any, x: Any, kernel: Any) -> Any:
    out = p.out(op)
    convolution = Convolution.of(Form.of(op.attrs, len(x.dims)), x.dims, kernel.dims, x.dtype)
    p.call(convolution.forward, np, x, kernel, out, *kept(p, out, convolution.rooms))
    return out


# -- its gradients -----------------------------------------------------------------------------------------------------


def _convolve_input(
    xp: Any, input_sizes: Any, filter: Any, out_backprop: Any, strides: Any, padding: str, data_format: str,
    dilations: Any, explicit_paddings: Any = (),
) -> Any:  # fmt: skip
    """The gradient of a convolution's input: what flows into each window, to all elements that it covers.

    Shape   input_sizes [rank], filter [taps..., channels / groups, outputs], out_backprop [batch, places..., outputs]
            -> input_sizes
    Source  TF ops Conv2DBackpropInput and Conv3DBackpropInputV2, nn_ops.cc
    """
    form = Form(data_format, strides, dilations, padding, explicit_paddings)
    shape = tuple(map(int, input_sizes))
    convolution = Convolution.of(form, shape, filter.shape, filter.dtype)
    out = xp.empty(shape, filter.dtype)
    convolution.into_input(xp, out, filter, out_backprop, *allocated(xp, convolution.rooms))
    return out


def _convolve_kernel(
    xp: Any, input: Any, filter_sizes: Any, out_backprop: Any, strides: Any, padding: str, data_format: str,
    dilations: Any, explicit_paddings: Any = (),
) -> Any:  # fmt: skip
    """The gradient of a convolution's kernel: for each tap the sum over all windows of element times what flows back.

    Shape   input [batch, space..., channels], filter_sizes [rank], out_backprop [batch, places..., outputs]
            -> filter_sizes
    Source  TF ops Conv2DBackpropFilter and Conv3DBackpropFilterV2, nn_ops.cc
    """
    form = Form(data_format, strides, dilations, padding, explicit_paddings)
    shape = tuple(map(int, filter_sizes))
    convolution = Convolution.of(form, input.shape, shape, input.dtype)
    out, rooms = xp.empty(shape, input.dtype), convolution.rooms + convolution.kernel_rooms
    convolution.into_kernel(xp, input, out, out_backprop, *allocated(xp, rooms))
    return out


_INPUT = "input_sizes: {}, filter: T, out_backprop: T -> output: T"
_KERNEL = "input: T, filter_sizes: int32, out_backprop: T -> output: T"
conv2d_input = op(
    "Conv2DBackpropInput", _INPUT.format("int32"), attrs=_FLAT, shape=input_shape(4, _outputs_of), costly=True
)(_convolve_input)
conv3d_input = op(
    "Conv3DBackpropInputV2",
    _INPUT.format("Tshape"),
    attrs=_DEEP | {"Tshape": int32},
    shape=input_shape(5, _outputs_of),
    costly=True,
)(_convolve_input)
conv2d_kernel = op("Conv2DBackpropFilter", _KERNEL, attrs=_FLAT, shape=kernel_shape(4, _outputs_of))(
    _convolve_kernel
)
conv3d_kernel = op("Conv3DBackpropFilterV2", _KERNEL, attrs=_DEEP, shape=kernel_shape(5, _outputs_of))(
    _convolve_kernel
)


@conv2d_input.emit
@conv3d_input.emit
def convolve_input_emit(p: Any, op: Any, sizes: Any, kernel: Any, dy: Any) -> Any:
    out = p.out(op)
    convolution = Convolution.of(Form.of(op.attrs, len(out.dims)), out.dims, kernel.dims, kernel.dtype)
    p.call(convolution.into_input, np, out, kernel, dy, *kept(p, out, convolution.rooms))
    return out


@conv2d_kernel.emit
@conv3d_kernel.emit
def convolve_kernel_emit(p: Any, op: Any, x: Any, sizes: Any, dy: Any) -> Any:
    out = p.out(op)
    convolution = Convolution.of(Form.of(op.attrs, len(x.dims)), x.dims, out.dims, x.dtype)
    rooms = kept(p, out, convolution.rooms + convolution.kernel_rooms)
    p.call(convolution.into_kernel, np, x, out, dy, *rooms)
    return out


def _same(op: Any) -> dict[str, Any]:
    """The attributes that the ops of one family share."""
    names = ("strides", "padding", "data_format", "dilations", "explicit_paddings", "use_cudnn_on_gpu")
    return {name: op.attrs[name] for name in names if name in op.attrs}


def _family(b: Any, op: Any) -> tuple[Any, Any, Any]:
    """The three ops that are one another's gradients: the convolution, for its input, and for its kernel."""
    if op.type.startswith("Conv2D"):
        return b.Conv2D, b.Conv2DBackpropInput, b.Conv2DBackpropFilter
    return b.Conv3D, b.Conv3DBackpropInputV2, b.Conv3DBackpropFilterV2


@conv2d.gradient
@conv3d.gradient
def convolve_gradient(b: Any, op: Any, dy: Any) -> Any:
    x, kernel = op.inputs
    _, into_input, into_kernel = _family(b, op)
    sizes = b.ShapeN([x, kernel])
    return into_input(sizes[0], kernel, dy, **_same(op)), into_kernel(x, sizes[1], dy, **_same(op))


@conv2d_input.gradient
@conv3d_input.gradient
def convolve_input_gradient(b: Any, op: Any, dx: Any) -> Any:
    _, kernel, dy = op.inputs
    convolve, _, into_kernel = _family(b, op)
    return None, into_kernel(dx, b.Shape(kernel), dy, **_same(op)), convolve(dx, kernel, **_same(op))


@conv2d_kernel.gradient
@conv3d_kernel.gradient
def convolve_kernel_gradient(b: Any, op: Any, dkernel: Any) -> Any:
    x, _, dy = op.inputs
    convolve, into_input, _ = _family(b, op)
    return into_input(b.Shape(x), dkernel, dy, **_same(op)), None, convolve(x, dkernel, **_same(op))
