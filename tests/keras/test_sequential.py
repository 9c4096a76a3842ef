"""Rows of layers, with and without a stated shape. Names and configurations are those of tf.keras 2.15."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import reset_default_graph
from estimator.keras.input_layer import Input
from estimator.keras.layers.dense import Dense
from estimator.keras.sequential import Sequential


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


def names(things: list[Any]) -> list[str]:
    return [thing.name for thing in things]


@pytest.mark.parametrize(
    "begin",
    [lambda: [Dense(3, input_shape=(4,))], lambda: [Input((4,)), Dense(3)], lambda: [Dense(3, input_dim=4)]],
    ids=["input_shape", "Input", "input_dim"],
)
def test_weights_are_made_as_layers_are_added_if_the_shape_is_known(begin: Any) -> None:
    model = Sequential(begin())
    assert model.built and model.count_params() == 15
    model.add(Dense(2))
    assert model.count_params() == 23 and model.output_shape == (None, 2)
    assert names(model.layers) == ["dense", "dense_1"]
    assert names(model.weights) == ["dense/kernel:0", "dense/bias:0", "dense_1/kernel:0", "dense_1/bias:0"]
    assert model(np.ones([2, 4])).shape == (2, 2)


def test_an_input_is_named_after_the_first_layer() -> None:
    assert Sequential([Dense(3, input_shape=(4,), name="first")]).input_names == ["first_input"]


def test_outside_of_graphs_the_first_call_says_the_shape_and_others_open_it() -> None:
    model = Sequential([Dense(3), Dense(5)])
    assert not model.built and model.inputs is None
    model(np.ones([5, 4], np.float32))
    assert model.input_shape == (5, 4) and model.layers[0].output_shape == (5, 3)
    assert names(model.weights)[:2] == ["dense/kernel:0", "dense/bias:0"]
    before = model.get_weights()
    model(np.ones([7, 4], np.float32))
    assert model.input_shape == (None, 4) and model.layers[1].output_shape == (None, 5)
    assert all(np.array_equal(old, new) for old, new in zip(before, model.get_weights(), strict=True))


def test_in_a_graph_a_row_without_a_shape_has_its_weights_below_its_name() -> None:
    with tf.Graph().as_default():
        model = Sequential([Dense(3), Dense(5)])
        assert model(tf.placeholder(tf.float32, [None, 4])).name == "sequential/dense_1/BiasAdd:0"
        assert names(model.weights)[:2] == ["sequential/dense/kernel:0", "sequential/dense/bias:0"]
        assert model.network is None and model.get_config()["build_input_shape"] == (None, 4)


def test_build_says_the_shape() -> None:
    model = Sequential([Dense(2)])
    model.build((None, 5))
    assert model.output_shape == (None, 2) and names(model.weights) == ["dense/kernel:0", "dense/bias:0"]
    with tf.Graph().as_default():
        model = Sequential([Dense(2, name="dense")])
        model.build((None, 5))
        assert names(model.weights) == ["dense/kernel:0", "dense/bias:0"]


def test_layers_are_taken_away_from_the_end() -> None:
    model = Sequential([Input((3,)), Dense(2)])
    model.add(Dense(7))
    model.pop()
    assert model.output_shape == (None, 2)
    model.pop()
    model.add(Dense(4))
    assert model.output_shape == (None, 4) and model(np.ones([2, 3])).shape == (2, 4)
    model.pop()
    with pytest.raises(TypeError, match="no layers in the model"):
        model.pop()


def test_a_row_that_grows_after_a_call_is_called_with_the_new_layer() -> None:
    model = Sequential([Dense(3)])
    assert model(np.ones([2, 4])).shape == (2, 3)
    model.add(Dense(5))
    assert model(np.ones([2, 4])).shape == (2, 5)
    model.pop()
    assert model(np.ones([2, 4])).shape == (2, 3)


def test_what_cannot_be_added_is_refused() -> None:
    with pytest.raises(TypeError, match="must be an instance of class Layer. Received: layer=1"):
        Sequential([1])
    with pytest.raises(ValueError, match='Name "a" is already the name of a layer'):
        Sequential([Dense(3, name="a"), Dense(3, name="a")])


def test_rows_in_rows() -> None:
    model = Sequential([Sequential([Dense(3, input_shape=(4,))]), Sequential([Dense(2)])])
    assert model.built and model.input_shape == (None, 4)
    assert names(model.layers) == ["sequential", "sequential_1"]
    assert model(np.ones([2, 4])).shape == (2, 2)


def test_a_configuration_is_made_a_model_again() -> None:
    for model in (Sequential([Dense(3, input_shape=(4,)), Dense(2)]), Sequential([Dense(3), Dense(2)])):
        again = Sequential.from_config(model.get_config())
        assert again.get_config() == model.get_config() and again.built == model.built
    model = Sequential([Dense(2)])
    model.build((None, 5))
    assert Sequential.from_config(model.get_config()).output_shape == (None, 2)
    assert Sequential.from_config(model.get_config()["layers"]).output_shape == (None, 2)


def test_clones_of_rows() -> None:
    for model in (
        Sequential([Dense(3, input_shape=(4,)), Dense(2)], name="row"),
        Sequential([Dense(3)], name="row"),
    ):
        clone = tf.keras.models.clone_model(model)
        assert (
            names(clone.layers) == names(model.layers) and clone.name == "row" and clone.built == model.built
        )


def test_a_checkpoint_numbers_the_layers_without_the_input() -> None:
    model = tf.keras.Sequential([tf.keras.layers.Dropout(0.5), tf.keras.layers.Dense(1)])
    model(np.zeros((1, 2), np.float32))
    names = [name for name, value in model.checkpoint_children().items() if value in model.layers]
    assert names == ["layer-0", "layer_with_weights-0", "layer-1"]


def test_the_first_layer_of_a_row_may_take_a_dict_of_features() -> None:
    column = tf.feature_column.numeric_column
    model = tf.keras.Sequential(
        [tf.keras.layers.DenseFeatures([column("a"), column("b")]), tf.keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    x = {"a": np.ones([6, 1]), "b": np.zeros([6, 1])}
    history = model.fit(x, np.zeros(6), verbose=0)
    assert list(history.history) == ["loss"]
    assert model.weights[0].shape.as_list() == [2, 1]
    assert model.predict(x, verbose=0).shape == (6, 1)
