"""A graph of images: decoded, changed, compared, summarized. TensorFlow and this package build, write and run the same one."""

from __future__ import annotations

from typing import Any

import numpy as np

BATCH = np.random.default_rng(1).random((2, 16, 18, 3), np.float32)
PIXELS = (BATCH[0] * 255).astype(np.uint8)
BOXES = np.array([[0.1, 0.2, 0.8, 0.9], [0.0, 0.5, 1.0, 0.6], [0.15, 0.2, 0.8, 0.95]], np.float32)


def build(tf: Any) -> list[str]:
    """Add the operations to the default graph; gives the names of what it computes."""
    images = tf.placeholder(tf.float32, [None, None, None, 3], name="images")
    contents = tf.placeholder(tf.string, [], name="contents")
    image, size = tf.image, [9, 7]
    decoded = image.decode_png(contents, channels=3)
    small = image.resize_bilinear(images, size, align_corners=True)
    crops = image.crop_and_resize(images, BOXES, [0, 1, 1], [5, 6])
    results = {
        "decoded": image.decode_image(contents),
        "encoded": image.decode_png(image.encode_png(decoded)),
        "small": small,
        "near": image.resize_nearest_neighbor(images, size),
        "cubic": image.resize_bicubic(images, [20, 30], half_pixel_centers=True),
        "area": image.resize_area(images, size),
        "framed": image.resize_image_with_crop_or_pad(images, 12, 30),
        "crops": crops,
        "into_small": tf.gradients(tf.reduce_sum(tf.square(small)), images)[0],
        "into_crops": tf.gradients(tf.reduce_sum(tf.square(crops)), images)[0],
        "hue": image.adjust_hue(images, 0.3),
        "saturation": image.adjust_saturation(images, 0.5),
        "contrast": image.adjust_contrast(images, 1.5),
        "standard": image.per_image_standardization(images),
        "drawn": image.draw_bounding_boxes(images[:1], BOXES[None]),
        "picked": image.non_max_suppression(BOXES, [0.3, 0.9, 0.8], 3, 0.5),
        "turned": image.rot90(decoded, 3),
    }
    for name, tensor in results.items():
        tf.identity(tensor, name=name)
    with tf.name_scope("shown"):
        tf.summary.image("some", images, max_outputs=2)
        tf.summary.text("words", tf.constant(["a", "b"]))
    tf.identity(tf.summary.merge_all(), name="summary")
    return sorted(results)


def run(tf: Any, names: list[str], contents: bytes) -> dict[str, Any]:
    """What the default graph computes, and its summary."""
    with tf.Session() as session:
        feeds = {"images:0": BATCH, "contents:0": np.array(contents, object)}
        return session.run({name: f"{name}:0" for name in [*names, "summary"]}, feeds)
