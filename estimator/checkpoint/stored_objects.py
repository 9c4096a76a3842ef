"""Which value of a checkpoint is which object's, of the program as it is now.

A checkpoint of objects is followed by its TrackableObjectGraph: two objects are one if they are reached by the same
names from objects that are one. What an optimizer keeps beside a variable is found by the two. A checkpoint that a
Saver has written has plain names; a variable is there under its own, an array under the path of names to it.

Source
------
How TensorFlow 2.15 restores, in its words: tensorflow/core/protobuf/trackable_object_graph.proto
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from estimator.checkpoint.object_graph import OBJECT_GRAPH_KEY, SAVE_COUNTER, VALUE, nodes_of
from estimator.checkpoint.resume import is_reserved
from estimator.checkpoint.trackable import HasFormerNames, HasSlots, children_of, is_leaf, is_variable
from estimator.checkpoint.variables import variable_name
from estimator.core.frozen import frozen
from estimator.formats import messages
from estimator.formats.bundle import BundleReader

Message: TypeAlias = Any  # a class made at run time


@frozen
class Match:
    """An object of the program, and which one of the checkpoint it is.

    Parameters
    ----------
    value : object
        The program's.
    number : int
        The checkpoint's; it goes on from here when the object has got more children.
    key : str or None
        Under which key the value is stored; None if it has none.
    """

    value: Any
    number: int
    key: str | None


class StoredObjects(Protocol):
    """How the values of one checkpoint are found."""

    def matches(self, starts: Iterable[tuple[Any, int]]) -> list[Match]:
        """What is found from these objects of the program on, each with its number in the checkpoint."""


def stored_objects(reader: BundleReader) -> StoredObjects:
    """How the values of that checkpoint are found.

    Raises
    ------
    DataLossError
        If its graph of objects is not such a message.
    """
    if not reader.has(OBJECT_GRAPH_KEY):
        return Named(value_keys(reader))
    return Graphed(
        messages.parse("TrackableObjectGraph", bytes(reader.get(OBJECT_GRAPH_KEY)[()]), reader.prefix).nodes
    )


def value_keys(reader: BundleReader) -> list[str]:
    """The keys of values that belong to objects."""
    return [key for key in reader.names() if key != OBJECT_GRAPH_KEY and not is_reserved(key)]


class Graphed:
    """A checkpoint of objects.

    Parameters
    ----------
    nodes : sequence of TrackableObject
    """

    def __init__(self, nodes: Sequence[Message]) -> None:
        self._nodes = nodes

    def matches(self, starts: Iterable[tuple[Any, int]]) -> list[Match]:
        """What is found by following the names; an object that has two places in the checkpoint is the nearer one."""
        found: dict[int, tuple[Any, int]] = {}
        pending = deque(starts)
        while pending:
            value, number = pending.popleft()
            if id(value) in found or not 0 <= number < len(self._nodes):
                continue
            found[id(value)] = value, number
            there = {child.local_name: child.node_id for child in self._nodes[number].children}
            pending += [(child, there[name]) for name, child in children_of(value) if name in there]
            if isinstance(value, HasFormerNames):
                before = value.checkpoint_children_before()
                pending += [(child, there[name]) for name, child in before.items() if name in there]
        for value, number in [pair for pair in found.values() if not is_leaf(pair[0])]:
            for kept in _kept_beside_others(value):
                found.update({id(slot): (slot, place) for slot, place in self._slots(kept, number, found)})
        return [Match(value, number, self._key(value, number)) for value, number in found.values()]

    def _slots(
        self, kept: Iterable[tuple[Any, str, Any]], number: int, found: dict[int, tuple[Any, int]]
    ) -> Iterator[tuple[Any, int]]:
        """What an optimizer keeps beside variables that are found, if the checkpoint has that."""
        there = {
            (slot.original_variable_node_id, slot.slot_name): slot.slot_variable_node_id
            for slot in self._nodes[number].slot_variables
        }
        for variable, name, slot in kept:
            place = there.get((found[id(variable)][1], name)) if id(variable) in found else None
            if place is not None and 0 <= place < len(self._nodes):
                yield slot, place

    def _key(self, value: Any, number: int) -> str | None:
        stored = self._nodes[number].attributes if is_leaf(value) else ()
        return next((attribute.checkpoint_key for attribute in stored if attribute.name == VALUE), None)


def _kept_beside_others(value: Any) -> Iterator[Iterable[tuple[Any, str, Any]]]:
    if isinstance(value, HasSlots):
        yield value.checkpoint_slots()
    if isinstance(value, HasFormerNames):
        yield value.checkpoint_slots_before()


class Named:
    """A checkpoint of plain names.

    Parameters
    ----------
    keys : iterable of str
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = frozenset(keys)

    def matches(self, starts: Iterable[tuple[Any, int]]) -> list[Match]:
        """The leaves below the objects whose names are there."""
        found = [Match(value, 0, None) for value, _ in starts]
        for start in list(found):
            for node in nodes_of(start.value):
                names = [variable_name(node.value)] if is_variable(node.value) else []
                if node.is_leaf and node.name != SAVE_COUNTER:
                    key = next((name for name in [*names, node.name] if name in self._keys), None)
                    found.append(Match(node.value, 0, key))
        return found
