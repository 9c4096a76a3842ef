"""Several runs of a program that the device is given at once: steps of a training between which nobody looks.

The device makes them one after another, by what is compiled for one, so that the numbers are those of single runs, bit
for bit. Nothing is waited for, asked or copied home in between; then come the results of all runs, so that whoever
watches a training sees them one by one. Before, the variables are copied: if a check has not held in one of the runs,
or a result makes somebody want to stop at an earlier one, everything is as before, and they are made one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.named_tuple import NamedTuple
from estimator.graph.tensor import Operation
from estimator.runtime.executors.jax.device_storage import DeviceStorage
from estimator.runtime.executors.jax.library import jax, jnp, wide
from estimator.runtime.executors.jax.segment import Function
from estimator.runtime.program import Array, Together
from estimator.runtime.store import VariableStore


class Repeated(NamedTuple):
    """What is known of a program that is one segment for the device.

    Attributes
    ----------
    inputs : sequence of int
        The places of the segment's inputs in what a run is given.
    fetches : sequence of (str, object)
        For each fetch ``("result", place)``, ``("given", place)`` or ``("known", value)``.
    changed, read : sequence of DeviceStorage
    random : sequence of Operation
    """

    inputs: Sequence[int]
    fetches: Sequence[tuple[str, Any]]
    changed: Sequence[DeviceStorage]
    read: Sequence[DeviceStorage]
    random: Sequence[Operation]


class Several:
    """Runs of a program, several at once.

    Parameters
    ----------
    function : callable
        What is compiled of the segment.
    repeated : Repeated
    store : VariableStore
    """

    def __init__(self, function: Function, repeated: Repeated, store: VariableStore) -> None:
        self._function = function
        self._repeated = repeated
        self._store = store
        self._before: list[Any] = []
        self._drawn = 0

    def __call__(self, givens: Sequence[Sequence[Array]]) -> Together | None:
        """The results of runs that are given these, one after another; None if they must be made one by one."""
        parts = self._repeated
        inputs = [[given[place] for place in parts.inputs] for given in givens]
        check, call = self._function
        with self._store.lock, wide():
            if check is not None:
                inputs = [jax.device_put(each) for each in inputs]
                if not all(map(bool, list(map(check, inputs)))):
                    return None
            changed = [storage.sent() for storage in parts.changed]
            self._before, self._drawn = [jnp.copy(array) for array in changed], 0
            read = [storage.sent() for storage in parts.read]
            rows: list[Any] = []
            all_hold: list[Any] = []
            try:
                for each in inputs:
                    draws = [np.array(self._store.draw(op), np.uint64) for op in parts.random]
                    self._drawn += 1
                    changed, results, holds, _ = call(changed, read, each, draws)
                    rows.append(results)
                    all_hold.append(holds)
                is_right = all(holds is None or bool(holds) for holds in all_hold)
                jax.block_until_ready(changed)  # what they were given may be written over then
            except BaseException:
                self.undo()
                raise
            for storage, array in zip(parts.changed, changed, strict=True):
                storage.on_device = array
            if not is_right:
                self.undo()
                return None
        return Together([self._results(*row) for row in zip(rows, givens, strict=True)], self.undo)

    def _results(self, found: Sequence[Any], given: Sequence[Array]) -> list[Array]:
        values = {"result": found, "given": given}
        return [
            np.array(values[kind][what] if kind in values else what) for kind, what in self._repeated.fetches
        ]

    def undo(self) -> None:
        """Let everything be as before the last call."""
        for storage, array in zip(self._repeated.changed, self._before, strict=True):
            storage.on_device, storage.copied = array, None
        for op in self._repeated.random:
            for _ in range(self._drawn):
                self._store.undo_draw(op)
        self._before = []
