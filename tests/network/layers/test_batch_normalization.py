from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import UnimplementedError
from estimator.functions.arrays import placeholder
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network.layers.batch_normalization import batch_normalization
from estimator.variables.variable import global_variables, trainable_variables

Run = Callable[..., Any]
X = np.array([[1.0, 20.0], [3.0, 10.0], [5.0, 30.0], [7.0, 60.0]], np.float32)
IMAGES = np.random.default_rng(1).standard_normal((3, 2, 2, 4)).astype(np.float32)


def normalized(x: Any, axes: tuple[int, ...], epsilon: float = 1e-3) -> Any:
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + epsilon)


def test_in_training_the_batch_is_brought_to_mean_0_and_variance_1(run: Run) -> None:
    x = placeholder("float32", [None, 2])
    y = run(batch_normalization(x, training=True), {x: X})
    np.testing.assert_allclose(y, normalized(X, (0,)), rtol=1e-5)


def test_otherwise_the_moving_averages_are_used(run: Run, graph: Graph) -> None:
    x = placeholder("float32", [None, 2])
    y = run(batch_normalization(x), {x: X})
    np.testing.assert_allclose(y, X / np.sqrt(1 + 1e-3), rtol=1e-5)  # they begin with 0 and 1
    assert graph.get_collection(GraphKeys.UPDATE_OPS) == []


def test_the_averages_move_towards_the_biased_variance(run: Run, graph: Graph) -> None:
    x = placeholder("float32", [None, 2])
    batch_normalization(x, momentum=0.9, training=True)
    run(graph.get_collection(GraphKeys.UPDATE_OPS), {x: X})
    mean, variance = run(global_variables()[2:])
    np.testing.assert_allclose(mean, 0.1 * X.mean(0), rtol=1e-5)
    np.testing.assert_allclose(variance, 0.9 + 0.1 * X.var(0), rtol=1e-5)


@pytest.mark.parametrize(("fused", "ddof"), [(None, 1), (True, 1), (False, 0)])
def test_of_images_the_average_follows_the_unbiased_variance(
    run: Run, graph: Graph, fused: bool | None, ddof: int
) -> None:
    x = placeholder("float32", [None, 2, 2, 4])
    y = batch_normalization(x, momentum=0.9, training=True, fused=fused)
    found, _ = run([y, graph.get_collection(GraphKeys.UPDATE_OPS)], {x: IMAGES})
    np.testing.assert_allclose(found, normalized(IMAGES, (0, 1, 2)), rtol=1e-4, atol=1e-5)
    variance = run(global_variables()[3])
    np.testing.assert_allclose(variance, 0.9 + 0.1 * IMAGES.var((0, 1, 2), ddof=ddof), rtol=1e-5)


def test_channels_may_come_first(run: Run) -> None:
    x = placeholder("float32", [None, 2, 2, 4])
    y = batch_normalization(x, axis=1, training=True)
    assert [each.dims for each in global_variables()] == [(2,)] * 4
    np.testing.assert_allclose(run(y, {x: IMAGES}), normalized(IMAGES, (0, 2, 3)), rtol=1e-4, atol=1e-5)


def test_training_may_be_a_tensor(run: Run, graph: Graph) -> None:
    x, training = placeholder("float32", [None, 2]), placeholder("bool", [])
    y = batch_normalization(x, training=training)
    updates = graph.get_collection(GraphKeys.UPDATE_OPS)
    found, _ = run([y, updates], {x: X, training: False})
    np.testing.assert_allclose(found, X / np.sqrt(1 + 1e-3), rtol=1e-5)
    np.testing.assert_array_equal(run(global_variables()[2]), [0, 0])
    found, _ = run([y, updates], {x: X, training: True})
    np.testing.assert_allclose(found, normalized(X, (0,)), rtol=1e-5)
    np.testing.assert_allclose(run(global_variables()[2]), 0.01 * X.mean(0), rtol=1e-5)


def test_names_and_order_are_tensorflows(graph: Graph) -> None:
    # as tf.layers.batch_normalization of TensorFlow 2.15 makes them
    y = batch_normalization(placeholder("float32", [None, 3]), training=True)
    assert [each.name for each in global_variables()] == [
        f"batch_normalization/{name}:0" for name in ("gamma", "beta", "moving_mean", "moving_variance")
    ]
    assert [each.op.name for each in trainable_variables()] == [
        "batch_normalization/gamma",
        "batch_normalization/beta",
    ]
    assert [each.name for each in graph.get_collection(GraphKeys.UPDATE_OPS)] == [
        "batch_normalization/AssignMovingAvg/AssignSubVariableOp",
        "batch_normalization/AssignMovingAvg_1/AssignSubVariableOp",
    ]
    assert y.name == "batch_normalization/batchnorm/add_1:0"
    assert y.dims == (None, 3)


def test_without_center_and_scale_there_is_neither_beta_nor_gamma(graph: Graph) -> None:
    batch_normalization(placeholder("float32", [None, 3]), center=False, scale=False)
    assert trainable_variables() == []


def test_the_gradient_flows_through_the_statistics_of_the_batch(run: Run) -> None:
    x = placeholder("float32", [None, 2])
    y = batch_normalization(x, training=True)
    weights = np.array([[1.0, 0.5], [-2.0, 1.0], [0.5, -1.0], [3.0, 2.0]], np.float32)
    (dx,) = gradients(y, [x], [x.graph.constant(weights)])
    direction = np.array([[0.3, -1.0], [1.0, 0.2], [-0.5, 0.4], [0.1, 0.7]])

    def weighted(values: Any) -> float:
        return float((normalized(values, (0,)) * weights).sum())

    step = 1e-5
    slope = (weighted(X + step * direction) - weighted(X - step * direction)) / (2 * step)
    assert (run(dx, {x: X}) * direction).sum() == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize(
    ("dtype", "dims", "options", "error", "message"),
    [
        ("int32", [None, 3], {}, TypeError, "the input is int32"),
        ("float32", [None, None], {}, ValueError, "undefined `axis` dimension"),
        ("float32", [None, 3], {"axis": 4}, ValueError, "Invalid value for `axis` argument: 4"),
        ("float32", [None, 3], {"fused": True}, ValueError, "only support 4D"),
        ("float32", [None, 3], {"renorm": True}, UnimplementedError, "renorm is not available"),
        ("float32", [None, 3, 3], {"axis": [1, 2]}, UnimplementedError, r"one int, given: \[1, 2\]"),
    ],
)
def test_a_mistake_is_named(
    graph: Graph, dtype: str, dims: Any, options: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        batch_normalization(placeholder(dtype, dims), **options)
