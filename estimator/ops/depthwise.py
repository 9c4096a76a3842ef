"""Convolutions in which each channel has kernels of its own, and their gradients.

How they are computed is :mod:`estimator.ops._depthwise`.

Source: TensorFlow 2.15, core/ops/nn_ops.cc; gradients: python/ops/nn_grad.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.shapes import show
from estimator.graph import rules
from estimator.graph.op import AttrDef, op
from estimator.ops._convolution_shapes import convolved, input_shape, kernel_shape
from estimator.ops._depthwise import Depthwise
from estimator.ops._scratch import allocated, kept
from estimator.ops._windows import Form

_ATTRS = {
    "strides": list[int],
    "padding": str,
    "explicit_paddings": AttrDef("explicit_paddings", "list(int)", [], required=False),
    "data_format": "NHWC",
    "dilations": [1, 1, 1, 1],
}


def _outputs_of(channels: int | None, kernel: Sequence[int | None]) -> int | None:
    """How many outputs the channels of an input make."""
    seen = rules.same_size(
        channels, kernel[2], f"the channels of the input and of the filter {show(tuple(kernel))}"
    )
    return None if seen is None or kernel[3] is None else seen * kernel[3]


# -- the convolution ---------------------------------------------------------------------------------------------------


@op(
    "DepthwiseConv2dNative",
    "input: T, filter: T -> output: T",
    attrs=_ATTRS,
    shape=convolved(4, _outputs_of),
    costly=True,
)
def depthwise(
    xp: Any, input: Any, filter: Any, strides: Any, padding: str, explicit_paddings: Any, data_format: str,
    dilations: Any,
) -> Any:  # fmt: skip
    """The convolution of each channel with kernels of its own; output c · multiplier + m is of channel c.

    Shape   input [batch, height, width, channels], filter [taps, taps, channels, multiplier]
            -> [batch, places, places, channels · multiplier]; in NCHW the channels stand behind the batch
    Source  TF op DepthwiseConv2dNative, nn_ops.cc
    """
    form = Form(data_format, strides, dilations, padding, explicit_paddings)
    convolution = Depthwise.of(form, input.shape, filter.shape, input.dtype)
    out = xp.empty(convolution.result_shape, input.dtype)
    convolution.forward(xp, input, filter, out, *allocated(xp, convolution.rooms))
    return out


@depthwise.emit
def depthwise_emit(p: Any, op: Any, x: Any, kernel: Any) -> Any:
    out, convolution = p.out(op), Depthwise.of(Form.of(op.attrs), x.dims, kernel.dims, x.dtype)
    p.call(convolution.forward, np, x, kernel, out, *kept(p, out, convolution.rooms))
    return out


def _same(op: Any) -> dict[str, Any]:
    return {name: op.attrs[name] for name in _ATTRS}


@depthwise.gradient
def depthwise_gradient(b: Any, op: Any, dy: Any) -> Any:
    x, kernel = op.inputs
    sizes, attrs = b.ShapeN([x, kernel]), _same(op)
    return (
        b.DepthwiseConv2dNativeBackpropInput(sizes[0], kernel, dy, **attrs),
        b.DepthwiseConv2dNativeBackpropFilter(x, sizes[1], dy, **attrs),
    )


# -- its gradients -----------------------------------------------------------------------------------------------------


@op(
    "DepthwiseConv2dNativeBackpropInput",
    "input_sizes: int32, filter: T, out_backprop: T -> output: T",
    attrs=_ATTRS,
    shape=input_shape(4, _outputs_of),
)
def depthwise_input(
    xp: Any, input_sizes: Any, filter: Any, out_backprop: Any, strides: Any, padding: str, explicit_paddings: Any,
    data_format: str, dilations: Any,
) -> Any:  # fmt: skip
    """The gradient of the input: what flows into each window, to all elements that it covers.

    Shape   input_sizes [4], filter [taps, taps, channels, multiplier], out_backprop [batch, places, places, outputs]
            -> input_sizes
    Source  TF op DepthwiseConv2dNativeBackpropInput, nn_ops.cc
    """
    shape, form = (
        tuple(map(int, input_sizes)),
        Form(data_format, strides, dilations, padding, explicit_paddings),
    )
    convolution = Depthwise.of(form, shape, filter.shape, filter.dtype)
    out = xp.empty(shape, filter.dtype)
    convolution.into_input(xp, out, filter, out_backprop, *allocated(xp, convolution.rooms))
    return out


@depthwise_input.emit
def depthwise_input_emit(p: Any, op: Any, sizes: Any, kernel: Any, dy: Any) -> Any:
    out = p.out(op)
    convolution = Depthwise.of(Form.of(op.attrs), out.dims, kernel.dims, kernel.dtype)
    p.call(convolution.into_input, np, out, kernel, dy, *kept(p, out, convolution.rooms))
    return out


@depthwise_input.gradient
def depthwise_input_gradient(b: Any, op: Any, dx: Any) -> Any:
    _, kernel, dy = op.inputs
    into_kernel = b.DepthwiseConv2dNativeBackpropFilter(dx, b.Shape(kernel), dy, **_same(op))
    return None, into_kernel, b.DepthwiseConv2dNative(dx, kernel, **_same(op))


@op(
    "DepthwiseConv2dNativeBackpropFilter",
    "input: T, filter_sizes: int32, out_backprop: T -> output: T",
    attrs=_ATTRS,
    shape=kernel_shape(4, _outputs_of),
)
def depthwise_kernel(
    xp: Any, input: Any, filter_sizes: Any, out_backprop: Any, strides: Any, padding: str, explicit_paddings: Any,
    data_format: str, dilations: Any,
) -> Any:  # fmt: skip
    """The gradient of the kernel: for each tap and output the sum over all windows of element times what flows back.

    Shape   input [batch, height, width, channels], filter_sizes [4], out_backprop [batch, places, places, outputs]
            -> filter_sizes
    Source  TF op DepthwiseConv2dNativeBackpropFilter, nn_ops.cc
    """
    shape, form = (
        tuple(map(int, filter_sizes)),
        Form(data_format, strides, dilations, padding, explicit_paddings),
    )
    convolution = Depthwise.of(form, input.shape, shape, input.dtype)
    out = xp.empty(shape, input.dtype)
    convolution.into_kernel(xp, input, out, out_backprop, *allocated(xp, convolution.rooms))
    return out


@depthwise_kernel.emit
def depthwise_kernel_emit(p: Any, op: Any, x: Any, sizes: Any, dy: Any) -> Any:
    out = p.out(op)
    convolution = Depthwise.of(Form.of(op.attrs), x.dims, out.dims, x.dtype)
    p.call(convolution.into_kernel, np, x, out, dy, *kept(p, out, convolution.rooms))
    return out


@depthwise_kernel.gradient
def depthwise_kernel_gradient(b: Any, op: Any, dkernel: Any) -> Any:
    x, _, dy = op.inputs
    into_input = b.DepthwiseConv2dNativeBackpropInput(b.Shape(x), dkernel, dy, **_same(op))
    return into_input, None, b.DepthwiseConv2dNative(x, dkernel, **_same(op))
