"""Ops that read and write image files."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType, float32, int32, uint8, uint16
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, show
from estimator.formats import bmp, pictures, png
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._texts import text_scalar

_RATIOS = (1, 2, 4, 8)
_DCT_METHODS = ("", "INTEGER_FAST", "INTEGER_ACCURATE")
_JPEG_ATTRS = {
    "channels": 0,
    "ratio": 1,
    "fancy_upscaling": True,
    "try_recover_truncated": False,
    "acceptable_fraction": 1.0,
    "dct_method": "",
}


# -- decoding ----------------------------------------------------------------------------------------------------------


def _channels(s: ShapeScope) -> int | None:
    """How many channels the result has, as far as the attribute says it."""
    rules.check_scalars(s, contents=0)
    channels: int = s.attrs["channels"]
    if channels not in (0, 1, 3, 4):
        raise ValueError(f"channels must be 0, 1, 3 or 4, given: {channels}.")
    return channels or None


def _one_image(s: ShapeScope) -> Dims:
    return (None, None, _channels(s))


def _jpeg_image(s: ShapeScope) -> Dims:
    if s.attrs["ratio"] not in _RATIOS:
        raise ValueError(f"ratio must be 1, 2, 4 or 8, given: {s.attrs['ratio']}.")
    if s.attrs["dct_method"] not in _DCT_METHODS:
        raise ValueError(
            f"dct_method must be one of {', '.join(map(repr, _DCT_METHODS))}, given: {s.attrs['dct_method']!r}."
        )
    return _one_image(s)


def _frames(s: ShapeScope) -> Dims:
    rules.check_scalars(s, contents=0)
    return (None, None, None, 3)


def _image_or_frames(s: ShapeScope) -> Dims:
    channels = _channels(s)
    return None if s.attrs["expand_animations"] else (None, None, channels)


def _decoded(
    contents: Any, channels: int, is_wide: bool = False, ratio: int = 1, recover: bool = False
) -> np.ndarray[Any, Any]:
    """The pixels of a file, by what its first bytes say; of a GIF all frames."""
    data = np.asarray(contents, object).item()
    kind = pictures.format_of(data)
    if kind == "BMP":
        return bmp.decode(data, channels)
    if kind == "PNG":
        return pictures.decode_png(data, channels, is_wide)
    if kind == "JPEG":
        if channels == 4:
            raise InvalidArgumentError("a JPEG file has no 4 channels: use channels=3 or 1.")
        return pictures.decode_jpeg(data, channels, ratio, recover)
    if channels not in (0, 3):
        raise InvalidArgumentError(f"channels must be 0 or 3 for a GIF, given: {channels}.")
    return pictures.decode_gif(data)


def _single(pixels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The one image; of an animation there are several."""
    if pixels.ndim == 4 and len(pixels) > 1:
        raise InvalidArgumentError(
            f"the GIF has {len(pixels)} frames; use tf.image.decode_gif, or tf.image.decode_image."
        )
    return pixels[0] if pixels.ndim == 4 else pixels


def _no_bmp(contents: Any, op_name: str) -> None:
    if np.asarray(contents, object).item().startswith(bmp.SIGNATURE):
        raise InvalidArgumentError(
            f"{op_name} was given a BMP file; use tf.image.decode_bmp, or tf.image.decode_image."
        )


def _as_type(pixels: np.ndarray[Any, Any], dtype: DType) -> np.ndarray[Any, Any]:
    """Bytes in another type, as TensorFlow scales them."""
    if dtype.is_floating:
        largest = np.iinfo(pixels.dtype).max
        return pixels.astype(dtype.np) * dtype.np.type(1 / largest)
    if dtype is uint16 and pixels.dtype == np.uint8:
        return pixels.astype(np.uint16) * np.uint16(256)
    return pixels


@op(
    "DecodePng",
    "contents: string -> image: dtype",
    attrs={"channels": 0, "dtype": uint8},
    shape=_one_image,
    host=True,
    differentiable=False,
)
def decode_png(xp: Any, contents: Any, channels: int, dtype: DType) -> Any:
    """The image of a PNG file; of a JPEG or GIF as well.

    Shape   contents [] -> [height, width, channels]
    Raises  InvalidArgumentError if the file is damaged or a BMP
    Source  TF op DecodePng, image_ops.cc
    """
    _no_bmp(contents, "DecodePng")
    return _as_type(_single(_decoded(contents, channels, dtype is uint16)), dtype)


@op(
    "DecodeJpeg",
    "contents: string -> image: uint8",
    attrs=_JPEG_ATTRS,
    shape=_jpeg_image,
    host=True,
    differentiable=False,
)
def decode_jpeg(xp: Any, contents: Any, channels: int, ratio: int, try_recover_truncated: bool) -> Any:
    """The image of a JPEG file; of a PNG or GIF as well.

    `fancy_upscaling`, `dct_method` and `acceptable_fraction` have no effect: Pillow decodes accurately, with smooth
    colours.

    Shape   contents [] -> [height / ratio, width / ratio, channels]
    Raises  InvalidArgumentError if the file is damaged or a BMP
    Source  TF op DecodeJpeg, image_ops.cc
    """
    _no_bmp(contents, "DecodeJpeg")
    return _single(_decoded(contents, channels, ratio=ratio, recover=try_recover_truncated))


