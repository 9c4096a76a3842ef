from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions import nn
from estimator.graph.graph import Graph
from estimator.network.layers.by_name import functions_of
from estimator.variables.initializers import Ones

X = [-3.0, -0.5, 0.2, 9.0]


@pytest.mark.parametrize(
    ("name", "expected"),  # made by tf.layers.dense of TensorFlow 2.15, with the identity as kernel
    [
        ("relu", [0, 0, 0.2, 9]),
        ("relu6", [0, 0, 0.2, 6]),
        ("elu", [-0.95021, -0.39347, 0.2, 9]),
        ("selu", [-1.67057, -0.69176, 0.21014, 9.45631]),
        ("tanh", [-0.99505, -0.46212, 0.19738, 1]),
        ("sigmoid", [0.04743, 0.37754, 0.54983, 0.99988]),
        ("softplus", [0.04859, 0.47408, 0.79814, 9.00012]),
        ("softsign", [-0.75, -0.33333, 0.16667, 0.9]),
        ("exponential", [0.04979, 0.60653, 1.2214, 8103.083984]),
        ("hard_sigmoid", [0, 0.4, 0.54, 1]),
        ("linear", X),
        ("swish", [-0.14228, -0.18877, 0.10997, 8.99889]),
        ("silu", [-0.14228, -0.18877, 0.10997, 8.99889]),
        ("gelu", [-0.00405, -0.15427, 0.11585, 9]),
        ("mish", [-0.14565, -0.22074, 0.13259, 9]),
        ("leaky_relu", [-0.6, -0.1, 0.2, 9]),
    ],
)
def test_activations_have_keras_names(
    graph: Graph, run: Callable[..., Any], name: str, expected: list[float]
) -> None:
    activation = functions_of("a layer", activation=name)["activation"]
    np.testing.assert_allclose(run(activation(graph.constant(X))), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "attributes"),  # the configurations of keras.initializers.get(name) in TensorFlow 2.15
    [
        ("normal", {"mean": 0.0, "stddev": 0.05}),
        ("RandomNormal", {"mean": 0.0, "stddev": 0.05}),
        ("random_normal", {"mean": 0.0, "stddev": 0.05}),
        ("uniform", {"minval": -0.05, "maxval": 0.05}),
        ("truncated_normal", {"mean": 0.0, "stddev": 0.05}),
        ("variance_scaling", {"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal"}),
        ("glorot_uniform", {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform"}),
        ("he_normal", {"scale": 2.0, "mode": "fan_in", "distribution": "truncated_normal"}),
        ("LecunUniform", {"scale": 1.0, "mode": "fan_in", "distribution": "uniform"}),
        ("constant", {"value": 0}),
    ],
)
def test_initializers_have_keras_names_and_spread(name: str, attributes: dict[str, Any]) -> None:
    initializer = functions_of("a layer", kernel_initializer=name)["kernel_initializer"]
    assert {attribute: getattr(initializer, attribute) for attribute in attributes} == attributes


def test_functions_pass_as_they_are_and_classes_are_made() -> None:
    found = functions_of("a layer", activation=nn.relu, kernel_initializer=Ones, bias_constraint=None)
    assert (found["activation"], found["bias_constraint"]) == (nn.relu, None)
    assert isinstance(found["kernel_initializer"], Ones)


def test_a_name_that_nobody_has_is_answered_with_those_there_are() -> None:
    with pytest.raises(
        ValueError, match=r"no constraint has this name\. Known: non_neg, max_norm, unit_norm, "
    ):
        functions_of("a layer", kernel_constraint="qqq")
