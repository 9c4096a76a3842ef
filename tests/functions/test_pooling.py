"""functions/pooling.py: pools over one to three axes of space, in both data formats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

IMAGES = np.random.default_rng(3).standard_normal((2, 5, 6, 3)).astype(np.float32)


def value(make: Any, feeds: Any = None) -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        given = {
            name: tf.placeholder(tf.float32, [None] * array.ndim) for name, array in (feeds or {}).items()
        }
        return session.run(make(**given), {given[name]: array for name, array in (feeds or {}).items()})


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_all_spellings_mean_the_same(kind: str) -> None:
    pool, by_axes = getattr(tf.nn, f"{kind}_pool"), getattr(tf.nn, f"{kind}_pool_v2")

    def spellings(x: Any) -> list[Any]:
        turned = tf.transpose(x, [0, 3, 1, 2])
        return [
            pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
            pool(input=x, ksize=2, strides=[2, 2], padding="SAME"),
            getattr(tf.nn, f"{kind}_pool2d")(x, [2, 2], 2, "SAME"),
            by_axes(x, 2, 2, "SAME"),
            tf.nn.pool(x, [2, 2], kind.upper(), "SAME", strides=[2, 2]),
            tf.transpose(pool(turned, 2, 2, "SAME", data_format="NCHW"), [0, 2, 3, 1]),
        ]

    first, *others = value(spellings, {"x": IMAGES})
    assert first.shape == (2, 3, 3, 3)
    assert all(np.array_equal(first, other) for other in others)


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_other_numbers_of_axes_are_images_too(kind: str) -> None:
    images = getattr(tf.nn, f"{kind}_pool2d")
    rows, row_by_row, volumes, flat = value(
        lambda: [
            getattr(tf.nn, f"{kind}_pool1d")(IMAGES[:, 0], 2, 2, "SAME"),
            tf.transpose(
                tf.nn.pool(IMAGES[:, 0].transpose(0, 2, 1), [2], kind.upper(), "SAME", strides=[2], data_format="NCW"),
                [0, 2, 1],
            ),
            getattr(tf.nn, f"{kind}_pool3d")(IMAGES[:, None], [1, 2, 2], [1, 2, 2], "SAME"),
            images(IMAGES, 2, 2, "SAME"),
        ]
    )  # fmt: skip
    wanted = value(lambda: images(IMAGES[:, :1], [1, 2], [1, 2], "SAME"))
    assert np.array_equal(rows, wanted[:, 0])
    assert np.array_equal(row_by_row, rows)
    assert np.array_equal(volumes[:, 0], flat)


def test_taps_may_be_apart() -> None:
    made = value(lambda x: tf.nn.pool(x, [2, 3], "MAX", "VALID", dilations=[2, 2]), {"x": IMAGES})
    taps = [IMAGES[:, i : i + 3, j : j + 2] for i in (0, 2) for j in (0, 2, 4)]
    assert np.array_equal(made, np.max(taps, axis=0))


def test_explicit_padding_is_never_the_largest() -> None:
    pairs = [[0, 0], [1, 0], [0, 1], [0, 0]]
    made, rows = value(
        lambda: [
            tf.nn.max_pool2d(-abs(IMAGES), 2, 1, pairs),
            tf.nn.max_pool1d(-abs(IMAGES[:, 0]), 2, 1, [[0, 0], [1, 0], [0, 0]]),
        ]
    )
    padded = np.pad(-abs(IMAGES), pairs, constant_values=-np.inf)
    wanted = np.max([padded[:, i : i + 5, j : j + 6] for i in (0, 1) for j in (0, 1)], axis=0)
    assert np.array_equal(made, wanted)
    assert rows.shape == (2, 6, 3)
    assert (rows < 0).all()


@pytest.mark.parametrize("whole_batch", [True, False])
def test_the_numbers_of_the_largest_find_them(whole_batch: bool) -> None:
    def both() -> Any:
        return tf.nn.max_pool_with_argmax(
            IMAGES,
            [1, 2, 2, 1],
            [1, 2, 2, 1],
            "SAME",
            output_dtype=tf.int32,
            include_batch_in_index=whole_batch,
        )

    largest, numbers = value(both)
    images = [IMAGES.ravel()] * 2 if whole_batch else list(IMAGES.reshape(2, -1))
    assert numbers.dtype == np.int32
    for image, part, places in zip(images, largest, numbers, strict=True):
        assert np.array_equal(image[places], part)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: tf.nn.max_pool(IMAGES, [2, 2, 2], 2, "SAME"), r"ksize must have 1, 2 or 4 numbers \(NHWC\)"),
        (lambda: tf.nn.max_pool(IMAGES, 2, 2, "same"), "padding must be 'SAME', 'VALID'"),
        (lambda: tf.nn.max_pool(IMAGES, 2, 2, "SAME", data_format="NWC"), "NHWC or NCHW, given: 'NWC'"),
        (lambda: tf.nn.max_pool(IMAGES, 0, 2, "SAME"), "ksize must be 4 numbers of at least 1"),
        (
            lambda: tf.nn.max_pool(IMAGES, 9, 2, "VALID"),
            r"9 taps, 1 apart, does not fit into 5 elements \(axis 1\)",
        ),
        (lambda: tf.nn.pool(IMAGES, [2, 2], "MEAN", "SAME"), "pooling_type must be 'MAX' or 'AVG'"),
        (lambda: tf.nn.pool(IMAGES, [2, 2], "MAX", "SAME", dilation_rate=[2, 2]), "padding must be 'VALID'"),
        (lambda: tf.nn.pool(IMAGES, [2, 2], "MAX", "SAME", strides=[3, 1]), "must not be more than the taps"),
        (lambda: tf.nn.max_pool_v2(IMAGES[0, 0], 2, 2, "SAME"), "over 1, 2 or 3 axes of space"),
        (lambda: tf.nn.max_pool_with_argmax(IMAGES, 2, 2, "SAME", data_format="NCHW"), "must be 'NHWC'"),
    ],
)
def test_what_does_not_go_together_is_refused(call: Any, said: str) -> None:
    with tf.Graph().as_default(), pytest.raises(ValueError, match=said):
        call()
