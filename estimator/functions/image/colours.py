"""Colours: brighter, stronger, turned, by chance too; grey; and in other coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.image.sizes import demanded
from estimator.functions.image.values import as_floating, convert_image_dtype
from estimator.functions.math import cast
from estimator.functions.random import random_uniform
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

# -- brightness, contrast, gamma ---------------------------------------------------------------------------------------


def adjust_brightness(image: TensorLike, delta: TensorLike) -> Tensor:
    """Images with `delta` added to every number, of integers a part of their largest number.

    Parameters
    ----------
    image : Tensor
    delta : float or scalar tensor

    Source
    ------
    tf.image.adjust_brightness, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "adjust_brightness", image, delta) as (_, scope):
        tensor = tensor_of(image, name="image")
        pixels = as_floating(tensor)
        brighter = b.AddV2(pixels, cast(delta, pixels.dtype), name=scope)
        return convert_image_dtype(brighter, tensor.dtype, saturate=True)


def random_brightness(image: TensorLike, max_delta: float, seed: int | None = None) -> Tensor:
    """As :func:`adjust_brightness`, by anything from -max_delta to max_delta.

    Raises
    ------
    ValueError
        If max_delta is negative.

    Source
    ------
    tf.image.random_brightness, TF 1.15 image_ops_impl.py
    """
    if max_delta < 0:
        raise ValueError(f"max_delta must be non-negative, given: {max_delta}.")
    return adjust_brightness(image, random_uniform([], -max_delta, max_delta, seed=seed))


def adjust_contrast(images: TensorLike, contrast_factor: TensorLike) -> Tensor:
    """Images whose differences from the mean of their channel are multiplied.

    Parameters
    ----------
    images : Tensor
        At least [height, width, channels].
    contrast_factor : float or scalar tensor

    Source
    ------
    tf.image.adjust_contrast, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "adjust_contrast", images, contrast_factor) as (_, scope):
        tensor = tensor_of(images, name="images")
        stronger = b.AdjustContrastv2(as_floating(tensor), contrast_factor, name=scope)
        return convert_image_dtype(stronger, tensor.dtype, saturate=True)


def random_contrast(image: TensorLike, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """As :func:`adjust_contrast`, by a factor from `lower` to `upper`.

    Raises
    ------
    ValueError
        If lower is negative, or not below upper.

    Source
    ------
    tf.image.random_contrast, TF 1.15 image_ops_impl.py
    """
    return adjust_contrast(image, _factor(lower, upper, seed))


def _factor(lower: float, upper: float, seed: int | None) -> Tensor:
    if not 0 <= lower < upper:
        raise ValueError(f"lower must be non-negative, and upper above it; given: {lower} and {upper}.")
    return random_uniform([], lower, upper, seed=seed)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """gain · x^gamma for every number x, of integers as parts of their largest number.

    Parameters
    ----------
    image : Tensor
    gamma : float or scalar tensor
        Above 1 images become darker, below brighter.
    gain : float or scalar tensor

    Raises
    ------
    ValueError
        If gamma is negative.

    Source
    ------
    tf.image.adjust_gamma, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "adjust_gamma", image, gamma, gain):
        tensor = tensor_of(image, name="image")
        pixels = demanded(as_floating(tensor), {f"gamma must be non-negative, given: {gamma}": gamma >= 0})
        return convert_image_dtype(b.Mul(gain, b.Pow(pixels, gamma)), tensor.dtype, saturate=True)


# -- hue and saturation ------------------------------------------------------------------------------------------------


