from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions import nn
from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network.layers.dense import Dense, dense
from estimator.variables.initializers import Constant, Ones
from estimator.variables.regularizers import l2_regularizer
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import trainable_variables

Run = Callable[..., Any]


def _names() -> list[str]:
    return [each.op.name for each in trainable_variables()]


def test_variables_and_operations_have_tensorflows_names(graph: Graph) -> None:
    x = placeholder("float32", [None, 4])
    net = dense(x, 10, activation=nn.relu)
    with variable_scope("foo"):
        net = dense(net, 3)
    net = dense(net, 2, name="out")
    dense(net, 2)
    assert _names() == [
        "dense/kernel", "dense/bias", "foo/dense/kernel", "foo/dense/bias", "out/kernel", "out/bias", "dense_1/kernel",
        "dense_1/bias",
    ]  # fmt: skip
    for name in ("dense/MatMul", "dense/BiasAdd", "dense/Relu", "foo/dense/BiasAdd"):
        graph.get_operation_by_name(name)


def test_the_output_is_activation_of_product_and_bias(run: Run, rng: np.random.Generator) -> None:
    x, w = rng.normal(size=(5, 4)).astype(np.float32), rng.normal(size=(4, 3)).astype(np.float32)
    feed = placeholder("float32", [None, 4])
    y = dense(feed, 3, nn.relu, kernel_initializer=Constant(w), bias_initializer=Ones())
    assert y.dims == (None, 3)
    np.testing.assert_allclose(run(y, {feed: x}), np.maximum(x @ w + 1, 0), rtol=1e-5, atol=1e-6)


def test_more_dimensions_are_taken_along_the_last_axis(run: Run, rng: np.random.Generator) -> None:
    x, w = rng.normal(size=(2, 5, 4)).astype(np.float32), rng.normal(size=(4, 3)).astype(np.float32)
    feed = placeholder("float32", [None, 5, 4])
    y = dense(feed, 3, kernel_initializer=Constant(w), use_bias=False)
    assert y.dims == (None, 5, 3)
    np.testing.assert_allclose(run(y, {feed: x}), np.einsum("abi,ij->abj", x, w), rtol=1e-4, atol=1e-6)


def test_a_layer_called_twice_shares_its_variables(run: Run) -> None:
    layer = Dense(2)
    x = placeholder("float32", [None, 4])
    first, second = layer(x), layer(x)
    assert _names() == ["dense/kernel", "dense/bias"]
    assert (layer.name, [each.op.name for each in layer.variables]) == ("dense", _names())
    assert second.op.name == "dense/BiasAdd_1"
    np.testing.assert_array_equal(*run([first, second], {x: np.ones((1, 4))}))


def test_reuse_takes_the_variables_of_a_name(graph: Graph) -> None:
    x = placeholder("float32", [None, 4])
    dense(x, 3, name="d")
    dense(x, 3, name="d", reuse=True)
    assert _names() == ["d/kernel", "d/bias"]
    with pytest.raises(ValueError, match="Variable d/kernel already exists"):
        dense(x, 3, name="d")
    with pytest.raises(ValueError, match=r"specified shape \(4, 7\) and found shape \(4, 3\)"):
        dense(x, 7, name="d", reuse=True)


def test_the_surrounding_scope_gives_initializer_and_reuse(graph: Graph, run: Run) -> None:
    x = placeholder("float32", [None, 4])
    for reuse in (None, True):
        with variable_scope("net", initializer=Ones(), reuse=reuse):
            y = dense(x, 2)
    assert _names() == ["net/dense/kernel", "net/dense/bias"]
    np.testing.assert_array_equal(run(y, {x: np.ones((1, 4))}), [[4, 4]])


def test_regularizers_list_their_losses(graph: Graph, run: Run) -> None:
    dense(
        graph.constant(np.ones((2, 2), np.float32)),
        2,
        kernel_initializer=Ones(),
        kernel_regularizer=l2_regularizer(0.1),
    )
    dense(
        graph.constant(np.ones((1, 1), np.float32)),
        1,
        kernel_initializer=Ones(),
        activity_regularizer=l2_regularizer(1.0),
    )
    losses = graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)
    assert [each.op.name.split("/")[:2] for each in losses] == [
        ["dense", "kernel"],
        ["dense_1", "ActivityRegularizer"],
    ]
    np.testing.assert_allclose(run(losses), [0.1 * 4 / 2, 0.5])


def test_what_is_not_trained_is_not_listed_as_trainable(graph: Graph) -> None:
    dense(placeholder("float32", [None, 4]), 3, trainable=False)
    assert _names() == []


