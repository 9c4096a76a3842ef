"""Runs of optimizer updates that one numpy call can do together.

A run is two or more neighbours in the order of a program that do the same update with the same hyper-parameters, on
variables (and slots) that lie one after another in their arenas, no variable twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.graph.handles import handles_of, is_handle
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.lifetimes import Lifetimes, Way
from estimator.runtime.store import Place, VariableStore, gradient_input, group_key


@frozen
class Part:
    """One update of a run.

    Attributes
    ----------
    update : Operation
    gradient : Tensor
        The input that is its gradient.
    start, size : int
        Where its variable lies in the run, and the slots likewise, in elements.
    """

    update: Operation
    gradient: Tensor
    start: int
    size: int


@frozen
class UpdateRun:
    """Updates that become one.

    Attributes
    ----------
    parts : tuple of Part
        In the order of their variables in the arena, which is the program's.
    size : int
        The elements of all together.
    dtype : numpy dtype
    places : dict
        Position of a handle among an update's inputs to the part of its arena that the whole run takes.
    """

    parts: tuple[Part, ...]
    size: int
    dtype: np.dtype[Any]
    places: dict[int, Place]

    @property
    def last(self) -> Operation:
        """The update where the whole run is done: all gradients are there."""
        return self.parts[-1].update

    def place_of(self, handle: Tensor) -> Place:
        """The part of an arena that the whole run takes, for one of the first update's handles."""
        return self.places[self.parts[0].update.inputs.index(handle)]


@frozen
class _Candidate:
    """An update that may be part of a run, and where what it writes lies."""

    update: Operation
    group: Any
    places: tuple[Place, ...]

    def continues(self, other: _Candidate) -> bool:
        """Whether it does the same as another, on what lies right behind that one's variables."""
        return self.group == other.group and all(
            here.arena is before.arena and here.start == before.stop
            for here, before in zip(self.places, other.places, strict=True)
        )


def find_update_runs(
    order: Sequence[Operation], store: VariableStore, lifetimes: Lifetimes
) -> list[UpdateRun]:
    """The runs of a program, in its order."""
    runs: list[list[_Candidate]] = []
    before: _Candidate | None = None
    taken: set[tuple[int, int]] = set()
    for op in order:
        here = _candidate(op, store, lifetimes)
        if here is not None:
            spots = {(place.index, place.start) for place in here.places}
            # A variable twice is two runs, since the second update goes on from what the first has made of it.
            if before is None or not here.continues(before) or not taken.isdisjoint(spots):
                runs.append([])
                taken = set()
            runs[-1].append(here)
            taken |= spots
        before = here  # also if it is none: a run is done at its last update, and must not jump over what lies between
    return [_make_run(members) for members in runs if len(members) > 1]


def _candidate(op: Operation, store: VariableStore, lifetimes: Lifetimes) -> _Candidate | None:
    if not op.definition.apply or lifetimes.ways[op] is not Way.UPDATE:
        return None
    places = tuple(store.of_handle(handle).place for handle in handles_of(op))
    if any(place is None for place in places):
        return None
    return _Candidate(op, group_key(op), places)  # type: ignore[arg-type]


def _make_run(members: Sequence[_Candidate]) -> UpdateRun:
    first, last = members[0], members[-1]
    handles = [index for index, tensor in enumerate(first.update.inputs) if is_handle(tensor)]
    spans = {
        index: Place(start.index, start.arena, start.start, end.stop)
        for index, start, end in zip(handles, first.places, last.places, strict=True)
    }
    base = first.places[0].start
    parts = tuple(
        Part(member.update, gradient_input(member.update), place.start - base, place.stop - place.start)
        for member in members
        for place in member.places[:1]  # the variable's: slots lie as variables do, each kind in an arena
    )
    return UpdateRun(parts, last.places[0].stop - base, first.places[0].arena.dtype, spans)
