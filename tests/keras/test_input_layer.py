"""Where functional models begin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator import tf
from estimator.graph.graph import reset_default_graph
from estimator.keras.input_layer import Input, InputLayer
from estimator.keras.model import Model


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


def test_an_input_is_a_placeholder_of_the_default_graph() -> None:
    x = Input((4,), batch_size=2, dtype="int32", name="ids")
    assert (x.op.type, x.name, x.shape.as_list(), x.dtype) == ("Placeholder", "ids:0", [2, 4], tf.int32)
    assert [Input((1,)).op.name for _ in range(2)] == ["input_1", "input_2"]


def test_shapes_are_given_in_several_ways() -> None:
    for made in (
        Input((4,)), Input(4), Input(tf.TensorShape([4])), Input(batch_shape=(None, 4)), Input(batch_input_shape=[None, 4]),
        Input(type_spec=tf.TensorSpec([None, 4])), Input(tensor=tf.placeholder(tf.float32, [None, 4])),
    ):  # fmt: skip
        assert made.shape.as_list() == [None, 4] and made.dtype is tf.float32
    assert Input(()).shape.as_list() == [None]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "Please provide to Input a `shape`"),
        ({"shape": (3,), "batch_shape": (None, 3)}, "`shape` OR `batch_input_shape`"),
        ({"shape": (3,), "sparse": True, "ragged": True}, "Cannot set both sparse and ragged"),
    ],
    ids=["nothing", "both", "sparse and ragged"],
)
def test_arguments_that_contradict_one_another_are_refused(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Input(**arguments)


def test_the_layer_refuses_two_shapes_and_two_types() -> None:
    with pytest.raises(ValueError, match="input_shape OR batch_input_shape"):
        InputLayer(input_shape=(3,), batch_input_shape=(None, 3))
    with pytest.raises(ValueError, match="input_tensor is float32, but dtype says int32"):
        InputLayer(input_tensor=tf.placeholder(tf.float32), dtype="int32")


def test_a_configuration_is_that_of_tensorflow_and_makes_the_layer_again() -> None:
    config = InputLayer((4,), name="x").get_config()
    assert config == {
        "batch_input_shape": (None, 4), "dtype": "float32", "sparse": False, "ragged": False, "name": "x",
    }  # fmt: skip
    assert InputLayer.from_config(config).get_config() == config


def test_sparse_and_ragged_inputs() -> None:
    sparse = Input((5,), sparse=True, name="sparse")
    dense = tf.sparse.to_dense(sparse)
    assert isinstance(sparse, tf.SparseTensor)
    with tf.Session() as session:
        assert session.run(dense, {sparse: ([[0, 1]], [2.0], [1, 5])}).tolist() == [[0, 2, 0, 0, 0]]
    ragged = Input((None,), ragged=True, name="ragged")
    assert isinstance(ragged, tf.RaggedTensor)


def test_a_tensor_of_the_graph_may_be_where_a_model_begins() -> None:
    rows = tf.constant([[1.0, 2.0]])
    x = Input(tensor=rows)
    model = Model(x, x * 2.0)
    with tf.Session() as session:
        assert session.run(model.output).tolist() == [[2, 4]]
