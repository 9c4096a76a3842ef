"""Image files: their bytes to pixels and back. PNG, JPEG and GIF are decoded by Pillow, the extra ``image``."""

from __future__ import annotations

from estimator.core.dtypes import DType, DTypeLike, as_dtype, float32, int32, string, uint8, uint16
from estimator.core.keywords import near_keywords_of_functions
from estimator.formats.pictures import demand_pillow
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.image.values import convert_image_dtype
from estimator.functions.random import random_uniform
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

# -- decoding ----------------------------------------------------------------------------------------------------------


def decode_image(
    contents: TensorLike,
    channels: int | None = None,
    dtype: DTypeLike = uint8,
    name: str | None = None,
    expand_animations: bool = True,
) -> Tensor:
    """The image of a file of any of the formats JPEG, PNG, GIF and BMP.

    Parameters
    ----------
    contents : scalar string tensor
        The bytes, as ``tf.read_file`` gives them.
    channels : int, optional
        1, 3 or 4; by default those of the file.
    dtype : DType
        Others than uint8 are scaled as by :func:`convert_image_dtype`.
    name : str, optional
    expand_animations : bool
        Whether all frames of a GIF are given; then nothing is known of the shape, not even the rank.

    Shape
    -----
    contents [] -> [height, width, channels], of a GIF [frames, height, width, 3]

    Raises
    ------
    ImportError
        If Pillow is not installed.
    InvalidArgumentError
        In the run, if the bytes are no image.

    Source
    ------
    tf.image.decode_image, TF 1.15 image_ops_impl.py
    """
    demand_pillow()
    kind = as_dtype(dtype)
    own: DType = kind if kind in (float32, uint8, uint16) else uint16
    with function_scope(name, "decode_image", contents):
        image: Tensor = b.DecodeImage(
            contents, channels=channels or 0, dtype=own, expand_animations=expand_animations
        )
        return image if own is kind else convert_image_dtype(image, kind)


def decode_png(
    contents: TensorLike, channels: int = 0, dtype: DTypeLike = uint8, name: str | None = None
) -> Tensor:
    """The image of a PNG file.

    Parameters
    ----------
    contents : scalar string tensor
    channels : int
        1, 3 or 4; 0 for those of the file.
    dtype : DType
        uint8, or uint16 for files with 16 bits a channel.

    Shape
    -----
    contents [] -> [height, width, channels]

    Raises
    ------
    ImportError
        If Pillow is not installed.
    InvalidArgumentError
        In the run, if the file is damaged.

    Source
    ------
    tf.image.decode_png, TF 1.15
    """
    demand_pillow()
    image: Tensor = b.DecodePng(contents, channels=channels, dtype=as_dtype(dtype), name=name)
    return image


