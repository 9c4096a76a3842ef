"""Transposed convolutions: the gradients of convolutions' inputs, as functions under TensorFlow's names.

Where a convolution adds what lies under a window up to one place, its transpose adds each place to all that lay under
its window. `output_shape` says which of the sizes that a stride rounds to the same number of places is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.functions.windows import OneRow, demand_given, layout_of, moving, output_sizes, split_padding
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def conv1d_transpose(
    input: TensorLike,
    filters: TensorLike,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transpose of conv1d.

    Shape
    -----
    input [batch, places, channels], filters [taps, outputs, channels] -> output_shape [batch, width, outputs]

    Raises
    ------
    ValueError
        If shapes, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.conv1d_transpose, TF 1.15 nn_ops.py
    """
    layout = layout_of(data_format, 1)
    steps, row = moving(strides, dilations, layout), OneRow(layout)
    attrs = split_padding(padding, layout) | {key: row.numbers(steps[key]) for key in steps}
    with function_scope(name, "conv1d_transpose", input, filters, output_shape) as (_, scope):
        sizes = tensor_of(output_sizes(output_shape, 3))
        at = 3 + 1 + row.axis
        sizes = b.ConcatV2([sizes[:at], [1], sizes[at:]], 0)
        images, kernel = row.images(input), b.ExpandDims(filters, 0)
        made = b.Conv2DBackpropInput(sizes, kernel, images, data_format=row.data_format, name=scope, **attrs)
        return row.sequences(made)


def conv2d_transpose(
    value: TensorLike | None = None,
    filter: TensorLike | None = None,
    output_shape: TensorLike | None = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: TensorLike | None = None,
    filters: TensorLike | None = None,
    dilations: Any = None,
) -> Tensor:
    """The transpose of conv2d.

    Parameters
    ----------
    value, input : Tensor
        Two names for one argument.
    filter, filters : Tensor
        Two names for one argument.
    output_shape : Tensor or list
        Sizes may be tensors, such as ``tf.shape(x)[0]``.
    strides, dilations : int or list of int
    padding : str or list of pairs
    data_format : str, optional
    name : str, optional

    Shape
    -----
    value [batch, places, places, channels], filter [taps, taps, outputs, channels]
    -> output_shape [batch, height, width, outputs]

    Raises
    ------
    ValueError
        If shapes, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.conv2d_transpose, TF 1.15 nn_ops.py
    """
    x, kernel = renamed("input", input, "value", value), renamed("filters", filters, "filter", filter)
    demand_given("conv2d_transpose", input=x, filter=kernel, output_shape=output_shape, strides=strides)
    layout = layout_of(data_format, 2)
    attrs = split_padding(padding, layout) | moving(strides, dilations, layout)
    with function_scope(name, "conv2d_transpose", x, kernel, output_shape) as (_, scope):
        sizes = output_sizes(output_shape, 4)
        return b.Conv2DBackpropInput(sizes, kernel, x, data_format=layout, name=scope, **attrs)


def conv3d_transpose(
    value: TensorLike | None = None,
    filter: TensorLike | None = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str | None = "NDHWC",
    name: str | None = None,
    input: TensorLike | None = None,
    filters: TensorLike | None = None,
    dilations: Any = None,
) -> Tensor:
    """The transpose of conv3d.

    Shape
    -----
    value [batch, places..., channels], filter [taps..., outputs, channels] -> output_shape [batch, space..., outputs]

    Raises
    ------
    ValueError
        If shapes, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.conv3d_transpose, TF 1.15 nn_ops.py
    """
    x, kernel = renamed("input", input, "value", value), renamed("filters", filters, "filter", filter)
    demand_given("conv3d_transpose", input=x, filter=kernel, output_shape=output_shape, strides=strides)
    layout = layout_of(data_format, 3)
    attrs = {"padding": padding, "data_format": layout} | moving(strides, dilations, layout)
    with function_scope(name, "conv3d_transpose", x, kernel, output_shape) as (_, scope):
        return b.Conv3DBackpropInputV2(output_sizes(output_shape, 5), kernel, x, name=scope, **attrs)


_TRANSPOSED: dict[Any, Callable[..., Tensor]] = {
    3: conv1d_transpose,
    4: conv2d_transpose,
    5: conv3d_transpose,
}


def conv_transpose(
    input: TensorLike,
    filters: TensorLike,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transpose of a convolution over one, two or three axes of space, as many as `output_shape` has.

    Raises
    ------
    ValueError
        If it has another number of sizes, or these and the other arguments do not go together.

    Source
    ------
    tf.nn.conv_transpose, TF 2.15 nn_ops.py
    """
    with function_scope(name, "conv_transpose", input, filters, output_shape) as (_, scope):
        rank = output_shape.dims[0] if isinstance(output_shape, Tensor) and output_shape.dims else None
        rank = len(output_shape) if hasattr(output_shape, "__len__") and rank is None else rank
        if rank not in _TRANSPOSED:
            raise ValueError(f"output_shape must have 3, 4 or 5 sizes, given: {output_shape!r}.")
        return _TRANSPOSED[rank](
            input, filters, output_shape, strides, padding, data_format, dilations=dilations, name=scope
        )


def conv2d_backprop_input(
    input_sizes: Any,
    filter: TensorLike | None = None,
    out_backprop: TensorLike | None = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: TensorLike | None = None,
) -> Tensor:
    """The gradient of conv2d's input, where `out_backprop` flows into its result.

    Shape
    -----
    input_sizes [4], filter [taps, taps, channels, outputs], out_backprop [batch, places, places, outputs]
    -> input_sizes

    Raises
    ------
    ValueError
        If shapes, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.conv2d_backprop_input, TF 1.15 nn_ops.py
    """
    kernel = renamed("filters", filters, "filter", filter)
    demand_given(
        "conv2d_backprop_input", filter=kernel, out_backprop=out_backprop, strides=strides, padding=padding
    )
    layout = layout_of(data_format, 2)
    attrs = split_padding(padding, layout) | moving(strides, dilations, layout)
    attrs |= {"use_cudnn_on_gpu": bool(use_cudnn_on_gpu), "data_format": layout}
    return b.Conv2DBackpropInput(input_sizes, kernel, out_backprop, name=name, **attrs)


def atrous_conv2d_transpose(
    value: Any, filters: Any, output_shape: Any, rate: int, padding: Any, name: str | None = None
) -> Tensor:
    """The transpose of atrous_conv2d.

    Shape
    -----
    value [batch, places, places, channels], filters [taps, taps, outputs, channels]
    -> output_shape [batch, height, width, outputs]

    Raises
    ------
    ValueError
        If shapes, rate and padding do not go together.

    Source
    ------
    tf.nn.atrous_conv2d_transpose, TF 1.15 nn_ops.py; one operation, for which TensorFlow has three
    """
    with function_scope(name, "atrous_conv2d_transpose", value, filters, output_shape) as (_, scope):
        return conv2d_transpose(value, filters, output_shape, 1, padding, dilations=rate, name=scope)


near_keywords_of_functions(__name__)
