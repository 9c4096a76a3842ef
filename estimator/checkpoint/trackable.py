"""What can stand in a tree of objects that a checkpoint saves: leaves, which have values, and what holds them by name.

Leaves are numpy arrays and variables. What holds them is a mapping, a sequence, or an object that tells its children
(:class:`HasChildren`): a Checkpoint, an optimizer, a ``tf.Module``, a layer or model of Keras.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np

from estimator.core.dtypes import as_dtype
from estimator.core.shown import shorten


@runtime_checkable
class HasChildren(Protocol):
    """An object that stands for a mapping of names to objects."""

    def checkpoint_children(self) -> Mapping[str, Any]:
        """The objects by name, in the order in which they are numbered; what can hold no value is passed over."""


@runtime_checkable
class HasSlots(Protocol):
    """An optimizer: an object that keeps variables beside those of others."""

    def checkpoint_slots(self) -> Iterable[tuple[Any, str, Any]]:
        """Of each such variable: the one it is kept beside, its name, itself."""


@runtime_checkable
class HasFormerNames(Protocol):
    """An optimizer whose values have had other names, under which checkpoints of older programs keep them."""

    def checkpoint_children_before(self) -> Mapping[str, Any]:
        """What was stored under its name, by the former names."""

    def checkpoint_slots_before(self) -> Iterable[tuple[Any, str, Any]]:
        """What was stored beside other variables, as :meth:`HasSlots.checkpoint_slots` tells it."""


def is_variable(value: Any) -> bool:
    """Whether its value is held by a session."""
    return hasattr(value, "handle") and hasattr(value, "dtype")


def is_leaf(value: Any) -> bool:
    """Whether it has a value that is saved."""
    return isinstance(value, np.ndarray) or is_variable(value)


def is_trackable(value: Any) -> bool:
    """Whether it can stand in a tree, as a leaf or with what it holds."""
    if isinstance(value, tuple):  # often sizes or settings, which TensorFlow passes over, too
        return any(map(is_trackable, value))
    return (
        is_leaf(value)
        or isinstance(value, (HasChildren, Mapping))
        or (isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, range)))
    )


def children_of(value: Any) -> Iterator[tuple[str, Any]]:
    """What it holds, by name, without what can hold no value: numbers, texts, functions."""
    if is_leaf(value):
        return
    for name, child in _named(value):
        if is_trackable(child):
            yield str(name), child


def check_trackable(value: Any, name: str) -> None:
    """Raise unless the value can stand in a tree under that name, with all that mappings and sequences in it hold.

    Raises
    ------
    TypeError
        If it has no value that can be restored in place.
    """
    if is_variable(value) or isinstance(value, HasChildren):
        return
    if isinstance(value, np.ndarray):
        _check_array(value, name)
    elif is_trackable(value):
        for child_name, child in _named(value):
            check_trackable(child, f"{name}/{child_name}")
    elif hasattr(value, "__dict__"):
        raise TypeError(
            f"{name!r} is {shorten(value)} ({type(value).__name__}), of whose attributes a checkpoint knows nothing. "
            "Derive its class from tf.Module, or give its variables: {'w': value.w}."
        )
    else:
        raise TypeError(
            f"{name!r} is {shorten(value)} ({type(value).__name__}), which cannot be restored in place. Use a numpy "
            f"array, for example np.array({shorten(value)}), a variable, or a mapping or list of these."
        )


def _check_array(value: np.ndarray[Any, Any], name: str) -> None:
    try:
        if value.dtype.kind not in "SU":
            as_dtype(value.dtype)
            return
    except TypeError:
        pass
    raise TypeError(
        f"{name!r} is an array of {value.dtype}, which a checkpoint cannot hold; text is an object array of bytes."
    )


def _named(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, HasChildren):
        return value.checkpoint_children().items()
    return value.items() if isinstance(value, Mapping) else enumerate(value)
