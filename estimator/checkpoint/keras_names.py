"""The keys of tf.estimator's models with optimizers of tf.keras (its version 2), and what else their checkpoints hold.

Weights and ``global_step`` have their plain names. An optimizer's state lies together, beside its hyper-parameters::

    training/Adam/dnn/logits/bias/m         a slot
    training/Adam/learning_rate             a hyper-parameter, a scalar

``training`` becomes ``training_2``... in processes that have built other models before. What a slot of ours is called
there is declared by its optimizer (:class:`~estimator.variables.slot_role.SlotRole`). Hyper-parameters are read, kept
and written again unchanged, so that TensorFlow goes on with its own; what the script says is what we train with. Of an
optimizer of tf.keras they are variables, and are restored as in TensorFlow. The powers of Adam's betas are not stored:
they follow from the number of steps.

Source
------
Checkpoints of tf.estimator's canned models, TensorFlow 2.15; slots of tf.keras.optimizers.legacy
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from typing import Any

import numpy as np

from estimator.checkpoint.variables import Part
from estimator.core.frozen import frozen
from estimator.variables.slot_role import KERAS_STATE

Array = np.ndarray[Any, Any]


@frozen
class KerasNames:
    """The dialect of one checkpoint.

    Parameters
    ----------
    spelled : mapping
        Keys below ``training/`` to what they are in the checkpoint, where that is another name.
    """

    spelled: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, part: Part) -> str | None:
        """The key; None for the powers, which are not stored."""
        if part.is_power:
            return None
        if part.role is None or part.role.keras is None:
            return part.name
        optimizer, name = part.role.keras
        key = f"training/{optimizer}/{name if part.owner is None else f'{part.owner}/{name}'}"
        return self.spelled.get(key, key)


def is_keras_state(key: str) -> bool:
    """Whether the key may be that of a slot or a hyper-parameter of an optimizer of tf.keras."""
    return key.startswith("training") and KERAS_STATE.fullmatch(key) is not None


def keras_names(keys: Iterable[str]) -> KerasNames:
    """The dialect of a checkpoint with these keys."""
    found = {key: KERAS_STATE.fullmatch(key) for key in keys}
    plain = {key: f"training/{match['optimizer']}/{match['rest']}" for key, match in found.items() if match}
    return KerasNames({name: key for key, name in plain.items() if name != key})


def hyper_parameters(keys: Collection[str], used: Collection[str]) -> list[str]:
    """The keys of the hyper-parameters of optimizers that are gone on with, but for those that the model takes itself.

    Parameters
    ----------
    keys : collection of str
        All keys of the checkpoint.
    used : collection of str
        Those that the model takes. An optimizer is gone on with if its slots are among them, or it has none.
    """
    slots: dict[str, list[str]] = {}
    scalars: list[tuple[str, str]] = []
    for key in keys:
        match = KERAS_STATE.fullmatch(key)
        if match and "/" in match["rest"]:
            slots.setdefault(match["optimizer"], []).append(key)
        elif match:
            scalars.append((key, match["optimizer"]))
    kept = {name for name, of_it in slots.items() if not set(of_it).isdisjoint(used)}
    left = [(key, optimizer) for key, optimizer in scalars if key not in used]
    return sorted(key for key, optimizer in left if optimizer in kept or optimizer not in slots)


def advanced(key: str, value: Array, steps: int) -> Array:
    """A hyper-parameter after so many more steps: only a count of them, ``iter``, has changed."""
    return value + value.dtype.type(steps) if key.endswith("/iter") else value


def power_after(base: Array, steps: int) -> Array:
    """base to the power steps + 1, as the training step comes to it: multiplied in its precision, once a step."""
    power = base
    block = np.full(4096, base, base.dtype)
    while steps > 0:
        block[0] = power * base
        powers = np.multiply.accumulate(block[: min(steps, len(block))])
        steps -= len(powers)
        if powers[-1] == power:  # it has come to rest, at 0 or next to it
            break
        power = powers[-1]
    return np.asarray(power, base.dtype)
