"""Metrics by name, as configurations, and back: keras.metrics.get, serialize, deserialize."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.keras.serialization import Kind
from estimator.keras.serialization import serialize as config_of

_METRIC = Kind("metric function", "metrics")


def serialize(metric: Any, use_legacy_format: bool = False) -> Any:
    """The configuration of a metric, with its class; of a function its name, if `use_legacy_format`."""
    config = config_of(metric)
    if config is None or not use_legacy_format:
        return config
    if config["class_name"] == "function":
        return config["config"]
    return {"class_name": config["registered_name"] or config["class_name"], "config": config["config"]}


def deserialize(
    config: Any, custom_objects: Mapping[str, Any] | None = None, use_legacy_format: bool = False
) -> Any:
    """The metric that a name or a configuration describes; a name of a function is that function.

    Raises
    ------
    ValueError
        If nothing has this name.
    """
    return _METRIC.deserialize(config, custom_objects)


def get(identifier: Any) -> Any:
    """The metric that a name, a configuration, a function or a metric itself stands for; None stays None.

    Which accuracy ``"accuracy"`` is, the shapes of outputs tell: here it is the one of equal values.

    Raises
    ------
    ValueError
        If it is none of them, or nothing has this name.
    """
    return _METRIC.get(identifier)


near_keywords_of_functions(__name__)
