"""Pools, under TensorFlow's names: the largest or the mean of what lies under each window.

`ksize` and `strides` are one number for all axes of space, one for each, or one for each axis of the input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import DTypeLike, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import dtype_or, function_scope, renamed, tensor_of
from estimator.functions.blocks import with_space_to_batch
from estimator.functions.windows import SPACE, OneRow, layout_of, per_axis, split_padding
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def _windows(ksize: Any, strides: Any, padding: Any, layout: str) -> dict[str, Any]:
    """The attributes of a pool's windows, but for the data format."""
    sizes = {"ksize": per_axis(ksize, layout, "ksize"), "strides": per_axis(strides, layout, "strides")}
    return sizes | split_padding(padding, layout)


def _of_images(
    function: Callable[..., Tensor], default: str, x: Any, name: str | None, **words: Any
) -> Tensor:
    layout = layout_of(words.pop("data_format"), 2)
    with function_scope(name, default, x) as (_, scope):
        return function(x, data_format=layout, name=scope, **_windows(layout=layout, **words))


def _of_sequences(
    function: Callable[..., Tensor], default: str, x: Any, name: str | None, **words: Any
) -> Tensor:
    layout = layout_of(words.pop("data_format"), 1)
    row, windows = OneRow(layout), _windows(layout=layout, **words)
    attrs: dict[str, Any] = {key: row.numbers(windows.pop(key)) for key in ("ksize", "strides")}
    if "explicit_paddings" in windows:
        pads = windows["explicit_paddings"]
        pairs = row.numbers([pads[at : at + 2] for at in range(0, len(pads), 2)])
        windows["explicit_paddings"] = [size for pair in pairs for size in (pair if pair != 1 else [0, 0])]
    with function_scope(name, default, x) as (_, scope):
        return row.sequences(
            function(row.images(x), data_format=row.data_format, name=scope, **attrs, **windows)
        )


def _of_volumes(
    function: Callable[..., Tensor], default: str, x: Any, name: str | None, **words: Any
) -> Tensor:
    layout = layout_of(words.pop("data_format"), 3)
    with function_scope(name, default, x) as (_, scope):
        return function(x, data_format=layout, name=scope, **_windows(layout=layout, **words))


# -- the largest -------------------------------------------------------------------------------------------------------


def max_pool(
    value: TensorLike | None = None,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: TensorLike | None = None,
) -> Tensor:
    """The largest element under each window of images.

    Parameters
    ----------
    value, input : Tensor
        Two names for one argument.
    ksize, strides : int or list of int
    padding : str or list of pairs
    data_format : str, optional
        ``NHWC`` or ``NCHW``.
    name : str, optional

    Shape
    -----
    value [batch, height, width, channels] -> [batch, places, places, channels]

    Raises
    ------
    ValueError
        If shape, ksize, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.max_pool, TF 1.15 nn_ops.py
    """
    x = renamed("input", input, "value", value)
    return _of_images(
        b.MaxPool, "MaxPool", x, name, ksize=ksize, strides=strides, padding=padding, data_format=data_format
    )


def max_pool1d(
    input: TensorLike,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NWC",
    name: str | None = None,
) -> Tensor:
    """The largest element under each window of sequences.

    Shape
    -----
    input [batch, width, channels] -> [batch, places, channels]

    Source
    ------
    tf.nn.max_pool1d, TF 1.15 nn_ops.py
    """
    words = {"ksize": ksize, "strides": strides, "padding": padding, "data_format": data_format}
    return _of_sequences(b.MaxPool, "MaxPool1d", input, name, **words)


