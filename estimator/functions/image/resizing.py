"""Images of another size.

Without a convention, point ``i * n_in / n_out`` of the input lies under pixel i of the output: TensorFlow 1's way,
which moves images by a part of a pixel. ``align_corners`` puts the corners' centers on one another;
``half_pixel_centers`` takes pixels for areas, as TensorFlow 2, Pillow and OpenCV do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import float32, int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.image.cropping import pad_to_bounding_box
from estimator.functions.image.sizes import (
    Size,
    as_batch,
    demanded,
    given,
    height_and_width,
    larger,
    one_or_batch,
)
from estimator.functions.math import cast
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor


class ResizeMethod:
    """How images are resized: by two neighbours along each axis, the nearest, four, or all within the area.

    Source
    ------
    tf.image.ResizeMethod, TF 1.15 image_ops_impl.py
    """

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


_NAMES = {"bilinear": 0, "nearest": 1, "bicubic": 2, "area": 3}  # TensorFlow 2's
_OPS = (b.ResizeBilinear, b.ResizeNearestNeighbor, b.ResizeBicubic, b.ResizeArea)


def resize_images(
    images: TensorLike,
    size: Any,
    method: int | str = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> Tensor:
    """Images of another size; such as are known to have that very size are returned as they are.

    Parameters
    ----------
    images : Tensor
        One image or a batch.
    size : pair of int, or int32 tensor
        Height and width.
    method : int or str
        A :class:`ResizeMethod`, or its name in TensorFlow 2.
    align_corners : bool
        Whether the centers of the corners stay where they are.
    preserve_aspect_ratio : bool
        Whether one side may become smaller than `size` says, so that nothing is distorted.

    Returns
    -------
    Tensor
        float32; by the nearest neighbour, of the images' type.

    Raises
    ------
    ValueError
        If it is no image, the size is no pair, or there is no such method.

    Source
    ------
    tf.image.resize_images, TF 1.15 image_ops_impl.py
    """
    resize = _method(method)
    with function_scope(name, "resize", images, size):
        tensor = tensor_of(images, name="images")
        if tensor.dims is None:
            raise ValueError(
                "resize_images needs images of a known rank; say it with images.set_shape([...])."
            )
        tensor = one_or_batch(tensor)
        sizes = _pair(size)
        if preserve_aspect_ratio:
            sizes = _in_proportion(tensor, sizes)
        elif _has_size(tensor, sizes):
            return as_batch(tensor, lambda batch: batch)
        return as_batch(tensor, lambda batch: resize(batch, sizes, align_corners=align_corners))


def _method(method: int | str) -> Callable[..., Tensor]:
    number = _NAMES.get(method, -1) if isinstance(method, str) else method
    if number not in range(len(_OPS)):
        raise ValueError(
            f"method={method!r}: images are resized by ResizeMethod.BILINEAR, NEAREST_NEIGHBOR, BICUBIC or AREA."
        )
    return _OPS[number]


def _pair(size: Any) -> Tensor:
    sizes = tensor_of(size, int32, "size")
    if sizes.dims is not None and sizes.dims not in ((2,), (None,)):
        raise ValueError(
            f"size must be a vector of 2 elements, new height and width; given the shape {show(sizes.dims)}."
        )
    return sizes


def _in_proportion(images: Tensor, size: Tensor) -> Tensor:
    """The largest size within `size` that has the images' proportion, rounded."""
    current = [cast(length, float32) for length in height_and_width(images)]
    wanted = [cast(size[place], float32) for place in (0, 1)]
    factor = b.Minimum(b.RealDiv(wanted[0], current[0]), b.RealDiv(wanted[1], current[1]))
    lengths = [cast(b.Round(b.Mul(factor, length)), int32) for length in current]
    return tensor_of(lengths, int32, "size")


def _has_size(images: Tensor, size: Tensor) -> bool:
    assert images.dims is not None
    known = static_value(size)
    return known is not None and images.dims[-3:-1] == tuple(known.tolist())


