"""Image files that are damaged, and Pillow that is missing. Whole ones are compared with TensorFlow in tests/functions."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.formats import pictures
from tests.functions.image.coding_cases import BMPS, GIFS, JPEGS, PNGS

DECODERS = {
    "PNG": (pictures.decode_png, PNGS["filters_rgb16"]),
    "JPEG": (pictures.decode_jpeg, JPEGS["colour"]),
    "GIF": (pictures.decode_gif, GIFS["animated"]),
}


def test_formats_are_told_by_the_first_bytes() -> None:
    files = {"PNG": PNGS["rgb8"], "JPEG": JPEGS["grey"], "GIF": GIFS["single"], "BMP": BMPS["bmp8"]}
    assert {name: pictures.format_of(contents) for name, contents in files.items()} == {
        name: name for name in files
    }


@pytest.mark.parametrize(
    ("contents", "reason"), [(b"", "the text is empty"), (b"junk", "begin with b'junk'")]
)
def test_what_is_no_image_is_refused(contents: bytes, reason: str) -> None:
    with pytest.raises(InvalidArgumentError, match=reason):
        pictures.format_of(contents)


@pytest.mark.parametrize("kind", DECODERS)
def test_a_damaged_file_is_named_by_its_kind(kind: str) -> None:
    decode, contents = DECODERS[kind]
    worse = [contents[: len(contents) // 2], contents[:12] + b"\xff" * 30 + contents[42:]]
    for damaged in (contents[:20], *(worse if kind != "GIF" else ())):  # of a GIF what there is counts
        with pytest.raises(InvalidArgumentError, match=f"a {kind} file of {len(damaged)} bytes"):
            decode(damaged)


def test_a_jpeg_that_is_cut_off_is_decoded_as_far_as_it_goes() -> None:
    whole, cut = JPEGS["grey"], JPEGS["grey"][:-60]
    with pytest.raises(InvalidArgumentError, match="cannot be decoded"):
        pictures.decode_jpeg(cut)
    recovered, expected = pictures.decode_jpeg(cut, recover=True), pictures.decode_jpeg(whole)
    assert recovered.shape == expected.shape
    assert np.array_equal(recovered[:8], expected[:8])
    assert not np.array_equal(recovered, expected)


def test_an_image_smaller_than_the_ratio_is_refused() -> None:
    tiny = pictures.encode_jpeg(np.zeros((2, 3, 1), np.uint8), 90)
    assert pictures.decode_jpeg(tiny, ratio=2).shape == (1, 2, 1)
    with pytest.raises(InvalidArgumentError, match="3x2 pixels is too small to be decoded 8 times smaller"):
        pictures.decode_jpeg(tiny, ratio=8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("quality", [0, 30, 100])
def test_a_jpeg_that_is_written_is_read_about_alike(channels: int, quality: int) -> None:
    ramp = np.add.outer(np.arange(16) * 5, np.arange(24) * 5).astype(np.uint8)
    image = np.repeat(ramp[..., None], channels, axis=2)
    read = pictures.decode_jpeg(pictures.encode_jpeg(image, quality))
    assert read.shape == image.shape
    assert np.abs(read.astype(int) - image).mean() < {0: 40, 30: 8, 100: 1}[quality]


def test_without_pillow_an_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for decode, contents in DECODERS.values():
        with pytest.raises(ImportError, match=r"pip install 'numpy-estimator\[image\]'"):
            decode(contents)


def test_pillow_is_imported_with_the_first_file_alone() -> None:
    script = "import sys, estimator.ops, estimator.tf.image\nprint('PIL' in sys.modules)"
    root = Path(pictures.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"
