"""Which keys of a checkpoint are an optimizer's, told by names and shapes alone.

A slot of tf.train's optimizers has the name of its variable and a word more (``dnn/logits/kernel/Adagrad``,
``dnn/logits/kernel/t_0/Adam_1``), perhaps below the name of a variable scope; one of tf.keras' optimizers lies below
``training/Adam/`` (:mod:`estimator.checkpoint.keras_names`); in a checkpoint of objects the key says it
(``model/w/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE``).

Source
------
Slot names of tf.train's and tf.keras' optimizers and of tf.train.Checkpoint, TensorFlow 2.15.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from typing import TypeAlias

from estimator.core.named_tuple import NamedTuple
from estimator.variables.slot_role import KERAS_STATE

Specs: TypeAlias = Mapping[str, tuple[tuple[int, ...], object]]
"""Key to shape and element type, of which alone it matters whether they are the same."""

_PART = re.compile(r"/(t|part)_\d+\Z")
_OBJECT_SLOT = re.compile(r"(?P<owner>.+)/\.OPTIMIZER_SLOT/(?P<path>.+)/(?P<slot>[^/]+)/\.ATTRIBUTES/[^/]+")
_OBJECT_COUNTER = re.compile(r"(?P<path>.+)/(?:iter|_iterations)/\.ATTRIBUTES/[^/]+")
_POWER = re.compile(r"(?:.*/)?beta[12]_power(?:_\d+)?")


class SlotName(NamedTuple):
    """What the key of an optimizer's variable tells.

    Parameters
    ----------
    optimizer : str
        What it is called after: ``"Adam"``; in a checkpoint of objects, the optimizer's own name there.
    owner : str or None
        The key of the variable for which it is kept; None of what an optimizer keeps once.
    """

    optimizer: str
    owner: str | None


def slot_name(name: str, specs: Specs) -> SlotName | None:
    """What the key tells if it looks like an optimizer's; None otherwise.

    Parameters
    ----------
    name : str
    specs : mapping of str to (shape, DType)
        Of all keys of the checkpoint.
    """
    if "/.OPTIMIZER_SLOT/" in name:
        found = _OBJECT_SLOT.fullmatch(name)
        return found and SlotName(found["path"], f"{found['owner']}/.ATTRIBUTES/VARIABLE_VALUE")
    keras = KERAS_STATE.fullmatch(name) if name.startswith("training") else None
    if keras:
        owner = keras["rest"].rpartition("/")[0]
        return SlotName(keras["optimizer"], owner if owner in specs else None)
    owner = slot_owner(name, specs)
    return SlotName(re.sub(r"_\d+\Z", "", name.rpartition("/")[2]), owner) if owner else None


def slot_owner(name: str, specs: Specs) -> str:
    """The key of the variable whose slot the key looks like: its name, a word more, and the same shape; or nothing."""
    owner = _PART.sub("", name.rpartition("/")[0])
    while (
        owner and specs.get(owner) != specs[name]
    ):  # perhaps it was made in a variable scope, whose name comes first
        owner = owner.partition("/")[2]
    return owner


def is_power(name: str) -> bool:
    """Whether the key is that of a power of Adam's betas, which tf.train's Adam keeps once."""
    return _POWER.fullmatch(name) is not None


def optimizer_paths(keys: Iterable[str]) -> set[str]:
    """Where the optimizers lie in a checkpoint of objects: what counts steps, or has slots, is one."""
    found = set()
    for key in keys:
        slot = _OBJECT_SLOT.fullmatch(key) if "/.OPTIMIZER_SLOT/" in key else None
        counter = _OBJECT_COUNTER.fullmatch(key)
        if slot or counter:
            found.add(slot["path"] if slot else counter["path"] if counter else "")
    return found


def path_above(key: str, paths: Container[str]) -> str | None:
    """Which of these objects the key of a checkpoint of objects lies below."""
    head = key.partition("/.ATTRIBUTES/")[0].rpartition("/")[0]
    while head and head not in paths:
        head = head.rpartition("/")[0]
    return head or None
