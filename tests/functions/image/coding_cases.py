"""Image files, and calls that decode them; TensorFlow (tests/interop/tf_images.py) and this package evaluate them alike.

PNG and BMP files are made here, byte by byte, of every depth and kind of colour. The JPEG files of
tests/data/tf/image_files were written by TensorFlow 2.15.1, the GIF files by Pillow. Nothing is imported here that
TensorFlow's side lacks.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "data" / "tf" / "image_files"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(size: tuple[int, int], depth: int, colour_type: int, rows: bytes, more: bytes = b"") -> bytes:
    """A PNG file of these rows, each behind the number of its filter."""
    header = struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, 0)
    data = chunk(b"IHDR", header) + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def wide(*numbers: int) -> bytes:
    """A row without filter, of numbers of 16 bits."""
    return b"\0" + struct.pack(f">{len(numbers)}H", *numbers)


def filtered(depth: int, colour_type: int, pixel_bytes: int) -> bytes:
    """A PNG file of 5x7 pixels whose rows are filtered in each of the five ways."""
    rng = np.random.default_rng(depth * 10 + colour_type)
    rows = [bytes([row % 5]) + rng.integers(0, 256, 5 * pixel_bytes, np.uint8).tobytes() for row in range(7)]
    return png((5, 7), depth, colour_type, b"".join(rows))


def bmp(width: int, height: int, bits: int, rows: bytes, palette: bytes = b"") -> bytes:
    offset = 54 + len(palette)
    head = b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset)
    return (
        head
        + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, len(rows), 0, 0, 0, 0)
        + palette
        + rows
    )


PALETTE = chunk(b"PLTE", bytes([10, 20, 30, 200, 100, 50, 0, 0, 0, 255, 255, 255]))
TRANSPARENT = chunk(b"tRNS", bytes([0, 128]))
GREY, RGB, INDEXED, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6

PNGS = {
    "indexed2": png((4, 1), 2, INDEXED, b"\0\x1b", PALETTE),
    "indexed2_transparent": png((4, 1), 2, INDEXED, b"\0\x1b", PALETTE + TRANSPARENT),
    "indexed8": png((4, 1), 8, INDEXED, b"\0\0\1\2\3", PALETTE),
    "indexed8_one_transparent": png((2, 1), 8, INDEXED, b"\0\0\1", PALETTE + chunk(b"tRNS", b"\0")),
    "grey1": png((4, 1), 1, GREY, b"\0\x50"),
    "grey2": png((4, 1), 2, GREY, b"\0\x1b"),
    "grey4": png((2, 1), 4, GREY, b"\0\x3f"),
    "grey8": png((2, 1), 8, GREY, b"\0\3\xc8"),
    "grey8_transparent": png((2, 1), 8, GREY, b"\0\3\xc8", chunk(b"tRNS", b"\0\xc8")),
    "grey16": png((2, 1), 16, GREY, wide(1000, 60000)),
    "grey16_transparent": png((2, 1), 16, GREY, wide(1000, 60000), chunk(b"tRNS", struct.pack(">H", 1000))),
    "grey_alpha8": png((2, 1), 8, GREY_ALPHA, b"\0\3\xc8\x64\0"),
    "grey_alpha16": png((2, 1), 16, GREY_ALPHA, wide(1000, 60000, 5, 65535)),
    "rgb8": png((2, 1), 8, RGB, b"\0\xc8\x64\x32\1\2\3"),
    "rgb8_transparent": png((2, 1), 8, RGB, b"\0\xc8\x64\x32\1\2\3", chunk(b"tRNS", b"\0\1\0\2\0\3")),
    "rgb16": png((2, 1), 16, RGB, wide(1000, 2000, 60000, 4, 5, 256)),
    "rgba8": png((2, 1), 8, RGBA, b"\0\xc8\x64\x32\x80\1\2\3\0"),
    "rgba16": png((2, 1), 16, RGBA, wide(1000, 2000, 60000, 4, 5, 256, 300, 65535)),
    "filters_rgb8": filtered(8, RGB, 3),
    "filters_grey16": filtered(16, GREY, 2),
    "filters_grey_alpha16": filtered(16, GREY_ALPHA, 4),
    "filters_rgb16": filtered(16, RGB, 6),
    "filters_rgba16": filtered(16, RGBA, 8),
}
BMPS = {
    "bmp24": bmp(2, 2, 24, bytes([1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0])),
    "bmp24_from_the_top": bmp(2, -2, 24, bytes([1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0])),
    "bmp32": bmp(1, 2, 32, bytes([1, 2, 3, 4, 5, 6, 7, 8])),
    "bmp8": bmp(3, 2, 8, bytes([0, 1, 2, 0, 3, 4, 5, 0]), bytes(1024)),
}
JPEGS = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.jpg"))}
GIFS = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.gif"))}

FILES = {name: np.array(contents, object) for name, contents in (PNGS | BMPS | JPEGS | GIFS).items()}

_SHALLOW = (
    "grey1",
    "grey2",
    "grey4",
    "indexed2",
)  # where TensorFlow takes the depth's largest number for opaque

CALLS = [
    *(
        f"tf.image.decode_png({name}, channels={channels}, dtype=tf.{dtype})"
        for name in PNGS
        for channels in (0, 1, 3, 4)
        for dtype in ("uint8", "uint16")
        if not (channels == 4 and name in _SHALLOW)
    ),
    *(
        f"tf.image.decode_jpeg({name}, channels={channels}, ratio={ratio}, dct_method='INTEGER_ACCURATE')"
        for name in JPEGS
        for channels in (0, 1, 3)
        for ratio in (1, 2, 4, 8)
    ),
    *(f"tf.image.decode_bmp({name}, channels={channels})" for name in BMPS for channels in (0, 3, 4)),
    *(f"tf.image.decode_gif({name})" for name in GIFS),
    *(
        f"tf.image.decode_image({name}, dtype=tf.{dtype})"
        for name in ("rgb8", "rgb16", "grey16", "bmp24", "animated", "transparent")
        for dtype in ("uint8", "uint16", "float32", "float64", "int32")
    ),
    "tf.image.decode_image(rgb8, channels=1)",
    "tf.image.decode_image(rgb8, 4, expand_animations=False)",
    "tf.image.decode_image(animated, expand_animations=False)",
    "tf.image.decode_png(single)",
    "tf.image.decode_jpeg(rgb8)",
    "tf.image.decode_jpeg(single, channels=3)",
    "tf.image.decode_gif(rgb8)",
    "tf.image.decode_and_crop_jpeg(colour, [3, 5, 10, 20], dct_method='INTEGER_ACCURATE')",
    "tf.image.decode_and_crop_jpeg(grey, [0, 0, 5, 6], channels=3, ratio=2, dct_method='INTEGER_ACCURATE')",
    *(f"tf.image.extract_jpeg_shape({name})" for name in JPEGS),
    "tf.image.extract_jpeg_shape(colour, output_type=tf.int64)",
    "tf.image.is_jpeg(colour)",
    "tf.image.is_jpeg(rgb8)",
    "tf.image.decode_png(tf.image.encode_png(tf.image.decode_png(filters_rgba16, dtype=tf.uint16)), dtype=tf.uint16)",
    "tf.image.decode_png(tf.image.encode_png(tf.image.decode_png(grey_alpha8), compression=0))",
]

# Here files are decoded accurately, there quickly unless asked otherwise: up to so much apart.
QUICK_CALLS = [
    f"tf.image.decode_jpeg({name}, channels={channels})" for name in JPEGS for channels in (0, 1, 3)
]
