"""Parts of images, and images with borders around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import float64, int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.functions.image.sizes import (
    Size,
    as_batch,
    demanded,
    given,
    height_and_width,
    larger,
    one_or_batch,
    smaller,
)
from estimator.functions.math import cast
from estimator.functions.random import random_uniform
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor


def crop_to_bounding_box(
    image: TensorLike, offset_height: Size, offset_width: Size, target_height: Size, target_width: Size
) -> Tensor:
    """The part of images that begins at the offsets and has the target size.

    Parameters
    ----------
    image : Tensor
        One image or a batch.
    offset_height, offset_width : int or scalar tensor
        How many rows are left out at the top, and how many columns at the left.
    target_height, target_width : int or scalar tensor

    Raises
    ------
    ValueError
        If the image is no image, or the part does not lie within it.
    InvalidArgumentError
        In the run, if only the run tells so.

    Source
    ------
    tf.image.crop_to_bounding_box, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "crop_to_bounding_box", image):
        tensor = one_or_batch(image)
        height, width = height_and_width(tensor)
        across, down = given(width, target_width, offset_width), given(height, target_height, offset_height)
        claims = {
            f"offset_width must be >= 0{given(offset_width)}": offset_width >= 0,
            f"offset_height must be >= 0{given(offset_height)}": offset_height >= 0,
            f"target_width must be > 0{given(target_width)}": target_width > 0,
            f"target_height must be > 0{given(target_height)}": target_height > 0,
            f"width must be >= target + offset{across}": width >= target_width + offset_width,
            f"height must be >= target + offset{down}": height >= target_height + offset_height,
        }
        offset, size = (offset_height, offset_width), (target_height, target_width)
        return as_batch(demanded(tensor, claims), lambda batch: _cut(batch, offset, size))


def _cut(image: Tensor, offset: Sequence[Size], size: Sequence[Size]) -> Tensor:
    """The pixels from the offset on, of one image or of each in a batch."""
    dims = image.dims or ()
    batch = len(dims) - 3
    part: Tensor = b.Slice(image, [0] * batch + [*offset, 0], [-1] * batch + [*size, -1])
    part.set_shape([*dims[:batch], None, None, dims[-1]])
    return part


