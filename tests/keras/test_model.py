"""Functional and subclassed models. Names, texts and configurations are those that tf.keras 2.15 gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import reset_default_graph
from estimator.keras.calls import gathering
from estimator.keras.input_layer import Input
from estimator.keras.layer import Layer
from estimator.keras.layers.dense import Dense
from estimator.keras.model import Functional, Model
from estimator.keras.sequential import Sequential


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


class Join(Layer):
    """Its inputs side by side."""

    def call(self, inputs: Any) -> Any:
        return tf.concat(inputs, axis=-1)


class Normed(Layer):
    """Two weights that are trained, and two that are not."""

    def build(self, input_shape: Any) -> None:
        for name in ("gamma", "beta"):
            self.add_weight(name, [1])
        for name in ("mean", "variance"):
            self.add_weight(name, [1], trainable=False)


def names(things: list[Any]) -> list[str]:
    return [thing.name for thing in things]


def two_towers() -> Model:
    """Two inputs, a shared layer, an inner model, two outputs."""
    left, right = Input((4,), name="left"), Input((4,), name="right")
    shared = Dense(3, name="shared")
    ours, theirs = shared(left), shared(right)
    inner = Sequential([Dense(2, input_shape=(3,)), Dense(2)], name="inner")
    both = Join(name="both")([inner(ours), theirs])
    return Model([left, right], [Dense(1, name="o1")(both), Dense(2, name="o2")(theirs)], name="big")


def test_layers_stand_by_their_depth_and_then_as_they_are_met_from_the_outputs() -> None:
    model = two_towers()
    assert isinstance(model, Functional)
    assert names(model.layers) == ["left", "shared", "right", "inner", "both", "o1", "o2"]
    assert model.input_names == ["left", "right"] and model.output_names == ["o1", "o2"]
    assert model.input_shape == [(None, 4), (None, 4)] and model.output_shape == [(None, 1), (None, 2)]


def test_a_functional_model_computes_what_its_layers_compute() -> None:
    model, rng = two_towers(), np.random.default_rng(0)
    left, right = rng.normal(size=[2, 5, 4]).astype(np.float32)
    (k, b), (k1, b1, k2, b2), (ko, bo) = (
        model.get_layer(name).get_weights() for name in ("shared", "inner", "o1")
    )
    inner = (left @ k + b) @ k1 + b1
    wanted = np.concatenate([inner @ k2 + b2, right @ k + b], axis=1) @ ko + bo
    for given in ([left, right], (left, right), {"left": left, "right": right}):
        assert np.allclose(model(given)[0].numpy(), wanted, atol=1e-5)


def test_called_on_other_tensors_its_operations_are_below_its_name_and_weights_stay() -> None:
    x = Input((4,))
    inner = Dense(3, activation="relu")(x)
    model = Model(x, Dense(2)(inner))
    other = tf.placeholder(tf.float32, [None, 4])
    assert model(other).name == "model/dense_1/BiasAdd:0"
    assert model(other).name == "model_1/dense_1/BiasAdd:0"
    assert names(model.weights) == ["dense/kernel:0", "dense/bias:0", "dense_1/kernel:0", "dense_1/bias:0"]


def test_functions_of_tensors_between_layers_are_layers() -> None:
    x = Input((4,))
    y = tf.nn.relu(Dense(3, kernel_initializer="ones")(x) * 2.0 + 1.0)
    model = Model(x, Dense(2, kernel_initializer="ones")(y))
    assert names(model.layers) == [
        "input_1", "dense", "tf_op_layer_mul", "tf_op_layer_add", "tf_op_layer_Relu", "dense_1",
    ]  # fmt: skip
    assert model(np.ones([1, 4], np.float32)).numpy().tolist() == [[27, 27]]
    again = Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    assert again(np.full([1, 4], 2.0)).numpy().tolist() == [[51, 51]]


def test_a_variable_between_layers_is_read_at_each_call() -> None:
    scale = tf.Variable(2.0)
    x = Input((1,))
    model = Model(x, x * scale)
    assert model([[3.0]]).numpy() == 6
    tf.keras.backend.set_value(scale, 5.0)
    assert model([[3.0]]).numpy() == 15


def test_inputs_and_outputs_may_be_dicts() -> None:
    a, b = Input((2,), name="first"), Input((2,), name="second")
    model = Model({"x": a, "y": b}, {"sum": a + b, "more": Join()([a, b])})
    results = model({"x": np.ones([3, 2]), "y": np.full([3, 2], 2.0)})
    assert results["sum"].numpy()[0].tolist() == [3, 3]
    assert results["more"].numpy()[0].tolist() == [1, 1, 2, 2]
    assert model.get_config()["input_layers"] == {"x": ["first", 0, 0], "y": ["second", 0, 0]}
    again = Model.from_config(model.get_config(), {"Join": Join})
    assert again({"x": np.ones([3, 2]), "y": np.zeros([3, 2])})["sum"].numpy()[0].tolist() == [1, 1]


def test_what_a_dict_lacks_or_has_too_much_is_said() -> None:
    model = two_towers()
    with pytest.raises(ValueError, match="the dict of inputs lacks 'right'; it has 'left'"):
        model({"left": np.ones([1, 4])})
    with pytest.warns(UserWarning, match=r"contained keys \['more'\] which did not match any model input"):
        model({"left": np.ones([1, 4]), "right": np.ones([1, 4]), "more": np.ones(1)})
    with pytest.raises(ValueError, match=r"expects 2 input\(s\), but it received 1 input tensors"):
        model(np.ones([1, 4]))


@pytest.mark.parametrize("shape", [(3, 5), (3, 4, 2), (4,)])
def test_inputs_that_do_not_fit_are_refused_by_name_and_shape(shape: tuple[int, ...]) -> None:
    x = Input((4,))
    model = Model(x, Dense(2)(x))
    with pytest.raises(
        ValueError, match=r'layer "model" is incompatible.*expected shape=\(None, 4\), found shape='
    ):
        model(np.ones(shape))


def test_a_last_size_of_one_may_be_left_out_or_added() -> None:
    column, flat = Input((1,)), Input(())
    assert Model(column, column * 2.0)(np.ones(3)).shape == (3, 1)
    assert Model(flat, flat * 2.0)(np.ones([3, 1])).shape == (3,)


def test_inputs_become_the_type_of_the_input() -> None:
    x = Input((2,), dtype="int32")
    assert Model(x, x + 1)(np.array([[1.0, 2.0]])).numpy().tolist() == [[2, 3]]


def test_a_model_between_inner_tensors_has_an_input_of_its_own_and_the_layers_in_common() -> None:
    x = Input((4,))
    first, second = Dense(3, activation="relu"), Dense(2)
    a = first(x)
    whole = Model(x, second(a))
    part = Model(a, whole.output)
    assert names(part.layers) == ["input_2", "dense_1"] and part.weights == second.weights
    assert part.input_shape == (None, 3)
    values = np.array([[1.0, 2.0, 3.0]], np.float32)
    assert np.allclose(part(values).numpy(), values @ second.get_weights()[0])


def test_what_does_not_come_from_the_inputs_is_refused() -> None:
    x, other = Input((4,)), Input((4,), name="other")
    y = Join()([Dense(2)(x), Dense(2, name="far")(other)])
    with pytest.raises(ValueError, match="Graph disconnected.*other.*at layer 'far'"):
        Model(x, y)
    with pytest.raises(ValueError, match=r"its output .*Const.* does not come from an Input"):
        Model(x, tf.constant(1.0))
    with pytest.raises(ValueError, match="its input .*Placeholder.* does not come from an Input"):
        Model(tf.placeholder(tf.float32), Dense(2)(x))
    with pytest.raises(ValueError, match="stands in the list of inputs more than once"):
        Model([x, x], Dense(2)(x))
    with pytest.raises(ValueError, match="The name 'twin' is used 2 times"):
        Model(x, Dense(2, name="twin")(Dense(2, name="twin")(x)))


def test_get_layer_takes_a_name_or_a_place_and_tells_the_names() -> None:
    model = two_towers()
    assert model.get_layer("o1") is model.get_layer(index=5) is model.get_layer(index=-2)
    for arguments, message in (
        ({"name": "share"}, "No such layer: share. Did you mean 'shared'.*Existing layers are: .*'both'"),
        ({"index": 9}, "retrieve layer at index 9 but model only has 7 layers"),
        ({}, "Provide either a layer name or layer index"),
        ({"name": "o1", "index": 1}, "not both"),
    ):
        with pytest.raises(ValueError, match=message):
            model.get_layer(**arguments)  # type: ignore[arg-type]


def test_a_frozen_layer_keeps_its_place_among_the_weights_and_is_not_trained() -> None:
    model = two_towers()
    assert len(model.trainable_weights) == 10
    model.get_layer("inner").trainable = False
    assert names(model.trainable_weights) == [
        "shared/kernel:0", "shared/bias:0", "o1/kernel:0", "o1/bias:0", "o2/kernel:0", "o2/bias:0",
    ]  # fmt: skip
    assert len(model.non_trainable_weights) == 4 and names(model.weights)[2:4] == names(
        model.get_layer("inner").weights[:2]
    )
    model.trainable = False
    assert not model.trainable_weights and len(model.non_trainable_weights) == 10


class Body(Model):
    """Layers as attributes, in a list and in a dict; one of them is never called."""

    def __init__(self, units: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first = Dense(units)
        self.row = [Dense(2), Normed(), Normed()]
        self.unused = Dense(7)
        self.named = {"last": Dense(1)}

    def call(self, inputs: Any, training: Any = None) -> Any:
        outputs = self.first(inputs)
        for layer in self.row:
            outputs = layer(outputs)
        return self.named["last"](outputs)


def test_a_subclass_has_the_layers_of_its_attributes_and_is_built_by_its_first_call() -> None:
    model = Body()
    assert not model.built and not model.weights
    assert model(np.ones([2, 4])).shape == (2, 1)
    assert names(model.layers) == ["dense", "dense_1", "normed", "normed_1", "dense_2", "dense_3"]
    assert names(model.weights) == [
        f"body/{name}:0" for name in (
            "dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias", "normed/gamma", "normed/beta",
            "normed_1/gamma", "normed_1/beta", "normed/mean", "normed/variance", "normed_1/mean", "normed_1/variance",
            "dense_3/kernel", "dense_3/bias",
        )
    ]  # fmt: skip


def test_build_makes_the_weights_without_the_models_name_and_leaves_no_operation_behind() -> None:
    model = Body()
    model.build((None, 4))
    assert names(model.weights)[:3] == ["dense/kernel:0", "dense/bias:0", "dense_1/kernel:0"]
    assert not [op for op in tf.get_default_graph().get_operations() if op.type == "MatMul"]
    assert model(np.ones([2, 4])).shape == (2, 1) and names(model.weights)[0] == "dense/kernel:0"


def test_build_takes_structures_of_shapes() -> None:
    class Sum(Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = Dense(2)

        def call(self, inputs: Any) -> Any:
            return sum(self.dense(part) for part in tf.nest.flatten(inputs))

    for shape in ([(None, 3), (2, 3)], {"a": (None, 3), "b": tf.TensorShape([None, 3])}):
        model = Sum()
        model.build(shape)
        assert model.count_params() == 8
    with pytest.raises(ValueError, match="Input shape must be defined"):
        Sum().build()


def test_a_subclass_tells_what_its_constructor_was_given() -> None:
    assert Body(4, name="mine").get_config() == {"units": 4, "name": "mine"}
    assert Body.from_config(Body(4).get_config()).first.units == 4
    assert json.loads(Body(4).to_json())["class_name"] == "Body"


def test_a_subclass_adds_its_arguments_to_what_its_base_tells() -> None:
    class Told(Body):
        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "units": 4}

    assert Told(4).get_config() == {"units": 4}


@pytest.mark.parametrize("words", [True, False])
def test_a_functional_subclass_without_a_constructor_tells_its_layers(words: bool) -> None:
    class Handing(Model):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)

    class Trained(Model):
        def train_step(self, data: Any) -> Any:
            return super().train_step(data)

    x = Input((4,))
    y = Dense(2)(x)
    for kind in (Trained, Handing):
        model = kind(inputs=x, outputs=y, name="mine") if words else kind(x, y, name="mine")
        for again in (kind.from_config(model.get_config()), tf.keras.models.clone_model(model)):
            assert type(again) is kind and again.name == "mine"
            assert names(again.layers) == names(model.layers) and again.weights[0] is not model.weights[0]


def test_a_subclass_that_gives_inputs_and_outputs_to_its_base_is_functional() -> None:
    class Whole(Model):
        def __init__(self) -> None:
            x = Input((4,))
            super().__init__(inputs=x, outputs=Dense(2)(x), name="whole")
            self.extra = Dense(7)

    model = Whole()
    assert names(model.layers) == ["input_1", "dense", "dense_1"]
    assert model(np.ones([2, 4])).shape == (2, 2) and model.get_config() == {}


def test_a_model_without_a_call_of_its_own_says_what_to_do() -> None:
    with pytest.raises(NotImplementedError, match="please provide `inputs` and `outputs`"):
        Model()(np.ones([2, 2]))


def test_layers_of_a_graph_that_is_not_that_of_the_tensors_are_refused() -> None:
    model = two_towers()
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 4])
        with pytest.raises(ValueError, match=r"shared.*in one graph.*model_fn.*model_to_estimator"):
            model([x, x])


def test_checkpoints_number_layers_and_those_with_weights() -> None:
    x = Input((4,))
    model = Model(x, Dense(2)(tf.nn.relu(Dense(3)(x))))
    assert list(model.checkpoint_children()) == [
        "layer-0", "layer_with_weights-0", "layer-1", "layer-2", "layer_with_weights-1", "layer-3",
    ]  # fmt: skip


def test_a_configuration_is_made_a_model_again_with_shared_layers_and_inner_models() -> None:
    model = two_towers()
    told = json.loads(model.to_json())
    told["config"]["layers"][4]["registered_name"] = None
    again = tf.keras.models.model_from_json(json.dumps(told), {"Join": Join})
    assert json.loads(again.to_json())["config"] == json.loads(model.to_json())["config"]
    assert told["keras_version"] == "2.15.0" and told["class_name"] == "Functional"
    assert [layer["inbound_nodes"] for layer in told["config"]["layers"]] == [
        [], [[["left", 0, 0, {}]], [["right", 0, 0, {}]]], [], [[["shared", 0, 0, {}]]],
        [[["inner", 1, 0, {}], ["shared", 1, 0, {}]]], [[["both", 0, 0, {}]]], [[["shared", 1, 0, {}]]],
    ]  # fmt: skip


def test_a_configuration_that_is_none_of_a_model_is_refused() -> None:
    told = two_towers().get_config()
    told["layers"][3]["inbound_nodes"] = [[["nobody", 0, 0, {}]]]
    with pytest.raises(
        ValueError, match="configuration of 'big' is none of a model: 'inner'.*what no layer gives"
    ):
        Model.from_config(told, {"Join": Join})


def test_arguments_of_layers_are_told_and_given_again() -> None:
    class Power(Layer):
        def call(self, inputs: Any, exponent: Any = 1, shift: Any = None) -> Any:
            return inputs**exponent + (0.0 if shift is None else shift)

    x, y = Input((2,)), Input((2,))
    square = Power()(x, 2.0)
    model = Model([x, y], Power()(square, shift=y))
    told = model.get_config()
    assert told["layers"][1]["inbound_nodes"] == [[["input_1", 0, 0, {"exponent": 2.0}]]]
    assert told["layers"][3]["inbound_nodes"] == [[["power", 0, 0, {"shift": ["input_2", 0, 0]}]]]
    again = Model.from_config(told, {"Power": Power})
    assert again([np.full([1, 2], 3.0), np.ones([1, 2])]).numpy().tolist() == [[10, 10]]


def test_losses_of_a_models_tensors_are_computed_again_for_other_inputs() -> None:
    x = Input((2,))
    hidden = Dense(2, kernel_initializer="ones")(x)
    model = Model(x, Dense(1)(hidden))
    model.add_loss(tf.reduce_sum(hidden) * 2.0)
    model.add_metric(tf.reduce_max(hidden), name="largest", aggregation="mean")
    model.add_loss(lambda: tf.reduce_sum(model.weights[0]))
    for again in (model, Model.from_config(model.get_config()), tf.keras.models.clone_model(model)):
        assert {"add_loss", "add_metric"} <= set(names(again.layers))
        assert again(np.ones([3, 2])).shape == (3, 1)
        with gathering() as found:
            again(tf.constant([[1.0, 2.0]]))
        assert [loss.numpy() for loss in found.losses] == [12]
        assert [(value.numpy(), kind, name) for _, value, kind, name in found.metrics] == [
            (3, "mean", "largest")
        ]
    assert len(model.losses) == 2 and model.losses[0].numpy() == 4


def test_a_loss_that_does_not_come_from_the_models_inputs_is_refused() -> None:
    x, other = Input((2,)), Input((2,), name="other")
    model = Model(x, Dense(1)(x))
    with pytest.raises(ValueError, match="Graph disconnected.*other"):
        model.add_loss(tf.reduce_sum(other))
    assert names(model.layers) == ["input_1", "dense"]


def test_a_functional_model_needs_both_ends() -> None:
    x = Input((2,))
    for given in ({"inputs": x}, {"outputs": x}):
        with pytest.raises(TypeError, match=r"has both: Model\(inputs, outputs\)"):
            Model(**given)
    with pytest.raises(TypeError, match="Did you mean 'outputs'"):
        Model(inputs=x, output=x)


def test_clones_have_weights_of_their_own() -> None:
    model = two_towers()
    clone = tf.keras.models.clone_model(model)
    assert names(clone.layers) == names(model.layers) and clone.name == "big"
    assert not {id(weight) for weight in clone.weights} & {id(weight) for weight in model.weights}
    clone.set_weights(model.get_weights())
    x = np.ones([2, 4], np.float32)
    assert np.allclose(clone([x, x])[1], model([x, x])[1])


def test_what_is_no_model_is_not_cloned() -> None:
    with pytest.raises(TypeError, match="this is no model but 3"):
        tf.keras.models.clone_model(3)


def test_a_clone_may_begin_with_given_tensors() -> None:
    x = Input((4,))
    model = Model(x, Dense(2)(x))
    given = tf.placeholder(tf.float32, [None, 4], name="given")
    assert tf.keras.models.clone_model(model, given).inputs == [given]
    with pytest.raises(ValueError, match="has 1 inputs, but 2 input_tensors"):
        tf.keras.models.clone_model(model, [given, given])


@pytest.mark.parametrize("given", ["not JSON", 3, "[]", '{"class_name": "Sequential"}'])
def test_what_is_no_configuration_of_a_model_is_said(given: Any) -> None:
    with pytest.raises(ValueError, match="no JSON of a model|is of no model|lacks '"):
        tf.keras.models.model_from_json(given)


def test_custom_objects_are_a_dict() -> None:
    with pytest.raises(TypeError, match=r"custom_objects are a dict .* given: \[1\]"):
        tf.keras.layers.deserialize({"class_name": "Dense", "config": {"units": 1}}, [1])
