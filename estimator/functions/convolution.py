"""Convolutions, under TensorFlow's names; transposed ones are in :mod:`~estimator.functions.transposed`.

All take an input with its channels last, or behind the batch with a data format such as ``NCHW``. `padding` is
``SAME``, ``VALID``, or for two axes of space a pair (before, after) for each axis.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.functions.blocks import with_space_to_batch
from estimator.functions.windows import (
    SPACE,
    OneRow,
    demand_given,
    layout_of,
    moving,
    per_axis,
    split_padding,
    with_one_batch,
)
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def conv1d(
    value: TensorLike | None = None,
    filters: TensorLike | None = None,
    stride: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
    input: TensorLike | None = None,
    dilations: Any = None,
) -> Tensor:
    """The convolution of sequences of points.

    Parameters
    ----------
    value, input : Tensor
        Two names for one argument.
    filters : Tensor
    stride, dilations : int or list of int
    padding : str
    use_cudnn_on_gpu : bool, optional
        Not used; kept in the graph.
    data_format : str, optional
        ``NWC`` or ``NCW``.
    name : str, optional

    Shape
    -----
    value [batch..., width, channels], filters [taps, channels / groups, outputs] -> [batch..., places, outputs]

    Raises
    ------
    ValueError
        If shapes, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.conv1d, TF 1.15 nn_ops.py
    """
    x = renamed("input", input, "value", value)
    demand_given("conv1d", input=x, filters=filters, stride=stride, padding=padding)
    layout = layout_of(data_format, 1)
    steps, row = moving(stride, dilations, layout), OneRow(layout)
    attrs = _attrs(padding, layout, use_cudnn_on_gpu) | {key: row.numbers(steps[key]) for key in steps}
    with function_scope(name, "conv1d", x, filters) as (_, scope):
        images, kernel = row.images(x), b.ExpandDims(filters, 0)
        convolve = partial(b.Conv2D, filter=kernel, data_format=row.data_format, **attrs)
        return row.sequences(with_one_batch(images, 3, convolve, scope))


def _attrs(padding: Any, layout: str, use_cudnn_on_gpu: bool | None) -> dict[str, Any]:
    cudnn = {} if use_cudnn_on_gpu is None else {"use_cudnn_on_gpu": bool(use_cudnn_on_gpu)}
    return split_padding(padding, layout) | cudnn


def conv2d(
    input: TensorLike,
    filter: TensorLike | None = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: TensorLike | None = None,
) -> Tensor:
    """The convolution of images.

    Parameters
    ----------
    input : Tensor
    filter, filters : Tensor
        Two names for one argument.
    strides, dilations : int or list of int
        One for both axes of space, one for each, or one for each axis of the input.
    padding : str or list of pairs
    use_cudnn_on_gpu : bool
        Not used; kept in the graph.
    data_format : str, optional
        ``NHWC`` or ``NCHW``.
    name : str, optional

    Shape
    -----
    input [batch..., height, width, channels], filter [taps, taps, channels / groups, outputs]
    -> [batch..., places, places, outputs]

    Raises
    ------
    ValueError
        If shapes, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.conv2d, TF 1.15 nn_ops.py
    """
    kernel = renamed("filters", filters, "filter", filter)
    demand_given("conv2d", filter=kernel, strides=strides, padding=padding)
    layout = layout_of(data_format, 2)
    attrs = _attrs(padding, layout, use_cudnn_on_gpu) | moving(strides, dilations, layout)
    return with_one_batch(input, 3, partial(b.Conv2D, filter=kernel, data_format=layout, **attrs), name)


def conv3d(
    input: TensorLike,
    filter: TensorLike | None = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str | None = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
    filters: TensorLike | None = None,
) -> Tensor:
    """The convolution of volumes.

    Parameters
    ----------
    input : Tensor
    filter, filters : Tensor
        Two names for one argument.
    strides, dilations : int or list of int
        One for all axes of space, one for each, or one for each axis of the input.
    padding : str
        ``SAME`` or ``VALID``.
    data_format : str, optional
        ``NDHWC`` or ``NCDHW``.
    name : str, optional

    Shape
    -----
    input [batch..., depth, height, width, channels], filter [taps, taps, taps, channels / groups, outputs]
    -> [batch..., places, places, places, outputs]

    Raises
    ------
    ValueError
        If shapes, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.conv3d, TF 1.15 nn_ops.py
    """
    kernel = renamed("filters", filters, "filter", filter)
    demand_given("conv3d", filter=kernel, strides=strides, padding=padding)
    layout = layout_of(data_format, 3)
    attrs = {"padding": padding, "data_format": layout} | moving(strides, dilations, layout)
    return with_one_batch(input, 4, partial(b.Conv3D, filter=kernel, **attrs), name)


def convolution(
    input: TensorLike,
    filter: TensorLike | None = None,
    padding: Any = None,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    filters: TensorLike | None = None,
    dilations: Any = None,
) -> Tensor:
    """The convolution over one, two or three axes of space, as many as the kernel has.

    Parameters
    ----------
    input : Tensor
    filter, filters : Tensor
        Two names for one argument.
    padding : str or list of pairs
    strides : int or list of int, optional
    dilation_rate, dilations : int or list of int, optional
        Two names for one argument.
    name : str, optional
    data_format : str, optional
        Such as ``NWC``, ``NCHW`` or ``NDHWC``.

    Shape
    -----
    input [batch..., space..., channels], filter [taps..., channels / groups, outputs] -> [batch..., places..., outputs]

    Raises
    ------
    ValueError
        If shapes, strides, padding or data format do not go together, or neither shape tells how many axes there are.

    Source
    ------
    tf.nn.convolution, TF 1.15 nn_ops.py
    """
    kernel = renamed("filters", filters, "filter", filter)
    rates = renamed("dilations", dilations, "dilation_rate", dilation_rate)
    demand_given("convolution", filter=kernel, padding=padding)
    with function_scope(name, "convolution", kernel, input) as (_, scope):
        x, kernel = tensor_of(input, name="input"), tensor_of(kernel, name="filters")
        axes = len(kernel.dims or x.dims or ()) - 2
        if axes not in SPACE:
            raise ValueError(
                f"convolution is over 1, 2 or 3 axes of space, which its filter tells; given: input {x.shape}, "
                f"filter {kernel.shape}."
            )
        layout = layout_of(data_format, axes)
        spread = partial(_spread, kernel, padding, per_axis(strides, layout, "strides"), rates, layout)
        return with_one_batch(x, axes + 1, spread, scope)


_BY_AXES: dict[int, Callable[..., Tensor]] = {1: conv1d, 2: conv2d, 3: conv3d}


def _spread(
    kernel: Tensor, padding: Any, strides: list[int], rates: Any, layout: str, x: Tensor, name: str | None
) -> Tensor:
    """The convolution of x, by blocks where taps are apart: TensorFlow's gradients on a CPU know no others."""
    apart = per_axis(rates, layout, "dilation_rate")
    space = [rate for rate, letter in zip(apart, layout, strict=True) if letter not in "NC"]
    if max(space) > 1 and max(strides) > 1:
        raise ValueError(
            f"where taps are apart, strides must be 1; given: strides {strides}, dilation_rate {space}."
        )
    convolve = _BY_AXES[len(space)]

    def side_by_side(part: Tensor, _: int, word: Any) -> Tensor:
        return convolve(part, kernel, strides, word, data_format=layout, name=name)

    taps = kernel.dims[:-2] if kernel.dims is not None and None not in kernel.dims[:-2] else b.Shape(kernel)
    return with_space_to_batch(x, space, padding, side_by_side, taps, data_format=layout)


