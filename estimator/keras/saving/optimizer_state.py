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

_KINDS = {
    "m": "m", "v": "v", "vhat": "vhat", "accumulator": "accumulator", "momentum": "m",
    "velocity": "velocity", "rms": "velocity", "average_gradient": "average_gradient", "mg": "average_gradient",
}  # fmt: skip


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
    return [steps[0], *(slots.get(_slot(variable.name)) for variable in variables[1:])]


def _parts(name: str) -> list[str]:
    return name.removesuffix(":0").split("/")


def _slot(name: str) -> tuple[str, str]:
    """Weight and kind in ``Adam/m/hidden/kernel:0``, and in ``training/Adam/hidden/kernel/m:0``."""
    _, *parts = [part for part in _parts(name) if part != "training"]
    if parts and parts[-1] in _KINDS:
        return "/".join(parts[:-1]), _KINDS[parts[-1]]
    return "/".join(parts[1:]), _KINDS.get(parts[0], parts[0]) if parts else ""


def _fit(variables: Sequence[Any], arrays: Sequence[Any]) -> bool:
    return len(arrays) in (1, len(variables)) and all(
        array is not None and tuple(array.shape) == tuple(variable.shape.as_list())
        for variable, array in zip(variables, arrays, strict=False)
    )


def for_keras_3(
    variables: Sequence[Any], values: Sequence[np.ndarray], learning_rate: float | None, has_slots: bool
) -> list[np.ndarray]:
    """The arrays in Keras 3's order.

    Parameters
    ----------
    variables : sequence of Variable
        Iterations and slots; those of an older optimizer may stand in another order.
    values : sequence of array
        What they are.
    learning_rate : float or None
        None if it is a schedule.
    has_slots : bool
        Whether Keras 3's optimizer of this kind keeps any.
    """
    rate = [] if learning_rate is None else [np.asarray(learning_rate, np.float32)]
    slots = [_slot(variable.name) for variable in variables[1:]]
    weights = list(dict.fromkeys(weight for weight, _ in slots))
    kinds = list(dict.fromkeys(kind for _, kind in slots))

    side_by_side = {"m", "v"} if "v" in kinds else set()  # Adam's stand so, all others kind by kind

    def place(number: int) -> tuple[int, int, int]:
        weight, kind = slots[number]
        together = -1 if kind in side_by_side else kinds.index(kind)
        return together, weights.index(weight), kinds.index(kind)

    order = sorted(range(len(slots)), key=place) if has_slots else []
    return [np.asarray(values[0], np.int32), *rate, *(values[1 + number] for number in order)]
