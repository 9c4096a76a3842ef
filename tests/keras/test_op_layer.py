"""Operations between layers as layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import reset_default_graph
from estimator.keras.input_layer import Input
from estimator.keras.layers.dense import Dense
from estimator.keras.model import Model
from estimator.keras.op_layer import TensorFlowOpLayer


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


def layer_of(function: Any, *sizes: int) -> TensorFlowOpLayer:
    """The last layer of a model that is a function of an Input."""
    x = Input(sizes)
    found = Model(x, function(x)).layers[-1]
    assert isinstance(found, TensorFlowOpLayer)
    return found


@pytest.mark.parametrize(
    ("function", "constants"),
    [
        (lambda x: x * 2.0, {1: 2.0}),
        (lambda x: 3.0 - x, {0: 3.0}),
        (lambda x: tf.nn.relu(x), {}),
        (lambda x: tf.concat([x, [[1.0, 2.0]], x], 0), {1: [[1.0, 2.0]], 3: 0}),
        (lambda x: tf.reshape(x, [-1, 1]), {1: [-1, 1]}),
        (lambda x: tf.matmul(x, [[1.0], [2.0]], transpose_a=False), {1: [[1.0], [2.0]]}),
    ],
    ids=["times", "from the right", "relu", "list", "shape", "matrix"],
)
def test_a_configuration_tells_the_operation_and_its_constants(function: Any, constants: Any) -> None:
    layer = layer_of(function, 2)
    config = layer.get_config()
    assert config["constants"] == constants and layer.name == f"tf_op_layer_{config['name']}"
    again = TensorFlowOpLayer.from_config(config)
    values = np.array([[1.0, -2.0]], np.float32)
    given = [values] * (len(config["node_def"]["input"]) - len(constants))
    given = given if len(given) > 1 else given[0]
    assert np.array_equal(again(given), layer(given))
    assert np.array_equal(
        again(values) if given is values else again(given), tf.Session().run(function(tf.constant(values)))
    )


def test_keys_of_constants_may_be_texts_as_json_makes_them() -> None:
    config = layer_of(lambda x: x * 2.0, 2).get_config()
    again = TensorFlowOpLayer.from_config({**config, "constants": {"1": 3.0}})
    assert again(np.ones(2, np.float32)).numpy().tolist() == [3, 3]


def test_an_operation_with_several_outputs_is_one_layer() -> None:
    x = Input((4,))
    parts = tf.split(Dense(4, kernel_initializer="ones")(x), 2, axis=1)
    model = Model(x, [parts[1] * 2.0, parts[0]])
    assert [layer.name for layer in model.layers] == [
        "input_1",
        "dense",
        "tf_op_layer_split",
        "tf_op_layer_mul",
    ]
    assert [result.shape for result in model(np.ones([3, 4], np.float32))] == [(3, 2), (3, 2)]
    again = Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    assert again(np.ones([3, 4]))[0].numpy()[0].tolist() == [8, 8]


def test_a_branch_between_layers_is_computed() -> None:
    x = Input((1,))
    y = tf.cond(tf.reduce_sum(x) > 0.0, lambda: x * 2.0, lambda: x - 1.0)
    model = Model(x, y)
    assert [model([[value]]).numpy().item() for value in (3.0, -3.0)] == [6, -4]


@pytest.mark.parametrize(
    ("op", "attrs"),
    [
        ("WriteFile", {}),
        ("ReadFile", {}),
        ("EagerPyFunc", {"token": {"s": "eA=="}}),
        ("RandomUniform", {}),
        ("PartitionedCall", {}),
    ],
)
def test_what_does_more_than_compute_is_not_taken_from_a_configuration(op: str, attrs: Any) -> None:
    told = {"name": "bad", "op": op, "input": ["a"], "attr": attrs}
    with pytest.raises(
        ValueError, match=f"layer 'tf_op_layer_bad' is the operation {op}, which does more than compute"
    ):
        TensorFlowOpLayer.from_config({"name": "bad", "node_def": told, "constants": {}})


def test_a_node_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="layer 'tf_op_layer_bad': its node_def is none: .*nothing"):
        TensorFlowOpLayer({"nothing": 1}, "bad")
    with pytest.raises(ValueError, match="unknown op 'NoSuchOp'"):
        TensorFlowOpLayer({"name": "bad", "op": "NoSuchOp"}, "bad")


def test_variables_between_layers_are_told_as_they_are_now() -> None:
    scale = tf.Variable([2.0, 3.0])
    config = layer_of(lambda x: x * scale, 2).get_config()
    assert config["constants"] == {1: [2.0, 3.0]}
