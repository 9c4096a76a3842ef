"""Schedules as configurations, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.keras.optimizers.schedules.schedule import LearningRateSchedule
from estimator.keras.serialization import Kind
from estimator.keras.serialization import serialize as config_of

_SCHEDULE = Kind("learning rate schedule", "optimizers.schedules")


def serialize(
    learning_rate_schedule: LearningRateSchedule, use_legacy_format: bool = False
) -> dict[str, Any]:
    """The configuration of a schedule, with its class; without the module if `use_legacy_format`."""
    config: dict[str, Any] = config_of(learning_rate_schedule)
    if use_legacy_format:
        return {"class_name": config["registered_name"] or config["class_name"], "config": config["config"]}
    return config


def deserialize(
    config: Mapping[str, Any],
    custom_objects: Mapping[str, Any] | None = None,
    use_legacy_format: bool = False,
) -> Any:
    """The schedule that a configuration describes.

    Raises
    ------
    ValueError
        If there is no such class.
    """
    return _SCHEDULE.deserialize(config, custom_objects)


near_keywords_of_functions(__name__)
