"""Configurations: what Keras 2.15 writes of an object, and what is found again by a name."""

from __future__ import annotations

from typing import Any

import pytest

from estimator import tf
from estimator.keras import serialization
from estimator.keras.layer import Layer


@pytest.fixture(autouse=True)
def _own_graph() -> Any:
    with tf.Graph().as_default():
        yield


def _object(namespace: str, class_name: str, **config: Any) -> dict[str, Any]:
    return {
        "module": f"keras.{namespace}", "class_name": class_name, "config": config, "registered_name": None,
    }  # fmt: skip


K = tf.keras
SERIALIZED = {
    "zeros": (lambda: K.initializers.get("zeros"), _object("initializers", "Zeros")),
    "constant": (lambda: K.initializers.Constant(3), _object("initializers", "Constant", value=3)),
    "normal": (
        lambda: K.initializers.get("normal"),
        _object("initializers", "RandomNormal", mean=0.0, stddev=0.05, seed=None),
    ),
    "he": (lambda: K.initializers.HeNormal(seed=1), _object("initializers", "HeNormal", seed=1)),
    "orthogonal": (
        lambda: K.initializers.get("orthogonal"),
        _object("initializers", "Orthogonal", gain=1.0, seed=None),
    ),
    "of_tf_1": (
        lambda: tf.truncated_normal_initializer(stddev=0.1),
        _object("initializers", "TruncatedNormal", mean=0.0, stddev=0.1, seed=None),
    ),
    "l1": (lambda: K.regularizers.get("l1"), _object("regularizers", "L1", l1=0.009999999776482582)),
    "l1_l2": (
        lambda: K.regularizers.get("l1_l2"),
        _object("regularizers", "L1L2", l1=0.009999999776482582, l2=0.009999999776482582),
    ),
    "max_norm": (
        lambda: K.constraints.get("MaxNorm"),
        _object("constraints", "MaxNorm", max_value=2, axis=0),
    ),
    "non_neg": (lambda: K.constraints.NonNeg(), _object("constraints", "NonNeg")),
}


@pytest.mark.parametrize("name", SERIALIZED)
def test_an_object_is_told_as_keras_tells_it(name: str) -> None:
    make, wanted = SERIALIZED[name]
    assert serialization.serialize(make()) == wanted  # type: ignore[no-untyped-call]
    again = serialization.deserialize(wanted)
    assert serialization.serialize(again) == wanted


@pytest.mark.parametrize(
    "name",
    "elu exponential gelu hard_sigmoid leaky_relu linear mish relu relu6 selu sigmoid softmax softplus softsign "
    "swish tanh".split(),
)
def test_an_activation_is_told_by_its_name(name: str) -> None:
    assert K.activations.serialize(K.activations.get(name)) == name


@pytest.mark.parametrize("name", ["relu", "softmax", "elu", "tanh", "sigmoid", "leaky_relu"])
def test_a_function_of_tf_nn_is_an_activation_too(name: str) -> None:
    assert K.activations.serialize(getattr(tf.nn, name)) == name


def test_no_activation_is_linear() -> None:
    assert K.activations.serialize(K.activations.get(None)) == "linear"


@pytest.mark.parametrize("namespace", ["initializers", "regularizers", "constraints"])
def test_what_has_no_name_is_nothing_and_what_is_there_stays(namespace: str) -> None:
    module: Any = getattr(K, namespace)
    assert module.get(None) is None
    assert module.get(len) is len
    with pytest.raises(ValueError, match="Could not interpret .* identifier: 3"):
        module.get(3)
    with pytest.raises(ValueError, match=r"Unknown \w+: 'nope'.*custom_object_scope"):
        module.get("nope")
    with pytest.raises(ValueError, match=r"Unknown \w+: 'get'"):
        module.get("get")


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="Did you mean 'glorot_uniform'"):
        K.layers.Dense(1, kernel_initializer="glorot_unifrom")
    with pytest.raises(ValueError, match=r"Dense[\s\S]*'rleu'[\s\S]*'zeroes'"):  # all of them at once
        K.layers.Dense(1, activation="rleu", bias_initializer="zeroes")


class Own(Layer):
    """A class of the user's."""

    def __init__(self, units: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"units": self.units}


def own_activation(x: Any) -> Any:
    """A function of the user's."""
    return x


def test_a_class_of_the_user_is_found_where_it_was_given() -> None:
    config = K.layers.serialize(Own(3, name="mine"))
    assert (config["class_name"], config["registered_name"], config["module"]) == ("Own", "Own", __name__)
    with pytest.raises(ValueError, match="Unknown layer: 'Own'"):
        K.layers.deserialize(config)
    assert K.layers.deserialize(config, custom_objects={"Own": Own}).units == 3
    with K.utils.custom_object_scope({"Own": Own}):
        assert K.layers.deserialize(config).units == 3
    with pytest.raises(ValueError, match="Unknown layer: 'Own'"):
        K.layers.deserialize(config)


def test_a_function_of_the_user_is_found_where_it_was_given() -> None:
    config = K.layers.Dense(2, activation=own_activation).get_config()
    assert config["activation"] == {
        "module": "builtins", "class_name": "function", "config": "own_activation",
        "registered_name": "own_activation",
    }  # fmt: skip
    with K.utils.custom_object_scope({"own_activation": own_activation}):
        assert K.layers.Dense.from_config(config).activation is own_activation


def test_a_registered_class_is_named_with_its_package() -> None:
    @K.utils.register_keras_serializable("pkg")
    class Registered(Layer):
        def get_config(self) -> dict[str, Any]:
            return super().get_config()

    try:
        config = K.layers.serialize(Registered())
        assert (config["registered_name"], config["module"]) == ("pkg>Registered", None)
        assert isinstance(K.layers.deserialize(config), Registered)
        assert K.utils.get_registered_name(Registered) == "pkg>Registered"
        assert K.utils.get_registered_object("pkg>Registered") is Registered
    finally:
        K.utils.get_custom_objects().pop("pkg>Registered")


def test_nothing_is_imported_because_a_configuration_says_so() -> None:
    hostile = {"module": "os", "class_name": "system", "config": {"command": "true"}, "registered_name": None}
    with pytest.raises(ValueError, match="Unknown layer: 'system'"):
        serialization.deserialize(hostile)


def test_what_tells_no_configuration_cannot_be_stored() -> None:
    with pytest.raises(ValueError, match=r"has no get_config\(\)"):
        serialization.serialize(object())


def test_initializers_as_tensorflow_1_stored_them_have_a_type_that_says_nothing() -> None:
    old = {"class_name": "GlorotUniform", "config": {"seed": 3, "dtype": "float32"}}
    assert K.initializers.deserialize(old).get_config() == {"seed": 3}


def test_a_loss_that_is_missing_is_called_one() -> None:
    with pytest.raises(ValueError, match="Unknown loss: 'mine'"):
        serialization.deserialize({"module": "keras.losses", "class_name": "mine", "config": {}})
