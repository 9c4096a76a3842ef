"""Activations by name, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import math, nn
from estimator.keras import serialization
from estimator.keras.serialization import Kind
from estimator.network.layers import layer as core
from estimator.network.layers.by_name import linear

ACTIVATION = Kind("activation function", "activations")

# functions that have a name and are not in the namespace, as in Keras, where tf.nn's may be named
_OF_NN = {
    "relu6": nn.relu6, "leaky_relu": nn.leaky_relu, "log_softmax": nn.log_softmax, "silu": nn.silu, "crelu": nn.crelu,
}  # fmt: skip
# functions of tf that are called otherwise in the namespace: their names are those of the namespace
_NAMES = {
    nn.silu: "swish",
    nn.relu: "relu",
    nn.elu: "elu",
    nn.softmax: "softmax",
    nn.gelu: "gelu",
    math.exp: "exponential",
}


def get(identifier: Any) -> Any:
    """The function that a name, a configuration or the function itself stands for; None is linear.

    Raises
    ------
    ValueError
        If nothing has this name.
    TypeError
        If it is neither of these.

    Source
    ------
    tf.keras.activations.get, TF 2.15
    """
    if identifier is None:
        return linear
    if isinstance(identifier, (str, Mapping)):
        return deserialize(identifier)
    if callable(identifier):
        return identifier
    raise TypeError(f"Could not interpret activation function identifier: {identifier!r}.")


def deserialize(name: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The function of a name, or the layer of a configuration.

    Raises
    ------
    ValueError
        If nothing has this name.

    Source
    ------
    tf.keras.activations.deserialize, TF 2.15
    """
    if isinstance(name, Mapping) and name.get("class_name") != "function":
        from estimator.keras.layers.by_name import LAYER

        return LAYER.deserialize(name, custom_objects)
    wanted = name["config"] if isinstance(name, Mapping) else name
    if serialization.custom_object(wanted, custom_objects) is None and wanted in _OF_NN:
        return _OF_NN[wanted]
    return ACTIVATION.find(wanted, custom_objects)


def serialize(activation: Any) -> Any:
    """The name of a function; of a layer its configuration, of a function of the user's what finds it again.

    Source
    ------
    tf.keras.activations.serialize, TF 2.15
    """
    if activation in _NAMES:
        return _NAMES[activation]
    name = getattr(activation, "__name__", None)
    if not isinstance(activation, core.Layer) and (name in _OF_NN or name in ACTIVATION.names()):
        return name
    return serialization.serialize(activation)


near_keywords_of_functions(__name__)
