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
from estimator.network.layers.batch_normalization import BatchNormalization, batch_normalization
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


def test_images_and_volumes_go_through_one_operation(graph: Graph) -> None:
    # which layouts TensorFlow 2.15.1 fuses, and the names it gives
    def type_of(dims: Any, **options: Any) -> str:
        dtype = options.pop("dtype", "float32")
        return str(batch_normalization(placeholder(dtype, dims), training=True, **options).op.type)

    image, volume = [None, None, None, 3], [None, 2, 2, 2, 3]
    fused = [type_of(image), type_of([None, 3, 2, 2], axis=1), type_of(volume), type_of(volume, axis=-4)]
    assert fused == ["FusedBatchNormV3"] * 4
    assert type_of(image, dtype="float16") == "FusedBatchNormV3"
    others = [
        type_of([None, 2, 2, 3], axis=2),
        type_of(image, fused=False),
        type_of(image, dtype="float64"),
        type_of([None, 3], fused=True),
        type_of([None, 2, 3]),
        type_of(volume, axis=3),
        type_of([4, 2, 2, 3], axis=0),
    ]
    assert others == ["AddV2"] * 7


def test_the_fused_names_are_tensorflows(graph: Graph) -> None:
    y = batch_normalization(placeholder("float32", [None, 2, 2, 3]), training=True)
    assert y.name == "batch_normalization/FusedBatchNormV3:0"
    assert [update.name for update in graph.get_collection(GraphKeys.UPDATE_OPS)] == [
        "batch_normalization/AssignMovingAvg/AssignSubVariableOp",
        "batch_normalization/AssignMovingAvg_1/AssignSubVariableOp",
    ]


@pytest.mark.parametrize("axis", [1, 3])
def test_of_images_training_may_be_a_tensor(run: Run, graph: Graph, axis: int) -> None:
    x, training = placeholder("float32", [None, 2, 2, 2]), placeholder("bool", [])
    images = IMAGES[..., :2]
    y = batch_normalization(x, axis, training=training)
    updates = graph.get_collection(GraphKeys.UPDATE_OPS)
    axes = tuple({0, 1, 2, 3} - {axis})
    for is_training in (False, True):
        found, _ = run([y, updates], {x: images, training: is_training})
        expected = normalized(images, axes) if is_training else images / np.sqrt(1 + 1e-3)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
        mean = images.mean(axes) if is_training else np.zeros(2)
        np.testing.assert_allclose(run(global_variables()[2]), 0.01 * mean, rtol=1e-4, atol=1e-7)


def test_a_constant_says_whether_it_is_training_while_the_graph_is_built(graph: Graph) -> None:
    x = placeholder("float32", [None, 3])
    batch_normalization(x, training=graph.constant(False))
    assert graph.get_collection(GraphKeys.UPDATE_OPS) == []
    batch_normalization(x, training=graph.constant(True))
    assert len(graph.get_collection(GraphKeys.UPDATE_OPS)) == 2


def test_of_several_axes_each_combination_of_places_is_a_channel(run: Run) -> None:
    x = placeholder("float32", [None, 2, 2, 4])
    y = batch_normalization(x, [1, 2], training=True)
    # the shape of the variables: TensorFlow 2.15.1
    assert [variable.dims for variable in global_variables()] == [(1, 2, 2, 1)] * 4
    np.testing.assert_allclose(run(y, {x: IMAGES}), normalized(IMAGES, (0, 3)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dims", [(None, 4), (None, 2, 2, 4)])
def test_half_precision_has_variables_in_single_precision(run: Run, dims: Any) -> None:
    x = placeholder("float16", dims)
    y = batch_normalization(x, training=True)
    assert y.dtype.name == "float16"
    assert {variable.dtype.name for variable in global_variables()} == {"float32"}
    values = IMAGES.reshape(-1, *dims[1:])
    found = run(y, {x: values})
    np.testing.assert_allclose(found, normalized(values, tuple(range(len(dims) - 1))), rtol=1e-2, atol=1e-2)


def test_a_layer_that_is_not_trained_does_not_move_its_averages(graph: Graph) -> None:
    # as in TensorFlow: it normalises by the batch all the same, but no update is listed
    layer = BatchNormalization(trainable=False)
    layer(placeholder("float32", [None, 2, 2, 3]), training=True)
    assert trainable_variables() == []
    assert layer.updates == graph.get_collection(GraphKeys.UPDATE_OPS) == []


def test_without_beta_and_gamma_nothing_is_shifted_and_scaled(run: Run) -> None:
    x = placeholder("float32", [None, 2, 2, 4])
    y = batch_normalization(x, center=False, scale=False, training=True)
    np.testing.assert_allclose(run(y, {x: IMAGES}), normalized(IMAGES, (0, 1, 2)), rtol=1e-4, atol=1e-5)
    assert trainable_variables() == []


def test_a_second_input_of_another_width_is_refused(graph: Graph) -> None:
    layer = BatchNormalization()
    layer(placeholder("float32", [None, 3]))
    with pytest.raises(
        ValueError, match=r"Input 0 of layer batch_normalization .* axis 1 .* to have value 3"
    ):
        layer(placeholder("float32", [None, 4]))


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
        ("float32", None, {}, ValueError, "shape <unknown>"),
        ("float32", [None, 3, 3], {"axis": [1, -2]}, ValueError, r"Duplicate axis: \[1, -2\]"),
        (
            "float32",
            [None, 3, 3],
            {"axis": 1.5},
            TypeError,
            "axis must be an int or a list of them, given: 1.5",
        ),
        (
            "float32",
            [None, 3, 3],
            {"axis": []},
            TypeError,
            r"axis must be an int or a list of them, given: \[\]",
        ),
        ("float32", [None, 3], {"renorm": True}, UnimplementedError, "renorm is not available"),
    ],
)
def test_a_mistake_is_named(
    graph: Graph, dtype: str, dims: Any, options: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        batch_normalization(placeholder(dtype, dims), **options)


def test_a_misspelt_training_is_not_taken_for_none(graph: Graph) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'is_training'"):
        BatchNormalization()(placeholder("float32", [None, 3]), is_training=True)