def resize_image_with_pad(
    image: TensorLike,
    target_height: Size,
    target_width: Size,
    method: int | str = ResizeMethod.BILINEAR,
    align_corners: bool = False,
) -> Tensor:
    """Images of another size, undistorted in the middle of zeros.

    Parameters
    ----------
    image : Tensor
        One image or a batch.
    target_height, target_width : int or scalar tensor
    method, align_corners : optional
        As for :func:`resize_images`.

    Returns
    -------
    Tensor
        float32; by the nearest neighbour, of the image's type.

    Raises
    ------
    ValueError
        If it is no image, a target is not positive, or there is no such method.

    Source
    ------
    tf.image.resize_image_with_pad, TF 1.15 image_ops_impl.py
    """
    resize = _method(method)
    with function_scope(None, "resize_image_with_pad", image):
        claims = {
            f"target_width must be > 0{given(target_width)}": target_width > 0,
            f"target_height must be > 0{given(target_height)}": target_height > 0,
        }
        tensor = demanded(one_or_batch(image), claims)
        targets = target_height, target_width
        goals = [_real(size) for size in targets]
        current = [_real(size) for size in height_and_width(tensor)]
        ratio = larger(current[1] / goals[1], current[0] / goals[0])
        fitting = [length / ratio for length in current]
        sizes = [_floor(length) for length in fitting]
        above, left = (
            larger(0, _floor((goal - length) / np.float32(2)))
            for goal, length in zip(goals, fitting, strict=True)
        )

        def fitted(batch: Tensor) -> Tensor:
            with function_scope(None, "resize", batch):
                resized = resize(batch, sizes, align_corners=align_corners)
            return pad_to_bounding_box(resized, above, left, *targets)

        return as_batch(tensor, fitted)


def _real(size: Size) -> Any:
    """A size in single precision, as it decides about roundings."""
    return cast(size, float32) if isinstance(size, Tensor) else np.float32(size)


def _floor(length: Any) -> Size:
    return cast(b.Floor(length), int32) if isinstance(length, Tensor) else int(np.floor(length))


def resize_bilinear(
    images: TensorLike,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """A batch of images of another size, each pixel between the four around its point; float32.

    Shape
    -----
    images [batch, height, width, channels], size [2] -> [batch, size[0], size[1], channels]

    Source
    ------
    tf.image.resize_bilinear, TF 1.15
    """
    how = {"align_corners": align_corners, "half_pixel_centers": half_pixel_centers}
    resized: Tensor = b.ResizeBilinear(images, size, **how, name=name)
    return resized


def resize_nearest_neighbor(
    images: TensorLike,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """A batch of images of another size, each pixel the one nearest to its point; of the images' type.

    Shape
    -----
    images [batch, height, width, channels], size [2] -> [batch, size[0], size[1], channels]

    Source
    ------
    tf.image.resize_nearest_neighbor, TF 1.15
    """
    how = {"align_corners": align_corners, "half_pixel_centers": half_pixel_centers}
    resized: Tensor = b.ResizeNearestNeighbor(images, size, **how, name=name)
    return resized


def resize_bicubic(
    images: TensorLike,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """A batch of images of another size, each pixel by a cubic through sixteen; float32, beyond the range at edges.

    Shape
    -----
    images [batch, height, width, channels], size [2] -> [batch, size[0], size[1], channels]

    Source
    ------
    tf.image.resize_bicubic, TF 1.15
    """
    how = {"align_corners": align_corners, "half_pixel_centers": half_pixel_centers}
    resized: Tensor = b.ResizeBicubic(images, size, **how, name=name)
    return resized


def resize_area(
    images: TensorLike, size: Any, align_corners: bool = False, name: str | None = None
) -> Tensor:
    """A batch of images of another size, each pixel the mean of what it covers; float32, without gradient.

    Shape
    -----
    images [batch, height, width, channels], size [2] -> [batch, size[0], size[1], channels]

    Source
    ------
    tf.image.resize_area, TF 1.15
    """
    resized: Tensor = b.ResizeArea(images, size, align_corners=align_corners, name=name)
    return resized


near_keywords_of_functions(__name__)
