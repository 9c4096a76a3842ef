"""What the cases of TensorFlow's do not show: sharing, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network.layers.separable_convolution import SeparableConv1D, SeparableConv2D, separable_conv2d
from estimator.variables.variable import global_variables


def test_a_layer_called_again_shares_its_variables(graph: Graph) -> None:
    layer = SeparableConv2D(4, 3, name="tower", pointwise_regularizer="l2")
    layer(placeholder("float32", [None, None, None, 2]))
    separable_conv2d(placeholder("float32", [None, 5, 5, 2]), 4, 3, name="tower", reuse=True)
    names = [variable.op.name for variable in global_variables()]
    assert names == ["tower/depthwise_kernel", "tower/pointwise_kernel", "tower/bias"]
    assert len(graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"depth_multiplier": 0},
            "SeparableConv2D: depth_multiplier must be a whole number above 0; given: 0",
        ),
        ({"padding": "causal"}, "SeparableConv2D: padding must be 'valid' or 'same'"),
        ({"depthwise_initializer": "zero_s"}, "SeparableConv2D: depthwise_initializer='zero_s'"),
        ({"strides": 2, "dilation_rate": 2}, "not supported in conjunction"),
    ],
)
def test_a_mistake_is_named(options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SeparableConv2D(2, 3, **options)


def test_one_axis_may_be_padded_causally(graph: Graph) -> None:
    y = SeparableConv1D(4, 3, padding="causal", dilation_rate=2)(placeholder("float32", [None, 7, 2]))
    assert y.dims == (None, 7, 4)
