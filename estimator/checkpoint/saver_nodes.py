"""The operations of savers among the nodes of a graph.

TensorFlow's savers are operations of the graph, and files have them. Ours are not: a file is written with those of the
one saver that saves, whatever others the graph has brought along from a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Node(Protocol):
    """What is asked of a node: a NodeDef, or one that is about to be written."""

    @property
    def name(self) -> str:
        """Its own."""

    @property
    def op(self) -> str:
        """Its type."""

    @property
    def input(self) -> Sequence[str]:
        """``"x"``, ``"x:1"`` and ``"^x"``."""


N = TypeVar("N", bound=Node)

_SAVER_OPS = frozenset(
    "SaveV2 RestoreV2 Save SaveSlices Restore RestoreSlice ShardedFilename ShardedFilespec MergeV2Checkpoints "
    "DisableCopyOnRead".split()
)


def without_savers(nodes: Iterable[N]) -> list[N]:
    """The nodes without those that save and restore, that depend on these, or that only these need."""
    listed = list(nodes)
    pending = [node.name for node in listed if node.op in _SAVER_OPS]
    if not pending:
        return listed  # most graphs have none, and large ones take long to follow
    from estimator.graph.references import split_input

    takers: dict[str, list[str]] = {node.name: [] for node in listed}
    for node in listed:
        for text in node.input:
            takers.setdefault(split_input(text)[0], []).append(node.name)
    dropped: set[str] = set()
    scopes = {name.partition("/")[0] + "/" for name in pending}
    while pending:
        name = pending.pop()
        if name not in dropped:
            dropped.add(name)
            pending += takers[name]
    for node in reversed(_inputs_first(listed)):
        is_idle = bool(takers[node.name]) and all(name in dropped for name in takers[node.name])
        if is_idle and node.name.startswith(tuple(scopes)):
            dropped.add(node.name)
    return [node for node in listed if node.name not in dropped]


def _inputs_first(nodes: Sequence[N]) -> list[N]:
    """The nodes, each after its inputs; those of a circle as they stand."""
    from estimator.graph.references import split_input

    by_name = {node.name: node for node in nodes}
    visited: set[str] = set()
    placed: list[N] = []
    for start in nodes:
        stack = [(start, False)]
        while stack:
            node, is_ready = stack.pop()
            if is_ready:
                placed.append(node)
            elif node.name not in visited:
                visited.add(node.name)
                stack.append((node, True))
                sources = (by_name.get(split_input(text)[0]) for text in node.input)
                stack += [(source, False) for source in sources if source and source.name not in visited]
    return placed
