"""What belongs to an object because it is an attribute of it: layers and variables, in lists and dicts too.

An attribute that holds a layer, a variable or a container is noted when it is set; what is in containers is looked for
when it is asked for, so that what is appended later is found. Attributes that were not set but put into ``vars()`` are
nobody's parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from estimator.core import nest
from estimator.network.layers import layer as core
from estimator.variables.partitions import PartitionedVariable
from estimator.variables.variable import Variable

_NOTED = "_noted_attributes"


class Tracking:
    """An object whose attributes are noted if they may hold parts of it."""

    def __setattr__(self, name: str, value: Any) -> None:
        if may_hold_parts(value):
            noted = vars(self).setdefault(_NOTED, {})
            if getattr(self, name, None) is not value:
                noted.pop(name, None)  # another value comes last
            noted[name] = None
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        vars(self).get(_NOTED, {}).pop(name, None)
        super().__delattr__(name)

    def _parts(self) -> dict[str, Any]:
        """The attributes that may hold parts, in the order in which they were set."""
        held = vars(self)
        return {name: held[name] for name in held.get(_NOTED, ()) if may_hold_parts(held.get(name))}

    def checkpoint_children(self) -> dict[str, Any]:
        """What a checkpoint keeps below this object, by the name of the edge: variables, objects, containers."""
        return self._parts()


def may_hold_parts(value: Any) -> bool:
    """Whether a value is a layer or a variable, keeps such, or is a container in which one may be."""
    return isinstance(value, (core.Layer, Variable, PartitionedVariable, list, tuple, Mapping)) or hasattr(
        type(value), "checkpoint_children"
    )


def layers_in(value: Any) -> Iterator[core.Layer]:
    """The layers that a value is or holds; dicts by their sorted keys."""
    return (leaf for leaf in _leaves(value) if isinstance(leaf, core.Layer))


def variables_in(value: Any) -> Iterator[Variable]:
    """The variables that a value is or holds, of one in parts each part; those of layers are theirs."""
    for leaf in _leaves(value):
        if isinstance(leaf, Variable):
            yield leaf
        elif isinstance(leaf, PartitionedVariable):
            yield from leaf


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key in nest.sorted_keys(value):
            yield from _leaves(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def unique(things: Iterator[Any] | list[Any]) -> list[Any]:
    """The things, each once, where it first stands; they are told apart by what they are, not by what they equal."""
    return list({id(thing): thing for thing in things}.values())
