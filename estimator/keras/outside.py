"""Layers and models that are called outside any graph, with arrays and numbers."""

from __future__ import annotations

from typing import Any

from estimator.core import nest
from estimator.graph.defaults import DEFAULTS
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


def is_outside(values: Any) -> bool:
    """Whether no graph and no session is entered, and no tensor is among the values."""
    inside = DEFAULTS.graphs or DEFAULTS.sessions or get_default_graph().is_function
    return not inside and not any(_is_of_a_graph(value) for value in nest.flatten(values))


def call(layer: Any, inputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a layer makes of arrays, in the process's default graph."""
    return layer.call_in_graph(inputs, *args, **kwargs)


def _is_of_a_graph(value: Any) -> bool:
    return isinstance(value, Tensor) or hasattr(value, "as_tensor")
