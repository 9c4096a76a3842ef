"""Functions that deal out blocks of space, under TensorFlow's names: to the channels, to the batch, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import is_static
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

# -- depth -------------------------------------------------------------------------------------------------------------


def space_to_depth(
    input: TensorLike, block_size: int, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """Each block of an image as one point with all the block's channels, row by row.

    Shape
    -----
    [batch, height, width, depth] -> [batch, height / block, width / block, depth · block²]

    Raises
    ------
    ValueError
        If the image is not made of whole blocks.

    Source
    ------
    tf.space_to_depth, TF 1.15 array_ops.py
    """
    return b.SpaceToDepth(input, block_size=block_size, data_format=data_format, name=name)


def depth_to_space(
    input: TensorLike, block_size: int, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """Each point of an image as a block: the reverse of space_to_depth.

    Shape
    -----
    [batch, height, width, depth] -> [batch, height · block, width · block, depth / block²]

    Raises
    ------
    ValueError
        If the depth is not that of whole blocks.

    Source
    ------
    tf.depth_to_space, TF 1.15 array_ops.py
    """
    return b.DepthToSpace(input, block_size=block_size, data_format=data_format, name=name)


# -- batch -------------------------------------------------------------------------------------------------------------


def space_to_batch_nd(input: TensorLike, block_shape: Any, paddings: Any, name: str | None = None) -> Tensor:
    """The elements at one place of all blocks as an image of its own, after zeros were put around each axis of space.

    Shape
    -----
    input [batch, space..., rest...], block_shape [axes], paddings [axes, 2]
    -> [batch · blocks, padded space / block..., rest...]

    Raises
    ------
    ValueError
        If the padded space is not made of whole blocks.

    Source
    ------
    tf.space_to_batch_nd, TF 1.15
    """
    return b.SpaceToBatchND(input, block_shape, paddings, name=name)


def batch_to_space_nd(input: TensorLike, block_shape: Any, crops: Any, name: str | None = None) -> Tensor:
    """The reverse of space_to_batch_nd, after which `crops` are cut off around each axis of space.

    Shape
    -----
    input [batch · blocks, space..., rest...], block_shape [axes], crops [axes, 2]
    -> [batch, space · block - crops..., rest...]

    Raises
    ------
    ValueError
        If the batch is not one of whole blocks, or more is cropped than there is.

    Source
    ------
    tf.batch_to_space_nd, TF 1.15
    """
    return b.BatchToSpaceND(input, block_shape, crops, name=name)


def space_to_batch(
    input: TensorLike, paddings: Any, block_size: Any = None, name: str | None = None, block_shape: Any = None
) -> Tensor:
    """space_to_batch_nd of images, by square blocks.

    Shape
    -----
    input [batch, height, width, channels], paddings [2, 2] -> [batch · block², height / block, width / block, channels]

    Source
    ------
    tf.space_to_batch, TF 1.15 array_ops.py
    """
    return space_to_batch_nd(input, _square(block_size, block_shape), paddings, name)


def batch_to_space(
    input: TensorLike, crops: Any, block_size: Any = None, name: str | None = None, block_shape: Any = None
) -> Tensor:
    """batch_to_space_nd of images, by square blocks.

    Shape
    -----
    input [batch · block², height, width, channels], crops [2, 2] -> [batch, height · block, width · block, channels]

    Source
    ------
    tf.batch_to_space, TF 1.15 array_ops.py
    """
    return batch_to_space_nd(input, _square(block_size, block_shape), crops, name)


def _square(block_size: Any, block_shape: Any) -> Any:
    size = renamed("block_shape", block_shape, "block_size", block_size)
    if size is None or np.ndim(size):
        raise ValueError(f"block_size must be a whole number, given: {size!r}.")
    return np.array([size, size], np.int64)


# -- dilation ----------------------------------------------------------------------------------------------------------


def required_space_to_batch_paddings(
    input_shape: TensorLike,
    block_shape: TensorLike,
    base_paddings: TensorLike | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """What must be put around space so that it is made of whole blocks, and cropped afterwards.

    Parameters
    ----------
    input_shape : Tensor, int32
        The sizes of the axes of space.
    block_shape : Tensor, int32
    base_paddings : Tensor, int32, optional
        Padding to begin with, by default none.
    name : str, optional

    Returns
    -------
    paddings, crops : Tensor, int32

    Shape
    -----
    input_shape [axes], block_shape [axes], base_paddings [axes, 2] -> [axes, 2], [axes, 2]

    Source
    ------
    tf.required_space_to_batch_paddings, TF 1.15 array_ops.py
    """
    with function_scope(name, "required_space_to_batch_paddings", input_shape, block_shape):
        sizes, block = tensor_of(input_shape, name="input_shape"), tensor_of(block_shape, name="block_shape")
        if base_paddings is None:
            before = after = b.ZerosLike(sizes)
        else:
            pads = tensor_of(base_paddings, name="base_paddings")
            before, after = pads[:, 0], pads[:, 1]
        rest = b.FloorMod(b.Neg(sizes + before + after), block)
        paddings = b.Pack([before, after + rest], axis=1, name="paddings")
        return paddings, b.Pack([b.ZerosLike(rest), rest], axis=1, name="crops")


def with_space_to_batch(
    input: TensorLike,
    dilation_rate: Any,
    padding: str,
    op: Callable[..., Tensor],
    filter_shape: Any = None,
    spatial_dims: Sequence[int] | None = None,
    data_format: str | None = None,
) -> Tensor:
    """What `op` makes of windows whose taps are `dilation_rate` apart, though it only knows taps side by side.

    Each place in a block of `dilation_rate` elements becomes an image of its own, in which such taps do lie side by
    side; afterwards the images are put together again.

    Parameters
    ----------
    input : Tensor
    dilation_rate : list of int
    padding : str
        ``SAME`` or ``VALID``.
    op : callable
        ``op(input, num_spatial_dims, padding)``.
    filter_shape : list of int or Tensor, optional
        The taps along each axis; wanted for SAME.
    spatial_dims : list of int, optional
        The axes of space, by default those behind the batch.
    data_format : str, optional
        One such as ``NCHW`` puts the axes of space behind the channels.

    Raises
    ------
    ValueError
        If rates, axes or padding make no sense.

    Source
    ------
    tf.nn.with_space_to_batch, TF 1.15 nn_ops.py
    """
    x = tensor_of(input, name="input")
    rates = [int(rate) for rate in np.ravel(dilation_rate)]
    first = 2 if data_format is not None and data_format.startswith("NC") else 1
    axes = sorted(spatial_dims) if spatial_dims is not None else list(range(first, first + len(rates)))
    if min(rates, default=1) < 1 or len(rates) != len(axes) or min(axes, default=1) < 1:
        raise ValueError(
            f"dilation_rate must be a number of at least 1 for each of the axes {axes}, given: {rates}."
        )
    if set(rates) == {1}:
        return op(x, len(rates), padding)
    if padding not in ("SAME", "VALID"):
        raise ValueError(f"padding must be 'SAME' or 'VALID' where taps are apart, given: {padding!r}.")
    pads = _taps_beyond(filter_shape, rates) if padding == "SAME" else np.zeros((len(rates), 2), np.int32)
    # Blocks are along all axes up to the last one of space: along the others they have one element.
    places = [axis - 1 for axis in axes]
    block = tensor_of(_among(places, np.array(rates, np.int32), 1), name="dilation_rate")
    base = _among(places, pads, [0, 0])
    space = None if x.dims is None else x.dims[1 : 1 + max(axes)]
    sizes = np.array(space, np.int32) if is_static(space) else b.Shape(x)[1 : 1 + max(axes)]
    paddings, crops = required_space_to_batch_paddings(sizes, block, base)
    made = op(space_to_batch_nd(x, block, paddings), len(rates), "VALID")
    return batch_to_space_nd(made, block, crops)


def _taps_beyond(filter_shape: Any, rates: Sequence[int]) -> Any:
    """How far windows in the middle of SAME places reach beyond them, before and after."""
    if filter_shape is None:
        raise ValueError("padding='SAME' needs the filter_shape, the number of taps along each axis.")
    if isinstance(filter_shape, Tensor):
        reach = (filter_shape[: len(rates)] - 1) * np.array(rates, np.int32)
        before = b.FloorDiv(reach, 2)
        return b.Pack([before, reach - before], axis=1)
    pairs = zip(filter_shape, rates, strict=False)
    reaches = [(int(taps) - 1) * rate for taps, rate in pairs]
    return np.array([(size // 2, size - size // 2) for size in reaches], np.int32)


def _among(places: Sequence[int], values: Any, other: Any) -> Any:
    """The values at their places, and another value at all places before the last that have none."""
    if isinstance(values, Tensor):
        return b.Pack([values[places.index(at)] if at in places else other for at in range(max(places) + 1)])
    return np.array(
        [values[places.index(at)] if at in places else other for at in range(max(places) + 1)], np.int32
    )


# -- patches -----------------------------------------------------------------------------------------------------------


def extract_image_patches(
    images: TensorLike,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    sizes: Any = None,
) -> Tensor:
    """What lies under each window of images, side by side.

    Parameters
    ----------
    images : Tensor
    ksizes, sizes : list of int
        Two names for one argument: ``[1, height, width, 1]``.
    strides, rates : list of int
        How far the windows, and the taps of a window, are apart: ``[1, rows, columns, 1]``.
    padding : str
        ``SAME`` or ``VALID``.
    name : str, optional

    Shape
    -----
    images [batch, height, width, channels] -> [batch, places, places, height · width · channels of a window]

    Raises
    ------
    ValueError
        If they do not go together.

    Source
    ------
    tf.image.extract_image_patches, TF 1.15 array_ops.py
    """
    taps = renamed("sizes", sizes, "ksizes", ksizes)
    return b.ExtractImagePatches(
        images, ksizes=taps, strides=strides, rates=rates, padding=padding, name=name
    )


def extract_patches(
    images: TensorLike, sizes: Any, strides: Any, rates: Any, padding: str, name: str | None = None
) -> Tensor:
    """As extract_image_patches, under TensorFlow 2's name.

    Source
    ------
    tf.image.extract_patches, TF 2.15 array_ops.py
    """
    return extract_image_patches(images, sizes, strides, rates, padding, name)


near_keywords_of_functions(__name__)
