"""Where the pixels of a resized image come from, along one axis.

An output pixel is a weighted sum of input pixels, its taps. Three conventions say which point of the input is under
output pixel i: by default ``i * scale`` with ``scale = n_in / n_out``; with `align_corners` the corners' centers meet,
``scale = (n_in - 1) / (n_out - 1)``; with `half_pixel_centers` pixels are areas, ``(i + 1/2) * scale - 1/2``. All is
computed in single precision, as TensorFlow does, since rounding decides which pixel is the nearest.

Source
------
tensorflow/core/util/image_resizer_state.h; core/kernels/image/resize_{bilinear,bicubic,area,nearest_neighbor}_op.cc
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from estimator.core.named_tuple import NamedTuple

Array: TypeAlias = np.ndarray[Any, Any]

_TABLE_SIZE = 1024  # TensorFlow looks cubic weights up in a table of that many steps a pixel
_HALF, _ONE = np.float32(0.5), np.float32(1)


class Taps(NamedTuple):
    """The input pixels of each output pixel, and their weights: both [n_out, taps]."""

    places: Array
    weights: Array

    def matrix(self, n_in: int, dtype: Any) -> Array:
        """The same as a matrix [n_out, n_in], whose transpose leads the gradient back."""
        matrix = np.zeros((len(self.places), n_in), dtype)
        np.add.at(matrix, (np.arange(len(self.places))[:, None], self.places), self.weights.astype(dtype))
        return matrix


def scale_of(n_in: int, n_out: int, align_corners: bool) -> np.float32:
    """How many input pixels an output pixel is wide."""
    if align_corners and n_out > 1:
        return np.float32(n_in - 1) / np.float32(n_out - 1)
    return np.float32(n_in) / np.float32(n_out)


def _points(n_in: int, n_out: int, align_corners: bool, half_pixel_centers: bool) -> Array:
    """The points of the input under the output pixels."""
    scale, steps = scale_of(n_in, n_out, align_corners), np.arange(n_out, dtype=np.float32)
    return (steps + _HALF) * scale - _HALF if half_pixel_centers else steps * scale


def nearest(n_in: int, n_out: int, align_corners: bool, half_pixel_centers: bool) -> Taps:
    """The one pixel that is nearest; by default that to the left of the point."""
    scale, steps = scale_of(n_in, n_out, align_corners), np.arange(n_out, dtype=np.float32)
    points = (steps + _HALF) * scale if half_pixel_centers else steps * scale
    places = np.floor(points + _HALF) if align_corners else np.floor(points)
    bounded = np.clip(places.astype(np.intp), 0, n_in - 1)
    return Taps(bounded[:, None], np.ones((n_out, 1), np.float32))


def linear(n_in: int, n_out: int, align_corners: bool, half_pixel_centers: bool) -> Taps:
    """The pixels to both sides of the point."""
    points = _points(n_in, n_out, align_corners, half_pixel_centers)
    below = np.floor(points)
    share = points - below
    places = np.stack([np.maximum(below, 0), np.minimum(np.ceil(points), n_in - 1)], axis=1).astype(np.intp)
    return Taps(places, np.stack([_ONE - share, share], axis=1))


def cubic(n_in: int, n_out: int, align_corners: bool, half_pixel_centers: bool) -> Taps:
    """Four pixels, by a cubic; with half pixels that of Keys (a = -1/2), which knows nothing beyond the border."""
    points = _points(n_in, n_out, align_corners, half_pixel_centers)
    below = np.floor(points)
    steps = np.rint((points - below) * np.float32(_TABLE_SIZE)).astype(np.intp)
    near, far = _cubic_tables(-0.5 if half_pixel_centers else -0.75)
    weights = np.stack([far[steps], near[steps], near[_TABLE_SIZE - steps], far[_TABLE_SIZE - steps]], axis=1)
    wanted = below.astype(np.intp)[:, None] + np.arange(-1, 3)
    places = np.clip(wanted, 0, n_in - 1)
    if half_pixel_centers:
        weights = np.where(places == wanted, weights, np.float32(0))
        weights = weights / weights.sum(axis=1, keepdims=True)
    return Taps(places, weights)


def _cubic_tables(a: float) -> tuple[Array, Array]:
    """The weight of a pixel at a distance up to 1, and of one at a distance of 1 to 2."""
    near = np.arange(_TABLE_SIZE + 1) / _TABLE_SIZE
    far = near + 1
    weights = ((a + 2) * near - (a + 3)) * near * near + 1, ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
    return weights[0].astype(np.float32), weights[1].astype(np.float32)


def area(n_in: int, n_out: int, align_corners: bool) -> Taps:
    """All pixels that the output pixel covers, each by the part that is covered."""
    scale = scale_of(n_in, n_out, align_corners)
    edges = np.arange(n_out + 1, dtype=np.float32) * scale
    first, last = np.floor(edges[:-1]), np.ceil(edges[1:])
    places = first[:, None] + np.arange(max(int((last - first).max()), 1), dtype=np.float32)
    covered = np.minimum(places + _ONE, edges[1:, None]) - np.maximum(places, edges[:-1, None])
    weights = np.where(places < last[:, None], covered, np.float32(0)) / scale
    return Taps(np.clip(places.astype(np.intp), 0, n_in - 1), weights)
