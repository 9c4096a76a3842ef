"""Images mirrored and turned by chance, and where not even the number of axes is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.functions.image import flipping
from estimator.graph.graph import get_default_graph
from estimator.runtime.session import Session

IMAGE = np.arange(2 * 3 * 1, dtype=np.float32).reshape(2, 3, 1)
BATCH = np.stack([IMAGE, IMAGE + 10])


def run(fetch: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetch, feeds)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (flipping.flip_left_right, lambda x: x[..., :, ::-1, :]),
        (flipping.flip_up_down, lambda x: x[..., ::-1, :, :]),
        (flipping.transpose_image, lambda x: np.swapaxes(x, -2, -3)),
        (flipping.rot90, lambda x: np.rot90(x, axes=(-3, -2))),
        (lambda x: flipping.rot90(x, 3), lambda x: np.rot90(x, 3, axes=(-3, -2))),
    ],
    ids=["left_right", "up_down", "transpose", "rot90", "rot270"],
)
@pytest.mark.parametrize("images", [IMAGE, BATCH], ids=["image", "batch"])
def test_axes_count_from_behind_where_their_number_is_unknown(
    function: Any, expected: Any, images: Any
) -> None:
    given = placeholder(np.float32, None)
    assert run(function(given), {given: images}).tolist() == expected(images).tolist()
    assert run(function(images)).tolist() == expected(images).tolist()


@pytest.mark.parametrize("images", [IMAGE, BATCH], ids=["image", "batch"])
def test_a_turn_may_be_told_in_the_run(images: Any) -> None:
    quarters, given = placeholder(np.int32, []), placeholder(np.float32, None)
    known, unknown = flipping.rot90(images, quarters), flipping.rot90(given, quarters)
    for times in range(-1, 6):
        expected = np.rot90(images, times, axes=(-3, -2)).tolist()
        assert run(known, {quarters: times}).tolist() == expected
        assert run(unknown, {quarters: times, given: images}).tolist() == expected


def test_a_turn_by_a_vector_is_refused() -> None:
    with pytest.raises(ValueError, match="k must be a scalar"):
        flipping.rot90(IMAGE, placeholder(np.int32, [2]))


@pytest.mark.parametrize("shape", [(2, 3), (1, 1, 2, 3, 1)])
def test_what_is_no_image_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="an image is"):
        flipping.flip_left_right(np.zeros(shape))


@pytest.mark.parametrize(
    ("function", "axis"), [(flipping.random_flip_left_right, 1), (flipping.random_flip_up_down, 0)]
)
@pytest.mark.parametrize("known", [True, False])
def test_half_of_the_images_are_mirrored(function: Any, axis: int, known: bool) -> None:
    given = placeholder(np.float32, IMAGE.shape if known else None)
    flipped = function(given, seed=3)
    with Session() as session:
        found = [session.run(flipped, {given: IMAGE}) for _ in range(200)]
    mirrored = sum(np.array_equal(image, np.flip(IMAGE, axis)) for image in found)
    kept = sum(np.array_equal(image, IMAGE) for image in found)
    assert mirrored + kept == 200
    assert 70 < mirrored < 130


def test_each_image_of_a_batch_is_mirrored_by_its_own_draw() -> None:
    batch = np.repeat(IMAGE[None], 500, axis=0)
    flipped = run(flipping.random_flip_left_right(batch, seed=1))
    mirrored = (flipped == batch[:, :, ::-1]).all(axis=(1, 2, 3))
    assert ((flipped == batch).all(axis=(1, 2, 3)) ^ mirrored).all()
    assert 200 < mirrored.sum() < 300


def test_the_seed_of_the_graph_repeats_the_chance() -> None:
    get_default_graph().seed = 7
    flipped = flipping.random_flip_left_right(BATCH.repeat(10, axis=0))
    first, second = run(flipped), run(flipped)
    assert first.tolist() == second.tolist()
    assert flipped.shape.as_list() == [20, 2, 3, 1]
