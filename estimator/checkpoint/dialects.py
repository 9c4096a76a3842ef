"""Under which key a variable or an optimizer slot is stored in a checkpoint.

In the graph a variable has its plain name, a slot is ``<variable>/<Slot>``, and Adam's powers are
``beta1_power`` and ``beta2_power``. The canned models of tf.estimator split their variables into
parts (one, unless told otherwise), and that shows in the names of their slots, though not in those
of their weights. A dialect is a pure function from (variable, slot) to the key:

=============  ===================================  =========================
dialect        slot ``Adam`` of ``dnn/logits/bias``  ``beta1_power``
=============  ===================================  =========================
plain          ``dnn/logits/bias/Adam``             ``beta1_power``
dnn_v1         ``dnn/logits/bias/t_0/Adam``         ``dnn/head/beta1_power``
linear_v1      ``dnn/logits/bias/part_0/Adam``      ``beta1_power``
dnn_linear_v1  ``dnn/logits/bias/Adam``             ``head/beta1_power``
=============  ===================================  =========================

The canned model chooses its dialect; nobody else knows of them.

Source
------
Checkpoints of tf.compat.v1.estimator's canned models, TensorFlow 2.15.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, TypeAlias

from estimator.core.registry import Registry

Part: TypeAlias = "tuple[str, str | None]"
"""A variable's name and None, or a variable's name and the name of a slot of it."""

_POWERS = ("beta1_power", "beta2_power")


class Dialect(Protocol):
    """A pure function from a variable, or a slot of it, to its key in the checkpoint."""

    def __call__(self, variable: str, slot: str | None = None) -> str:
        """The key of `variable`, or of its slot `slot`."""
        ...


dialects: Registry[Dialect] = Registry("checkpoint dialect")


def plain(variable: str, slot: str | None = None) -> str:
    """Keys are the names in the graph: what a model function of one's own writes."""
    return variable if slot is None else f"{variable}/{slot}"


def dnn_v1(variable: str, slot: str | None = None) -> str:
    """Keys of DNNClassifier and DNNRegressor."""
    if slot is None:
        return f"dnn/head/{variable}" if variable in _POWERS else variable
    return f"{variable}/t_0/{slot}"


def linear_v1(variable: str, slot: str | None = None) -> str:
    """Keys of LinearClassifier and LinearRegressor."""
    return variable if slot is None else f"{variable}/part_0/{slot}"


def dnn_linear_v1(variable: str, slot: str | None = None) -> str:
    """Keys of DNNLinearCombinedClassifier and DNNLinearCombinedRegressor."""
    if slot is None:
        return f"head/{variable}" if variable in _POWERS else variable
    return f"{variable}/{slot}"


dialects.add("plain", plain)
dialects.add("dnn_v1", dnn_v1)
dialects.add("linear_v1", linear_v1)
dialects.add("dnn_linear_v1", dnn_linear_v1)


def fitting_dialect(preferred: str, parts: Iterable[Part], keys: Collection[str]) -> str:
    """The dialect under which `keys` has the most of `parts`; `preferred` if none is better.

    Parameters
    ----------
    preferred : str
        The model's own dialect.
    parts : iterable of (str, str or None)
        The model's variables and slots.
    keys : collection of str
        The checkpoint's keys.

    Raises
    ------
    ValueError
        If there is no dialect of that name.
    """
    wanted, stored = list(parts), set(keys)
    best, best_count = preferred, _found(dialects.get(preferred), wanted, stored)
    for name in dialects:
        count = _found(dialects.get(name), wanted, stored)
        if count > best_count:
            best, best_count = name, count
    return best


def _found(dialect: Dialect, parts: Iterable[Part], keys: Collection[str]) -> int:
    return sum(dialect(variable, slot) in keys for variable, slot in parts)
