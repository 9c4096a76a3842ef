"""Trees of named objects as TensorFlow 2 stores them: keys, and the graph of objects beside the values.

A tree is mappings and sequences with arrays or variables at its leaves. Each leaf has one key, made of the names on
the shortest way to it, though it may be reached by several::

    {"model": {"w": w}, "step": step}     model/w/.ATTRIBUTES/VARIABLE_VALUE
                                          step/.ATTRIBUTES/VARIABLE_VALUE

An optimizer keeps variables beside those of other objects; each has the key of the one that it belongs to::

    {"w": w, "optimizer": adam}           w/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE

The tensor ``_CHECKPOINTABLE_OBJECT_GRAPH`` holds a TrackableObjectGraph: which object is reached from which under
which name, and the key of each leaf. TensorFlow restores by following the names, not by the keys; so do we.

Source
------
tensorflow/core/protobuf/trackable_object_graph.proto and checkpoints that tf.train.Checkpoint of TensorFlow 2.15 writes
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np

from estimator.checkpoint.variables import variable_name
from estimator.core.dtypes import as_dtype
from estimator.core.frozen import frozen, mutable
from estimator.formats import messages

Message: TypeAlias = Any  # a class made at run time

OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
VALUE = "VARIABLE_VALUE"
SLOT = ".OPTIMIZER_SLOT"


@runtime_checkable
class HasChildren(Protocol):
    """An object that stands for a mapping of names to objects."""

    def checkpoint_children(self) -> Mapping[str, Any]:
        """The objects by name, in the order in which they are numbered."""


@runtime_checkable
class HasSlots(Protocol):
    """An optimizer: an object that keeps variables beside those of others."""

    def checkpoint_slots(self) -> Iterable[tuple[Any, str, Any]]:
        """Of each such variable: the one it is kept beside, its name, itself."""


@frozen
class SlotReference:
    """Where an optimizer keeps something.

    Parameters
    ----------
    variable, slot : int
        The numbers of the nodes of the variable, and of what is kept beside it.
    name : str
        What the optimizer calls it: ``"m"``.
    """

    variable: int
    name: str
    slot: int


@mutable
class Node:
    """An object of the tree.

    Parameters
    ----------
    path : tuple of str
        The names on the shortest way from the root; of a slot that of its variable, and its name.
    stem : str
        What the key of its value begins with.
    leaf : array or variable, optional
        What has a value; inner objects have none.
    children : dict
        Name to the number of the node.
    slots : list of SlotReference
        What it keeps beside other objects.
    """

    path: tuple[str, ...]
    stem: str
    leaf: Any = None
    children: dict[str, int] = field(default_factory=dict)
    slots: list[SlotReference] = field(default_factory=list)

    @classmethod
    def at(cls, *path: str) -> Node:
        """The object that is reached by these names."""
        return cls(path, "/".join(map(_escaped, path)))

    @classmethod
    def beside(cls, variable: Node, optimizer: Node, name: str, leaf: Any) -> Node:
        """What an optimizer keeps beside a variable."""
        stem = f"{variable.stem}/{SLOT}/{optimizer.stem}/{_escaped(name)}"
        return cls((*variable.path, name), stem, leaf)

    @property
    def name(self) -> str:
        """The path of names from the root: ``model/w``."""
        return "/".join(self.path)

    @property
    def key(self) -> str:
        """Under which key the value is stored: ``model/w/.ATTRIBUTES/VARIABLE_VALUE``."""
        return f"{self.stem}/.ATTRIBUTES/{VALUE}"


def _escaped(name: str) -> str:
    return name.replace(".", "..").replace("/", ".S")


def is_variable(value: Any) -> bool:
    """Whether its value is held by a session."""
    return hasattr(value, "handle") and hasattr(value, "dtype")


def check_trackable(value: Any, name: str) -> None:
    """Raise unless the value can stand in a tree under that name.

    Raises
    ------
    TypeError
        If it has no value that can be restored in place.
    """
    if is_variable(value) or isinstance(value, HasChildren):
        return
    if isinstance(value, np.ndarray):
        try:
            if value.dtype.kind not in "SU":
                as_dtype(value.dtype)
                return
        except TypeError:
            pass
        raise TypeError(
            f"{name!r} is an array of {value.dtype}, which a checkpoint cannot hold; text is an object array of bytes."
        )
    for child_name, child in _children(value, name):
        check_trackable(child, f"{name}/{child_name}")


def _children(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, HasChildren):
        value = value.checkpoint_children()
    if isinstance(value, Mapping):
        yield from ((str(key), child) for key, child in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        yield from ((str(number), child) for number, child in enumerate(value))
    else:
        raise TypeError(
            f"{name!r} is {value!r} ({type(value).__name__}), which cannot be restored in place. Use a numpy array, "
            f"for example np.array({value!r}), a variable, or a mapping or list of these."
        )


def nodes_of(root: Any) -> list[Node]:
    """The objects in the order of their distance from the root, which is the first; each stands there once.

    Slots come last, those of variables that are among the objects: nothing else leads to them.
    """
    nodes = [Node.at()]
    numbers = {id(root): 0}
    pending = deque([(0, root)])
    optimizers: list[tuple[Node, HasSlots]] = []
    while pending:
        number, value = pending.popleft()
        node = nodes[number]
        if isinstance(value, HasSlots):
            optimizers.append((node, value))
        if is_variable(value) or isinstance(value, np.ndarray):
            node.leaf = value
            continue
        for name, child in _children(value, node.name):
            if id(child) not in numbers:
                numbers[id(child)] = len(nodes)
                nodes.append(Node.at(*node.path, name))
                pending.append((numbers[id(child)], child))
            node.children[name] = numbers[id(child)]
    for node, optimizer in optimizers:
        _add_slots(nodes, numbers, node, optimizer)
    return nodes


def _add_slots(nodes: list[Node], numbers: dict[int, int], node: Node, optimizer: HasSlots) -> None:
    for variable, name, slot in optimizer.checkpoint_slots():
        original = numbers.get(id(variable))
        if original is None:
            continue
        if id(slot) not in numbers:
            numbers[id(slot)] = len(nodes)
            nodes.append(Node.beside(nodes[original], node, name, slot))
        node.slots.append(SlotReference(original, name, numbers[id(slot)]))


def to_message(nodes: Sequence[Node]) -> bytes:
    """The TrackableObjectGraph of the nodes."""
    result = messages.TrackableObjectGraph()
    for node in nodes:
        proto = result.nodes.add()
        for name, number in node.children.items():
            proto.children.add(node_id=number, local_name=name)
        for slot in node.slots:
            proto.slot_variables.add(
                original_variable_node_id=slot.variable, slot_name=slot.name, slot_variable_node_id=slot.slot
            )
        if node.leaf is not None:
            full_name = variable_name(node.leaf) if is_variable(node.leaf) else node.name
            proto.attributes.add(name=VALUE, full_name=full_name, checkpoint_key=node.key)
        proto.has_checkpoint_values.value = _has_values(nodes, node, set())
    return messages.to_bytes(result)


def _has_values(nodes: Sequence[Node], node: Node, seen: set[int]) -> bool:
    if node.leaf is not None:
        return True
    reached = [*node.children.values(), *(slot.slot for slot in node.slots)]
    new = [number for number in reached if number not in seen]
    seen.update(new)
    return any(_has_values(nodes, nodes[number], seen) for number in new)


def stored_keys(nodes: Sequence[Node], stored: bytes, source: str) -> dict[int, str]:
    """Number of a leaf to its key in a checkpoint with this TrackableObjectGraph; those it does not have are left out.

    Raises
    ------
    DataLossError
        If the bytes are not such a message.
    """
    theirs = messages.parse("TrackableObjectGraph", stored, source).nodes
    seen: dict[tuple[int, int], None] = {}  # in the order of the walk, as a set is not
    pending = [(0, 0)] if theirs else []
    while pending:
        ours, other = pending.pop()
        if (ours, other) in seen or not 0 <= other < len(theirs):
            continue
        seen[ours, other] = None
        by_name = {child.local_name: child.node_id for child in theirs[other].children}
        pending += [
            (number, by_name[name]) for name, number in nodes[ours].children.items() if name in by_name
        ]
    return {
        ours: attribute.checkpoint_key
        for ours, other in [*seen, *_stored_slots(nodes, theirs, seen)]
        if nodes[ours].leaf is not None
        for attribute in theirs[other].attributes
        if attribute.name == VALUE
    }


def _stored_slots(
    nodes: Sequence[Node], theirs: Sequence[Message], matched: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The slots, ours and theirs, that optimizers which match keep beside variables which match."""
    pairs = set(matched)
    for ours, other in pairs:
        for slot in nodes[ours].slots:
            for proto in theirs[other].slot_variables:
                same = (slot.variable, proto.original_variable_node_id) in pairs
                if same and slot.name == proto.slot_name and 0 <= proto.slot_variable_node_id < len(theirs):
                    yield slot.slot, proto.slot_variable_node_id
