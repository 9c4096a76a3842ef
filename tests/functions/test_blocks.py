"""functions/blocks.py: blocks of space, what must be padded to have whole ones, and patches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

IMAGES = np.arange(2 * 4 * 6 * 3, dtype=np.float32).reshape(2, 4, 6, 3)


def value(make: Any, feeds: Any = None) -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        given = {
            name: tf.placeholder(tf.float32, [None] * array.ndim) for name, array in (feeds or {}).items()
        }
        return session.run(make(**given), {given[name]: array for name, array in (feeds or {}).items()})


@pytest.mark.parametrize("feeds", [None, {"x": IMAGES}])
def test_there_and_back_is_the_same(feeds: Any) -> None:
    def back(x: Any = IMAGES) -> list[Any]:
        pads = [[1, 1], [0, 0]]
        return [
            tf.depth_to_space(tf.space_to_depth(x, 2), 2),
            tf.batch_to_space(tf.space_to_batch(x, pads, 2), pads, 2),
            tf.batch_to_space_nd(tf.space_to_batch_nd(x, [2, 3], pads), [2, 3], pads),
        ]

    assert all(np.array_equal(part, IMAGES) for part in value(back, feeds))


def test_blocks_go_as_the_documentation_has_them() -> None:
    image = np.float32([[1, 2], [3, 4]]).reshape(1, 2, 2, 1)
    deep, batch = value(lambda: [tf.space_to_depth(image, 2), tf.space_to_batch(image, [[0, 0], [0, 0]], 2)])
    assert deep.tolist() == [[[[1, 2, 3, 4]]]]
    assert batch.tolist() == [[[[1]]], [[[2]]], [[[3]]], [[[4]]]]


def test_paddings_are_what_is_missing_from_whole_blocks() -> None:
    paddings, crops = value(lambda: tf.required_space_to_batch_paddings([5, 8], [3, 4], [[1, 0], [2, 1]]))
    assert paddings.tolist() == [[1, 0], [2, 2]]
    assert crops.tolist() == [[0, 0], [0, 1]]


@pytest.mark.parametrize("known", [True, False])
def test_patches_lie_side_by_side(known: bool) -> None:
    patches = value(
        lambda x=IMAGES: tf.extract_image_patches(x, [1, 2, 2, 1], [1, 2, 3, 1], [1, 1, 1, 1], "VALID"),
        None if known else {"x": IMAGES},
    )
    assert patches.shape == (2, 2, 2, 12)
    assert np.array_equal(patches[1, 1, 1], IMAGES[1, 2:4, 3:5].ravel())


def nothing(x: Any, *_: Any) -> Any:
    return x


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: tf.space_to_depth(IMAGES, 3), "the height is 4, which is not a multiple of 3"),
        (lambda: tf.space_to_depth(IMAGES, 1), "block_size must be at least 2, given: 1"),
        (lambda: tf.depth_to_space(IMAGES, 2), "the number of channels is 3, which is not a multiple of 4"),
        (
            lambda: tf.space_to_depth(IMAGES, 2, data_format="HW"),
            "data_format must be NHWC or NCHW, given: 'HW'",
        ),
        (lambda: tf.space_to_batch(IMAGES, [[0, 1], [0, 0]], 2), r"axis 1 with its padding \[0, 1\] is 5"),
        (
            lambda: tf.space_to_batch(IMAGES, [[0, 0], [0, 0]]),
            "block_size must be a whole number, given: None",
        ),
        (lambda: tf.space_to_batch_nd(IMAGES, [2], [[0, 0], [0, 0]]), "1 block sizes want as many paddings"),
        (lambda: tf.space_to_batch_nd(IMAGES, [2], [[-1, 1]]), "pairs of at least 0"),
        (lambda: tf.space_to_batch_nd(IMAGES[0, 0, 0], [2], [[0, 0]]), "needs a batch and 1 axes of space"),
        (
            lambda: tf.batch_to_space(IMAGES, [[0, 0], [0, 0]], 2),
            "the batch is 2, which is not a multiple of 4",
        ),
        (lambda: tf.batch_to_space_nd(IMAGES, [2], [[5, 4]]), r"from which \[5, 4\] cannot be cropped"),
        (lambda: tf.nn.with_space_to_batch(IMAGES, [2, 2], "SAME", nothing), "needs the filter_shape"),
        (
            lambda: tf.nn.with_space_to_batch(IMAGES, [2, 0], "VALID", nothing),
            r"dilation_rate .* given: \[2, 0\]",
        ),
        (
            lambda: tf.nn.with_space_to_batch(IMAGES, [2, 2], "FULL", nothing),
            "padding must be 'SAME' or 'VALID'",
        ),
        (
            lambda: tf.extract_image_patches(IMAGES, [2, 2], [1] * 4, [1] * 4, "SAME"),
            r"ksizes must be \[1, height",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(call: Any, said: str) -> None:
    with tf.Graph().as_default(), pytest.raises(ValueError, match=said):
        call()