@pytest.mark.parametrize(
    ("dims", "message"),
    [
        ([None, None], r"should be defined. Found `None`.*set_shape\(\[None, size\]\)"),
        (None, r"shape of the input is not known.*set_shape\(\[None, size\]\)"),
        (
            [None],
            r"found ndim=1\. Its shape is \(\?,\), and \[batch, size\] is wanted.*tf\.expand_dims\(x, 1\)",
        ),
        ([4], r"found ndim=1\. Its shape is \(4,\)"),
        ([], "found ndim=0"),
    ],
)
def test_an_unknown_width_says_what_to_do(graph: Graph, dims: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dense(placeholder("float32", dims), 3)


def test_text_has_to_become_numbers_first(graph: Graph) -> None:
    with pytest.raises(TypeError, match=r"Dense: the input is string, .* tf\.string_to_number"):
        dense(placeholder("string", [None, 4]), 3)


def test_integers_are_refused(graph: Graph) -> None:
    with pytest.raises(TypeError, match=r"int32, a floating point type is needed; use tf\.cast"):
        dense(placeholder("int32", [None, 4]), 3)


def test_no_units_are_refused() -> None:
    with pytest.raises(ValueError, match="units must be positive, given: 0"):
        Dense(0)


@pytest.mark.parametrize("units", [2.5, "a", None])
def test_units_are_a_whole_number(units: Any) -> None:
    with pytest.raises(TypeError, match="units must be a whole number, given: "):
        Dense(units)


def test_all_functions_that_are_none_are_told_at_once() -> None:
    with pytest.raises(ValueError, match="Dense: 3 problems") as caught:
        Dense(3, activation=3, kernel_initializer="zeroes", bias_regularizer="l3")  # type: ignore[arg-type]
    assert "activation must be a function such as tf.nn.relu, or the name of one; given: 3." in str(
        caught.value
    )
    assert "kernel_initializer='zeroes': no initializer has this name. Did you mean 'zeros'" in str(
        caught.value
    )
    assert "bias_regularizer='l3': no regularizer has this name. Known: l1, l2" in str(caught.value)


def test_functions_are_given_by_name(graph: Graph, run: Run) -> None:
    x = graph.constant([[1.0, -2.0], [0.5, 3.0]])
    y = dense(
        x, 2, activation="relu", kernel_initializer="identity", bias_initializer="ones", kernel_regularizer="l2",
        bias_regularizer="l1", activity_regularizer="l1", kernel_constraint="non_neg",
    )  # fmt: skip
    assert (y.name, y.op.type) == ("dense/Relu:0", "Relu")
    np.testing.assert_array_equal(run(y), [[2, 0], [1.5, 4]])
    penalties = graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)
    assert [penalty.name for penalty in penalties] == [
        "dense/kernel/Regularizer/mul:0", "dense/bias/Regularizer/mul:0", "dense/ActivityRegularizer/truediv:0",
    ]  # fmt: skip
    # 0.01 (1 + 1), 0.01 (1 + 1), and 0.01 (2 + 1.5 + 4) / 2 examples
    np.testing.assert_allclose(run(penalties), [0.02, 0.02, 0.0375], rtol=1e-6)


def test_a_layer_says_what_it_was_given_and_what_it_made(graph: Graph) -> None:
    layer = Dense(5, activation="relu", kernel_regularizer="l2")
    with pytest.raises(ValueError, match=r"`count_params` on dense, .* use dense\.build\(input_shape\)"):
        layer.count_params()
    layer(placeholder("float32", [None, 3]))
    assert layer.count_params() == 20
    assert (layer.activation, layer.units, layer.use_bias) == (nn.relu, 5, True)
    assert [loss.name for loss in layer.losses] == ["dense/kernel/Regularizer/mul:0"]


def test_a_layer_is_built_by_hand(graph: Graph) -> None:
    layer = Dense(2, name="by_hand")
    layer.build((None, 7))
    assert (layer.kernel.name, layer.kernel.dims) == ("by_hand/kernel:0", (7, 2))
    layer(placeholder("float32", [None, 7]))
    assert _names() == ["by_hand/kernel", "by_hand/bias"]


@pytest.mark.parametrize(("inputs", "given"), [(None, "None"), ({"x": 1.0}, "a dict of 'x'")])
def test_the_input_is_one_tensor(graph: Graph, inputs: Any, given: str) -> None:
    with pytest.raises(TypeError, match=f"Dense: the input must be one tensor, given: {given}.*input_layer"):
        dense(inputs, 3)


@pytest.mark.parametrize(("size", "asks"), [(4, True), (None, False)])
def test_one_dimension_of_known_size_asks_for_the_batch(size: int | None, asks: bool) -> None:
    with Graph().as_default(), pytest.raises(ValueError, match=r"tf.expand_dims\(x, 1\)") as caught:
        dense(placeholder("float32", [size]), 3)
    assert ("is dataset.batch(...) missing?" in str(caught.value)) is asks
