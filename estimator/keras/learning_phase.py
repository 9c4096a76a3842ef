"""Whether a graph trains or predicts, where no call of a layer says so: a bool that may be fed, or that is set."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.keras import traces

_NAME = "keras_learning_phase"


def learning_phase() -> Tensor | int:
    """What was set for the default graph, else a scalar bool tensor: False, unless it is fed.

    Source
    ------
    tf.keras.backend.learning_phase, TF 2.15, in a graph
    """
    kept = _kept()
    if "phase" not in kept and traces.is_tracing():
        return 0  # outside of graphs nobody could feed it
    if "phase" not in kept:
        outermost = get_default_graph().outermost
        with outermost.as_default(), outermost.control_dependencies(None), outermost.name_scope(None):
            kept["phase"] = kept["tensor"] = b.PlaceholderWithDefault(False, shape=(), name=_NAME)
    phase: Tensor | int = kept["phase"]
    return phase


def set_learning_phase(value: int) -> None:
    """Let layers of the default graph that are called from now on train (1), or not (0).

    Raises
    ------
    ValueError
        If it is neither.
    """
    if value not in (0, 1):
        raise ValueError(f"the learning phase is 0 (predicting) or 1 (training), given: {value!r}.")
    choose_phase(int(value))


def choose_phase(value: int | None) -> None:
    """Set the learning phase; None lets it be a tensor again."""
    kept = _kept()
    kept.pop("phase", None)
    if value is not None:
        kept["phase"] = value
    elif "tensor" in kept:
        kept["phase"] = kept["tensor"]
    traces.forget()


def chosen_phase() -> int | None:
    """What was set for the default graph, or None."""
    phase = _kept().get("phase")
    return None if isinstance(phase, Tensor) else phase


def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = get_default_graph().outermost.kept_for(learning_phase, dict)
    return kept


near_keywords_of_functions(__name__)
