"""Which process of a training gets what of its input: what an input_fn has made is shared out, unless it was.

All processes call the same input_fn and get the same recipe; of its elements, mostly batches, each takes its part in
rounds (:mod:`estimator.pipeline.rounds`). Left as it is, since every process has its own data already, is

- a dataset with ``shard(n, i)`` in it, if there are n processes and i is the number of each;
- one whose options have the policy OFF;
- what an input_fn has made that takes an ``input_context``;
- a loader of another library that was told of the processes.

Of the policy FILE each process reads files of its own; where ``shard(SHARD_HINT, SHARD_HINT)`` stands, as HINT has it,
each takes its elements there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core import log
from estimator.core.errors import UsageError
from estimator.graph.graph import Graph
from estimator.pipeline.options import AutoShardPolicy, options_of
from estimator.pipeline.recipe import fingerprint_of
from estimator.pipeline.rounds import Share
from estimator.pipeline.selection import HintNode, ShardNode
from estimator.pipeline.stage import Node
from estimator.pipeline.structure import leaves, map_leaves

if TYPE_CHECKING:
    from estimator.distribution.collective import Collective
    from estimator.pipeline.source_group import SourceGroup

_QUEUES = "queue_runners"
_ENTROPY_BYTES = 8


def share_out(sources: SourceGroup, collective: Collective, whole: bool = True, is_own: bool = False) -> None:
    """Let every process take its part of what its sources give.

    Parameters
    ----------
    sources : SourceGroup
        All processes call this at the same time, with sources of the same recipes.
    collective : Collective
        The processes.
    whole : bool
        Whether a last round that is not full is dropped.
    is_own : bool
        Whether each has made its own part already.

    Raises
    ------
    UsageError
        If the recipes differ, and nothing says that each has its own data.
    """
    rank, size = collective.rank, collective.size
    own = is_own or any(has_own_data(part, rank, size) for part in sources.shareable())
    fingerprint = _digest(
        "" if policy_of(part) == AutoShardPolicy.OFF else neutral_fingerprint(part, rank, size)
        for part in sources.shareable()
    )
    told = np.frombuffer(bytes([own]) + fingerprint + os.urandom(_ENTROPY_BYTES), np.uint8)
    all_told = collective.all_gather(told[None])
    entropy = int.from_bytes(all_told[0, -_ENTROPY_BYTES:].tobytes(), "little") >> 1
    own = bool(all_told[:, 0].all())
    if not own:
        _demand_alike(all_told[:, 1:-_ENTROPY_BYTES])
    share = Share(rank, size, whole, entropy, in_rounds=not own)
    for part in sources.shareable():
        if not own and getattr(part, "draws", False):
            part.restore(_of_chief(part.state(), collective))
        _share_one(part, share)


def _of_chief(state: Any, collective: Collective) -> Any:
    """The state that the chief has."""
    told = json.dumps(state).encode() if collective.rank == 0 else b""
    rows: Any = np.frombuffer(told, np.uint8).reshape(-1, 1)
    return json.loads(collective.all_gather(np.array(rows)).tobytes())


def _share_one(part: Any, share: Share) -> None:
    node: Node | None = getattr(part, "node", None)
    if node is None:
        part.share(share)
        return
    rank, size, policy = share.rank, share.size, policy_of(part)
    node = changed(
        node, lambda step: ShardNode(step.input, size, rank) if isinstance(step, HintNode) else step
    )
    if policy == AutoShardPolicy.FILE:
        node = _of_own_files(node, rank, size)
    in_rounds = policy not in (AutoShardPolicy.OFF, AutoShardPolicy.FILE) and not _contains(
        part.node, HintNode
    )
    own = replace(share, in_rounds=share.in_rounds and in_rounds)
    part.share(own, node, neutral_fingerprint(part, rank, size))


def _demand_alike(digests: Any) -> None:
    others = np.flatnonzero((digests != digests[0]).any(axis=1)).tolist()
    if others:
        ranks = ", ".join(map(str, others))
        raise UsageError(
            "input",
            [
                f"input_fn makes another input in rank {ranks} than in rank 0, and each takes its part of what must be "
                "one sequence. Make the same dataset everywhere, with the same seeds. If every "
                "process is to read data of its own, say so: take input_context in input_fn, or set the policy "
                "tf.data.experimental.AutoShardPolicy.OFF in the dataset's options."
            ],
        )


def policy_of(part: Any) -> AutoShardPolicy | None:
    """The policy in the options of a source that is a dataset; None if nothing is said."""
    node: Node | None = getattr(part, "node", None)
    return None if node is None else options_of(node).experimental_distribute.auto_shard_policy


def has_own_data(part: Any, rank: int, size: int) -> bool:
    """Whether a source was told already which process this is."""
    node: Node | None = getattr(part, "node", None)
    if node is None:
        return bool(part.is_told_of(rank, size))
    return any(_is_of(step, rank, size) for step in steps_of(node))


def _is_of(step: Node, rank: int, size: int) -> bool:
    return isinstance(step, ShardNode) and (step.shards, step.index) == (size, rank)


def neutral_fingerprint(part: Any, rank: int, size: int) -> str:
    """The fingerprint of a source that does not say which process this is."""
    node: Node | None = getattr(part, "node", None)
    if node is None:
        return str(part.fingerprint())
    neutral = changed(node, lambda step: replace(step, index=0) if _is_of(step, rank, size) else step)
    return f"{fingerprint_of(neutral)}/{part.graph_seed}"


def _digest(texts: Iterable[str]) -> bytes:
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=16).digest()


# -- recipes -----------------------------------------------------------------------------------------------------------


def steps_of(node: Node) -> list[Node]:
    """A step and all those before it."""
    return [node, *(step for before in node.inputs for step in steps_of(before))]


def _contains(node: Node, kind: type[Node]) -> bool:
    return any(isinstance(step, kind) for step in steps_of(node))


def changed(node: Node, change: Callable[[Any], Node]) -> Node:
    """A recipe in which every step was changed, the first ones first."""
    if not node.inputs:
        return change(node)
    before: dict[Node, Node] = {step: changed(step, change) for step in node.inputs}

    def anew(value: Any) -> Any:
        if isinstance(value, (Node, tuple, dict)) and any(
            part in before for part in leaves(value) if _is_node(part)
        ):
            return map_leaves(lambda part: before.get(part, part) if _is_node(part) else part, value)
        return value

    parts = {field.name: anew(getattr(node, field.name)) for field in fields(node)}  # type: ignore[arg-type]
    return change(replace(node, **parts))  # type: ignore[type-var]


def _is_node(value: Any) -> bool:
    return isinstance(value, Node)


def _of_own_files(node: Node, rank: int, size: int) -> Node:
    """The recipe over every `size`-th file.

    Raises
    ------
    UsageError
        If it reads no files.
    """
    from estimator.pipeline.cycle import InterleaveNode
    from estimator.pipeline.files import FilesNode

    found = False

    def change(step: Any) -> Node:
        nonlocal found
        if isinstance(step, FilesNode):
            found = True
            return replace(step, names=_of_own(step.names, rank, size))
        if (
            isinstance(step, InterleaveNode) and step.function.node.takes_time
        ):  # most likely of the name of a file
            found = True
            return replace(step, input=_of_own(step.input, rank, size))
        return step

    own = changed(node, change)
    if not found:
        raise UsageError(
            "input",
            [
                "the options of the dataset have AutoShardPolicy.FILE, and it reads no files; DATA shares out its "
                "batches."
            ],
        )
    return own


def _of_own(names: Node, rank: int, size: int) -> Node:
    """A sequence of names, of which every `size`-th is taken before anything is done with them."""
    return changed(names, lambda step: step if step.inputs else ShardNode(step, size, rank))


# -- what an input_fn has made -----------------------------------------------------------------------------------------


def share_input(graph: Graph, sources: SourceGroup | None, collective: Collective, is_own: bool) -> None:
    """Share out what an input_fn has made for a training; warn of what is not.

    Raises
    ------
    UsageError
        As :func:`share_out`.
    """
    if graph.get_collection(_QUEUES) and not is_own:
        log.warning(
            "what the queues of input_fn give is not shared out: every process reads all of their data. Use a Dataset, "
            "or let input_fn take input_context and give each process its own."
        )
    if sources is not None:
        share_out(sources, collective, is_own=is_own)
