"""Losses by name, as configurations, and back: keras.losses.get, serialize, deserialize."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.keras.serialization import Kind
from estimator.keras.serialization import serialize as config_of

_LOSS = Kind("loss function", "losses")


def serialize(loss: Any, use_legacy_format: bool = False) -> Any:
    """The configuration of a loss, with its class; of a function its name, if `use_legacy_format`."""
    config = config_of(loss)
    if config is None or not use_legacy_format:
        return config
    if config["class_name"] == "function":
        return config["config"]
    return {"class_name": config["registered_name"] or config["class_name"], "config": config["config"]}


def deserialize(
    name: Any, custom_objects: Mapping[str, Any] | None = None, use_legacy_format: bool = False
) -> Any:
    """The loss that a name or a configuration describes; a name of a function is that function.

    Raises
    ------
    ValueError
        If nothing has this name.
    """
    return _LOSS.deserialize(name, custom_objects)


def get(identifier: Any) -> Any:
    """The loss that a name, a configuration, a function or a loss itself stands for; None stays None.

    Raises
    ------
    ValueError
        If it is none of them, or nothing has this name.
    """
    return _LOSS.get(identifier)


near_keywords_of_functions(__name__)