def adjust_hue(image: TensorLike, delta: TensorLike, name: str | None = None) -> Tensor:
    """Images with their hues turned.

    Parameters
    ----------
    image : Tensor
        [..., 3], red, green and blue.
    delta : float or scalar tensor
        A part of the circle, from -1 to 1.

    Source
    ------
    tf.image.adjust_hue, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "adjust_hue", image):
        tensor = tensor_of(image, name="image")
        return convert_image_dtype(b.AdjustHue(as_floating(tensor), delta), tensor.dtype)


def random_hue(image: TensorLike, max_delta: float, seed: int | None = None) -> Tensor:
    """As :func:`adjust_hue`, by anything from -max_delta to max_delta.

    Raises
    ------
    ValueError
        If max_delta is not within [0, 0.5].

    Source
    ------
    tf.image.random_hue, TF 1.15 image_ops_impl.py
    """
    if not 0 <= max_delta <= 0.5:
        raise ValueError(f"max_delta must be within [0, 0.5], given: {max_delta}.")
    return adjust_hue(image, random_uniform([], -max_delta, max_delta, seed=seed))


def adjust_saturation(image: TensorLike, saturation_factor: TensorLike, name: str | None = None) -> Tensor:
    """Images with their saturations multiplied; 0 makes them grey.

    Parameters
    ----------
    image : Tensor
        [..., 3], red, green and blue.
    saturation_factor : float or scalar tensor

    Source
    ------
    tf.image.adjust_saturation, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "adjust_saturation", image):
        tensor = tensor_of(image, name="image")
        stronger = b.AdjustSaturation(as_floating(tensor), saturation_factor)
        return convert_image_dtype(stronger, tensor.dtype)


def random_saturation(image: TensorLike, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """As :func:`adjust_saturation`, by a factor from `lower` to `upper`.

    Raises
    ------
    ValueError
        If lower is negative, or not below upper.

    Source
    ------
    tf.image.random_saturation, TF 1.15 image_ops_impl.py
    """
    return adjust_saturation(image, _factor(lower, upper, seed))


# -- grey --------------------------------------------------------------------------------------------------------------

_BRIGHTNESS = np.array(
    [0.2989, 0.5870, 0.1140], np.float32
)  # how bright red, green and blue look: ITU-R BT.601


def rgb_to_grayscale(images: TensorLike, name: str | None = None) -> Tensor:
    """Images with one channel, how bright their colours look.

    Shape
    -----
    images [..., 3] -> [..., 1]

    Raises
    ------
    ValueError
        If the last axis is no colour.

    Source
    ------
    tf.image.rgb_to_grayscale, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "rgb_to_grayscale", images) as (_, scope):
        tensor = tensor_of(images, name="images")
        grey = _by_matrix(convert_image_dtype(tensor, float32), tensor_of(_BRIGHTNESS[:, None]))
        return convert_image_dtype(grey, tensor.dtype, name=scope)


def grayscale_to_rgb(images: TensorLike, name: str | None = None) -> Tensor:
    """Images with three channels, all equal.

    Shape
    -----
    images [..., 1] -> [..., 3]

    Raises
    ------
    ValueError
        If there are more channels than one.
    InvalidArgumentError
        In the run, if only the run tells so.

    Source
    ------
    tf.image.grayscale_to_rgb, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "grayscale_to_rgb", images) as (_, scope):
        tensor = tensor_of(images, name="images")
        known = tensor.dims[-1] if tensor.dims else None
        one = b.Equal(b.Shape(tensor)[-1], 1) if known is None else known == 1
        grey = demanded(
            tensor, {f"the last axis of a grey image must have size 1, given: {show(tensor.dims)}": one}
        )
        fewer = b.Fill(b.ExpandDims(b.Sub(b.Rank(grey), 1), 0), 1)
        rgb: Tensor = b.Tile(grey, b.ConcatV2([fewer, [3]], 0), name=scope)
        rgb.set_shape(None if tensor.dims is None else (*tensor.dims[:-1], 3))
        return rgb


# -- coordinates -------------------------------------------------------------------------------------------------------

