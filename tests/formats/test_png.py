"""PNG files that are written, as Pillow reads them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from estimator.formats import png

Image = pytest.importorskip("PIL.Image")


def read(data: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(data)))


def noise(*shape: int) -> Any:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (5, 1), (20, 30)])
def test_what_is_written_is_read(channels: int, size: tuple[int, int]) -> None:
    pixels = noise(*size, channels)
    assert read(png.encode(pixels)).reshape(pixels.shape).tolist() == pixels.tolist()


def test_two_bytes_a_number_are_written_high_byte_first() -> None:
    pixels = np.array([[[1], [256], [65535]]], np.uint16)
    assert read(png.encode(pixels)).tolist() == [[1, 256, 65535]]


def test_smooth_images_are_small_and_none_is_larger_without_compression() -> None:
    ramp = np.add.outer(np.arange(100), np.arange(100)).astype(np.uint8)[..., None]
    assert len(png.encode(ramp)) < 500 < 10_000 < len(png.encode(ramp, 0))
    assert read(png.encode(ramp, 0)).tolist() == ramp[..., 0].tolist()


def test_parts_of_an_array_are_written_in_their_own_order() -> None:
    pixels = noise(6, 8, 3)[::2, ::-1]
    assert read(png.encode(pixels)).tolist() == pixels.tolist()


@pytest.mark.parametrize("shape", [(0, 1, 1), (1, 0, 3), (1, 1, 5), (1, 1, 0)])
def test_what_is_no_image_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="cannot be a PNG"):
        png.encode(np.zeros(shape, np.uint8))
