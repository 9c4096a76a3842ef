"""Optimizers by name, as configurations, and back: keras.optimizers.get, serialize, deserialize."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.keras.optimizers.optimizer import Optimizer
from estimator.keras.serialization import Kind, custom_object
from estimator.keras.serialization import serialize as config_of
from estimator.optimizers.optimizer import Optimizer as AnyOptimizer

_OPTIMIZER, _LEGACY = Kind("optimizer", "optimizers"), Kind("optimizer", "optimizers.legacy")


def serialize(optimizer: Any, use_legacy_format: bool = False) -> dict[str, Any] | None:
    """The configuration of an optimizer, with its class; without the module if `use_legacy_format`."""
    config: dict[str, Any] | None = config_of(optimizer)
    if config is None or not use_legacy_format:
        return config
    return {"class_name": config["registered_name"] or config["class_name"], "config": config["config"]}


def deserialize(
    config: Mapping[str, Any],
    custom_objects: Mapping[str, Any] | None = None,
    use_legacy_format: bool = False,
    *,
    use_legacy_optimizer: bool | None = None,
) -> Any:
    """The optimizer that a configuration describes: one of today's, or one of ``legacy`` if it is of these.

    Parameters
    ----------
    config : mapping
        ``{"class_name": "Adam", "config": {...}}``; the name may be in lower case.
    use_legacy_optimizer : bool, optional
        Which of both is meant, where the configuration does not tell (``is_legacy_optimizer``).

    Raises
    ------
    ValueError
        If there is no such class.
    """
    inner = dict(config.get("config") or {})
    is_legacy = inner.pop(
        "is_legacy_optimizer", bool(inner) if use_legacy_optimizer is None else use_legacy_optimizer
    )
    kind = _LEGACY if is_legacy else _OPTIMIZER
    name = str(config["class_name"])
    if custom_object(config.get("registered_name") or name, custom_objects) is None:
        name = _spelled(name, kind)
    return kind.deserialize({**config, "class_name": name, "config": inner}, custom_objects)


def get(identifier: Any, *, use_legacy_optimizer: bool | None = None) -> Any:
    """The optimizer that a name, a configuration or an optimizer itself stands for.

    Parameters
    ----------
    identifier : str, mapping or Optimizer
        An optimizer of ``tf.train`` is taken as it is.
    use_legacy_optimizer : bool, optional
        Whether a name is that of one in ``keras.optimizers.legacy``.

    Raises
    ------
    ValueError
        If it is none of them, or nothing has this name.
    """
    if isinstance(identifier, AnyOptimizer):
        return identifier
    if isinstance(identifier, Mapping):
        return deserialize(identifier, use_legacy_optimizer=use_legacy_optimizer)
    if isinstance(identifier, str):
        return deserialize({"class_name": identifier}, use_legacy_optimizer=use_legacy_optimizer)
    raise ValueError(
        f"Could not interpret optimizer identifier: {identifier!r}. Pass a name such as 'adam', or an optimizer such "
        "as tf.keras.optimizers.Adam(0.001)."
    )


def _spelled(name: str, kind: Kind) -> str:
    """The name of the class as it is written, whatever the case in which it is given."""
    names = [known for known in kind.names() if isinstance(_class(kind, known), type)]
    for known in names:
        if known.casefold() == name.casefold():
            return known
    raise ValueError(
        f"Unknown optimizer: {name!r}.{did_you_mean(name, names)} There are: {', '.join(names)}."
    )


def _class(kind: Kind, name: str) -> Any:
    found = kind.find(name)
    return found if isinstance(found, type) and issubclass(found, Optimizer) else None


near_keywords_of_functions(__name__)
