"""Initializers by name, and their configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.keras import serialization
from estimator.keras.configuration import KINDS


def get(identifier: Any) -> Any:
    """The initializer that a name, a configuration, a class or the object itself stands for; None stays None.

    Raises
    ------
    ValueError
        If it is nothing of these, or nothing has this name.

    Source
    ------
    tf.keras.initializers.get, TF 2.15
    """
    return KINDS["initializer"].get(identifier)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The initializer of a configuration.

    Raises
    ------
    ValueError
        If nothing has this name.

    Source
    ------
    tf.keras.initializers.deserialize, TF 2.15
    """
    return KINDS["initializer"].deserialize(config, custom_objects)


def serialize(initializer: Any) -> Any:
    """The configuration of a initializer.

    Raises
    ------
    ValueError
        If it does not tell its own.

    Source
    ------
    tf.keras.initializers.serialize, TF 2.15
    """
    return serialization.serialize(initializer)


near_keywords_of_functions(__name__)