def atrous_conv2d(value: Any, filters: Any, rate: int, padding: Any, name: str | None = None) -> Tensor:
    """The convolution of images whose taps are `rate` apart.

    Shape
    -----
    value [batch, height, width, channels], filters [taps, taps, channels, outputs]
    -> [batch, places, places, outputs]

    Source
    ------
    tf.nn.atrous_conv2d, TF 1.15 nn_ops.py
    """
    return convolution(value, filters, padding, dilation_rate=rate, name=name)


def conv2d_backprop_filter(
    input: TensorLike,
    filter_sizes: Any,
    out_backprop: TensorLike,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of conv2d's kernel, where `out_backprop` flows into the convolution of `input`.

    Shape
    -----
    input [batch, height, width, channels], filter_sizes [4], out_backprop [batch, places, places, outputs]
    -> filter_sizes

    Raises
    ------
    ValueError
        If shapes, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.conv2d_backprop_filter, TF 1.15 nn_ops.py
    """
    layout = layout_of(data_format, 2)
    attrs = _attrs(padding, layout, use_cudnn_on_gpu) | moving(strides, dilations, layout)
    return b.Conv2DBackpropFilter(input, filter_sizes, out_backprop, data_format=layout, name=name, **attrs)


def conv3d_backprop_filter_v2(
    input: TensorLike,
    filter_sizes: Any,
    out_backprop: TensorLike,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of conv3d's kernel, where `out_backprop` flows into the convolution of `input`.

    Shape
    -----
    input [batch, space..., channels], filter_sizes [5], out_backprop [batch, places..., outputs] -> filter_sizes

    Source
    ------
    tf.nn.conv3d_backprop_filter_v2, TF 1.15 nn_ops.py
    """
    layout = layout_of(data_format, 3)
    attrs = {"padding": padding, "data_format": layout} | moving(strides, dilations, layout)
    return b.Conv3DBackpropFilterV2(input, filter_sizes, out_backprop, name=name, **attrs)


conv3d_backprop_filter = conv3d_backprop_filter_v2

near_keywords_of_functions(__name__)
