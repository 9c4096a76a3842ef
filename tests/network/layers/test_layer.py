"""What all layers and their functions share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.shapes import TensorShape
from estimator.functions import math, reductions
from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network.layers import dense
from estimator.network.layers.layer import Layer
from estimator.variables.get_variable import get_variable
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.scopes import AUTO_REUSE, variable_scope
from estimator.variables.variable import trainable_variables


class Scaled(Layer):
    """A layer as people write them: the shape is asked as TensorFlow 1 asks it."""

    def build(self, input_shape: Any) -> None:
        self.scale = self.add_variable(
            "scale", shape=[input_shape[-1].value], initializer="ones", regularizer="l2"
        )
        super().build(input_shape)

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        self.add_loss(math.multiply(2.0, self.scale[0]))
        return inputs * self.scale


def test_a_layer_of_ones_own_is_told_the_shape_and_lists_its_losses(graph: Graph) -> None:
    layer = Scaled()
    y = layer(placeholder("float32", [None, 3]))
    assert y.shape == TensorShape([None, 3])
    assert [variable.name for variable in layer.trainable_variables] == ["scaled/scale:0"]
    assert layer.losses == graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)
    assert [loss.op.type for loss in layer.losses] == ["Mul", "Mul"]


def test_a_layer_without_variables_needs_no_build(graph: Graph) -> None:
    class Doubled(Layer):
        def call(self, inputs: Any, **kwargs: Any) -> Any:
            return inputs + inputs

    layer = Doubled()
    layer(placeholder("float32", [2]))
    assert (layer.built, layer.count_params()) == (True, 0)


def test_the_type_of_the_variables_may_be_given_by_its_name(graph: Graph) -> None:
    # TensorFlow 2.15.1: Dense(2, dtype="float64") makes a kernel of float64
    layer = dense.Dense(2, dtype="float64")
    layer(placeholder("float64", [None, 3]))
    assert {variable.dtype.name for variable in layer.variables} == {"float64"}


def test_what_is_no_type_is_refused_where_it_is_given(graph: Graph) -> None:
    with pytest.raises(TypeError, match="'flaot32' is not a dtype"):
        dense.Dense(2, dtype="flaot32")


def test_a_layer_takes_the_first_free_form_of_its_name_and_a_function_the_name_itself(graph: Graph) -> None:
    # TensorFlow 2.15.1: a/kernel, a_1/kernel; the second tf.layers.dense(x, 2, name="b") is refused
    x = placeholder("float32", [None, 3])
    layers = [dense.Dense(2, name="a"), dense.Dense(2, name="a"), dense.Dense(2, name="a", _reuse=True)]
    for layer in layers:
        layer(x)
    assert [layer.variables[0].op.name for layer in layers] == ["a/kernel", "a_1/kernel", "a/kernel"]
    dense.dense(x, 2, name="b")
    with pytest.raises(ValueError, match="Variable b/kernel already exists"):
        dense.dense(x, 2, name="b")


class Blended(Layer):
    """A layer whose call takes more than its input."""

    def call(self, inputs: Any, other: Any, weight: float = 0.5) -> Any:
        return inputs * weight + other * (1.0 - weight)


def test_what_follows_the_input_is_handed_to_call(graph: Graph, run: Callable[..., Any]) -> None:
    blended = Blended()(graph.constant([8.0]), graph.constant([4.0]), weight=0.25)
    assert run(blended) == [5.0]


def test_the_first_call_may_give_the_scope(graph: Graph) -> None:
    x, layer = placeholder("float32", [None, 3]), dense.Dense(2)
    with variable_scope("foo"):
        layer(x, scope="bar")
    with variable_scope("other"):
        layer(x, scope="bar")
    assert [variable.op.name for variable in trainable_variables()] == ["foo/bar/kernel", "foo/bar/bias"]


@pytest.mark.parametrize(
    ("kind", "name"),  # as TensorFlow 2.15.1 calls a layer of such a class
    [
        ("Conv2DTranspose", "conv2d_transpose"),
        ("BasicLSTMCell", "basic_lstm_cell"),
        ("GRUCell", "gru_cell"),
        ("MyRNN", "my_rnn"),
        ("Seq2Seq", "seq2_seq"),
        ("ABTest", "ab_test"),
        ("V2", "v2"),
        ("_Private", "private__private"),
    ],
)
def test_the_scope_is_the_name_of_the_class_in_small_letters(graph: Graph, kind: str, name: str) -> None:
    layer = type(kind, (Blended,), {})()
    layer(graph.constant([8.0]), 4.0)
    assert layer.name == name


def test_a_variable_may_have_a_partitioner_of_its_own(graph: Graph) -> None:
    layer = Blended(dtype="float32")
    layer.add_weight("w", [4, 2], partitioner=fixed_size_partitioner(2))
    assert [variable.op.name for variable in layer.variables] == ["blended/w/part_0", "blended/w/part_1"]


class Summed(Layer):
    """A layer of several inputs."""

    def build(self, input_shape: Any) -> None:
        self.shapes = input_shape

    def call(self, inputs: Any) -> Any:
        return inputs[0] + inputs[1]


def test_a_list_of_tensors_stays_a_list(graph: Graph, run: Callable[..., Any]) -> None:
    layer = Summed()
    y = layer([graph.constant([1.0, 2.0]), np.array([3.0, 4.0], np.float32)])
    assert [shape.as_list() for shape in layer.shapes] == [[2], [2]]
    np.testing.assert_array_equal(run(y), [4, 6])


def test_a_dict_of_tensors_stays_a_dict(graph: Graph, run: Callable[..., Any]) -> None:
    class Difference(Layer):
        def call(self, inputs: Any) -> Any:
            return inputs["a"] - inputs["b"]

    np.testing.assert_array_equal(run(Difference()({"a": [3.0], "b": graph.constant([1.0])})), [2])


def test_a_list_of_numbers_is_one_tensor(graph: Graph) -> None:
    assert Layer()([[1.0, 2.0], [3.0, 4.0]]).shape == [2, 2]


def test_a_layer_of_one_input_refuses_several(graph: Graph) -> None:
    x = placeholder("float32", [None, 3])
    with pytest.raises(
        ValueError, match=r"dense expects 1 input\(s\), but it received a list of 2 tensors.*tf.concat"
    ):
        dense.Dense(2)([x, x])


@pytest.mark.parametrize("inputs", [None, [], [None]])
def test_no_input_is_refused(graph: Graph, inputs: Any) -> None:
    with pytest.raises(TypeError, match="Layer: the input must be one tensor"):
        Layer()(inputs)


class Counted(Layer):
    """A layer that counts its calls."""

    def build(self, input_shape: Any) -> None:
        self.count = self.add_weight("count", [], initializer="zeros", trainable=False)

    def call(self, inputs: Any) -> Any:
        self.add_update([lambda: self.count.assign_add(1.0)])
        return inputs


def test_updates_are_listed_for_the_training_step(graph: Graph, run: Callable[..., Any]) -> None:
    layer, x = Counted(), placeholder("float32", [2])
    layer(x)
    layer(x)
    run(layer.updates)
    assert run(layer.count) == 2
    assert layer.get_updates_for(x) == layer.updates
    assert graph.get_collection(GraphKeys.UPDATE_OPS) == layer.updates
    layer.trainable = False
    assert layer.updates == []


def test_a_custom_getter_may_give_a_tensor_in_place_of_a_variable(graph: Graph) -> None:
    def doubled(getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return getter(*args, **kwargs) * 2.0

    with variable_scope("s", custom_getter=doubled):
        layer = dense.Dense(1, use_bias=False)
        layer(placeholder("float32", [None, 2]))
    assert [weight.op.type for weight in layer.trainable_variables] == ["Mul"]


def test_variables_that_are_trained_come_first_and_none_is_if_the_layer_is_not(graph: Graph) -> None:
    # TensorFlow 2.15.1
    layer = Layer(dtype="float32")
    layer.add_weight("a", [1], trainable=False)
    layer.add_weight("b", [1], trainable=None, use_resource=True)
    assert [variable.op.name for variable in layer.variables] == ["layer/b", "layer/a"]
    assert [variable.op.name for variable in layer.trainable_variables] == ["layer/b"]
    layer.trainable = False
    assert layer.trainable_variables == []
    assert [variable.op.name for variable in layer.non_trainable_variables] == ["layer/b", "layer/a"]


def test_a_layer_that_is_not_trainable_lists_no_updates(graph: Graph) -> None:
    Counted(trainable=False)(placeholder("float32", [2]))
    assert graph.get_collection(GraphKeys.UPDATE_OPS) == []


def test_call_is_given_the_scope_if_it_asks_for_it(graph: Graph) -> None:
    class Scoped(Layer):
        def call(self, inputs: Any, scope: Any = None) -> Any:
            self.seen = scope.name
            return inputs

    layer = Scoped()
    with pytest.raises(ValueError, match="layer scoped has no scope yet"):
        layer.scope_name  # noqa: B018
    with variable_scope("outer"):
        layer(placeholder("float32", [2]))
    assert layer.seen == layer.scope_name == "outer/scoped"


def test_a_call_that_returns_nothing_is_refused(graph: Graph) -> None:
    class Forgetful(Layer):
        def call(self, inputs: Any) -> Any:
            pass

    with pytest.raises(
        ValueError, match=r"`call` method should return a Tensor.*not None \(layer: forgetful\)"
    ):
        Forgetful()(placeholder("float32", [2]))


@pytest.mark.parametrize("reuse", [True, AUTO_REUSE])
def test_a_layer_may_share_or_make_as_its_scope_says(graph: Graph, reuse: Any) -> None:
    x = placeholder("float32", [None, 3])
    dense.dense(x, 2, name="a", reuse=AUTO_REUSE)  # makes them
    dense.dense(x, 2, name="a", reuse=reuse)
    assert [variable.op.name for variable in trainable_variables()] == ["a/kernel", "a/bias"]


def test_later_calls_share_what_the_first_has_made_by_get_variable(graph: Graph) -> None:
    class Lazy(Layer):
        def call(self, inputs: Any) -> Any:
            return inputs * get_variable("w", [3])

    layer, x = Lazy(), placeholder("float32", [None, 3])
    layer(layer(x))
    assert [variable.op.name for variable in trainable_variables()] == ["lazy/w"]


def test_the_loss_of_each_output_is_that_of_a_mean_example(graph: Graph, run: Callable[..., Any]) -> None:
    class Two(Layer):
        def call(self, inputs: Any) -> Any:
            return inputs, (inputs * 2.0,)

    layer = Two(activity_regularizer=reductions.reduce_sum)
    layer(graph.constant([[1.0], [3.0]]))
    assert run(layer.losses) == [2.0, 4.0]
