"""Calls of functions of images, which TensorFlow (tests/interop/tf_images.py) and this package evaluate alike.

The calls are text over the arrays of ``ARRAYS``; nothing is imported here that either of them lacks.
tests/data/tf/images.npz has TensorFlow's answers: ``CALL/I`` is output I, ``CALL/d/NAME`` what flows into array NAME when
the cosine of its place flows into every number of the outputs.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

_rng = np.random.default_rng(5)


def _edges() -> Any:
    """Colours at the ties of hue and saturation."""
    levels = np.array([0.0, 0.25, 1.0], np.float32)
    return np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, 3, 9, 3)


ARRAYS: dict[str, Any] = {
    "u3": _rng.integers(0, 256, (5, 7, 3), np.uint8),
    "u4": _rng.integers(0, 256, (2, 5, 7, 3), np.uint8),
    "u1": _rng.integers(0, 256, (2, 4, 3, 1), np.uint8),
    "s3": _rng.integers(0, 65536, (2, 3, 3), np.uint16),
    "i3": _rng.integers(-128, 128, (2, 3, 3), np.int8),
    "f3": _rng.random((5, 7, 3), np.float32),
    "f4": _rng.random((2, 5, 7, 3), np.float32),
    "f1": _rng.random((2, 6, 4, 1), np.float32) * 3 - 1,
    "d4": _rng.random((2, 3, 4, 3)),
    "h3": _rng.random((3, 4, 3), np.float32).astype(np.float16),
    "wide": (_rng.random((2, 3, 3), np.float32) * 4 - 2),
    "edges": _edges(),
    "boxes": np.array(
        [[0, 0, 1, 1], [0.1, 0.9, 0.8, 0.2], [-0.3, 0.2, 1.4, 0.7], [0.5, 0.5, 0.5, 0.5]], np.float32
    ),
    "owners": np.array([0, 1, 1, 0], np.int32),
    "drawn": np.array(
        [
            [[0, 0, 1, 1], [0.2, 0.3, 0.7, 0.9], [0.5, 0.5, 0.2, 0.8]],
            [[-0.5, 0.1, 0.4, 1.5], [0.9, 0, 2, 1], [2, 2, 3, 3]],
        ],
        np.float32,
    ),
    "colours": np.array([[0.1, 0.2, 0.3, 0.4], [0.9, 0.8, 0.7, 0.6]], np.float32),
    "many": (_rng.random((40, 4), np.float32) + [0, 0, 0.3, 0.3]).astype(np.float32),
    "neat": np.concatenate([_rng.random((40, 2), np.float32), _rng.random((40, 2), np.float32) + 1], axis=1),
    "scores": np.round(_rng.random(40, np.float32), 1),  # some are equal
    "overlaps": _rng.random((40, 40), np.float32),
    "large": _rng.random((2, 33, 29, 2), np.float32),
    "larger": _rng.random((1, 2, 180, 177, 1), np.float32),
    "two": np.array(2, np.int32),
    "size": np.array([4, 9], np.int32),
    "half": np.array(0.5, np.float32),
}

_SIZES = ("[5, 7]", "[10, 14]", "[3, 4]", "[8, 2]", "[1, 1]", "size")
_RESIZES = [
    f"tf.image.resize_{kind}({x}, {size}{how})"
    for kind in ("bilinear", "nearest_neighbor", "bicubic")
    for x in ("f4", "u4")
    for size in _SIZES
    for how in ("", ", align_corners=True", ", half_pixel_centers=True")
] + [
    f"tf.image.resize_area({x}, {size}{how})"
    for x in ("f4", "u4")
    for size in _SIZES
    for how in ("", ", align_corners=True")
]

_OTHERS = """
tf.image.resize_bilinear(d4, [5, 5])
tf.image.resize_bicubic(d4, [5, 5], half_pixel_centers=True)
tf.image.resize_nearest_neighbor(d4, [5, 5])
tf.image.resize_bilinear(f1, [7, 11], align_corners=True)
tf.image.resize_bilinear(h3[None], [7, 5])
tf.image.resize_images(u3, [8, 6])
tf.image.resize_images(u4, [8, 6], tf.image.ResizeMethod.NEAREST_NEIGHBOR)
tf.image.resize_images(u4, [8, 6], tf.image.ResizeMethod.BICUBIC, align_corners=True)
tf.image.resize_images(f3, size, method=3)
tf.image.resize(f3, [8, 6], 'nearest')
tf.image.resize(f4, [10, 10], preserve_aspect_ratio=True)
tf.image.resize(f3, size, 'bicubic', preserve_aspect_ratio=True)
tf.image.resize_image_with_pad(f3, 8, 8)
tf.image.resize_image_with_pad(u4, 4, 9, 1)
tf.image.resize_image_with_pad(f4, 3, 11, align_corners=True)
tf.image.resize_image_with_pad(f3, size[0], size[1])
tf.image.resize_image_with_crop_or_pad(u3, 3, 10)
tf.image.resize_image_with_crop_or_pad(f4, 8, 4)
tf.image.resize_image_with_crop_or_pad(f4, 6, 6)
tf.image.resize_with_crop_or_pad(f3, size[0], size[1])
tf.image.crop_to_bounding_box(f3, 1, 2, 3, 4)
tf.image.crop_to_bounding_box(u4, 0, 0, 5, 7)
tf.image.crop_to_bounding_box(f4, two, 1, two, 3)
tf.image.pad_to_bounding_box(f3, 1, 2, 9, 11)
tf.image.pad_to_bounding_box(u4, 0, 0, 5, 7)
tf.image.pad_to_bounding_box(f4, two, 1, 8, 9)
tf.image.central_crop(f3, 0.5)
tf.image.central_crop(u4, 0.7)
tf.image.central_crop(f4, 1.0)
tf.image.central_crop(f4, half)
tf.image.crop_and_resize(f4, boxes, owners, [3, 4])
tf.image.crop_and_resize(f4, boxes, owners, [1, 1])
tf.image.crop_and_resize(f4, boxes, owners, [1, 5], extrapolation_value=9.0)
tf.image.crop_and_resize(f4, boxes, box_ind=owners, crop_size=size)
tf.image.crop_and_resize(u4, boxes, owners, [3, 4], method='nearest', extrapolation_value=-1)
tf.image.crop_and_resize(d4, boxes, owners, [2, 3])
tf.image.flip_left_right(u3)
tf.image.flip_left_right(f4)
tf.image.flip_up_down(f3)
tf.image.flip_up_down(u4)
tf.image.transpose_image(f3)
tf.image.transpose(u4)
tf.image.rot90(f3)
tf.image.rot90(f4, 2)
tf.image.rot90(u3, k=3)
tf.image.rot90(u3, 4)
tf.image.rot90(f3, -1)
tf.image.rot90(f3, two)
tf.image.rot90(f4, two + 1)
tf.image.rot90(f4, two - 1)
tf.image.per_image_standardization(u3)
tf.image.per_image_standardization(f4)
tf.image.per_image_standardization(tf.ones_like(f3))
tf.image.per_image_standardization(d4)
tf.image.convert_image_dtype(u3, tf.float32)
tf.image.convert_image_dtype(u3, tf.float64)
tf.image.convert_image_dtype(u3, tf.uint16)
tf.image.convert_image_dtype(u3, tf.int32)
tf.image.convert_image_dtype(u3, tf.uint8)
tf.image.convert_image_dtype(s3, tf.uint8)
tf.image.convert_image_dtype(s3, tf.float16)
tf.image.convert_image_dtype(s3, tf.int16, saturate=True)
tf.image.convert_image_dtype(i3, tf.uint8, saturate=True)
tf.image.convert_image_dtype(f3, tf.uint8)
tf.image.convert_image_dtype(wide, tf.uint8, saturate=True)
tf.image.convert_image_dtype(f3, tf.uint16)
tf.image.convert_image_dtype(f3, tf.float64)
tf.image.convert_image_dtype(h3, tf.uint8)
tf.image.adjust_brightness(u3, 0.3)
tf.image.adjust_brightness(f4, -0.2)
tf.image.adjust_brightness(h3, 0.1)
tf.image.adjust_brightness(u3, half)
tf.image.adjust_contrast(u4, 2.0)
tf.image.adjust_contrast(f4, 0.4)
tf.image.adjust_contrast(f1, half)
tf.image.adjust_gamma(f3, 2.2)
tf.image.adjust_gamma(u3, 0.5, 2)
tf.image.adjust_hue(f4, 0.2)
tf.image.adjust_hue(u3, -0.4)
tf.image.adjust_hue(edges, 0.9)
tf.image.adjust_hue(wide, half)
tf.image.adjust_saturation(f4, 0.3)
tf.image.adjust_saturation(u4, 3.0)
tf.image.adjust_saturation(edges, half)
tf.image.rgb_to_grayscale(f3)
tf.image.rgb_to_grayscale(u4)
tf.image.grayscale_to_rgb(f1)
tf.image.grayscale_to_rgb(u1)
tf.image.rgb_to_hsv(f4)
tf.image.rgb_to_hsv(edges)
tf.image.rgb_to_hsv(d4)
tf.image.hsv_to_rgb(f4)
tf.image.hsv_to_rgb(edges)
tf.image.rgb_to_yiq(f3)
tf.image.yiq_to_rgb(d4)
tf.image.rgb_to_yuv(f4)
tf.image.yuv_to_rgb(f3)
tf.image.draw_bounding_boxes(f4, drawn)
tf.image.draw_bounding_boxes(f1, drawn)
tf.image.draw_bounding_boxes(f4, drawn, colors=colours)
tf.image.draw_bounding_boxes(h3[None], drawn[:1])
tf.image.non_max_suppression(many, scores, 40)
tf.image.non_max_suppression(many, scores, 5, iou_threshold=0.2)
tf.image.non_max_suppression(many, scores, two + 8, 0.7, 0.45)
tf.image.non_max_suppression_with_scores(many, scores, 10)
tf.image.non_max_suppression_with_scores(many, scores, 40, soft_nms_sigma=0.5)
tf.image.non_max_suppression_with_scores(many, scores, 15, 0.9, 0.3, soft_nms_sigma=0.3)
tf.image.non_max_suppression_padded(neat, scores, 30, 0.2, pad_to_max_output_size=True)
tf.image.non_max_suppression_padded(neat, scores, 30, 0.2, 0.5)
tf.image.non_max_suppression_overlaps(overlaps, scores, 20, 0.6)
tf.image.non_max_suppression_overlaps(overlaps, scores, 20, 0.99, 0.3)
tf.image.psnr(f4, tf.reverse(f4, [1]), 1.0)
tf.image.psnr(u3, tf.reverse(u3, [0]), 255)
tf.image.psnr(h3, tf.reverse(h3, [0]), 1.0)
tf.image.ssim(large, tf.reverse(large, [1]), 1.0)
tf.image.ssim(large, tf.sqrt(large), 1.0, filter_size=7, filter_sigma=2.0, k1=0.02, k2=0.05)
tf.image.ssim(tf.cast(large * 255.0, tf.uint8), tf.cast(tf.sqrt(large) * 255.0, tf.uint8), 255)
tf.image.ssim_multiscale(larger, tf.sqrt(larger), 1.0)
tf.image.ssim_multiscale(large, tf.sqrt(large), 1.0, power_factors=[0.5, 0.5], filter_size=5)
tf.image.total_variation(f3)
tf.image.total_variation(f4)
tf.image.image_gradients(f4)
tf.image.image_gradients(d4)
tf.image.sobel_edges(f4)
tf.image.sobel_edges(d4)
""".strip().splitlines()

CALLS = [*_RESIZES, *_OTHERS]


def evaluate(tf: Any, call: str, known: bool = True, arrays: dict[str, Any] = ARRAYS) -> dict[str, Any]:
    """What the call gives and leads back, under the keys of the stored file.

    Parameters
    ----------
    tf : module
    call : str
    known : bool
        Whether the sizes of the arrays are known when the graph is built.
    arrays : dict
        What the names in the call stand for.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        feeds = {
            name: tf.placeholder(array.dtype, array.shape if known else [None] * array.ndim)
            for name, array in arrays.items()
            if re.search(rf"\b{name}\b", call)
        }
        result = eval(call, {"tf": tf, **feeds})  # noqa: S307  the calls of this file
        outputs = list(result) if isinstance(result, (list, tuple)) else [result]
        fetches = {f"{call}/{place}": output for place, output in enumerate(outputs)}
        for name, slope in _slopes(tf, outputs, feeds).items():
            fetches[f"{call}/d/{name}"] = slope
        return session.run(fetches, {tensor: arrays[name] for name, tensor in feeds.items()})


def _slopes(tf: Any, outputs: list[Any], inputs: dict[str, Any]) -> dict[str, Any]:
    ys = [output for output in outputs if output.dtype.is_floating]
    xs = {name: tensor for name, tensor in inputs.items() if tensor.dtype.is_floating}
    if not ys or not xs:
        return {}
    places = [tf.cast(tf.reshape(tf.range(tf.size(y)), tf.shape(y)), y.dtype) for y in ys]
    try:
        found = tf.gradients(ys, list(xs.values()), [tf.cos(place) for place in places])
    except LookupError:  # an operation without gradient
        return {}
    return {name: slope for name, slope in zip(xs, found, strict=True) if slope is not None}
