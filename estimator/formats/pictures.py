"""Image files: which format they have, and their pixels as TensorFlow decodes them.

PNG, JPEG and GIF files are decoded by Pillow, an extra of this package that is imported with the first of them; PNGs
are written and BMPs read without it. What becomes of colours, palettes and transparency is TensorFlow's: grey is made
of colours by libpng's weights, at the depth of the file; of 16 bits the upper 8 are kept; transparency counts if it is
asked for.

Source
------
tensorflow/core/kernels/image/decode_image_op.cc, core/lib/png/png_io.cc, core/lib/{jpeg,gif}; PNG specification,
11.2.2 (header); JPEG: ITU-T T.81
"""

from __future__ import annotations

import importlib.util
import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.formats import bmp, png

Array: TypeAlias = np.ndarray[Any, Any]
PillowImage: TypeAlias = Any  # PIL.Image.Image, which is not imported with this module

ADVICE = "Install it with: pip install 'numpy-estimator[image]'."
_JPEG = b"\xff\xd8\xff"
_END_OF_JPEG = b"\xff\xd9"
_SIGNATURES = {"JPEG": _JPEG, "PNG": png.SIGNATURE, "GIF": b"GIF8", "BMP": bmp.SIGNATURE}
_GREY_WEIGHTS = (9797, 19234, 3737)  # of red, green and blue, in 1/32768: libpng's 0.299 and 0.587, cut off
_GREY_ALPHA, _RGBA = 4, 6  # PNG's colour types


def demand_pillow() -> None:
    """Check that Pillow is installed.

    Raises
    ------
    ImportError
        If it is not; with the command that installs it.
    """
    if importlib.util.find_spec("PIL") is None:
        raise ImportError(f"image files are decoded by Pillow, which is not installed. {ADVICE}")


def _pillow() -> Any:
    """The module PIL.Image."""
    demand_pillow()
    from PIL import Image

    return Image


def format_of(contents: bytes) -> str:
    """``"JPEG"``, ``"PNG"``, ``"GIF"`` or ``"BMP"``, by the first bytes.

    Raises
    ------
    InvalidArgumentError
        If it is none of them.
    """
    for name, signature in _SIGNATURES.items():
        if contents.startswith(signature):
            return name
    if not contents:
        raise InvalidArgumentError("there are no bytes to decode an image from: the text is empty.")
    raise InvalidArgumentError(
        f"the {len(contents)} bytes are no image: they begin with {contents[:8]!r}; JPEG, PNG, GIF and BMP files are "
        "decoded."
    )


@contextmanager
def _opened(contents: bytes, kind: str) -> Iterator[PillowImage]:
    """The file as Pillow has it; what goes wrong inside the block is said of the file."""
    library = _pillow()
    try:
        with library.open(io.BytesIO(contents), formats=(kind,)) as file:
            yield file
    except InvalidArgumentError:
        raise
    except Exception as error:  # decoders raise anything for damaged files
        raise InvalidArgumentError(
            f"a {kind} file of {len(contents)} bytes cannot be decoded: {error}."
        ) from error


# -- PNG ---------------------------------------------------------------------------------------------------------------


def decode_png(contents: bytes, channels: int = 0, is_wide: bool = False) -> Array:
    """The image of a PNG file.

    Parameters
    ----------
    contents : bytes
    channels : int
        1, 3 or 4; 0 for those of the file.
    is_wide : bool
        Whether the numbers have 16 bits, from 0 to 65535, whatever the file has.

    Returns
    -------
    array of uint8 or uint16
        [height, width, channels].

    Raises
    ------
    InvalidArgumentError
        If the file is damaged.
    ImportError
        If Pillow is not installed.
    """
    pixels = _with_channels(_png_pixels(contents, channels), channels)
    if pixels.dtype == np.uint8:
        return pixels.astype(np.uint16) * np.uint16(257) if is_wide else pixels
    return pixels if is_wide else (pixels >> 8).astype(np.uint8)


def _png_pixels(contents: bytes, channels: int) -> Array:
    """All channels at the depth of the file; an alpha channel from a list or a colour of transparency, if need be."""
    with _opened(contents, "PNG") as file:
        depth, colour_type = contents[24], contents[25]
        transparent = file.info.get("transparency")
        if file.mode == "P":
            return _of_palette(file, transparent)
        if depth == 16 and file.mode != "I;16":
            pixels = _wide_pixels(contents, colour_type)
        elif depth == 16:
            pixels = np.asarray(file).astype(np.uint16)
        else:
            pixels = np.asarray(file).astype(np.uint8) * np.uint8(255 if file.mode == "1" else 1)
        pixels = pixels.reshape(*pixels.shape[:2], -1)
        if channels != 4 or transparent is None:
            return pixels
        opaque = (pixels != np.array(transparent)).any(axis=2, keepdims=True)
        return np.concatenate([pixels, opaque * pixels.dtype.type(np.iinfo(pixels.dtype).max)], axis=2)


def _of_palette(file: PillowImage, transparent: Any) -> Array:
    colours = np.zeros((256, 4), np.uint8)
    known = np.array(file.getpalette("RGB"), np.uint8).reshape(-1, 3)
    colours[: len(known), :3], colours[:, 3] = known, 255
    if isinstance(transparent, bytes):
        colours[: len(transparent), 3] = np.frombuffer(transparent, np.uint8)
    elif transparent is not None:
        colours[transparent, 3] = 0
    return colours[np.asarray(file)][..., : 3 if transparent is None else 4]


