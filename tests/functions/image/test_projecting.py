"""Images turned and moved: a picture of which one knows where each point goes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import image

PICTURE = np.arange(12.0, dtype=np.float32).reshape(3, 4) + 1
BATCH = np.random.default_rng(1).standard_normal((2, 3, 3, 2)).astype(np.float32)


@pytest.mark.parametrize("how", ["NEAREST", "BILINEAR", "nearest"])
def test_a_quarter_turn_goes_counterclockwise(run: Callable[..., Any], how: str) -> None:
    found = run(image.rotate(BATCH, math.pi / 2, how))
    np.testing.assert_allclose(found, np.rot90(BATCH, axes=(1, 2)), atol=1e-5)


def test_each_image_may_have_an_angle_of_its_own(run: Callable[..., Any]) -> None:
    images = tf.placeholder(tf.float32, [None, None, None, 2])
    found = run(image.rotate(images, [math.pi, 0.0]), {images: BATCH})
    np.testing.assert_allclose(found, [BATCH[0, ::-1, ::-1], BATCH[1]], atol=1e-5)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "float16", "float32", "float64"])
def test_pictures_are_moved_right_and_down(run: Callable[..., Any], dtype: str) -> None:
    found = run(image.translate(PICTURE.astype(dtype), [1, -1]))
    expected = np.zeros((3, 4))
    expected[:2, 1:] = PICTURE[1:, :3]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == dtype


def test_transforms_follow_one_another(run: Callable[..., Any]) -> None:
    shifts = [image.translations_to_projective_transforms(shift) for shift in ([1.0, 0.0], [0.0, 1.0])]
    both = image.compose_transforms(*shifts, image.angles_to_projective_transforms(math.pi, 3.0, 4.0))
    found = run(image.transform(PICTURE[:, :, None], both))[:, :, 0]
    expected = np.zeros((3, 4))
    expected[1:, 1:] = PICTURE[:2, :3]
    np.testing.assert_array_equal(found, expected[::-1, ::-1])
    matrices = image.flat_transforms_to_matrices(both)
    np.testing.assert_allclose(*run([image.matrices_to_flat_transforms(2.0 * matrices), both]), rtol=1e-5)


def test_the_result_may_have_another_size(run: Callable[..., Any]) -> None:
    found = run(image.transform(PICTURE, [2.0, 0, 0, 0, 2.0, 0, 0, 0], output_shape=[2, 2]))
    np.testing.assert_array_equal(found, PICTURE[::2, ::2])


def test_gradients_are_seen_through_the_inverse(run: Callable[..., Any]) -> None:
    x = tf.constant(BATCH)
    flow = np.random.default_rng(2).standard_normal(BATCH.shape).astype(np.float32)
    slope = tf.gradients(image.rotate(x, math.pi / 2, "BILINEAR"), x, flow)[0]
    np.testing.assert_allclose(run(slope), np.rot90(flow, -1, axes=(1, 2)), atol=1e-5)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: image.rotate([True], 1.0), TypeError, "rotate: Invalid dtype bool of the images"),
        (lambda: image.rotate([1.0], 1.0), TypeError, r"rank between 2 and 4, given the shape \(1,\)"),
        (lambda: image.rotate(PICTURE, [[1.0]]), ValueError, "angles should have rank 0 or 1"),
        (lambda: image.translate(PICTURE, 1.0), ValueError, "translations should have rank 1 or 2"),
        (lambda: image.transform(PICTURE, [1.0] * 7), ValueError, "the numbers of a transform"),
        (lambda: image.rotate(PICTURE, 1.0, "BILINAR"), ValueError, "Did you mean 'BILINEAR'"),
        (lambda: image.compose_transforms(), ValueError, "transforms cannot be empty"),
    ],
)
def test_what_cannot_be_is_refused(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
