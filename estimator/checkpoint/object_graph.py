"""Trees of named objects as TensorFlow 2 stores them: keys, and the graph of objects beside the values.

A tree is mappings and sequences with arrays or variables at its leaves. Each leaf has one key, made of the names on
the shortest way to it, though it may be reached by several::

    {"model": {"w": w}, "step": step}     model/w/.ATTRIBUTES/VARIABLE_VALUE
                                          step/.ATTRIBUTES/VARIABLE_VALUE

The tensor ``_CHECKPOINTABLE_OBJECT_GRAPH`` holds a TrackableObjectGraph: which object is reached from which under
which name, and the key of each leaf. TensorFlow restores by following the names, not by the keys; so do we.

Source
------
tensorflow/core/protobuf/trackable_object_graph.proto and checkpoints that tf.train.Checkpoint of TensorFlow 2.15 writes
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np

from estimator.checkpoint.variables import variable_name
from estimator.core.dtypes import as_dtype
from estimator.formats import messages

Message: TypeAlias = Any  # a class made at run time

OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
VALUE = "VARIABLE_VALUE"


@runtime_checkable
class HasChildren(Protocol):
    """An object that stands for a mapping of names to objects."""

    def checkpoint_children(self) -> Mapping[str, Any]:
        """The objects by name, in the order in which they are numbered."""


@dataclass
class Node:
    """An object of the tree.

    Parameters
    ----------
    path : tuple of str
        The names on the shortest way from the root.
    leaf : array or variable, optional
        What has a value; inner objects have none.
    children : dict
        Name to the number of the node.
    """

    path: tuple[str, ...]
    leaf: Any = None
    children: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The path of names from the root: ``model/w``."""
        return "/".join(self.path)

    @property
    def key(self) -> str:
        """Under which key the value is stored: ``model/w/.ATTRIBUTES/VARIABLE_VALUE``."""
        escaped = (name.replace(".", "..").replace("/", ".S") for name in self.path)
        return "/".join([*escaped, ".ATTRIBUTES", VALUE])


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
    """The objects in the order of their distance from the root, which is the first; each stands there once."""
    nodes = [Node(())]
    numbers = {id(root): 0}
    pending = deque([(0, root)])
    while pending:
        number, value = pending.popleft()
        node = nodes[number]
        if is_variable(value) or isinstance(value, np.ndarray):
            node.leaf = value
            continue
        for name, child in _children(value, node.name):
            if id(child) not in numbers:
                numbers[id(child)] = len(nodes)
                nodes.append(Node((*node.path, name)))
                pending.append((numbers[id(child)], child))
            node.children[name] = numbers[id(child)]
    return nodes


def to_message(nodes: Sequence[Node]) -> bytes:
    """The TrackableObjectGraph of the nodes."""
    result = messages.TrackableObjectGraph()
    for node in nodes:
        proto = result.nodes.add()
        for name, number in node.children.items():
            proto.children.add(node_id=number, local_name=name)
        if node.leaf is not None:
            full_name = variable_name(node.leaf) if is_variable(node.leaf) else node.name
            proto.attributes.add(name=VALUE, full_name=full_name, checkpoint_key=node.key)
        proto.has_checkpoint_values.value = _has_values(nodes, node, set())
    return messages.to_bytes(result)


def _has_values(nodes: Sequence[Node], node: Node, seen: set[int]) -> bool:
    if node.leaf is not None:
        return True
    new = [number for number in node.children.values() if number not in seen]
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
    found: dict[int, str] = {}
    seen: set[tuple[int, int]] = set()
    pending = [(0, 0)] if theirs else []
    while pending:
        ours, other = pending.pop()
        if (ours, other) in seen or not 0 <= other < len(theirs):
            continue
        seen.add((ours, other))
        proto, node = theirs[other], nodes[ours]
        if node.leaf is not None:
            found.update(
                (ours, attribute.checkpoint_key) for attribute in proto.attributes if attribute.name == VALUE
            )
        by_name = {child.local_name: child.node_id for child in proto.children}
        pending += [(number, by_name[name]) for name, number in node.children.items() if name in by_name]
    return found
