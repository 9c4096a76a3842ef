"""Depthwise and separable convolutions, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.functions.blocks import with_space_to_batch
from estimator.functions.convolution import conv2d
from estimator.functions.windows import layout_of, moving, per_axis, split_padding
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def depthwise_conv2d(
    input: TensorLike,
    filter: TensorLike,
    strides: Any,
    padding: Any,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """The convolution of each channel of images with kernels of its own.

    Parameters
    ----------
    input, filter : Tensor
    strides : list of int
    padding : str or list of pairs
    rate, dilations : int or list of int, optional
        Two names for one argument: how far the taps of a window are apart.
    name : str, optional
    data_format : str, optional
        ``NHWC`` or ``NCHW``.

    Shape
    -----
    input [batch, height, width, channels], filter [taps, taps, channels, multiplier]
    -> [batch, places, places, channels · multiplier]; output c · multiplier + m is of channel c

    Raises
    ------
    ValueError
        If they do not go together.

    Source
    ------
    tf.nn.depthwise_conv2d, TF 1.15 nn_impl.py
    """
    rates = renamed("dilations", dilations, "rate", rate)
    with function_scope(name, "depthwise", input, filter) as (_, scope):
        x, kernel = tensor_of(input, name="tensor_in"), tensor_of(filter, name="filter_in")
        return _depthwise(x, kernel, strides, padding, rates, data_format, scope)


def _depthwise(
    x: Tensor, kernel: Tensor, strides: Any, padding: Any, rates: Any, data_format: str | None, name: str
) -> Tensor:
    """Taps that are apart are brought side by side: TensorFlow's op on a CPU knows no others."""
    layout = layout_of(data_format, 2)
    steps = per_axis(strides, layout, "strides")

    def convolve(images: Tensor, _: int, word: Any) -> Tensor:
        attrs = {"strides": steps, "data_format": layout, "name": name} | split_padding(word, layout)
        made: Tensor = b.DepthwiseConv2dNative(images, kernel, **attrs)
        return made

    apart = per_axis(rates, layout, "rate")
    space = [apart[layout.index(letter)] for letter in "HW"]
    if max(space) > 1 and max(steps) > 1:
        raise ValueError(f"where taps are apart, strides must be 1; given: strides {steps}, rate {space}.")
    sizes = kernel.dims[:2] if kernel.dims is not None and None not in kernel.dims[:2] else b.Shape(kernel)
    return with_space_to_batch(x, space, padding, convolve, sizes, data_format=layout)


def depthwise_conv2d_native(
    input: TensorLike,
    filter: TensorLike,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """As depthwise_conv2d, in one operation also where taps are apart.

    Source
    ------
    tf.nn.depthwise_conv2d_native, TF 1.15 nn_ops.py
    """
    layout = layout_of(data_format, 2)
    attrs = moving(strides, dilations, layout) | split_padding(padding, layout)
    return b.DepthwiseConv2dNative(input, filter, data_format=layout, name=name, **attrs)


def depthwise_conv2d_backprop_input(
    input_sizes: Any,
    filter: TensorLike,
    out_backprop: TensorLike,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of a depthwise convolution's input, where `out_backprop` flows into its result.

    Shape
    -----
    input_sizes [4], filter [taps, taps, channels, multiplier], out_backprop [batch, places, places, outputs]
    -> input_sizes

    Source
    ------
    tf.nn.depthwise_conv2d_backprop_input, TF 1.15 nn_ops.py
    """
    layout = layout_of(data_format, 2)
    attrs = moving(strides, dilations, layout) | split_padding(padding, layout)
    words: dict[str, Any] = {"data_format": layout, "name": name} | attrs
    return b.DepthwiseConv2dNativeBackpropInput(input_sizes, filter, out_backprop, **words)


def depthwise_conv2d_backprop_filter(
    input: TensorLike,
    filter_sizes: Any,
    out_backprop: TensorLike,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of a depthwise convolution's kernel, where `out_backprop` flows into its result.

    Shape
    -----
    input [batch, height, width, channels], filter_sizes [4], out_backprop [batch, places, places, outputs]
    -> filter_sizes

    Source
    ------
    tf.nn.depthwise_conv2d_backprop_filter, TF 1.15 nn_ops.py
    """
    layout = layout_of(data_format, 2)
    attrs = moving(strides, dilations, layout) | split_padding(padding, layout)
    words: dict[str, Any] = {"data_format": layout, "name": name} | attrs
    return b.DepthwiseConv2dNativeBackpropFilter(input, filter_sizes, out_backprop, **words)


depthwise_conv2d_native_backprop_input = depthwise_conv2d_backprop_input
depthwise_conv2d_native_backprop_filter = depthwise_conv2d_backprop_filter


def separable_conv2d(
    input: TensorLike,
    depthwise_filter: TensorLike,
    pointwise_filter: TensorLike,
    strides: Any,
    padding: Any,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """A depthwise convolution, whose channels a second one mixes point by point.

    Parameters
    ----------
    input, depthwise_filter, pointwise_filter : Tensor
    strides : list of int
        Of the first one.
    padding : str or list of pairs
        Of the first one.
    rate, dilations : int or list of int, optional
        Two names for one argument: how far the taps of a window are apart.
    name : str, optional
    data_format : str, optional
        ``NHWC`` or ``NCHW``.

    Shape
    -----
    input [batch, height, width, channels], depthwise_filter [taps, taps, channels, multiplier],
    pointwise_filter [1, 1, channels · multiplier, outputs] -> [batch, places, places, outputs]

    Raises
    ------
    ValueError
        If they do not go together.

    Source
    ------
    tf.nn.separable_conv2d, TF 1.15 nn_impl.py
    """
    rates = renamed("dilations", dilations, "rate", rate)
    with function_scope(name, "separable_conv2d", input, depthwise_filter, pointwise_filter) as (_, scope):
        x = tensor_of(input, name="tensor_in")
        kernel = tensor_of(depthwise_filter, name="depthwise_filter")
        points = tensor_of(pointwise_filter, name="pointwise_filter")
        if points.dims is not None and (
            len(points.dims) != 4 or any(taps not in (1, None) for taps in points.dims[:2])
        ):
            raise ValueError(
                f"pointwise_filter must be [1, 1, channels · multiplier, outputs], given: {points.shape}."
            )
        between = _depthwise(x, kernel, strides, padding, rates, data_format, "depthwise")
        return conv2d(between, points, 1, "VALID", data_format=data_format, name=scope)


near_keywords_of_functions(__name__)
