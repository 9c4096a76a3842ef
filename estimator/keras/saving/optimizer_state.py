"""The state of an optimizer in files: how many steps it has made, and what it keeps for each weight.

An optimizer here lists its variables as Keras 2.15 does: iterations, then for each weight its slots in turn. Files
differ:

* Keras 3 has the learning rate second, unless that is a schedule, and SGD without momentum has no slots there;
* the optimizers of before 2.11, which 2.15 calls legacy, name slots by their weight first (``Adam/hidden/kernel/m:0``)
  and list all of a kind before the next.

So slots are found by names where these tell a weight and a kind, else by order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.named_tuple import NamedTuple

_OLDER_KINDS = {"rms": "velocity", "mg": "average_gradient", "momentum": "m"}


class State(NamedTuple):
    """What an optimizer gets from a file.

    Parameters
    ----------
    arrays : list of StoredArray
        One for each of its variables, or for iterations alone: before a first step there are no slots, and SGD without
        momentum has none in Keras 3.
    learning_rate : StoredArray or None
        If the file has it apart from the configuration.
    """

    arrays: list[Any]
    learning_rate: Any


def by_order(variables: Sequence[Any], stored: Sequence[Any]) -> State | None:
    """The arrays for the variables, from a file that only numbers them; None if it has others."""
    if len(stored) > 1 and not stored[0].shape and not stored[1].shape:
        state = State([stored[0], *stored[2:]], stored[1])
    else:
        state = State(list(stored), None)
    return state if _fit(variables, state.arrays) else None


def by_names(variables: Sequence[Any], stored: Mapping[str, Any]) -> State | None:
    """The arrays for the variables, from a file that names them; None if it has others."""
    exact = [stored.get(variable.name) for variable in variables]
    if all(array is not None for array in exact) and _fit(variables, exact):
        return State(exact, None)
    older = _older(variables, stored)
    if older is not None:
        return State(older, None) if _fit(variables, older) else None
    return by_order(variables, list(stored.values()))


def _older(variables: Sequence[Any], stored: Mapping[str, Any]) -> list[Any] | None:
    """The arrays of an optimizer of before 2.11; None if the names are not of such."""
    steps = [array for name, array in stored.items() if _parts(name)[-1] in ("iter", "iterations")]
    if not steps:
        return None
    slots = {_slot(name): array for name, array in stored.items()}
    found = [slots.get(_slot_of(variable.name)) for variable in variables[1:]]
    return [steps[0], *found]


def _parts(name: str) -> list[str]:
    return name.removesuffix(":0").split("/")


def _slot(name: str) -> tuple[str, str]:
    """Weight and kind in ``training/Adam/hidden/kernel/m:0``."""
    parts = [part for part in _parts(name) if part != "training"]
    return "/".join(parts[1:-1]), _OLDER_KINDS.get(parts[-1], parts[-1])


def _slot_of(name: str) -> tuple[str, str]:
    """Weight and kind in ``Adam/m/hidden/kernel:0``."""
    parts = _parts(name)
    kind = parts[1] if len(parts) > 2 else ""
    return "/".join(parts[2:]), _OLDER_KINDS.get(kind, kind)


def _fit(variables: Sequence[Any], arrays: Sequence[Any]) -> bool:
    return len(arrays) in (1, len(variables)) and all(
        array is not None and tuple(array.shape) == tuple(variable.shape.as_list())
        for variable, array in zip(variables, arrays, strict=False)
    )


def for_keras_3(
    values: Sequence[np.ndarray], learning_rate: float | None, has_slots: bool
) -> list[np.ndarray]:
    """The arrays in Keras 3's order.

    Parameters
    ----------
    values : sequence of array
        Iterations and slots.
    learning_rate : float or None
        None if it is a schedule.
    has_slots : bool
        Whether Keras 3's optimizer of this kind keeps any.
    """
    rate = [] if learning_rate is None else [np.asarray(learning_rate, np.float32)]
    slots = list(values[1:]) if has_slots else []
    return [np.asarray(values[0], np.int32), *rate, *slots]
