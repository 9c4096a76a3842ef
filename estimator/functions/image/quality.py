"""How much images differ, from one another and from place to place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import compatible, show
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.arrays import shape as shape_of
from estimator.functions.image.values import convert_image_dtype
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_mean, reduce_prod, reduce_sum
from estimator.graph import build as _build  # psnr has an argument b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

# -- two images --------------------------------------------------------------------------------------------------------


def psnr(a: TensorLike, b: TensorLike, max_val: Any, name: str | None = None) -> Tensor:
    """The peak signal-to-noise ratio of images, in decibels: 20 log10(max_val) - 10 log10(mean of (a - b)²).

    Parameters
    ----------
    a, b : tensors of one type
        Images or batches.
    max_val : number
        How far the numbers reach: 255 for bytes, 1 for floating point images.

    Shape
    -----
    a, b [..., height, width, channels] -> [...]

    Raises
    ------
    ValueError
        If the images have different sizes.

    Source
    ------
    tf.image.psnr, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "PSNR", a, b):
        left, right, reach = _comparable(a, b, max_val)
        error = reduce_mean(_build.SquaredDifference(left, right), [-3, -2, -1])
        decibels = np.float32(10 / np.log(10))
        return _build.Identity(
            _build.Sub(2 * decibels * _build.Log(reach), decibels * _build.Log(error), name="psnr")
        )


def _comparable(a: Any, b: Any, max_val: Any) -> tuple[Tensor, Tensor, Tensor]:
    """Two images and the reach of their numbers, in float32, once they are known to have one size."""
    left, right = tensor_of(a, name="a"), tensor_of(b, name="b")
    for tensor in (left, right):
        if tensor.dims is not None and len(tensor.dims) < 3:
            raise ValueError(f"an image has at least 3 axes, given the shape {show(tensor.dims)}.")
    known = [tensor.dims[-3:] if tensor.dims is not None else None for tensor in (left, right)]
    if not compatible(*known):
        raise ValueError(f"images of different sizes are compared: {show(left.dims)} and {show(right.dims)}.")
    shapes = [_build.Shape(tensor)[-3:] for tensor in (left, right)]
    same = _build.Assert(_build.All(_build.Equal(*shapes), [0]), ["images of different sizes:", *shapes])
    with left.graph.control_dependencies([same]):
        left = _build.Identity(left, name="checked")
    reach = convert_image_dtype(cast(max_val, left.dtype), float32)
    return convert_image_dtype(left, float32), convert_image_dtype(right, float32), reach


