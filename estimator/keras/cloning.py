"""Models like others, with weights of their own; and models of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from estimator.core import nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.tracebacks import cause_of
from estimator.keras.input_layer import Input, InputLayer
from estimator.keras.layers.by_name import deserialize
from estimator.keras.model import Model, takes_both_ends
from estimator.keras.network_config import from_network_config, network_config
from estimator.keras.sequential import Sequential


def model_from_config(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model of a configuration with its class, without weights.

    Parameters
    ----------
    config : dict
        ``class_name`` and ``config``.
    custom_objects : dict, optional
        Classes and functions of the user by their names.

    Raises
    ------
    TypeError
        If it is a list, as configurations of Sequential models once were.
    ValueError
        If nothing has this class' name, or it is no configuration.

    Source
    ------
    tf.keras.models.model_from_config, TF 2.15
    """
    if isinstance(config, list):
        raise TypeError(
            "`model_from_config` expects a dictionary, not a list. Maybe you meant to use "
            "`Sequential.from_config(config)`?"
        )
    try:
        return deserialize(config, custom_objects)
    except KeyError as error:
        raise ValueError(
            f"the configuration of {config.get('class_name')!r} lacks {error}. Use what "
            "keras.layers.serialize(model) or model.to_json() gives."
        ) from cause_of(error)


def model_from_json(json_string: str | bytes, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model that ``model.to_json()`` told, without weights.

    Parameters
    ----------
    json_string : str
    custom_objects : dict, optional
        Classes and functions of the user by their names.

    Raises
    ------
    ValueError
        If it is no JSON, or not that of a model.

    Source
    ------
    tf.keras.models.model_from_json, TF 2.15
    """
    try:
        told = json.loads(json_string)
    except (ValueError, TypeError) as error:
        raise ValueError(f"this is no JSON of a model: {error}.") from cause_of(error)
    if not isinstance(told, dict) or "class_name" not in told:
        raise ValueError("this JSON is of no model: it has no class_name. Use what model.to_json() gives.")
    return model_from_config(told, custom_objects)


def clone_model(
    model: Model, input_tensors: Any = None, clone_function: Callable[[Any], Any] | None = None
) -> Any:
    """A model like another, with layers and weights of its own, in the default graph.

    Parameters
    ----------
    model : Model
        A functional one, a Sequential, or one whose constructor's arguments are known.
    input_tensors : Tensor or list of Tensor, optional
        What the new one begins with.
    clone_function : callable, optional
        Gives the new layer for an old one; by default one of the same configuration.

    Raises
    ------
    TypeError
        If it is no model.
    ValueError
        If `input_tensors` are not as many as the inputs.

    Source
    ------
    tf.keras.models.clone_model, TF 2.15
    """
    if not isinstance(model, Model):
        raise TypeError(f"clone_model: this is no model but {model!r} ({type(model).__name__}).")
    clone = clone_function or (lambda layer: type(layer).from_config(layer.get_config()))
    if isinstance(model, Sequential):
        return _clone_of_row(model, input_tensors, clone)
    if model.network is None or not takes_both_ends(type(model)):
        return type(model).from_config(model.get_config())
    begins = dict(zip(map(id, model.network.input_layers), _begins(model, input_tensors), strict=True))
    made = {layer.name: begins.get(id(layer)) or clone(layer) for layer in model.network.layers}
    config = network_config(model, lambda layer: {"config": {"name": layer.name}})
    return from_network_config(config, type(model), made=made)


def _begins(model: Model, input_tensors: Any) -> list[Any]:
    """The InputLayers of a clone."""
    assert model.network is not None
    layers = model.network.input_layers
    if input_tensors is None:
        return [InputLayer.from_config(layer.get_config()) for layer in layers]
    tensors = nest.flatten(input_tensors)
    if len(tensors) != len(layers):
        raise ValueError(
            f"model {model.name!r} has {len(layers)} inputs, but {len(tensors)} input_tensors are given."
        )
    return [
        InputLayer(input_tensor=tensor, name=layer.name)
        for tensor, layer in zip(tensors, layers, strict=True)
    ]


def _clone_of_row(model: Sequential, input_tensors: Any, clone: Callable[[Any], Any]) -> Sequential:
    row = [layer for layer in model._sublayers() if not isinstance(layer, InputLayer)]
    begin = None
    if input_tensors is not None:
        begin = Input(tensor=nest.flatten(input_tensors)[0], name=f"{row[0].name}_input")
    elif model.network is not None:
        begin = InputLayer.from_config(model.network.input_layers[0].get_config())
    return Sequential([*([] if begin is None else [begin]), *map(clone, row)], name=model.name)


near_keywords_of_functions(__name__)
