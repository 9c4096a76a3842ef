"""What the cases of TensorFlow's do not show: sharing, initial values, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network.layers.convolution import Conv1D, Conv2D, Conv3D, conv1d, conv2d
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Constant
from estimator.variables.scopes import AUTO_REUSE, variable_scope
from estimator.variables.variable import global_variables, global_variables_initializer, trainable_variables

Run = Callable[..., Any]


def images(channels: int | None = 3) -> Any:
    return placeholder("float32", [None, None, None, channels], name="x")


def test_a_layer_called_again_shares_its_variables(graph: Graph) -> None:
    layer = Conv2D(4, 3, name="tower")
    layer(images())
    layer(images())
    conv2d(images(), 4, 3, name="tower", reuse=True)
    assert [variable.op.name for variable in global_variables()] == ["tower/kernel", "tower/bias"]


def test_the_scope_may_share_them_too(graph: Graph) -> None:
    for _ in range(2):
        with variable_scope("net", reuse=AUTO_REUSE):
            conv2d(images(), 4, 3, name="a")
    assert [variable.op.name for variable in global_variables()] == ["net/a/kernel", "net/a/bias"]


def test_initial_kernels_are_spread_by_what_a_place_sees(run: Run, graph: Graph) -> None:
    # glorot_uniform: sqrt(6 / (fan in + fan out)), fans times the size of the window
    conv2d(images(16), 32, 3)
    run(global_variables_initializer())
    kernel = run(global_variables()[0])
    limit = np.sqrt(6 / (9 * 16 + 9 * 32))
    assert np.abs(kernel).max() == pytest.approx(limit, rel=0.01)
    assert np.abs(kernel.mean()) < limit / 20


def test_the_scopes_initializer_is_the_kernels(run: Run, graph: Graph) -> None:
    with variable_scope("here", initializer=Constant(0.5)):
        conv2d(images(), 2, 1)
    kernel, bias = run(global_variables())
    assert (kernel.min(), kernel.max(), bias.max()) == (0.5, 0.5, 0)


def test_penalties_and_constraints_are_listed(graph: Graph) -> None:
    layer = Conv2D(2, 3, kernel_regularizer="l2", bias_regularizer="l1", kernel_constraint="non_neg")
    layer(images())
    assert layer.losses == graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)
    assert len(layer.losses) == 2
    assert layer.kernel.constraint is not None
    assert layer.bias is not None
    assert layer.bias.constraint is None


def test_variables_are_not_trained_if_the_layer_is_not(graph: Graph) -> None:
    conv2d(images(), 2, 3, trainable=False)
    assert trainable_variables() == []
    assert len(global_variables()) == 2


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_variables_have_the_type_of_the_input(graph: Graph, dtype: str) -> None:
    y = conv2d(placeholder(dtype, [None, 5, 5, 2]), 2, 3)
    assert {tensor.dtype.name for tensor in [y, *global_variables()]} == {dtype}


def test_a_class_of_ones_own_names_its_operation(graph: Graph) -> None:
    class Blur(Conv2D):
        """A convolution whose kernel is given."""

        def _make_kernels(self, channels: int) -> None:
            self.kernel = get_variable("kernel", [3, 3, channels, self.filters], initializer=Constant(1 / 9))

    y = Blur(2, 3, use_bias=False)(images())
    assert y.op.name == "blur/Blur"


def test_causal_padding_sees_nothing_later(run: Run, graph: Graph) -> None:
    x = placeholder("float32", [1, 6, 1])
    y = conv1d(x, 1, 3, padding="causal", dilation_rate=2, kernel_initializer="ones")
    values = np.arange(1.0, 7.0).reshape(1, 6, 1)
    np.testing.assert_array_equal(run(y, {x: values}).ravel(), [1, 2, 4, 6, 9, 12])  # x[t] + x[t-2] + x[t-4]


def test_an_empty_batch_stays_empty(run: Run, graph: Graph) -> None:
    x = images()
    assert run(conv2d(x, 4, 3), {x: np.zeros((0, 5, 5, 3))}).shape == (0, 3, 3, 4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"filters": 0}, "Conv2D: filters must be a whole number above 0; given: 0"),
        ({"filters": 1.5}, "Conv2D: filters must be a whole number above 0; given: 1.5"),
        ({"filters": None}, "Conv2D: filters must be a whole number above 0; given: None"),
        ({"kernel_size": (3, 3, 3)}, r"Conv2D: kernel_size must be .* 2 of them; given: \(3, 3, 3\)"),
        ({"strides": 0}, "Conv2D: strides must be a whole number above 0"),
        ({"padding": "causal"}, "Conv2D: padding must be 'valid' or 'same'; given: 'causal'"),
        ({"data_format": "NHWC"}, "Conv2D: data_format must be 'channels_last' or 'channels_first'; given: 'NHWC'"),
        ({"strides": 2, "dilation_rate": 2}, "`strides > 1` not supported in conjunction with `dilation_rate > 1`"),
        ({"activation": "rleu"}, "Conv2D: activation='rleu': no activation has this name. Did you mean 'relu'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Conv2D(**{"filters": 2, "kernel_size": 3} | options)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ValueError, match="Conv3D: 4 problems") as raised:
        Conv3D(0, 3, padding="full", kernel_initializer="zero_s", bias_regularizer="l3")
    for word in ("filters", "padding", "kernel_initializer", "bias_regularizer"):
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("dtype", "dims", "error", "message"),
    [
        ("float32", [None, 9, 3], ValueError, "Input 0 of layer conv2d is incompatible .* expected ndim=4, found ndim=3"),
        ("float32", None, ValueError, "shape of the input is <unknown>"),
        ("float32", [None, 9, 9, None], ValueError, "channel dimension of the inputs to `Conv2D` should be defined"),
        ("uint8", [None, 9, 9, 3], TypeError, "Conv2D: the input is uint8, a floating point type is needed"),
        ("float32", [None, 2, 2, 3], ValueError, "Conv2D 'conv2d/Conv2D'"),
    ],
)  # fmt: skip
def test_an_input_that_does_not_fit_is_named(
    graph: Graph, dtype: str, dims: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        conv2d(placeholder(dtype, dims), 2, 3)


def test_a_later_input_must_have_as_many_channels(graph: Graph) -> None:
    layer = Conv1D(2, 3, data_format="channels_first")
    layer(placeholder("float32", [None, 3, None]))
    with pytest.raises(ValueError, match="expected axis 1 of input shape to have value 3"):
        layer(placeholder("float32", [None, 4, None]))