def ssim(
    img1: TensorLike,
    img2: TensorLike,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """How alike the structures of images are, from -1 to 1: the mean over windows under a bell.

    Parameters
    ----------
    img1, img2 : tensors of one type
        Images or batches, at least as large as the window.
    max_val : number
        How far the numbers reach: 255 for bytes, 1 for floating point images.
    filter_size, filter_sigma : optional
        The size of the window, and the deviation of the bell.
    k1, k2 : float
        Keep the quotients of luminances and of contrasts finite.

    Shape
    -----
    img1, img2 [..., height, width, channels] -> [...]

    Raises
    ------
    ValueError
        If the images have different sizes.

    Source
    ------
    tf.image.ssim, TF 1.15 image_ops_impl.py; Wang et al., Image quality assessment, IEEE TIP 13 (2004)
    """
    with function_scope(None, "SSIM", img1, img2):
        left, right, reach = _comparable(img1, img2, max_val)
        likeness, _ = _structure(left, right, reach, _bell(filter_size, filter_sigma), (k1, k2))
        return reduce_mean(likeness, [-1])


def _bell(size: int, sigma: float) -> np.ndarray[Any, Any]:
    """The weights of a window, [size, size, 1, 1]."""
    square = np.square(np.arange(size) - (size - 1) / 2) * -0.5 / sigma**2
    weights = np.exp(square[:, None] + square)
    return (weights / weights.sum())[..., None, None].astype(np.float32)


def _structure(
    left: Tensor, right: Tensor, reach: Tensor, bell: np.ndarray[Any, Any], k: tuple[float, float]
) -> tuple[Tensor, Tensor]:
    """The likeness of each channel, and the part of it that is contrast and structure."""
    steady = [_build.Square(_build.Mul(factor, reach)) for factor in k]
    means = [_smoothed(image, bell) for image in (left, right)]
    twice, squares = 2.0 * means[0] * means[1], _build.Square(means[0]) + _build.Square(means[1])
    luminance = (twice + steady[0]) / (squares + steady[0])
    together = 2.0 * _smoothed(_build.Mul(left, right), bell)
    apart = _smoothed(_build.AddV2(_build.Square(left), _build.Square(right)), bell)
    contrast = (together - twice + steady[1]) / (apart - squares + steady[1])
    return reduce_mean(_build.Mul(luminance, contrast), [-3, -2]), reduce_mean(contrast, [-3, -2])


def _smoothed(images: Tensor, bell: np.ndarray[Any, Any]) -> Tensor:
    """The mean under the bell around each place that is far enough from the border; any axes may stand before."""
    shape = _build.Shape(images)
    kernel = _build.Tile(bell, _build.ConcatV2([[1, 1], shape[-1:], [1]], 0))
    flat = _build.Reshape(images, _build.ConcatV2([[-1], shape[-3:]], 0))
    smooth = _build.DepthwiseConv2dNative(flat, kernel, strides=[1, 1, 1, 1], padding="VALID")
    result: Tensor = _build.Reshape(smooth, _build.ConcatV2([shape[:-3], _build.Shape(smooth)[1:]], 0))
    return result


_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # how much each scale counts for the eye, by experiment


def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Sequence[float] = _SCALES,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """As :func:`ssim`, over scales that are halved: a product of powers, 0 where structures are opposed.

    Parameters
    ----------
    img1, img2, max_val, filter_size, filter_sigma, k1, k2 : optional
        As for :func:`ssim`; the images must be as large as the window at the smallest scale.
    power_factors : sequence of float
        One power for each scale, the finest first.

    Shape
    -----
    img1, img2 [..., height, width, channels] -> [...]

    Raises
    ------
    ValueError
        If the images have different sizes.

    Source
    ------
    tf.image.ssim_multiscale, TF 1.15 image_ops_impl.py; Wang et al., Multiscale structural similarity (2003)
    """
    with function_scope(None, "MS-SSIM", img1, img2):
        left, right, reach = _comparable(img1, img2, max_val)
        bell, parts = _bell(filter_size, filter_sigma), []
        for scale in range(len(power_factors)):
            with left.graph.name_scope(f"Scale{scale}"):
                if scale:
                    left, right = _halved(left), _halved(right)
                likeness, contrast = _structure(left, right, reach, bell, (k1, k2))
                parts.append(_build.Relu(contrast))
        parts[-1] = _build.Relu(likeness)
        powers = _build.Pow(_build.Pack(parts, axis=-1), np.array(power_factors, np.float32))
        return reduce_mean(reduce_prod(powers, [-1]), [-1])


def _halved(images: Tensor) -> Tensor:
    """The means of 2x2 pixels; an odd last row or column counts twice."""
    shape = _build.Shape(images)
    flat = _build.Reshape(images, _build.ConcatV2([[-1], shape[-3:]], 0))
    odd = _build.FloorMod(shape[-3:-1], 2)
    after = _build.ConcatV2([[0], odd, [0]], 0)
    even = _build.MirrorPad(flat, _build.Pack([[0, 0, 0, 0], after], axis=1), mode="SYMMETRIC")
    half = _build.AvgPool(even, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="VALID")
    result: Tensor = _build.Reshape(half, _build.ConcatV2([shape[:-3], _build.Shape(half)[1:]], 0))
    return result


# -- from place to place -----------------------------------------------------------------------------------------------


def total_variation(images: TensorLike, name: str | None = None) -> Tensor:
    """The sum of the absolute differences of neighbours, below and beside: how noisy images are.

    Shape
    -----
    images [height, width, channels] -> [], or [batch, height, width, channels] -> [batch]

    Raises
    ------
    ValueError
        If it is no image and no batch.

    Source
    ------
    tf.image.total_variation, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "total_variation", images):
        tensor = tensor_of(images, name="images")
        if tensor.dims is None or len(tensor.dims) not in (3, 4):
            raise ValueError(
                f"images are [height, width, channels] or a batch of such, given the shape {show(tensor.dims)}."
            )
        axes = [1, 2, 3] if len(tensor.dims) == 4 else [0, 1, 2]
        below, beside = (_build.Abs(step) for step in _steps(tensor))
        return reduce_sum(below, axes) + reduce_sum(beside, axes)


def _steps(images: Tensor) -> tuple[Tensor, Tensor]:
    """The differences of neighbours below and beside."""
    below = images[..., 1:, :, :] - images[..., :-1, :, :]
    return below, images[..., 1:, :] - images[..., :-1, :]


def image_gradients(image: TensorLike) -> tuple[Tensor, Tensor]:
    """The differences to the pixel below and to the one to the right; 0 in the last row and column.

    Shape
    -----
    image [batch, height, width, channels] -> two of that shape

    Raises
    ------
    ValueError
        If it is no batch of images.

    Source
    ------
    tf.image.image_gradients, TF 1.15 image_ops_impl.py
    """
    images = _batch(image)
    below, beside = _steps(images)
    return (
        _build.Pad(below, [[0, 0], [0, 1], [0, 0], [0, 0]]),
        _build.Pad(beside, [[0, 0], [0, 0], [0, 1], [0, 0]]),
    )


def _batch(image: Any) -> Tensor:
    tensor = tensor_of(image, name="image")
    if tensor.dims is None or len(tensor.dims) != 4:
        raise ValueError(
            f"a batch of images is [batch, height, width, channels], given the shape {show(tensor.dims)}."
        )
    return tensor


_SOBEL = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], np.float32)


def sobel_edges(image: TensorLike) -> Tensor:
    """How steep images are, downwards and to the right, by Sobel's filters.

    Shape
    -----
    image [batch, height, width, channels] -> [batch, height, width, channels, 2]

    Raises
    ------
    ValueError
        If it is no batch of images.

    Source
    ------
    tf.image.sobel_edges, TF 1.15 image_ops_impl.py
    """
    images = _batch(image)
    shape = shape_of(images)
    kernels = tensor_of(np.stack([_SOBEL, _SOBEL.T], axis=-1)[:, :, None], images.dtype)
    tiled = _build.Tile(kernels, [1, 1, shape[-1], 1], name="sobel_filters")
    framed = _build.MirrorPad(images, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    edges = _build.DepthwiseConv2dNative(
        framed, tiled, strides=[1, 1, 1, 1], padding="VALID", name="depthwise"
    )
    steep: Tensor = _build.Reshape(edges, _build.ConcatV2([shape, [2]], 0, name="concat"))
    steep.set_shape((*(images.dims or ()), 2))
    return steep


near_keywords_of_functions(__name__)