_RGB_TO_YIQ = np.array(
    [
        [0.299, 0.59590059, 0.2115],
        [0.587, -0.27455667, -0.52273617],
        [0.114, -0.32134392, 0.31119955],
    ]
)
_YIQ_TO_RGB = np.array(
    [
        [1.0, 1.0, 1.0],
        [0.95598634, -0.27201283, -1.10674021],
        [0.6208248, -0.64720424, 1.70423049],
    ]
)
_RGB_TO_YUV = np.array(
    [
        [0.299, -0.14714119, 0.61497538],
        [0.587, -0.28886916, -0.51496512],
        [0.114, 0.43601035, -0.10001026],
    ]
)
_YUV_TO_RGB = np.array([[1.0, 1.0, 1.0], [0.0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0.0]])


def _by_matrix(colours: Tensor, matrix: Tensor, name: str | None = None) -> Tensor:
    """The last axis of colours times a matrix, whatever stands before it."""
    if colours.dims is not None and (not colours.dims or colours.dims[-1] not in (None, 3)):
        raise ValueError(
            f"the last axis must be a colour, of 3 numbers; given the shape {show(colours.dims)}."
        )
    sizes = b.Shape(colours)
    rows = b.MatMul(b.Reshape(colours, [-1, 3]), matrix)
    before = b.Slice(sizes, [0], b.ExpandDims(b.Sub(b.Rank(colours), 1), 0))
    result: Tensor = b.Reshape(rows, b.ConcatV2([before, b.Shape(matrix)[1:]], 0), name=name)
    result.set_shape(None if colours.dims is None else (*colours.dims[:-1], (matrix.dims or (None,))[-1]))
    return result


def _in_coordinates(images: Any, matrix: Any) -> Tensor:
    colours = tensor_of(images, name="images")
    with colours.graph.as_default():
        kernel = tensor_of(matrix.astype(colours.dtype.np), name="kernel")
    with function_scope(None, "Tensordot", colours) as (_, scope):
        return _by_matrix(colours, kernel, scope)


def rgb_to_hsv(images: TensorLike, name: str | None = None) -> Tensor:
    """Hue, saturation and value of colours in [0, 1].

    Shape
    -----
    images [..., 3] -> [..., 3]

    Source
    ------
    tf.image.rgb_to_hsv, TF 1.15
    """
    hsv: Tensor = b.RGBToHSV(images, name=name)
    return hsv


def hsv_to_rgb(images: TensorLike, name: str | None = None) -> Tensor:
    """Red, green and blue of colours given by hue, saturation and value in [0, 1].

    Shape
    -----
    images [..., 3] -> [..., 3]

    Source
    ------
    tf.image.hsv_to_rgb, TF 1.15
    """
    rgb: Tensor = b.HSVToRGB(images, name=name)
    return rgb


def rgb_to_yiq(images: TensorLike) -> Tensor:
    """Colours of floating point numbers as NTSC television sends them: brightness, in-phase, quadrature.

    Source
    ------
    tf.image.rgb_to_yiq, TF 1.15 image_ops_impl.py
    """
    return _in_coordinates(images, _RGB_TO_YIQ)


def yiq_to_rgb(images: TensorLike) -> Tensor:
    """The colours whose coordinates :func:`rgb_to_yiq` gives.

    Source
    ------
    tf.image.yiq_to_rgb, TF 1.15 image_ops_impl.py
    """
    return _in_coordinates(images, _YIQ_TO_RGB)


def rgb_to_yuv(images: TensorLike) -> Tensor:
    """Colours of floating point numbers as PAL television sends them: brightness, and two differences of colours.

    Source
    ------
    tf.image.rgb_to_yuv, TF 1.15 image_ops_impl.py
    """
    return _in_coordinates(images, _RGB_TO_YUV)


def yuv_to_rgb(images: TensorLike) -> Tensor:
    """The colours whose coordinates :func:`rgb_to_yuv` gives.

    Source
    ------
    tf.image.yuv_to_rgb, TF 1.15 image_ops_impl.py
    """
    return _in_coordinates(images, _YUV_TO_RGB)


near_keywords_of_functions(__name__)
