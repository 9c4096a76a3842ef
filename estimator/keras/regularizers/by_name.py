"""Regularizers by name, and their configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.keras import serialization
from estimator.keras.configuration import KINDS


def get(identifier: Any) -> Any:
    """The regularizer that a name, a configuration, a class or the object itself stands for; None stays None.

    Raises
    ------
    ValueError
        If it is nothing of these, or nothing has this name.

    Source
    ------
    tf.keras.regularizers.get, TF 2.15
    """
    return KINDS["regularizer"].get(identifier)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The regularizer of a configuration.

    Raises
    ------
    ValueError
        If nothing has this name.

    Source
    ------
    tf.keras.regularizers.deserialize, TF 2.15
    """
    return KINDS["regularizer"].deserialize(config, custom_objects)


def serialize(regularizer: Any) -> Any:
    """The configuration of a regularizer.

    Raises
    ------
    ValueError
        If it does not tell its own.

    Source
    ------
    tf.keras.regularizers.serialize, TF 2.15
    """
    return serialization.serialize(regularizer)


near_keywords_of_functions(__name__)
