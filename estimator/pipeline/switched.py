"""The source behind an iterator that is made for a structure, not for a dataset: a reinitializable one.

    iterator = tf.data.Iterator.from_structure(train.output_types, train.output_shapes)
    begin_training, begin_testing = iterator.make_initializer(train), iterator.make_initializer(test)

Each initializer has a run of its dataset, which it begins afresh; elements come from that which was begun last.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from estimator.core.errors import DataLossError, FailedPreconditionError
from estimator.pipeline.element import Array
from estimator.pipeline.stage import State


class SwitchedSource:
    """One of several runs of datasets: the one whose initializer has run last."""

    def __init__(self) -> None:
        self._runs: list[Any] = []  # of DatasetSource
        self._current: int | None = None
        self._lock = threading.Lock()

    def add(self, run: Any) -> Beginning:
        """What an initializer calls to begin that run, which is a DatasetSource."""
        self._runs.append(run)
        return Beginning(self, len(self._runs) - 1)

    def begin(self, place: int, values: Sequence[Array]) -> None:
        """Begin a run with the values of what its dataset is made of; elements come from it from now on."""
        with self._lock:
            self._current = None  # there is none if the values are wrong
            self._runs[place].initialize(values)
            self._current = place

    def get_next(self) -> list[Array]:
        """The components of the next element of the dataset begun last.

        Raises
        ------
        FailedPreconditionError
            If none was begun.
        OutOfRangeError
            At its end.
        """
        with self._lock:
            if self._current is None:
                raise FailedPreconditionError(
                    "GetNext() failed because the iterator has not been initialized. Run an initializer first, which "
                    "iterator.make_initializer(dataset) gives."
                )
            run = self._runs[self._current]
        elements: list[Array] = run.get_next()
        return elements

    def state(self) -> State:
        """Which dataset it reads and where it stands, as JSON."""
        with self._lock:
            if self._current is None:
                return {}
            return {"dataset": self._current, "position": self._runs[self._current].state()}

    def restore(self, state: State) -> None:
        """Go on from a saved state when the initializer of its dataset runs next.

        Raises
        ------
        DataLossError
            If it has no such dataset.
        """
        if state == {}:
            return
        place = state.get("dataset") if isinstance(state, dict) else None
        if not isinstance(place, int) or place not in range(len(self._runs)):
            raise DataLossError(
                f"the saved input position is of dataset {place!r} of an iterator that has {len(self._runs)}."
            )
        self._runs[place].restore(state["position"])

    def runs(self) -> list[Any]:
        """The runs of all its datasets."""
        return self._runs

    def rest(self) -> None:
        """Let all runs rest."""
        for run in self._runs:
            run.rest()

    def fingerprint(self) -> str:
        """Those of all datasets, in the order in which their initializers were made."""
        return ",".join(run.fingerprint() for run in self._runs)


class Beginning:
    """What stands behind an initializer in ``graph.resources``: it begins one run of a switched source.

    Parameters
    ----------
    source : SwitchedSource
    place : int
        Which run of it.
    """

    def __init__(self, source: SwitchedSource, place: int) -> None:
        self._source = source
        self._place = place

    def initialize(self, values: Sequence[Array]) -> None:
        """Begin the run with the values of what its dataset is made of."""
        self._source.begin(self._place, values)
