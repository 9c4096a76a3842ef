"""Runs of optimizer updates that one numpy call can do together.

A run is two or more neighbours in the order of a program that do the same update with the same
hyper-parameters, on variables (and slots) that lie one after another in their arenas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from estimator.graph.handles import handles_of, is_handle
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.lifetimes import Lifetimes, Way
from estimator.runtime.store import Place, Storage, VariableStore, gradient_input, group_key


@dataclass
class UpdateRun:
    """Updates that become one.

    Attributes
    ----------
    updates : list of Operation
        In the order of their variables in the arena.
    offsets : list of int
        Where each begins, in elements from the first.
    places : dict
        Position of a handle among an update's inputs to (arena, start, stop) of the whole run.
    gradient_name : str
        The plan's name for the gradients side by side.
    """

    updates: list[Operation]
    offsets: list[int]
    size: int
    dtype: np.dtype[Any]
    places: dict[int, Place]
    gradient_name: str = field(default="")

    def gradient(self, update: Operation) -> Tensor:
        """The gradient of one of the updates."""
        tensor: Tensor = gradient_input(update)
        return tensor

    def size_of(self, update: Operation) -> int:
        """The number of elements of one of the updates."""
        index = self.updates.index(update)
        return [*self.offsets, self.size][index + 1] - self.offsets[index]

    def place_of(self, handle: Tensor) -> Place:
        """The part of an arena that the whole run takes, for one of the first update's handles."""
        return self.places[self.updates[0].inputs.index(handle)]


def find_update_runs(
    order: Sequence[Operation], store: VariableStore, lifetimes: Lifetimes
) -> dict[Operation, UpdateRun]:
    """Each update that is part of a run, to its run."""
    found: dict[Operation, UpdateRun] = {}
    position = 0
    while position < len(order):
        members = _neighbours(order, position, store, lifetimes)
        if len(members) > 1:
            run = _make_run(members, store)
            found.update(dict.fromkeys(members, run))
        position += max(len(members), 1)
    return found


def _neighbours(
    order: Sequence[Operation], start: int, store: VariableStore, lifetimes: Lifetimes
) -> list[Operation]:
    first = order[start]
    if not first.definition.apply or lifetimes.ways[first] is not Way.UPDATE or not _places(first, store):
        return []
    members = [first]
    for op in order[start + 1 :]:
        if op.type != first.type or lifetimes.ways[op] is not Way.UPDATE or group_key(op) != group_key(first):
            break
        before, here = _places(members[-1], store), _places(op, store)
        if not here or any(
            a.arena is not b.arena or a.stop != b.start for a, b in zip(before, here, strict=True)
        ):
            break
        members.append(op)
    return members


def _storages(update: Operation, store: VariableStore) -> list[Storage]:
    return [store.of_handle(handle) for handle in handles_of(update)]


def _places(update: Operation, store: VariableStore) -> list[Place]:
    places = [storage.place for storage in _storages(update, store)]
    return [] if any(place is None for place in places) else places  # type: ignore[return-value]


def _make_run(members: list[Operation], store: VariableStore) -> UpdateRun:
    first, last = _places(members[0], store), _places(members[-1], store)
    handles = [index for index, tensor in enumerate(members[0].inputs) if is_handle(tensor)]
    spans = {
        i: Place(a.index, a.arena, a.start, b.stop) for i, a, b in zip(handles, first, last, strict=True)
    }
    base = first[0].start
    offsets = [_places(op, store)[0].start - base for op in members]
    return UpdateRun(members, offsets, last[0].stop - base, first[0].arena.dtype, spans)
