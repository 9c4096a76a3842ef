"""The two seeds of a random operation.

TensorFlow combines a graph seed with an op seed, and takes the op's creation number where no op
seed is given; then any operation added before changes all initial values. Initializers here take a
number made of the operation's *name* instead: adding a metric or a summary leaves the initial
weights as they were.
"""

from __future__ import annotations

import zlib

from estimator.graph.tensor import Owner

DEFAULT_GRAPH_SEED = 87654321  # what TensorFlow uses where only an op seed is given


def op_seeds(graph: Owner, seed: int | None, name: str) -> dict[str, int]:
    """The attributes ``seed`` and ``seed2`` of the random operation of that name in the graph.

    Both are 0 where neither the graph nor the operation is seeded: each training then draws its own.
    """
    if seed is not None:
        return {"seed": DEFAULT_GRAPH_SEED if graph.seed is None else graph.seed, "seed2": int(seed)}
    if graph.seed is None:
        return {"seed": 0, "seed2": 0}
    return {"seed": graph.seed, "seed2": zlib.crc32(f"{graph.path}{name}".encode()) & 0x7FFFFFFF}


def salted_seed(seed: int | None, salt: str) -> int | None:
    """Another op seed for a second draw of what has one; None if there is none: then names tell draws apart."""
    return None if seed is None else zlib.crc32(f"{seed}{salt}".encode()) & 0x7FFFFFFF
