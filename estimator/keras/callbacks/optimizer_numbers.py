"""The numbers of a model's optimizer, as callbacks read and write them, whatever graph is at hand."""

from __future__ import annotations

from typing import Any

from estimator.keras.outside import graph_of_layer
from estimator.runtime.own_session import begin, session_at_hand


def number_of(model: Any, name: str) -> Any:
    """A number by its attribute, such as ``learning_rate`` or ``iterations``, as numpy's."""
    graph = graph_of_layer(model)
    with graph.as_default():
        found = getattr(model.optimizer, name)
    return begin(session_at_hand(graph)).run(found) if hasattr(found, "graph") else found


def set_learning_rate(model: Any, rate: Any) -> None:
    """Let the steps from now on have that rate."""
    with graph_of_layer(model).as_default():
        model.optimizer.learning_rate = rate