def _cropped(s: ShapeScope) -> Dims:
    rules.with_rank(s.shapes[1], 1, "crop_window")
    window = s.dims(1)
    if window is not None and len(window) != 4:
        raise ValueError(f"crop_window is y, x, height, width: 4 numbers, given: {len(window)}.")
    _, _, height, width = window or (None,) * 4
    return (height, width, _jpeg_image(s)[2])  # type: ignore[index]  # its rank is known


@op(
    "DecodeAndCropJpeg",
    "contents: string, crop_window: int32 -> image: uint8",
    attrs=_JPEG_ATTRS,
    shape=_cropped,
    host=True,
    differentiable=False,
)
def decode_and_crop_jpeg(
    xp: Any, contents: Any, crop_window: Any, channels: int, ratio: int, try_recover_truncated: bool
) -> Any:
    """A part of a JPEG file's image: that of height and width from y and x on.

    Shape   contents [], crop_window [4] -> [height, width, channels]
    Raises  InvalidArgumentError if the file is damaged, or the window does not lie in the image
    Source  TF op DecodeAndCropJpeg, image_ops.cc
    """
    image = decode_jpeg(xp, contents, channels, ratio, try_recover_truncated)
    y, x, height, width = (int(number) for number in crop_window)
    if min(y, x) < 0 or min(height, width) < 1 or y + height > image.shape[0] or x + width > image.shape[1]:
        raise InvalidArgumentError(
            f"the crop window {crop_window.tolist()} (y, x, height, width) does not lie in an image of "
            f"{image.shape[0]}x{image.shape[1]} pixels."
        )
    return np.ascontiguousarray(image[y : y + height, x : x + width])


@op(
    "DecodeGif",
    "contents: string -> image: uint8",
    shape=_frames,
    host=True,
    differentiable=False,
)
def decode_gif(xp: Any, contents: Any) -> Any:
    """The frames of a GIF file; the image of a JPEG or PNG as the only one.

    Shape   contents [] -> [frames, height, width, 3]
    Raises  InvalidArgumentError if the file is damaged or a BMP
    Source  TF op DecodeGif, image_ops.cc
    """
    _no_bmp(contents, "DecodeGif")
    pixels = _decoded(contents, 3)
    return pixels if pixels.ndim == 4 else pixels[None]


@op(
    "DecodeBmp",
    "contents: string -> image: uint8",
    attrs={"channels": 0},
    shape=_one_image,
    host=True,
    differentiable=False,
)
def decode_bmp(xp: Any, contents: Any, channels: int) -> Any:
    """The image of a BMP file.

    Shape   contents [] -> [height, width, channels]
    Raises  InvalidArgumentError if the file is damaged or of another format
    Source  TF op DecodeBmp, image_ops.cc
    """
    data = np.asarray(contents, object).item()
    kind = pictures.format_of(data)
    if kind != "BMP":
        raise InvalidArgumentError(
            f"DecodeBmp was given a {kind} file; use the function for those, or tf.image.decode_image."
        )
    return bmp.decode(data, channels)


@op(
    "DecodeImage",
    "contents: string -> image: dtype",
    attrs={"channels": 0, "dtype": uint8, "expand_animations": True},
    shape=_image_or_frames,
    host=True,
    differentiable=False,
)
def decode_image(xp: Any, contents: Any, channels: int, dtype: DType, expand_animations: bool) -> Any:
    """The image of a file of any format; of a GIF all frames, or the first.

    Shape   contents [] -> [height, width, channels], or of a GIF [frames, height, width, 3] with expand_animations
    Raises  InvalidArgumentError if the file is damaged or of another format
    Source  TF op DecodeImage, image_ops.cc
    """
    pixels = _decoded(contents, channels, is_wide=dtype in (uint16, float32))
    first = pixels if expand_animations or pixels.ndim == 3 else np.ascontiguousarray(pixels[0])
    return _as_type(first, dtype)


def _three_numbers(s: ShapeScope) -> Dims:
    rules.check_scalars(s, contents=0)
    return (3,)


@op(
    "ExtractJpegShape",
    "contents: string -> image_shape: output_type",
    attrs={"output_type": int32},
    shape=_three_numbers,
    host=True,
    differentiable=False,
)
def extract_jpeg_shape(xp: Any, contents: Any, output_type: DType) -> Any:
    """Height, width and channels of a JPEG file, whose pixels are not decoded.

    Shape   contents [] -> [3]
    Raises  InvalidArgumentError if it is no JPEG
    Source  TF op ExtractJpegShape, image_ops.cc
    """
    return np.array(pictures.jpeg_shape(np.asarray(contents, object).item()), output_type.np)