def _wide_pixels(contents: bytes, colour_type: int) -> Array:
    """Colours of 16 bits, of which Pillow reads 8 at a time: the upper, then the lower ones.

    Grey with alpha is as long as four channels of 8 bits, and filtered alike: it is read as such.
    """
    if colour_type == _GREY_ALPHA:
        header = contents[12:24] + bytes((8, _RGBA)) + contents[26:29]
        narrow = contents[:12] + header + struct.pack(">I", zlib.crc32(header)) + contents[33:]
        with _opened(narrow, "PNG") as file:
            halves = np.asarray(file)
        return halves.view(">u2").astype(np.uint16)
    parts = []
    for half in ("16B", "16L"):
        with _opened(contents, "PNG") as file:
            codec, extents, offset, raw_mode = file.tile[0]
            file.tile = [(codec, extents, offset, raw_mode.replace("16B", half))]
            parts.append(np.asarray(file).astype(np.uint16))
    return parts[0] << 8 | parts[1]


def _with_channels(pixels: Array, channels: int) -> Array:
    """The pixels of 1 to 4 channels with as many as are wanted; 0 for those that they have."""
    given = pixels.shape[2]
    if channels in (0, given):
        return pixels
    colours = pixels[..., : 3 if given > 2 else 1]
    if channels == 1:
        return _grey(colours)
    rgb = np.broadcast_to(colours, (*colours.shape[:2], 3))
    if channels == 3:
        return np.ascontiguousarray(rgb)
    opaque = np.full_like(colours[..., :1], np.iinfo(pixels.dtype).max)
    return np.concatenate([rgb, opaque if given % 2 else pixels[..., -1:]], axis=2)


def _grey(colours: Array) -> Array:
    if colours.shape[2] == 1:
        return colours
    total = colours.astype(np.int64) @ np.array(_GREY_WEIGHTS)
    half = 1 << 14 if colours.dtype == np.uint16 else 0  # libpng rounds 16 bits, and cuts 8
    return ((total + half) >> 15).astype(colours.dtype)[..., None]


# -- JPEG --------------------------------------------------------------------------------------------------------------


def decode_jpeg(contents: bytes, channels: int = 0, ratio: int = 1, recover: bool = False) -> Array:
    """The image of a JPEG file.

    Parameters
    ----------
    contents : bytes
    channels : int
        1 or 3; 0 for those of the file.
    ratio : int
        1, 2, 4 or 8: how many times smaller it is decoded.
    recover : bool
        Whether a file that is cut off is decoded as far as it goes.

    Returns
    -------
    array of uint8
        [height, width, channels].

    Raises
    ------
    InvalidArgumentError
        If the file is damaged, or has too few pixels for the ratio.
    ImportError
        If Pillow is not installed.
    """
    with _opened(contents + _END_OF_JPEG if recover else contents, "JPEG") as file:
        mode = {0: "L" if file.mode == "L" else "RGB", 1: "L", 3: "RGB"}[channels]
        width, height = file.size
        wanted = -(-width // ratio), -(-height // ratio)
        file.draft(mode, (max(width // ratio, 1), max(height // ratio, 1)))
        if file.size != wanted:
            raise InvalidArgumentError(
                f"a JPEG file of {width}x{height} pixels is too small to be decoded {ratio} times smaller."
            )
        pixels = np.asarray(file if file.mode == mode else file.convert(mode))
    return pixels.reshape(*pixels.shape[:2], -1)


def jpeg_shape(contents: bytes) -> tuple[int, int, int]:
    """Height, width and channels of a JPEG file, whose pixels are not decoded.

    Raises
    ------
    InvalidArgumentError
        If it is none.
    ImportError
        If Pillow is not installed.
    """
    with _opened(contents, "JPEG") as file:
        return (file.size[1], file.size[0], len(file.getbands()))


def encode_jpeg(pixels: Array, quality: int, **options: Any) -> bytes:
    """A JPEG file of an image of bytes with 1 or 3 channels.

    Parameters
    ----------
    pixels : array of uint8
        [height, width, channels].
    quality : int
        From 0 to 100.
    **options
        Further ones of Pillow's.

    Raises
    ------
    ImportError
        If Pillow is not installed.
    """
    library, file = _pillow(), io.BytesIO()
    image = library.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels))
    image.save(
        file, "JPEG", quality=max(quality, 1), **options
    )  # to Pillow 0 means its default, to libjpeg 1
    return file.getvalue()


# -- GIF ---------------------------------------------------------------------------------------------------------------


def decode_gif(contents: bytes) -> Array:
    """The frames of a GIF file, each as it looks when it is its turn; what nothing was drawn on is black.

    Returns
    -------
    array of uint8
        [frames, height, width, 3].

    Raises
    ------
    InvalidArgumentError
        If the file is damaged.
    ImportError
        If Pillow is not installed.
    """
    with _opened(contents, "GIF") as file:
        frames = []
        for number in range(file.n_frames):
            file.seek(number)
            rgba = np.asarray(file.convert("RGBA"))
            frames.append(rgba[..., :3] * (rgba[..., 3:] > 0))
        return np.stack(frames)