def pad_to_bounding_box(
    image: TensorLike, offset_height: Size, offset_width: Size, target_height: Size, target_width: Size
) -> Tensor:
    """Images of the target size, zeros but for the given ones, which begin at the offsets.

    Parameters
    ----------
    image : Tensor
        One image or a batch.
    offset_height, offset_width : int or scalar tensor
        How many rows of zeros stand above, and how many columns to the left.
    target_height, target_width : int or scalar tensor

    Raises
    ------
    ValueError
        If the image is no image, or does not lie within the target.
    InvalidArgumentError
        In the run, if only the run tells so.

    Source
    ------
    tf.image.pad_to_bounding_box, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "pad_to_bounding_box", image):
        tensor = one_or_batch(image)
        height, width = height_and_width(tensor)
        below, right = target_height - offset_height - height, target_width - offset_width - width
        across, down = given(width, target_width, offset_width), given(height, target_height, offset_height)
        claims = {
            f"offset_height must be >= 0{given(offset_height)}": offset_height >= 0,
            f"offset_width must be >= 0{given(offset_width)}": offset_width >= 0,
            f"width must be <= target - offset{across}": right >= 0,
            f"height must be <= target - offset{down}": below >= 0,
        }
        checked = demanded(tensor, claims)
        paddings = [[0, 0], [offset_height, below], [offset_width, right], [0, 0]]
        padded = as_batch(checked, lambda images: b.Pad(images, paddings))
        sizes = [None if isinstance(size, Tensor) else size for size in (target_height, target_width)]
        dims = tensor.dims or ()
        padded.set_shape([*dims[:-3], *sizes, dims[-1]])
        return padded


def resize_image_with_crop_or_pad(image: TensorLike, target_height: Size, target_width: Size) -> Tensor:
    """The middle of images that are too large, and images that are too small in the middle of zeros.

    Parameters
    ----------
    image : Tensor
        One image or a batch.
    target_height, target_width : int or scalar tensor

    Raises
    ------
    ValueError
        If the image is no image, or a target is not positive.

    Source
    ------
    tf.image.resize_image_with_crop_or_pad, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "resize_image_with_crop_or_pad", image):
        claims = {
            f"target_width must be > 0{given(target_width)}": target_width > 0,
            f"target_height must be > 0{given(target_height)}": target_height > 0,
        }
        tensor = demanded(one_or_batch(image), claims)
        height, width = height_and_width(tensor)
        missing = target_height - height, target_width - width
        top, left = (larger(-size // 2, 0) for size in missing)
        kept = smaller(target_height, height), smaller(target_width, width)
        above, before = (larger(size // 2, 0) for size in missing)

        def fitted(batch: Tensor) -> Tensor:
            middle = crop_to_bounding_box(batch, top, left, *kept)
            return pad_to_bounding_box(middle, above, before, target_height, target_width)

        return as_batch(tensor, fitted)


def central_crop(image: Any, central_fraction: Any) -> Tensor:
    """The middle of images, with that fraction of each side.

    Parameters
    ----------
    image : Tensor
        One image or a batch; its rank must be known.
    central_fraction : float or scalar tensor
        Above 0, at most 1.

    Raises
    ------
    ValueError
        If the fraction is out of range, or it is no image.

    Source
    ------
    tf.image.central_crop, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "central_crop", image):
        tensor = one_or_batch(image)
        fraction = (
            static_value(central_fraction) if isinstance(central_fraction, Tensor) else central_fraction
        )
        if fraction is None:
            inside = b.LogicalAnd(b.Greater(central_fraction, 0.0), b.LessEqual(central_fraction, 1.0))
            tensor = demanded(tensor, {"central_fraction must be within (0, 1]": inside})
        elif not 0.0 < fraction <= 1.0:
            raise ValueError(f"central_fraction must be within (0, 1], given: {central_fraction}.")
        elif fraction == 1.0:
            return tensor
        given = cast(central_fraction, float64) if fraction is None else float(fraction)
        sizes = height_and_width(tensor)
        offsets = [_left_out(size, given) for size in sizes]
        kept = [size - offset * 2 for size, offset in zip(sizes, offsets, strict=True)]
        return _cut(tensor, offsets, kept)


def _left_out(size: Size, fraction: Any) -> Size:
    """How many pixels are left out at one side."""
    if isinstance(size, Tensor) or isinstance(fraction, Tensor):
        whole = cast(size, float64)
        return cast((whole - whole * fraction) / 2.0, int32)
    return int((float(size) - size * fraction) / 2)


def random_crop(value: TensorLike, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A part of that size of a tensor, from anywhere in it.

    Parameters
    ----------
    value : Tensor
        Of any rank; to crop an image, say its channels in the size, too.
    size : sequence of int, or tensor
        One for each axis.
    seed : int, optional

    Raises
    ------
    InvalidArgumentError
        In the run, if the value is smaller.

    Source
    ------
    tf.random_crop, TF 1.15 random_ops.py
    """
    with function_scope(name, "random_crop", value, size) as (_, scope):
        tensor = tensor_of(value, name="value")
        sizes = tensor_of(size, int32, "size")
        shape = b.Shape(tensor)
        enough = b.All(b.GreaterEqual(shape, sizes), [0])
        check = b.Assert(enough, ["Need value.shape >= size, got ", shape, sizes], summarize=1000)
        with tensor.graph.control_dependencies([check]):
            shape = b.Identity(shape)
        most = np.iinfo(np.int32).max
        draw = random_uniform(b.Shape(shape), dtype=int32, maxval=most, seed=seed)
        offset = b.FloorMod(draw, b.AddV2(b.Sub(shape, sizes), 1))
        part: Tensor = b.Slice(tensor, offset, sizes, name=scope)
        return part


def crop_and_resize(
    image: TensorLike,
    boxes: TensorLike,
    box_ind: TensorLike | None = None,
    crop_size: Any = None,
    method: str = "bilinear",
    extrapolation_value: float = 0,
    name: str | None = None,
    box_indices: TensorLike | None = None,
) -> Tensor:
    """Boxes cut out of a batch of images, all made one size.

    Parameters
    ----------
    image : Tensor
        A batch.
    boxes : float32 tensor
        y1, x1, y2, x2, where 0 and 1 are the centers of the first and last pixels; a box may be flipped or reach out.
    box_ind : int32 tensor
        Of which image each box is.
    crop_size : pair of int, or tensor
        Height and width of the results.
    method : str
        "bilinear" or "nearest".
    extrapolation_value : float
        What stands outside of the image.
    name : str, optional
    box_indices : int32 tensor
        Another name of `box_ind`.

    Shape
    -----
    image [batch, height, width, channels], boxes [n, 4], box_ind [n] -> [n, crop_size[0], crop_size[1], channels]

    Raises
    ------
    ValueError
        If the method is another.
    OutOfRangeError
        In the run, if box_ind names no image.

    Source
    ------
    tf.image.crop_and_resize, TF 1.15 image_ops_impl.py
    """
    crops: Tensor = b.CropAndResize(
        image,
        boxes,
        renamed("box_indices", box_indices, "box_ind", box_ind),
        crop_size,
        method=method,
        extrapolation_value=extrapolation_value,
        name=name,
    )
    return crops


def extract_glimpse(
    input: TensorLike,
    size: TensorLike,
    offsets: TensorLike,
    centered: bool = True,
    normalized: bool = True,
    uniform_noise: bool = True,
    name: str | None = None,
) -> Tensor:
    """A window of each image; where it reaches beyond the image there is noise.

    Parameters
    ----------
    input : Tensor, float32
    size : Tensor, int32
        Height and width of the windows.
    offsets : Tensor, float32
        The middle of each window, as row and column.
    centered : bool
        Whether offsets count from the middle of the image, and not from its upper left corner.
    normalized : bool
        Whether they are in sizes of the image (1 is the edge if `centered`), and not in pixels.
    uniform_noise : bool
        Accepted: the noise is uniform, between the least and the largest value of the channel, in TensorFlow, too.

    Shape
    -----
    input [n, height, width, channels], size [2], offsets [n, 2] -> [n, *size, channels]

    Raises
    ------
    ValueError
        If shapes do not fit.
    InvalidArgumentError
        In the run, if a size is negative.

    Source
    ------
    tf.image.extract_glimpse, TF 1.15 image_ops_impl.py
    """
    return b.ExtractGlimpse(
        input, size, offsets, centered=centered, normalized=normalized, uniform_noise=uniform_noise, name=name
    )


near_keywords_of_functions(__name__)
