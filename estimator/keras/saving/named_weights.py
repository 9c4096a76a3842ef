"""The weights of a model as a .h5 lists and names them.

Of each layer those that are trained come first. Their names are those of their variables in a graph that has this
model alone: where another had the names before it (``hidden_1/kernel``), they are told without the counter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from estimator.keras.saving.fitting import WantedLayer

_COUNTED = re.compile(r"(.+)_\d+")


def layers_of(model: Any) -> list[WantedLayer]:
    """The layers of a model, in their order, with their weights."""
    known = _names(model)
    found = []
    for layer in model.layers:
        weights = [*layer.trainable_weights, *layer.non_trainable_weights]
        found.append(WantedLayer(layer.name, weights, steady_names(weights, known)))
    return found


def own_of(model: Any) -> tuple[list[Any], list[str]]:
    """The weights that are of the model and of none of its layers, and their names."""
    weights = list(model.own_weights)
    return weights, steady_names(weights, _names(model))


def _names(model: Any) -> set[str]:
    return {layer.name for layer in model.submodules}


def steady_names(weights: Sequence[Any], known: set[str]) -> list[str]:
    """The names of weights, without counters that make of a layer's name another's; as they are if two became one."""
    told = [weight.name for weight in weights]
    found = ["/".join(_steady(part, known) for part in name.split("/")) for name in told]
    return found if len(set(found)) == len(found) else told


def _steady(part: str, known: set[str]) -> str:
    match = None if part in known else _COUNTED.fullmatch(part)
    return match[1] if match and match[1] in known else part
