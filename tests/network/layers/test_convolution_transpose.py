"""What the cases of TensorFlow's do not show: sizes that are not known, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.network.layers.convolution_transpose import Conv2DTranspose, conv2d_transpose, conv3d_transpose


@pytest.mark.parametrize(("padding", "sizes"), [("same", (8, 10)), ("valid", (9, 11))])
def test_space_grows_by_the_strides(graph: Graph, run: Callable[..., Any], padding: str, sizes: Any) -> None:
    x = placeholder("float32", [None, 4, None, 3])
    y = conv2d_transpose(x, 2, 3, strides=2, padding=padding)
    assert y.dims == (None, sizes[0], None, 2)
    assert run(y, {x: np.zeros((1, 4, 5, 3))}).shape == (1, *sizes, 2)


def test_of_a_stride_larger_than_the_kernel_nothing_is_added(graph: Graph) -> None:
    y = conv3d_transpose(placeholder("float32", [2, 4, 4, 4, 1]), 1, 2, strides=3)
    assert y.dims == (2, 12, 12, 12, 1)


def test_there_is_no_dilation(graph: Graph) -> None:
    with pytest.raises(
        TypeError, match=r"conv2d_transpose\(\) got an unexpected keyword argument 'dilation_rate'"
    ):
        conv2d_transpose(placeholder("float32", [2, 4, 4, 1]), 1, 2, dilation_rate=2)  # type: ignore[call-arg]


def test_the_number_of_channels_must_be_known(graph: Graph) -> None:
    with pytest.raises(ValueError, match="inputs to `Conv2DTranspose` should be defined"):
        Conv2DTranspose(2, 3)(placeholder("float32", [None, 4, 4, None]))
