"""The values of the chief's variables in all processes that train together, and what it draws random numbers by."""

from __future__ import annotations

import json
from collections.abc import Set
from typing import Any

import numpy as np

from estimator.distribution.agreement import broadcast_bytes
from estimator.distribution.collective import Collective
from estimator.graph.graph import Graph
from estimator.graph.handles import variable_of
from estimator.graph.keys import GraphKeys
from estimator.runtime.store import VariableStore, begin_with

Array = np.ndarray[Any, Any]


def share_values(store: VariableStore, collective: Collective, own: Set[str]) -> None:
    """Let the variables of all processes have the values of the chief's, bit for bit.

    Parameters
    ----------
    store : VariableStore
        In which the chief's have their values; those of the others may have none yet.
    collective : Collective
    own : set of str
        The names of variables that each process keeps for itself.
    """
    is_chief = collective.rank == 0
    shared = [storage for storage in store if storage.initialized and storage.name not in own]
    told = [(storage.name, storage.dtype.name, storage.value.shape) for storage in shared] if is_chief else []
    header = {"variables": told, "random": store.random_state()}
    known = json.loads(broadcast_bytes(collective, json.dumps(header).encode()))
    store.restore_random_state(known["random"])
    for name, dtype, shape in known["variables"]:
        storage = store.storage(name, dtype)
        room = storage.value if is_chief else storage.room(tuple(shape))
        if room.dtype.hasobject:
            texts = _texts(collective, room)
            if not is_chief:
                room[...] = texts
        elif room.size:
            buffer = room if room.flags.writeable else room.copy()
            collective.broadcast(buffer.reshape(-1).view(np.uint8))
        if not is_chief:
            begin_with([storage])


def own_variables(graph: Graph) -> set[str]:
    """The names of variables of which each process has its own: they are in no checkpoint."""
    variables = graph.get_collection(GraphKeys.LOCAL_VARIABLES)
    return {str(variable_of(variable.handle)) for variable in variables}


def _texts(collective: Collective, texts: Array) -> Array:
    """The chief's texts, which need not be UTF-8."""
    own = [text.decode("latin-1") if isinstance(text, bytes) else "" for text in texts.ravel().tolist()]
    told = json.loads(broadcast_bytes(collective, json.dumps(own).encode()))
    found = np.empty(texts.shape, object)
    found.ravel()[:] = [text.encode("latin-1") for text in told]
    return found