# -- encoding ----------------------------------------------------------------------------------------------------------


def _batch_of_images(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    if dims is None:
        return None
    if len(dims) < 3 or dims[-1] not in (None, 1, 2, 3, 4):
        raise ValueError(
            f"an image is [height, width, channels] with 1 to 4 channels, given the shape {show(dims)}."
        )
    return dims[:-3]


@op(
    "EncodePng",
    "image: T -> contents: string",
    attrs={"compression": -1, "T": uint8},
    shape=_batch_of_images,
    host=True,
    differentiable=False,
)
def encode_png(xp: Any, image: Any, compression: int) -> Any:
    """The PNG file of each image: of 1 channel grey, of 2 with alpha, of 3 RGB, of 4 with alpha.

    Shape   image [..., height, width, channels] -> [...]
    Raises  InvalidArgumentError if it has no pixels, or compression is not -1 to 9
    Source  TF op EncodePng, image_ops.cc
    """
    if not -1 <= compression <= 9:
        raise InvalidArgumentError(f"compression must be within [-1, 9], given: {compression}.")
    if not all(image.shape[-3:]):
        raise InvalidArgumentError(
            f"an image without pixels cannot be a PNG, given the shape {list(image.shape)}."
        )
    batch = image.shape[:-3]
    files = [png.encode(pixels, compression) for pixels in image.reshape(-1, *image.shape[-3:])]
    return np.fromiter(files, object, len(files)).reshape(batch) if batch else text_scalar(files[0])


def _image_of_bytes(s: ShapeScope) -> Dims:
    channels = rules.with_rank(s.shapes[0], 3, "the image")[2]
    form = s.attrs.get("format", "")
    wanted = {"": (1, 3), "grayscale": (1,), "rgb": (3,)}.get(form)
    if wanted is None:
        raise ValueError(f"format must be '', 'grayscale' or 'rgb', given: {form!r}.")
    if channels is not None and channels not in wanted:
        raise ValueError(
            f"a JPEG of the format {form!r} has {' or '.join(map(str, wanted))} channels, given: {channels}."
        )
    return ()


def _jpeg(image: Any, quality: int, **options: Any) -> Any:
    if not 0 <= quality <= 100:
        raise InvalidArgumentError(f"quality must be within [0, 100], given: {quality}.")
    if not image.size:
        raise InvalidArgumentError(
            f"an image without pixels cannot be a JPEG, given the shape {list(image.shape)}."
        )
    return text_scalar(pictures.encode_jpeg(image, quality, **options))


_XMP_NAMESPACE = b"http://ns.adobe.com/xap/1.0/\0"
_CM_IN_INCH = 2.54


@op(
    "EncodeJpeg",
    "image: uint8 -> contents: string",
    attrs={
        "format": "",
        "quality": 95,
        "progressive": False,
        "optimize_size": False,
        "chroma_downsampling": True,
        "density_unit": "in",
        "x_density": 300,
        "y_density": 300,
        "xmp_metadata": "",
    },
    shape=_image_of_bytes,
    host=True,
    differentiable=False,
)
def encode_jpeg(
    xp: Any,
    image: Any,
    quality: int,
    progressive: bool,
    optimize_size: bool,
    chroma_downsampling: bool,
    density_unit: str,
    x_density: int,
    y_density: int,
    xmp_metadata: str | bytes,
) -> Any:
    """The JPEG file of an image of bytes, grey or RGB.

    Shape   image [height, width, channels] -> []
    Raises  InvalidArgumentError if it has no pixels, or the quality is not within [0, 100]
    Source  TF op EncodeJpeg, image_ops.cc
    """
    unit = _CM_IN_INCH if density_unit == "cm" else 1.0
    text = xmp_metadata.encode() if isinstance(xmp_metadata, str) else xmp_metadata
    xmp = _XMP_NAMESPACE + text
    return _jpeg(
        image,
        quality,
        progressive=progressive,
        optimize=optimize_size,
        subsampling=2 if chroma_downsampling else 0,
        dpi=(round(x_density * unit), round(y_density * unit)),
        extra=b"\xff\xe1" + (len(xmp) + 2).to_bytes(2, "big") + xmp if text else b"",
    )


def _image_and_quality(s: ShapeScope) -> Dims:
    rules.check_scalars(s, quality=1)
    return _image_of_bytes(s)


@op(
    "EncodeJpegVariableQuality",
    "images: uint8, quality: int32 -> contents: string",
    shape=_image_and_quality,
    host=True,
    differentiable=False,
)
def encode_jpeg_variable_quality(xp: Any, images: Any, quality: Any) -> Any:
    """As EncodeJpeg, of a quality that the run says.

    Shape   images [height, width, channels], quality [] -> []
    Raises  InvalidArgumentError if it has no pixels, or the quality is not within [0, 100]
    Source  TF op EncodeJpegVariableQuality, image_ops.cc
    """
    return _jpeg(images, int(quality), subsampling=2)
