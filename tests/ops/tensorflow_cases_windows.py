"""The convolutions and pools that TensorFlow computed, in our functions: case -> function of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.functions import convolution, depthwise, normalization, pooling, transposed

PAIRS = [[0, 0], [1, 2], [0, 1], [0, 0]]


def _conv(strides: Any, padding: Any, **words: Any) -> Callable[..., Any]:
    return lambda x, w: convolution.conv2d(x, w, strides=strides, padding=padding, **words)


CASES: dict[str, Callable[..., Any]] = {
    "conv1d": lambda x, w: convolution.conv1d(x, w, stride=2, padding="SAME"),
    "conv2d_1x1": _conv(1, "VALID"),
    "conv2d_dilated": _conv(1, "VALID", dilations=2),
    "conv2d_even_kernel_same": _conv(2, "SAME"),
    "conv2d_explicit": _conv(1, PAIRS),
    "conv2d_same_s1": _conv(1, "SAME"),
    "conv2d_same_s2": _conv(2, "SAME"),
    "conv2d_strides_hw": _conv([1, 2, 3, 1], "SAME"),
    "conv2d_transpose": lambda x, w: transposed.conv2d_transpose(
        x, w, [2, 16, 16, 4], strides=2, padding="SAME"
    ),
    "conv2d_valid_s1": _conv(1, "VALID"),
    "conv2d_valid_s2": _conv(2, "VALID"),
    "depthwise_conv2d": lambda x, w: depthwise.depthwise_conv2d(x, w, strides=[1, 1, 1, 1], padding="SAME"),
    "lrn": lambda x: normalization.local_response_normalization(
        x, depth_radius=1, bias=1.0, alpha=0.5, beta=0.5
    ),
    **{
        f"{name}_{padding.lower()}_k2_s{strides}": lambda x, pool=pool, padding=padding, strides=strides: (
            pool(x, ksize=2, strides=strides, padding=padding)
        )
        for name, pool in (("max_pool", pooling.max_pool2d), ("avg_pool", pooling.avg_pool2d))
        for padding in ("SAME", "VALID")
        for strides in (1, 2)
    },
}
