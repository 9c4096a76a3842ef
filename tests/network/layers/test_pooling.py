"""What the cases of TensorFlow's do not show: what is refused, and inputs without numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.network.layers.pooling import (
    AveragePooling2D,
    AveragePooling3D,
    MaxPooling2D,
    MaxPooling3D,
    average_pooling2d,
    max_pooling1d,
)


@pytest.mark.parametrize("layer", [MaxPooling2D, AveragePooling2D, MaxPooling3D, AveragePooling3D])
def test_an_empty_batch_stays_empty(run: Callable[..., Any], graph: Graph, layer: Any) -> None:
    sizes = [4] * layer.rank
    x = placeholder("float32", [None, *[None] * layer.rank, 3])
    y = layer(2, 2)(x)
    value, slope = run([y, *gradients(y, [x])], {x: np.zeros((0, *sizes, 3))})
    assert value.shape == (0, *[2] * layer.rank, 3)
    assert slope.shape == (0, *sizes, 3)


def test_the_number_of_channels_need_not_be_known(run: Callable[..., Any], graph: Graph) -> None:
    x = placeholder("float32", [None, None, None])
    np.testing.assert_array_equal(
        run(max_pooling1d(x, 2, 2), {x: [[[1.0], [3.0], [2.0], [0.0]]]}), [[[3], [2]]]
    )


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ValueError, match="MaxPooling2D: 4 problems") as raised:
        MaxPooling2D(0, None, "causal", "NHWC")  # type: ignore[arg-type]
    for word in ("pool_size", "strides", "padding", "data_format"):
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("dtype", "dims", "error", "message"),
    [
        ("float32", [None, 9, 3], ValueError, "Input 0 of layer average_pooling2d .* expected ndim=4, found ndim=3"),
        ("int32", [None, 9, 9, 3], TypeError, "int32"),
        ("float32", [None, 1, 1, 3], ValueError, "AvgPool 'average_pooling2d/AvgPool'"),
    ],
)  # fmt: skip
def test_an_input_that_does_not_fit_is_named(
    graph: Graph, dtype: str, dims: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        average_pooling2d(placeholder(dtype, dims), 2, 2)
