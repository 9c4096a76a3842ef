"""Two graphs beside each other: nodes that were added, removed or changed, by name; their order does not matter.

The graph of a checkpoint is that of the ``.meta`` beside it, or, without one, ``graph.pbtxt`` of its directory. What
begins with an underscore is the runtime's own (``_class``, ``_output_shapes``) and is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from estimator.core import log
from estimator.core.errors import NotFoundError, OpError
from estimator.core.files import read_regular
from estimator.core.frozen import frozen
from estimator.formats import messages
from estimator.inspection.roles import read_meta

Message: TypeAlias = Any  # a class made at run time

_GRAPH = "graph.pbtxt"
_MOST_BYTES = 1 << 30  # of text, which takes more memory when it is read


@frozen
class NodeChange:
    """A node, or a function of the library, that is not the same on both sides.

    Parameters
    ----------
    name : str
    changes : tuple of (what, a, b)
        ``op``, ``input``, ``device`` or the attribute, and both values as text.
    """

    name: str
    changes: tuple[tuple[str, str, str], ...]


@frozen
class GraphDifference:
    """What is not the same.

    Parameters
    ----------
    count_a, count_b : int
        How many nodes there are.
    only_a, only_b : tuple of (name, op)
    changed : tuple of NodeChange
    """

    count_a: int
    count_b: int
    only_a: tuple[tuple[str, str], ...]
    only_b: tuple[tuple[str, str], ...]
    changed: tuple[NodeChange, ...]

    @property
    def is_same(self) -> bool:
        """Whether there is no difference."""
        return not (self.only_a or self.only_b or self.changed)


def graph_of(prefix: str) -> Message | None:
    """The GraphDef of a checkpoint; None where there is none, or, with a warning, none that can be read."""
    meta = read_meta(prefix)
    if meta is not None and meta.graph_def.node:
        return meta.graph_def
    path = os.path.join(os.path.dirname(prefix), _GRAPH)
    try:
        return messages.parse_text("GraphDef", read_regular(path, _MOST_BYTES), path)
    except NotFoundError:
        return None
    except OpError as error:
        log.warning("%s is not compared: %s", path, error)
        return None


def graph_difference(a: Message, b: Message) -> GraphDifference:
    """What is not the same of two GraphDefs."""
    ours, theirs = _parts(a), _parts(b)
    changed = []
    for name, node in ours.items():
        if name in theirs and (found := _changes(node, theirs[name])):
            changed.append(NodeChange(name, tuple(found)))
    return GraphDifference(
        len(ours),
        len(theirs),
        tuple((name, part["op"]) for name, part in ours.items() if name not in theirs),
        tuple((name, part["op"]) for name, part in theirs.items() if name not in ours),
        tuple(changed),
    )


def _parts(graph: Message) -> dict[str, dict[str, str]]:
    """Every node and function by name, as texts by what they are of it."""
    found = {node.name: _node(node) for node in graph.node}
    for function in graph.library.function:
        name = f"function {function.signature.name}"
        found[name] = {"op": "function"} | {
            f"{node.name}.{what}": value for node in function.node_def for what, value in _node(node).items()
        }
        returns = sorted((key, function.ret[key]) for key in function.ret)
        found[name]["returns"] = ", ".join(f"{key}={value}" for key, value in returns)
    return found


def _node(node: Message) -> dict[str, str]:
    data = [name for name in node.input if not name.startswith("^")]
    control = sorted(name for name in node.input if name.startswith("^"))
    return {
        "op": node.op,
        "input": ", ".join(name.removesuffix(":0") for name in [*data, *control]),
        "device": node.device,
        **{name: _text(node.attr[name]) for name in sorted(node.attr) if not name.startswith("_")},
    }


def _text(attr: Message) -> str:
    """The attribute as text on one line; of a long one how long it is, and a checksum."""
    data = messages.to_bytes(attr)
    if len(data) > 4096:
        from estimator.formats.checksum import crc32c

        return f"{len(data)} bytes with the checksum {crc32c(data):08x}"
    return " ".join(messages.to_text(attr).split())


def _changes(a: Mapping[str, str], b: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    if a == b:
        return []
    return [
        (what, a.get(what, ""), b.get(what, ""))
        for what in dict.fromkeys([*a, *b])
        if a.get(what, "") != b.get(what, "")
    ]