def max_pool2d(
    input: TensorLike,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The largest element under each window of images.

    Shape
    -----
    input [batch, height, width, channels] -> [batch, places, places, channels]

    Source
    ------
    tf.nn.max_pool2d, TF 1.15 nn_ops.py
    """
    words = {"ksize": ksize, "strides": strides, "padding": padding, "data_format": data_format}
    return _of_images(b.MaxPool, "MaxPool2d", input, name, **words)


def max_pool3d(
    input: TensorLike,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """The largest element under each window of volumes.

    Shape
    -----
    input [batch, depth, height, width, channels] -> [batch, places, places, places, channels]

    Source
    ------
    tf.nn.max_pool3d, TF 1.15 nn_ops.py
    """
    words = {"ksize": ksize, "strides": strides, "padding": padding, "data_format": data_format}
    return _of_volumes(b.MaxPool3D, "MaxPool3D", input, name, **words)


def max_pool_with_argmax(
    input: TensorLike,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    Targmax: DTypeLike | None = None,
    name: str | None = None,
    output_dtype: DTypeLike | None = None,
    include_batch_in_index: bool = False,
) -> tuple[Tensor, Tensor]:
    """The largest element under each window of images, and its position in its image, counted flat.

    Parameters
    ----------
    input : Tensor
    ksize, strides : list of int
    padding : str
    data_format : str
        ``NHWC``.
    Targmax, output_dtype : DType, optional
        Two names for one argument: the type of the positions, int64 unless int32 is asked for.
    name : str, optional
    include_batch_in_index : bool
        Count through the whole batch.

    Shape
    -----
    input [batch, height, width, channels] -> two of [batch, places, places, channels]

    Raises
    ------
    ValueError
        If the data format is another, or shape, ksize, strides and padding do not go together.

    Source
    ------
    tf.nn.max_pool_with_argmax, TF 1.15 nn_ops.py
    """
    if data_format != "NHWC":
        raise ValueError(f"data_format must be 'NHWC', given: {data_format!r}.")
    kind = dtype_or(renamed("output_dtype", output_dtype, "Targmax", Targmax), int64)
    windows = _windows(ksize, strides, padding, data_format)
    return b.MaxPoolWithArgmax(
        input, Targmax=kind, include_batch_in_index=include_batch_in_index, name=name, **windows
    )


# -- the mean ----------------------------------------------------------------------------------------------------------


def avg_pool(
    value: TensorLike | None = None,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: TensorLike | None = None,
) -> Tensor:
    """The mean of the elements under each window of images; padding does not count.

    Parameters
    ----------
    value, input : Tensor
        Two names for one argument.
    ksize, strides : int or list of int
    padding : str
    data_format : str, optional
        ``NHWC`` or ``NCHW``.
    name : str, optional

    Shape
    -----
    value [batch, height, width, channels] -> [batch, places, places, channels]

    Raises
    ------
    ValueError
        If shape, ksize, strides, padding or data format do not go together.

    Source
    ------
    tf.nn.avg_pool, TF 1.15 nn_ops.py
    """
    x = renamed("input", input, "value", value)
    words = {"ksize": ksize, "strides": strides, "padding": padding, "data_format": data_format}
    return _of_images(b.AvgPool, "AvgPool", x, name, **words)


def avg_pool1d(
    input: TensorLike,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NWC",
    name: str | None = None,
) -> Tensor:
    """The mean of the elements under each window of sequences.

    Shape
    -----
    input [batch, width, channels] -> [batch, places, channels]

    Source
    ------
    tf.nn.avg_pool1d, TF 1.15 nn_ops.py
    """
    words = {"ksize": ksize, "strides": strides, "padding": padding, "data_format": data_format}
    return _of_sequences(b.AvgPool, "AvgPool1D", input, name, **words)


def avg_pool2d(
    value: TensorLike | None = None,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: TensorLike | None = None,
) -> Tensor:
    """As avg_pool.

    Source
    ------
    tf.nn.avg_pool2d, TF 1.15 nn_ops.py
    """
    return avg_pool(value, ksize, strides, padding, data_format, name, input)


def avg_pool3d(
    input: TensorLike,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """The mean of the elements under each window of volumes.

    Shape
    -----
    input [batch, depth, height, width, channels] -> [batch, places, places, places, channels]

    Source
    ------
    tf.nn.avg_pool3d, TF 1.15 nn_ops.py
    """
    words = {"ksize": ksize, "strides": strides, "padding": padding, "data_format": data_format}
    return _of_volumes(b.AvgPool3D, "AvgPool3D", input, name, **words)


# -- either, over as many axes as there are ----------------------------------------------------------------------------

_POOLS: dict[str, dict[int, Callable[..., Tensor]]] = {
    "MAX": {1: max_pool1d, 2: max_pool2d, 3: max_pool3d},
    "AVG": {1: avg_pool1d, 2: avg_pool2d, 3: avg_pool3d},
}


def _pool_of_rank(
    kind: str, input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None, name: str | None
) -> Tensor:
    x = tensor_of(input, name="input")
    rank = len(data_format) if x.dims is None and data_format else len(x.dims or ())
    if rank - 2 not in SPACE:
        raise ValueError(f"a pool is over 1, 2 or 3 axes of space; the input's shape is {x.shape}.")
    return _POOLS[kind][rank - 2](x, ksize, strides, padding, data_format, name)


def max_pool_v2(
    input: TensorLike,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The largest element under each window, over as many axes of space as the input has.

    Raises
    ------
    ValueError
        If it has none or more than three, or the arguments do not go together.

    Source
    ------
    tf.nn.max_pool_v2, TF 1.15 nn_ops.py
    """
    return _pool_of_rank("MAX", input, ksize, strides, padding, data_format, name)


def avg_pool_v2(
    input: TensorLike,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The mean of the elements under each window, over as many axes of space as the input has.

    Raises
    ------
    ValueError
        If it has none or more than three, or the arguments do not go together.

    Source
    ------
    tf.nn.avg_pool_v2, TF 1.15 nn_ops.py
    """
    return _pool_of_rank("AVG", input, ksize, strides, padding, data_format, name)


def pool(
    input: TensorLike,
    window_shape: Any,
    pooling_type: str,
    padding: str,
    dilation_rate: Any = None,
    strides: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """The largest or the mean of the elements under each window, whose taps may be apart.

    Parameters
    ----------
    input : Tensor
    window_shape : list of int
        The taps along each axis of space.
    pooling_type : str
        ``MAX`` or ``AVG``.
    padding : str
        ``SAME`` or ``VALID``; VALID where taps are apart.
    dilation_rate, dilations : list of int, optional
        Two names for one argument.
    strides : list of int, optional
        1 where taps are apart.
    name : str, optional
    data_format : str, optional

    Shape
    -----
    input [batch, space..., channels] -> [batch, places..., channels]

    Raises
    ------
    ValueError
        If they do not go together.

    Source
    ------
    tf.nn.pool, TF 1.15 nn_ops.py
    """
    rates = renamed("dilations", dilations, "dilation_rate", dilation_rate)
    taps = [int(size) for size in window_shape]
    axes = len(taps)
    if pooling_type not in _POOLS or axes not in SPACE:
        raise ValueError(
            f"pooling_type must be 'MAX' or 'AVG', and window_shape have 1 to 3 sizes; given: {pooling_type!r}, {taps}."
        )
    rates = [int(rate) for rate in rates] if rates is not None else [1] * axes
    steps = [int(step) for step in strides] if strides is not None else [1] * axes
    if max(rates) > 1 and (padding == "SAME" or max(steps) > 1):
        raise ValueError(
            f"where taps are apart, padding must be 'VALID' and strides 1; given: {padding!r}, strides {steps}, "
            f"dilation_rate {rates}."
        )
    if any(step > size for step, size in zip(steps, taps, strict=True)):
        raise ValueError(f"strides {steps} must not be more than the taps {taps} of a window.")
    with function_scope(name, f"{pooling_type.lower()}_pool", input) as (_, scope):
        return with_space_to_batch(
            input, rates, padding,
            lambda x, _, word: _POOLS[pooling_type][axes](x, taps, steps, word, data_format, scope),
            taps, data_format=data_format,
        )  # fmt: skip


near_keywords_of_functions(__name__)
