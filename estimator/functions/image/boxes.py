"""Boxes in images: drawn on them, drawn by chance, and picked among those that overlap.

A box is y1, x1, y2, x2, as parts of the image's height and width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.seeds import op_seeds
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

_NO_LIMIT = float("-inf")


class SampleDistortedBoundingBoxV2(NamedTuple):
    """A part of an image, for ``tf.slice``, and as a box to draw."""

    begin: Tensor
    size: Tensor
    bboxes: Tensor


def draw_bounding_boxes(
    images: TensorLike, boxes: TensorLike, name: str | None = None, colors: TensorLike | None = None
) -> Tensor:
    """Copies of images with the edges of boxes on them.

    Parameters
    ----------
    images : float32 or float16 tensor
        A batch of 1, 3 or 4 channels.
    boxes : float32 tensor
    name : str, optional
    colors : float32 tensor, optional
        One row for each colour, taken in turn; ten of TensorFlow's by default.

    Shape
    -----
    images [batch, height, width, channels], boxes [batch, n, 4], colors [k, channels or more] -> as images

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Source
    ------
    tf.image.draw_bounding_boxes, TF 1.15 image_ops_impl.py
    """
    if colors is None:
        drawn: Tensor = b.DrawBoundingBoxes(images, boxes, name=name)
    else:
        drawn = b.DrawBoundingBoxesV2(images, boxes, colors, name=name)
    return drawn


def sample_distorted_bounding_box(
    image_size: TensorLike,
    bounding_boxes: TensorLike,
    seed: int | None = None,
    seed2: int | None = None,
    min_object_covered: TensorLike = 0.1,
    aspect_ratio_range: Sequence[float] | None = None,
    area_range: Sequence[float] | None = None,
    max_attempts: int | None = None,
    use_image_if_no_bounding_boxes: bool | None = None,
    name: str | None = None,
) -> SampleDistortedBoundingBoxV2:
    """A part of an image by chance that shows enough of one of its objects, as Inception was trained on.

    Parameters
    ----------
    image_size : tensor of integers
        Height, width and channels.
    bounding_boxes : float32 tensor
        Of the objects.
    seed, seed2 : int, optional
    min_object_covered : float or scalar tensor
        Which part of an object must be seen.
    aspect_ratio_range : pair of float, default (0.75, 1.33)
        Bounds of width / height.
    area_range : pair of float, default (0.05, 1)
        Bounds of the part of the image.
    max_attempts : int, default 100
        After so many parts that do not fit, the whole image is taken.
    use_image_if_no_bounding_boxes : bool, default False
        Whether the whole image is the object where there is none.

    Shape
    -----
    image_size [3], bounding_boxes [batch, n, 4] -> begin [3], size [3], bboxes [1, 1, 4]

    Raises
    ------
    ValueError
        If a range is none.
    InvalidArgumentError
        In the run, if there are no boxes, or one is not within [0, 1].

    Example
    -------
    >>> begin, size, box = sample_distorted_bounding_box([20, 30, 3], [[[0.0, 0.0, 0.5, 1.0]]])
    >>> size.shape.as_list()
    [3]

    Source
    ------
    tf.image.sample_distorted_bounding_box, TF 1.15 image_ops_impl.py
    """
    given = {
        "aspect_ratio_range": aspect_ratio_range,
        "area_range": area_range,
        "max_attempts": max_attempts,
        "use_image_if_no_bounding_boxes": use_image_if_no_bounding_boxes,
    }
    attrs: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    with function_scope(name, "sample_distorted_bounding_box", image_size, bounding_boxes) as (graph, scope):
        seeds: dict[str, Any] = op_seeds(graph, seed if seed2 is None else seed2, scope)  # keywords
        if seed is not None and seed2 is not None:
            seeds["seed"] = seed
        boxes = tensor_of(bounding_boxes, name="bounding_boxes")
        return SampleDistortedBoundingBoxV2(
            *b.SampleDistortedBoundingBoxV2(
                image_size, boxes, min_object_covered, **attrs, **seeds, name=name
            )
        )


def non_max_suppression(
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: TensorLike,
    iou_threshold: TensorLike = 0.5,
    score_threshold: TensorLike = _NO_LIMIT,
    name: str | None = None,
) -> Tensor:
    """Which boxes are left when those go that overlap a better-rated one.

    Parameters
    ----------
    boxes : float32 or float16 tensor
        Of any unit; their corners may be exchanged.
    scores : tensor of the same type
    max_output_size : int or scalar tensor
        How many are picked at most.
    iou_threshold : float or scalar tensor
        How much two may overlap: the area of both over the area of either.
    score_threshold : float or scalar tensor
        Boxes that are not rated higher go.

    Returns
    -------
    Tensor of int32
        Their places, the best first.

    Shape
    -----
    boxes [n, 4], scores [n] -> [picked]

    Raises
    ------
    InvalidArgumentError
        In the run, if iou_threshold is not within [0, 1].

    Source
    ------
    tf.image.non_max_suppression, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "non_max_suppression", boxes, scores):
        picked: Tensor = b.NonMaxSuppressionV3(boxes, scores, max_output_size, iou_threshold, score_threshold)
        return picked


def non_max_suppression_padded(
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _NO_LIMIT,
    pad_to_max_output_size: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """As :func:`non_max_suppression`, and how many are picked; the places may be continued by zeros to one size.

    Source
    ------
    tf.image.non_max_suppression_padded, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "non_max_suppression_padded", boxes, scores):
        picked, count = b.NonMaxSuppressionV4(
            boxes,
            scores,
            max_output_size,
            iou_threshold,
            score_threshold,
            pad_to_max_output_size=pad_to_max_output_size,
        )
        return picked, count


def non_max_suppression_with_scores(
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: TensorLike,
    iou_threshold: TensorLike = 0.5,
    score_threshold: TensorLike = _NO_LIMIT,
    soft_nms_sigma: TensorLike = 0.0,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """As :func:`non_max_suppression`, and the scores; with a sigma, overlapping lowers these instead of ending all.

    Parameters
    ----------
    boxes, scores, max_output_size, iou_threshold, score_threshold : tensors
        As for :func:`non_max_suppression`.
    soft_nms_sigma : float or scalar tensor
        If it is above 0, a score is multiplied by exp(-overlap² / (2 sigma)), and iou_threshold has no effect.

    Source
    ------
    tf.image.non_max_suppression_with_scores, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "non_max_suppression_with_scores", boxes, scores):
        picked, rated, _ = b.NonMaxSuppressionV5(
            boxes,
            scores,
            max_output_size,
            iou_threshold,
            score_threshold,
            soft_nms_sigma,
            pad_to_max_output_size=False,
        )
        return picked, rated


def non_max_suppression_overlaps(
    overlaps: Any,
    scores: TensorLike,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = _NO_LIMIT,
    name: str | None = None,
) -> Tensor:
    """As :func:`non_max_suppression`, of things whose overlaps with one another are given.

    Shape
    -----
    overlaps [n, n], scores [n] -> [picked]

    Source
    ------
    tf.image.non_max_suppression_overlaps, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "non_max_suppression_overlaps", overlaps, scores):
        picked: Tensor = b.NonMaxSuppressionWithOverlaps(
            overlaps, scores, max_output_size, overlap_threshold, score_threshold
        )
        return picked


near_keywords_of_functions(__name__)
