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

from estimator.core import log
from estimator.core.errors import DataLossError
from estimator.pipeline import loader_states
from estimator.pipeline.stage import State
from estimator.pipeline.structure import leaves, map_leaves, paths
from estimator.pipeline.tables import unfolded


class Reading:
    """An iterable on the run: what it gives, and where it stands.

    Parameters
    ----------
    iterable : object
        A generator, a loader, or anything else that gives batches or elements.
    """

    def __init__(self, iterable: Any) -> None:
        self._way = _way_of(iterable)
        self._only_counts = False
        self._before = self._own_state()
        self.count = 0  # of what was read

    @property
    def kind(self) -> str:
        """How it says where it stands: positions of one kind are nothing to another."""
        return self._way.kind

    def __next__(self) -> Any:
        value = next(self._way)
        self.count += 1
        return value

    def state(self) -> State:
        """The number of what was read, and where the iterable itself says that it stands; JSON."""
        own = self._own_state()
        return {"count": self.count} if own is None else {"count": self.count, "own": own}

    def _own_state(self) -> Any:
        if self._only_counts:
            return None
        try:
            return loader_states.encoded(self._way.state())
        except TypeError as error:
            self._only_counts = True
            log.warning("the position of the input is only counted; to continue, it is read again: %s", error)
            return None

    def restore(self, state: State) -> None:
        """Go on behind what had been read when the state was taken.

        Raises
        ------
        DataLossError
            If it is no such state, or the iterable does not take its part of it, and has begun anew.
        """
        count = state.get("count") if isinstance(state, dict) else None
        if not isinstance(count, int):
            raise DataLossError(f"the saved input position {state!r} does not belong to this input.")
        if "own" in state:
            self._go_to(count, state["own"])
        else:
            _pass_over(self._way, count - self.count)
        self.count = count

    def _go_to(self, count: int, own: Any) -> None:
        try:
            self._way.go_to(count, loader_states.decoded(own))
        except Exception as error:  # of whatever kind the library likes
            self._way.go_to(0, loader_states.decoded(self._before))  # wherever the failure has left it
            self.count = 0
            raise DataLossError(
                f"the input does not take its saved position ({type(error).__name__}: {error})."
            ) from error


def _pass_over(way: Any, count: int) -> None:
    """Read so much and drop it; there may be less."""
    for _ in range(count):
        try:
            next(way)
        except StopIteration:
            return


# -- ways to say where something stands ------------------------------------------------------------


class _Way(Protocol):
    """An iterator that can go to a position."""

    kind: str

    def __next__(self) -> Any:
        """What comes next; StopIteration at the end."""

    def state(self) -> Any:
        """Where it stands, in the library's own words; None if there are none, and only reading leads there."""

    def go_to(self, count: int, state: Any) -> None:
        """Continue where the state was taken, behind so many batches."""


def _way_of(iterable: Any) -> _Way:
    """How an iterable is read, by what it and its iterator can."""
    if hasattr(iterable, "state_dict") and hasattr(iterable, "load_state_dict"):
        is_exact = not _is_shuffled(getattr(iterable, "_ex_iterable", None))
        return _WithState(iterable) if is_exact else _Counted(iter(iterable))
    if all(hasattr(iterable, name) for name in ("sampler", "collate_fn", "generator")):
        return _Drawn(iterable)
    if not hasattr(iterable, "__iter__") and hasattr(iterable, "to_batches"):  # files of pyarrow
        return _Counted(iterable.to_batches())
    iterator = iter(iterable)
    if hasattr(iterator, "get_state") and hasattr(iterator, "set_state"):
        return _IteratorWithState(iterator)
    return _Counted(iterator)


class _Counted:
    """An iterator that knows of no position."""

    kind = "counted"

    def __init__(self, iterator: Iterator[Any]) -> None:
        self._iterator = iterator

    def __next__(self) -> Any:
        return next(self._iterator)

    def state(self) -> Any:
        return None

    def go_to(self, count: int, state: Any) -> None:
        raise TypeError("it cannot go anywhere")


class _IteratorWithState:
    """An iterator that says where it stands."""

    kind = "iterator with state"

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator

    def __next__(self) -> Any:
        return next(self._iterator)

    def state(self) -> Any:
        return self._iterator.get_state()

    def go_to(self, count: int, state: Any) -> None:
        self._iterator.set_state(state)


class _WithState:
    """A loader that says where it stands, and begins an iterator there."""

    kind = "loader with state"

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._iterator = iter(loader)

    def __next__(self) -> Any:
        return next(self._iterator)

    def state(self) -> Any:
        return self._loader.state_dict()

    def go_to(self, count: int, state: Any) -> None:
        self._loader.load_state_dict(state)
        self._iterator = iter(self._loader)


class _Drawn:
    """A loader whose order, and whose workers' seeds, come from generators of random numbers.

    Its state is theirs, before the first batch; what was read is drawn again.
    """

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

    def state(self) -> Any:
        return self._before

    def go_to(self, count: int, state: Any) -> None:
        for generator, before in zip(self._generators(), state, strict=True):
            generator.set_state(before)
        self._begin()
        _pass_over(self, count)


def _is_shuffled(steps: Any) -> bool:
    """Whether one of the steps of Hugging Face's IterableDataset draws from a buffer, which its state does not hold.

    Such a dataset is read again, in the same order if the shuffle has a seed.
    """
    if steps is None:
        return False
    before = [getattr(steps, "ex_iterable", None), *(getattr(steps, "ex_iterables", None) or [])]
    return "BufferShuffled" in type(steps).__name__ or any(map(_is_shuffled, before))


def is_told_of(iterable: Any, rank: int, size: int) -> bool:
    """Whether a loader was told that it is one of several: a sampler of torch, or a dataset of Hugging Face, was."""
    sampler, split = getattr(iterable, "sampler", None), getattr(iterable, "_distributed", None)
    for told, names in ((sampler, ("rank", "num_replicas")), (split, ("rank", "world_size"))):
        if told is not None and tuple(getattr(told, name, None) for name in names) == (rank, size):
            return True
    return False


# -- batches of Hugging Face -----------------------------------------------------------------------


def as_stored(iterable: Any) -> Any:
    """The batches of Hugging Face's IterableDataset as tables, in the types in which they are stored.

    Its other formats make lists of Python's numbers, or float32. Anything else stays what it is.
    """
    if not (hasattr(iterable, "with_format") and hasattr(iterable, "load_state_dict")):
        return iterable
    return _Stored(iterable.with_format("arrow"))


class _Stored:
    """The batches of an IterableDataset whose elements are tables of one row, a list in each column."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self._ex_iterable = getattr(dataset, "_ex_iterable", None)
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
