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
from collections.abc import Sequence
from dataclasses import field
from typing import Any

from estimator.checkpoint.trackable import HasSlots, children_of, is_leaf, is_variable
from estimator.checkpoint.variables import variable_name
from estimator.core.frozen import frozen, mutable
from estimator.formats import messages

OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
VALUE = "VARIABLE_VALUE"
SLOT = ".OPTIMIZER_SLOT"
SAVE_COUNTER = "save_counter"


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
    value : object
        The object itself, which lives as long as the node: what tells its children may make them anew each time.
    children : dict
        Name to the number of the node.
    slots : list of SlotReference
        What it keeps beside other objects.
    """

    path: tuple[str, ...]
    stem: str
    value: Any
    children: dict[str, int] = field(default_factory=dict)
    slots: list[SlotReference] = field(default_factory=list)

    @classmethod
    def at(cls, value: Any, *path: str) -> Node:
        """The object that is reached by these names."""
        return cls(path, "/".join(map(_escaped, path)), value)

    @classmethod
    def beside(cls, variable: Node, optimizer: Node, name: str, slot: Any) -> Node:
        """What an optimizer keeps beside a variable."""
        stem = f"{variable.stem}/{SLOT}/{optimizer.stem}/{_escaped(name)}"
        return cls((*variable.path, name), stem, slot)

    @property
    def is_leaf(self) -> bool:
        """Whether it has a value that is saved; inner objects have none."""
        return is_leaf(self.value)

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


def nodes_of(root: Any) -> list[Node]:
    """The objects in the order of their distance from the root, which is the first; each stands there once.

    Slots come last, those of variables that are among the objects: nothing else leads to them.
    """
    nodes = [Node.at(root)]
    numbers = {id(root): 0}
    pending = deque(nodes)
    while pending:
        node = pending.popleft()
        for name, child in children_of(node.value):
            if id(child) not in numbers:
                numbers[id(child)] = len(nodes)
                nodes.append(Node.at(child, *node.path, name))
                pending.append(nodes[-1])
            node.children[name] = numbers[id(child)]
    for node in list(nodes):
        if not node.is_leaf and isinstance(node.value, HasSlots):
            _add_slots(nodes, numbers, node, node.value)
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
        if node.is_leaf:
            full_name = variable_name(node.value) if is_variable(node.value) else node.name
            proto.attributes.add(name=VALUE, full_name=full_name, checkpoint_key=node.key)
        proto.has_checkpoint_values.value = _has_values(nodes, node, set())
    return messages.to_bytes(result)


def _has_values(nodes: Sequence[Node], node: Node, seen: set[int]) -> bool:
    if node.is_leaf:
        return True
    reached = [*node.children.values(), *(slot.slot for slot in node.slots)]
    new = [number for number in reached if number not in seen]
    seen.update(new)
    return any(_has_values(nodes, nodes[number], seen) for number in new)