def decode_jpeg(
    contents: TensorLike,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """The image of a JPEG file.

    Parameters
    ----------
    contents : scalar string tensor
    channels : int
        1 or 3; 0 for those of the file.
    ratio : int
        1, 2, 4 or 8: how many times smaller the image is decoded, which is quicker.
    fancy_upscaling, acceptable_fraction, dct_method : optional
        Accepted for old scripts: files are decoded accurately, with smooth colours.
    try_recover_truncated : bool
        Whether a file that is cut off is decoded as far as it goes.

    Shape
    -----
    contents [] -> [height / ratio, width / ratio, channels]

    Raises
    ------
    ImportError
        If Pillow is not installed.
    InvalidArgumentError
        In the run, if the file is damaged.

    Source
    ------
    tf.image.decode_jpeg, TF 1.15
    """
    demand_pillow()
    image: Tensor = b.DecodeJpeg(
        contents,
        channels=channels,
        ratio=ratio,
        fancy_upscaling=fancy_upscaling,
        try_recover_truncated=try_recover_truncated,
        acceptable_fraction=acceptable_fraction,
        dct_method=dct_method,
        name=name,
    )
    return image


def decode_and_crop_jpeg(
    contents: TensorLike,
    crop_window: TensorLike,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """A part of the image of a JPEG file.

    Parameters
    ----------
    contents : scalar string tensor
    crop_window : int32 tensor
        y, x, height and width.
    channels, ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method : optional
        As for :func:`decode_jpeg`.

    Shape
    -----
    contents [], crop_window [4] -> [height, width, channels]

    Raises
    ------
    ImportError
        If Pillow is not installed.
    InvalidArgumentError
        In the run, if the file is damaged, or the window does not lie in the image.

    Source
    ------
    tf.image.decode_and_crop_jpeg, TF 1.15
    """
    demand_pillow()
    image: Tensor = b.DecodeAndCropJpeg(
        contents,
        crop_window,
        channels=channels,
        ratio=ratio,
        fancy_upscaling=fancy_upscaling,
        try_recover_truncated=try_recover_truncated,
        acceptable_fraction=acceptable_fraction,
        dct_method=dct_method,
        name=name,
    )
    return image


def decode_gif(contents: TensorLike, name: str | None = None) -> Tensor:
    """The frames of a GIF file.

    Shape
    -----
    contents [] -> [frames, height, width, 3]

    Raises
    ------
    ImportError
        If Pillow is not installed.
    InvalidArgumentError
        In the run, if the file is damaged.

    Source
    ------
    tf.image.decode_gif, TF 1.15
    """
    demand_pillow()
    frames: Tensor = b.DecodeGif(contents, name=name)
    return frames


def decode_bmp(contents: TensorLike, channels: int = 0, name: str | None = None) -> Tensor:
    """The image of an uncompressed BMP file; Pillow is not needed.

    Parameters
    ----------
    contents : scalar string tensor
    channels : int
        3 or 4; 0 for those of the file.

    Shape
    -----
    contents [] -> [height, width, channels]

    Raises
    ------
    InvalidArgumentError
        In the run, if the file is damaged or compressed.

    Source
    ------
    tf.image.decode_bmp, TF 1.15
    """
    image: Tensor = b.DecodeBmp(contents, channels=channels, name=name)
    return image


def is_jpeg(contents: TensorLike, name: str | None = None) -> Tensor:
    """Whether texts begin as JPEG files do.

    Source
    ------
    tf.image.is_jpeg, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "is_jpeg", contents):
        beginning = b.Substr(tensor_of(contents, string), 0, 3)
        begins: Tensor = b.Equal(beginning, b"\xff\xd8\xff", name=name)
        return begins


def extract_jpeg_shape(
    contents: TensorLike, output_type: DTypeLike = int32, name: str | None = None
) -> Tensor:
    """Height, width and channels of a JPEG file, whose pixels are not decoded.

    Parameters
    ----------
    contents : scalar string tensor
    output_type : DType
        int32 or int64.

    Raises
    ------
    ImportError
        If Pillow is not installed.
    InvalidArgumentError
        In the run, if it is no JPEG file.

    Source
    ------
    tf.image.extract_jpeg_shape, TF 1.15
    """
    demand_pillow()
    shape: Tensor = b.ExtractJpegShape(contents, output_type=as_dtype(output_type), name=name)
    return shape


# -- encoding ----------------------------------------------------------------------------------------------------------


def encode_png(image: TensorLike, compression: int = -1, name: str | None = None) -> Tensor:
    """The PNG file of each image; Pillow is not needed.

    Parameters
    ----------
    image : tensor of uint8 or uint16
        1 channel is grey, 2 are grey and alpha, 3 RGB, 4 RGB and alpha.
    compression : int
        From 0, not at all, to 9, slowly; -1 for something between.

    Shape
    -----
    image [..., height, width, channels] -> [...]

    Raises
    ------
    ValueError
        If it is no image.
    InvalidArgumentError
        In the run, if it has no pixels.

    Source
    ------
    tf.image.encode_png, TF 1.15
    """
    contents: Tensor = b.EncodePng(image, compression=compression, name=name)
    return contents


def encode_jpeg(
    image: TensorLike,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str | bytes = "",
    name: str | None = None,
) -> Tensor:
    """The JPEG file of an image.

    Parameters
    ----------
    image : tensor of uint8
        With 1 channel, grey, or 3, RGB.
    format : str
        "grayscale" or "rgb" to demand one of these.
    quality : int
        From 0 to 100.
    progressive : bool
        Whether the file shows the whole image early.
    optimize_size : bool
        Whether to look for the smallest file.
    chroma_downsampling : bool
        Whether colours have half the resolution.
    density_unit, x_density, y_density : optional
        Pixels per "in" or "cm", for those who print it.
    xmp_metadata : str
        What is said of the image, in XMP.

    Shape
    -----
    image [height, width, channels] -> []

    Raises
    ------
    ValueError
        If it is no image, or of another format.
    ImportError
        If Pillow is not installed.

    Source
    ------
    tf.image.encode_jpeg, TF 1.15
    """
    demand_pillow()
    contents: Tensor = b.EncodeJpeg(
        image,
        format=format,
        quality=quality,
        progressive=progressive,
        optimize_size=optimize_size,
        chroma_downsampling=chroma_downsampling,
        density_unit=density_unit,
        x_density=x_density,
        y_density=y_density,
        xmp_metadata=xmp_metadata,
        name=name,
    )
    return contents


def adjust_jpeg_quality(image: TensorLike, jpeg_quality: TensorLike, name: str | None = None) -> Tensor:
    """The image as it looks after it was a JPEG file of that quality.

    Parameters
    ----------
    image : Tensor
        [height, width, channels], with 1 or 3 channels, which must be known.
    jpeg_quality : int or scalar tensor of int32
        From 0 to 100.

    Raises
    ------
    ImportError
        If Pillow is not installed.

    Source
    ------
    tf.image.adjust_jpeg_quality, TF 1.15 image_ops_impl.py
    """
    demand_pillow()
    with function_scope(name, "adjust_jpeg_quality", image):
        tensor = tensor_of(image, name="image")
        pixels = convert_image_dtype(tensor, uint8, saturate=True)
        contents = b.EncodeJpegVariableQuality(pixels, tensor_of(jpeg_quality, int32))
        channels = tensor.dims[-1] if tensor.dims else None
        return convert_image_dtype(
            b.DecodeJpeg(contents, channels=channels or 0), tensor.dtype, saturate=True
        )


def random_jpeg_quality(
    image: TensorLike, min_jpeg_quality: int, max_jpeg_quality: int, seed: int | None = None
) -> Tensor:
    """As :func:`adjust_jpeg_quality`, of a quality from the first to below the second.

    Raises
    ------
    ValueError
        If the bounds are not within [0, 100], the first below the second.

    Source
    ------
    tf.image.random_jpeg_quality, TF 1.15 image_ops_impl.py
    """
    if not 0 <= min_jpeg_quality < max_jpeg_quality <= 100:
        raise ValueError(
            f"qualities are within [0, 100], min_jpeg_quality below max_jpeg_quality; given: {min_jpeg_quality} and "
            f"{max_jpeg_quality}."
        )
    quality = random_uniform([], min_jpeg_quality, max_jpeg_quality, dtype=int32, seed=seed)
    return adjust_jpeg_quality(image, quality)


near_keywords_of_functions(__name__)
