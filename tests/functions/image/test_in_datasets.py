"""Images are read, changed by chance and batched in a dataset, as an input function does it."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator import tf

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 10, 3), np.uint8)


def augmented(image: Any) -> Any:
    pixels = tf.image.convert_image_dtype(image, tf.float32)
    pixels = tf.random_crop(pixels, [6, 6, 3])
    pixels = tf.image.random_flip_left_right(pixels)
    pixels = tf.image.random_brightness(pixels, 0.2)
    pixels = tf.image.resize_images(pixels, [4, 5])
    return tf.image.per_image_standardization(pixels)


def test_a_function_of_a_dataset_changes_images_by_chance() -> None:
    tf.set_random_seed(5)
    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(augmented).batch(3)
    batches = list(dataset.as_numpy_iterator())
    assert [batch.shape for batch in batches] == [(3, 4, 5, 3)] * 2
    assert all(batch.dtype == np.float32 for batch in batches)
    means = np.concatenate(batches).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(means, 0, atol=1e-5)


def test_sizes_that_differ_are_made_one() -> None:
    def ragged() -> Any:
        yield np.zeros((4, 6, 3), np.uint8)
        yield np.zeros((9, 3, 3), np.uint8)

    dataset = tf.data.Dataset.from_generator(ragged, tf.uint8, [None, None, 3])
    dataset = dataset.map(lambda image: tf.image.resize_image_with_crop_or_pad(image, 5, 5)).batch(2)
    (batch,) = dataset.as_numpy_iterator()
    assert batch.shape == (2, 5, 5, 3)


def test_the_gradient_flows_through_a_resized_image_into_weights() -> None:
    weights = tf.get_variable("w", [3, 1], initializer=tf.ones_initializer())
    small = tf.image.resize_bilinear(tf.cast(IMAGES, tf.float32), [2, 2])
    loss = tf.reduce_mean(tf.matmul(tf.reshape(small, [-1, 3]), weights))
    (slope,) = tf.gradients(loss, weights)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        picked = IMAGES[:, ::4, ::5].reshape(-1, 3)  # the points of the default convention
        np.testing.assert_allclose(session.run(slope)[:, 0], picked.mean(axis=0), rtol=1e-5)
