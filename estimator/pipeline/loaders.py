"""Where an iterable of batches stands, so that an interrupted training goes on with the very batch that was next.

==============================================  =================================================================
the iterable                                    its position
==============================================  =================================================================
has state_dict and load_state_dict: loaders     its own state
of torchdata, datasets of Hugging Face
its iterator has get_state and set_state:       its own state
grain
draws its order from generators: a DataLoader   their states before the first batch, and how many batches were
of torch                                        read: these are drawn again
anything else                                   how many batches were read: these are read again, or, of a
                                                generator, passed over
==============================================  =================================================================

The libraries are recognised by their methods; none of them is imported. States travel as JSON: what they hold is
written by :mod:`estimator.pipeline.loader_states`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from estimator.pipeline import loader_states
from estimator.pipeline.stage import State
from estimator.pipeline.structure import leaves, map_leaves, paths
from estimator.pipeline.tables import unfolded


class Reading(Protocol):
    """An iterable of batches on the run."""

    kind: str  # of its states: others are not understood

    def __next__(self) -> Any:
        """The next batch; StopIteration at the end."""

    def state(self) -> State | None:
        """What :meth:`go_to` needs beside the number of batches, as JSON; None if it can only be read on."""

    def go_to(self, count: int, state: State) -> None:
        """Continue behind the first `count` batches, where the state was taken."""


def reading_of(iterable: Any) -> Reading:
    """How an iterable is read, by what it and its iterator can."""
    if hasattr(iterable, "state_dict") and hasattr(iterable, "load_state_dict"):
        return _of_hugging_face(iterable) if hasattr(iterable, "with_format") else WithState(iterable)
    if not hasattr(iterable, "__iter__"):  # files of pyarrow
        return Counted(iterable.to_batches())
    if all(hasattr(iterable, name) for name in ("sampler", "collate_fn", "generator")):
        return Drawn(iterable)
    iterator = iter(iterable)
    if hasattr(iterator, "get_state") and hasattr(iterator, "set_state"):
        return IteratorWithState(iterator)
    return Counted(iterator)


class Counted:
    """An iterator that knows of no position: to come to one is to read on."""

    kind = "counted"

    def __init__(self, iterator: Iterator[Any]) -> None:
        self._iterator = iterator

    def __next__(self) -> Any:
        return next(self._iterator)

    def state(self) -> State | None:
        """None: there is nothing but the number of batches."""
        return None

    def go_to(self, count: int, state: State) -> None:
        """There is no state to go to."""
        raise NotImplementedError


class IteratorWithState:
    """An iterator that says where it stands."""

    kind = "iterator with state"

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator

    def __next__(self) -> Any:
        return next(self._iterator)

    def state(self) -> State | None:
        """The iterator's own state."""
        return {"iterator": loader_states.encoded(self._iterator.get_state())}

    def go_to(self, count: int, state: State) -> None:
        """Hand the state to the iterator."""
        self._iterator.set_state(loader_states.decoded(state["iterator"]))


class WithState:
    """A loader that says where it stands, and begins an iterator there.

    Parameters
    ----------
    loader : object
        With ``state_dict()``, ``load_state_dict(state)`` and ``__iter__``.
    """

    kind = "loader with state"

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._iterator = iter(loader)

    def __next__(self) -> Any:
        return next(self._iterator)

    def state(self) -> State | None:
        """The loader's own state."""
        return {"loader": loader_states.encoded(self._loader.state_dict())}

    def go_to(self, count: int, state: State) -> None:
        """Hand the state to the loader and begin again, there."""
        self._loader.load_state_dict(loader_states.decoded(state["loader"]))
        self._iterator = iter(self._loader)


class Drawn:
    """A loader whose order, and whose workers' seeds, come from generators of random numbers."""

    kind = "drawn"

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._begin()

    def _begin(self) -> None:
        self._before = [generator.get_state() for generator in self._generators()]
        self._iterator = iter(self._loader)

    def _generators(self) -> list[Any]:
        """Those of the loader and its samplers, and torch's own one, which stands in for one that is not given."""
        loader, torch = self._loader, sys.modules.get("torch")
        holders = (loader, loader.sampler, getattr(loader, "batch_sampler", None))
        found = [getattr(holder, "generator", None) for holder in holders]
        found.append(getattr(getattr(holders[2], "sampler", None), "generator", None))
        found.append(getattr(torch, "default_generator", None))
        unique = {id(generator): generator for generator in found if generator is not None}
        return list(unique.values())

    def __next__(self) -> Any:
        return next(self._iterator)

    def state(self) -> State | None:
        """The states of the generators before the first batch."""
        return {"generators": loader_states.encoded(self._before)}

    def go_to(self, count: int, state: State) -> None:
        """Draw the batches again that were read already."""
        for generator, before in zip(
            self._generators(), loader_states.decoded(state["generators"]), strict=True
        ):
            generator.set_state(before)
        self._begin()
        pass_over(self, count)


def pass_over(reading: Any, count: int) -> None:
    """Read some batches of an iterator and drop them; there may be fewer."""
    for _ in range(count):
        try:
            next(reading)
        except StopIteration:
            return


# -- Hugging Face ----------------------------------------------------------------------------------


def _of_hugging_face(dataset: Any) -> Reading:
    """Batches of an IterableDataset, as they are stored.

    Its state does not hold what waits in the buffer of a shuffle: such a dataset is read again, which gives the same
    order if the shuffle has a seed.
    """
    stored = _Stored(dataset.with_format("arrow"))
    return (
        Counted(iter(stored)) if _is_shuffled(getattr(dataset, "_ex_iterable", None)) else WithState(stored)
    )


def _is_shuffled(steps: Any) -> bool:
    """Whether one of an IterableDataset's steps draws from a buffer."""
    if steps is None:
        return False
    before = [getattr(steps, "ex_iterable", None), *(getattr(steps, "ex_iterables", None) or [])]
    return "BufferShuffled" in type(steps).__name__ or any(map(_is_shuffled, before))


class _Stored:
    """The batches of an IterableDataset whose elements are tables of one row, a list in each column."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self.state_dict = dataset.state_dict
        self.load_state_dict = dataset.load_state_dict

    def __iter__(self) -> Iterator[Any]:
        return map(_batch_of_row, self._dataset)


def _batch_of_row(row: Any) -> Any:
    """What the lists of the only row hold, a column each."""
    if isinstance(row, Mapping):
        return row
    columns = unfolded(row)
    named = zip(leaves(paths(columns)), leaves(columns), strict=True)
    single = [name for name, column in named if not hasattr(column, "inner")]
    if single:
        raise ValueError(
            f"the dataset gives single rows, as there is no list in {', '.join(single)}, and batches are wanted: "
            "return dataset.batch(32)."
        )
    return map_leaves(lambda column: column.inner, columns)
