"""Examples of ops/local_response.py: the formulas of tf.nn.local_response_normalization's documentation."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, normal

X, DY = normal(2, 3, 2, 7, seed=1), normal(2, 3, 2, 7, seed=2)


def _neighbours(x: Any, radius: int) -> Any:
    sums = np.zeros(x.shape)
    for channel in range(x.shape[-1]):
        sums[..., channel] = x[..., max(channel - radius, 0) : channel + radius + 1].sum(-1)
    return sums


def _lrn(depth_radius: int = 5, bias: float = 1, alpha: float = 1, beta: float = 0.5) -> Any:
    def formula(x: Any) -> Any:
        wide = x.astype(np.float64)
        return (wide / (bias + alpha * _neighbours(wide**2, depth_radius)) ** beta).astype(x.dtype)

    return formula


def _grad(depth_radius: int = 5, bias: float = 1, alpha: float = 1, beta: float = 0.5) -> Any:
    """The sum over outputs k of dy[k] times the derivative of y[k] by x[c]."""

    def formula(dy: Any, x: Any, y: Any) -> Any:
        wide = x.astype(np.float64)
        scale = bias + alpha * _neighbours(wide**2, depth_radius)
        through_scale = _neighbours(dy * wide * scale ** (-beta - 1), depth_radius)
        return (dy / scale**beta - 2 * alpha * beta * wide * through_scale).astype(x.dtype)

    return formula


_ATTRS: list[dict[str, Any]] = [
    {},
    {"depth_radius": 1, "alpha": 0.5},
    {"depth_radius": 2, "bias": 2.0, "alpha": 0.1, "beta": 0.75},
    {"depth_radius": 3, "beta": 1.25},
]
EXAMPLES = [
    *[Example("LRN", [X], _lrn(**attrs), attrs, note=str(place)) for place, attrs in enumerate(_ATTRS)],
    *[
        Example("LRNGrad", [DY, X, _lrn(**attrs)(X)], _grad(**attrs), attrs, note=str(place))
        for place, attrs in enumerate(_ATTRS)
    ],
    Example("LRN", [X[:0]], lambda x: x, note="no images"),
    Example("LRN", [X.astype(np.float16)], _lrn(), rtol=2e-3, note="float16"),
]
