"""Layers of configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.keras import serialization
from estimator.keras.serialization import Kind

# What stands among the layers of a model, and is no name of keras.layers.
_MODELS = {
    "AddLoss": "estimator.keras.added",
    "AddMetric": "estimator.keras.added",
    "Functional": "estimator.keras.model",
    "Model": "estimator.keras.model",
    "Sequential": "estimator.keras.sequential",
    "TensorFlowOpLayer": "estimator.keras.op_layer",
}
LAYER = Kind("layer", "layers", _MODELS)


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The layer of a configuration, without weights.

    Parameters
    ----------
    config : dict
        ``class_name`` and ``config``.
    custom_objects : dict, optional
        Classes of the user by their names.

    Raises
    ------
    ValueError
        If no layer has this name, or it is no configuration.

    Source
    ------
    tf.keras.layers.deserialize, TF 2.15
    """
    return LAYER.deserialize(config, custom_objects)


def serialize(layer: Any) -> dict[str, Any]:
    """The configuration of a layer.

    Source
    ------
    tf.keras.layers.serialize, TF 2.15
    """
    found: dict[str, Any] = serialization.serialize(layer)
    return found


near_keywords_of_functions(__name__)
