"""Serialised summaries and TensorFlow's histogram buckets.

Origin of the expected limits and counts: tf.compat.v1.summary.histogram of the same values under TensorFlow 2.15.1.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.formats import messages, summary

Image = pytest.importorskip("PIL.Image")

NAN, INF = np.nan, np.inf
LARGEST = 1.7976931348623157e308


@pytest.mark.parametrize(
    ("values", "limits", "counts"),
    [
        (
            [0.1, 1, 2, 2, 7.5],
            [
                *(0.09312398815580714, 0.10243638697138786, 0.917246389039776, 1.0089710279437536),
                *(1.9661990955585713, 2.1628190051144287, 7.466637793298873, 8.213301572628762, LARGEST),
            ],
            [0, 1, 0, 1, 0, 2, 0, 1, 0],
        ),
        (
            [-3.0, -0.2],
            [-3.1665833053880363, -2.8787120958073054, -0.2195814928486969, -0.19961953895336082, LARGEST],
            [0, 1, 0, 1, 0],
        ),
        (
            [-1.0, 0.0, 1.0],
            [
                -1.0089710279437536,
                -0.917246389039776,
                0.0,
                1e-12,
                0.917246389039776,
                1.0089710279437536,
                LARGEST,
            ],
            [0, 1, 0, 1, 0, 1, 0],
        ),
        ([0.0, 0.0], [0.0, 1e-12, LARGEST], [0, 2, 0]),
        (
            [1e30, -1e30, 1.7e308],
            [-LARGEST, -9.920775621859783e19, 9.920775621859783e19, LARGEST],
            [0, 1, 0, 2],
        ),
        (
            [1e-12, 1.1e-12, 1.2e-12, -1e-12],
            [-1e-12, 0.0, 1e-12, 1.1000000000000002e-12, 1.2100000000000003e-12, LARGEST],
            [0, 1, 0, 2, 1, 0],
        ),
        ([5.0], [4.636194617418625, 5.099814079160488, LARGEST], [0, 1, 0]),
        ([], [LARGEST], [0]),
    ],
)
def test_buckets_are_tensorflows(values: list[float], limits: list[float], counts: list[float]) -> None:
    assert summary.buckets(np.array(values, np.float64)) == (limits, counts)


def test_a_histogram_has_the_moments_of_its_values() -> None:
    data = summary.histogram("h", np.array([[1, 2], [3, -4]], np.int32))
    (value,) = messages.get("Summary").FromString(data).value
    histo = value.histo
    assert (value.tag, histo.num, histo.min, histo.max, histo.sum, histo.sum_squares) == (
        "h",
        4,
        -4,
        3,
        2,
        30,
    )


def test_an_empty_histogram_has_the_limits_the_wrong_way_round() -> None:
    (value,) = messages.get("Summary").FromString(summary.histogram("h", np.array([]))).value
    assert (value.histo.min, value.histo.max) == (LARGEST, -LARGEST)


@pytest.mark.parametrize("others", [[NAN], [INF, -INF], [NAN, INF]])
def test_what_is_not_finite_is_counted_beside_the_histogram(
    others: list[float], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(summary, "_warned", set())
    data = [summary.histogram("h", np.array([1.0, *others, -4.0])) for _ in range(2)][1]
    count, value = messages.get("Summary").FromString(data).value
    assert (count.tag, count.simple_value) == ("h/not_finite", len(others))
    (finite,) = messages.get("Summary").FromString(summary.histogram("h", np.array([1.0, -4.0]))).value
    assert value == finite
    (line,) = caplog.messages
    assert f"{len(others)} of the {2 + len(others)} values of the histogram h" in line


def test_a_histogram_of_nothing_finite_is_an_empty_one() -> None:
    count, value = messages.get("Summary").FromString(summary.histogram("h", np.array([NAN]))).value
    (empty,) = messages.get("Summary").FromString(summary.histogram("h", np.array([]))).value
    assert count.simple_value == 1 and value == empty


def test_a_scalar_of_zero_is_written() -> None:
    # field 1 (value): field 1 tag "a", field 2 float 0.0: by the protobuf wire format
    assert summary.scalar("a", 0.0) == bytes.fromhex("0a080a0161150000 0000".replace(" ", ""))


def test_a_tag_in_two_summaries_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="Duplicate tag a"):
        summary.merge([summary.scalar("a", 1.0), summary.scalar("a", 2.0)])


# -- images ------------------------------------------------------------------------------------------------------------

RED = np.array([255, 0, 0, 255], np.uint8)


def shown(
    tensor: object, max_images: int = 3, bad_color: np.ndarray = RED
) -> dict[str, list[list[list[int]]]]:
    """The pixels of each tag."""
    data = summary.images("im", np.asarray(tensor), max_images, bad_color)
    return {value.tag: pixels(value.image) for value in messages.get("Summary").FromString(data).value}


def pixels(image: Any) -> list[list[list[int]]]:
    read = np.asarray(Image.open(io.BytesIO(image.encoded_image_string)))
    return read.reshape(image.height, image.width, image.colorspace).tolist()


# The same calls of tf.compat.v1.summary.image, decoded by TensorFlow 2.15.1.
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([[1.0], [2.0]], [[127], [255]]),
        ([[-1.0], [2.0]], [[64], [255]]),
        ([[0.0], [0.0]], [[0], [0]]),
        ([[0.0], [NAN]], [[0], [255]]),
        ([[0.5, 1, 2], [NAN, 1, 0]], [[63, 127, 255], [255, 0, 0]]),
        ([[0.5, 1, 2, 1], [INF, 1, 0, -4]], [[63, 127, 255, 127], [255, 0, 0, 255]]),
    ],
)
def test_numbers_become_bytes_as_tensorflow_scales_them(row: list, expected: list) -> None:
    assert shown(np.array([[row]], np.float32)) == {"im/image/0": [expected]}


def test_half_precision_is_scaled_in_half_precision() -> None:
    assert shown(np.array([[[[-0.5], [0.25]]]], np.float16)) == {"im/image/0": [[[1], [191]]]}


def test_bytes_are_shown_as_they_are() -> None:
    assert shown(np.array([[[[0], [44]]], [[[1], [2]]]], np.uint8)) == {
        "im/image/0": [[[0], [44]]],
        "im/image/1": [[[1], [2]]],
    }


def test_the_first_images_are_shown_each_scaled_by_itself() -> None:
    batch = [[[[0.0], [0.25]]], [[[1.0], [2.0]]]]
    assert shown(batch) == {"im/image/0": [[[0], [255]]], "im/image/1": [[[127], [255]]]}
    assert shown(batch, max_images=1) == {"im/image": [[[0], [255]]]}
    assert shown(np.zeros((0, 2, 2, 1), np.float32)) == {}


def test_bad_pixels_have_the_colour_that_is_asked_for() -> None:
    image = [[[[1.0, NAN, 1.0], [1.0, 1.0, 1.0]]]]
    assert shown(image, bad_color=np.array([0, 9, 0], np.uint8)) == {
        "im/image/0": [[[0, 9, 0], [255, 255, 255]]]
    }
    with pytest.raises(InvalidArgumentError, match="a number for each of the 3 channels, given: \\[1\\]"):
        shown(image, bad_color=np.array([1], np.uint8))


@pytest.mark.parametrize("shape", [(2, 2, 1), (1, 2, 2, 2), (1, 0, 2, 1), (1, 2, 2, 5)])
def test_what_is_no_batch_of_images_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidArgumentError, match=r"'im' has the shape \["):
        shown(np.zeros(shape, np.float32))
