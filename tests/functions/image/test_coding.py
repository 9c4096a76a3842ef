"""Image files in a graph: what is refused, and the way of pixels into a file and back."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError
from estimator.functions.image import coding
from tests.functions.image.coding_cases import BMPS, GIFS, JPEGS, PNGS

IMAGE = np.random.default_rng(0).integers(0, 256, (8, 9, 3), np.uint8)


def run(fetch: Any, feeds: Any = None) -> Any:
    with tf.Session() as session:
        return session.run(fetch, feeds)


def test_pixels_go_into_a_png_and_back() -> None:
    for pixels in (IMAGE, IMAGE[..., :1], IMAGE.astype(np.uint16) * 200):
        decoded = coding.decode_png(coding.encode_png(pixels), dtype=pixels.dtype)
        assert run(decoded).tolist() == pixels.tolist()


def test_a_batch_becomes_as_many_files() -> None:
    batch = np.stack([IMAGE, IMAGE[::-1]])
    files = run(coding.encode_png(batch))
    assert [run(coding.decode_png(file)).tolist() for file in files] == batch.tolist()


def test_files_are_read_decoded_and_resized_in_a_dataset(tmp_path: Path) -> None:
    for name, contents in {
        "a.jpg": JPEGS["colour"],
        "b.png": PNGS["filters_rgb8"],
        "c.bmp": BMPS["bmp24"],
    }.items():
        (tmp_path / name).write_bytes(contents)

    def image_of(name: Any) -> Any:
        pixels = tf.image.decode_image(tf.read_file(name), channels=3, expand_animations=False)
        return tf.image.resize_images(pixels, [4, 4])

    names = sorted(str(path) for path in tmp_path.iterdir())
    (batch,) = tf.data.Dataset.from_tensor_slices(names).map(image_of).batch(3).as_numpy_iterator()
    assert batch.shape == (3, 4, 4, 3)
    assert batch[2, 0, 0].tolist() == [9, 8, 7]


def test_the_shape_is_known_as_far_as_the_channels_are() -> None:
    assert coding.decode_jpeg(b"", channels=3).shape.as_list() == [None, None, 3]
    assert coding.decode_png(b"").shape.as_list() == [None, None, None]
    assert coding.decode_image(b"").shape.rank is None
    assert coding.decode_and_crop_jpeg(b"", [0, 0, 2, 3], channels=1).shape.as_list() == [2, 3, 1]


@pytest.mark.parametrize(
    ("decode", "contents", "advice"),
    [
        (coding.decode_png, BMPS["bmp24"], "BMP file; use tf.image.decode_bmp"),
        (coding.decode_bmp, PNGS["rgb8"], "PNG file; use the function for those"),
        (coding.decode_jpeg, GIFS["animated"], "2 frames; use tf.image.decode_gif"),
        (lambda x: coding.decode_jpeg(x, 4), JPEGS["colour"], "no 4 channels"),
        (lambda x: coding.decode_image(x, 1), GIFS["single"], "channels must be 0 or 3 for a GIF, given: 1"),
        (coding.decode_image, b"junk", "are no image"),
        (coding.decode_gif, b"", "the text is empty"),
        (coding.extract_jpeg_shape, PNGS["rgb8"], "a JPEG file of .* cannot be decoded"),
        (
            lambda x: coding.decode_and_crop_jpeg(x, [0, 20, 5, 9]),
            JPEGS["colour"],
            r"\[0, 20, 5, 9\].*19x27 pixels",
        ),
    ],
)
def test_the_wrong_file_is_answered_with_the_right_function(
    decode: Any, contents: bytes, advice: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=advice):
        run(decode(contents))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: coding.decode_png(b"", channels=2), "channels must be 0, 1, 3 or 4, given: 2"),
        (lambda: coding.decode_jpeg(b"", ratio=3), "ratio must be 1, 2, 4 or 8, given: 3"),
        (lambda: coding.decode_jpeg(b"", dct_method="FAST"), "dct_method must be one of .*'FAST'"),
        (lambda: coding.decode_png([b"", b""]), "contents must be a scalar"),
        (lambda: coding.encode_png(IMAGE[0]), r"given the shape \(9, 3\)"),
        (lambda: coding.encode_jpeg(IMAGE[..., :2]), "has 1 or 3 channels, given: 2"),
        (lambda: coding.encode_jpeg(IMAGE, format="grayscale"), "has 1 channels, given: 3"),
        (lambda: coding.encode_jpeg(IMAGE, format="cmyk"), "format must be .* given: 'cmyk'"),
        (lambda: coding.random_jpeg_quality(IMAGE, 50, 50), "given: 50 and 50"),
        (lambda: coding.random_jpeg_quality(IMAGE, 5, 101), "given: 5 and 101"),
    ],
)
def test_what_cannot_work_is_refused_when_the_graph_is_built(make: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        make()


def test_images_without_pixels_have_no_file() -> None:
    empty = tf.placeholder(tf.uint8, [None, None, 3])
    for encode in (coding.encode_png, coding.encode_jpeg):
        with pytest.raises(InvalidArgumentError, match="without pixels"):
            run(encode(empty), {empty: IMAGE[:0]})


def test_a_quality_out_of_range_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match=r"within \[0, 100\], given: 101"):
        run(coding.adjust_jpeg_quality(IMAGE, 101))
    with pytest.raises(InvalidArgumentError, match=r"within \[-1, 9\], given: 10"):
        run(coding.encode_png(IMAGE, compression=10))


def test_a_lower_quality_is_seen() -> None:
    pixels = IMAGE.astype(np.float32) / 255
    apart = [
        np.abs(run(coding.adjust_jpeg_quality(pixels, quality)) - pixels).mean() for quality in (95, 50, 5)
    ]
    assert apart[0] < apart[1] < apart[2]


def test_a_random_quality_changes_from_run_to_run() -> None:
    tf.set_random_seed(1)
    changed = coding.random_jpeg_quality(IMAGE, 5, 95)
    with tf.Session() as session:
        found = {session.run(changed).tobytes() for _ in range(10)}
    assert len(found) > 3


def test_a_written_jpeg_says_what_is_told_of_it() -> None:
    contents = run(
        coding.encode_jpeg(
            IMAGE, density_unit="cm", x_density=10, y_density=20, xmp_metadata="told", progressive=True
        )
    )
    assert b"http://ns.adobe.com/xap/1.0/\0told" in contents
    assert contents[13:18] == b"\1\0\x19\0\x33"  # per inch, 25 and 51
    assert b"\xff\xc2" in contents  # a progressive frame
    assert run(coding.is_jpeg([contents, b"PNG"])).tolist() == [True, False]


def test_without_pillow_the_graph_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for decode in (coding.decode_png, coding.decode_jpeg, coding.decode_gif, coding.decode_image):
        with pytest.raises(ImportError, match=r"pip install 'numpy-estimator\[image\]'"):
            decode(b"")
    assert run(coding.decode_bmp(BMPS["bmp8"])).shape == (2, 3, 1)
    assert run(coding.encode_png(IMAGE)).startswith(b"\x89PNG")
