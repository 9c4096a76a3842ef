"""Batches, epoch by epoch: what the graph of a fit pulls from.

A feed can say where it stands, as a dataset can, so that a fit that was interrupted goes on with the batch
that was next.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from estimator.core.errors import OutOfRangeError
from estimator.keras.training.arrays import as_triple, standardized
from estimator.keras.training.weights import ClassWeights
from estimator.pipeline.components import arrays_of
from estimator.pipeline.element import Array, Element
from estimator.pipeline.iterator import END, DatasetSource
from estimator.pipeline.loaders import Reading
from estimator.pipeline.specs import TensorSpec, type_spec_from_value
from estimator.pipeline.stage import State
from estimator.pipeline.structure import leaves, map_leaves, pack, same_structure


class OtherShapes(Exception):
    """The next batch does not go with the spec of those before; the feed has a wider one now, and the batch waits."""


class Feed(ABC):
    """Batches of (x,), (x, y) or (x, y, sample_weight).

    Parameters
    ----------
    spec : structure of Spec
        Of a batch.
    steps : int or None
        How many batches an epoch has; None or -1 if only its end tells.

    Attributes
    ----------
    class_weights : ClassWeights or None
    """

    def __init__(self, spec: Any, steps: int | None) -> None:
        self._spec = as_triple(spec)
        self.steps = None if steps == -1 else steps
        self.class_weights: ClassWeights | None = None

    @property
    def spec(self) -> tuple[Any, ...]:
        """The structure of a batch, with a Spec for each component."""
        return self._spec if self.class_weights is None else self.class_weights.spec(self._spec)

    def get_next(self) -> list[Array]:
        """The arrays of the components of the next batch.

        Raises
        ------
        OutOfRangeError
            At the end of the epoch, or of the data.
        OtherShapes
            If the batch has other shapes than the spec says.
        """
        element = self._pull()
        if element is None:
            raise OutOfRangeError(END)
        if self.class_weights is not None:
            element = self.class_weights.weighted(element, self._spec)
        return arrays_of(element)

    @abstractmethod
    def _pull(self) -> Element | None:
        """The components of the next batch; None at the end."""

    @abstractmethod
    def begin_epoch(self) -> None:
        """Called before each epoch."""

    def end_epoch(self) -> None:  # noqa: B027  most have nothing to do
        """Called after each epoch."""

    def rest(self) -> None:  # noqa: B027  most make nothing ahead
        """Make nothing ahead any more."""

    @abstractmethod
    def state(self) -> State:
        """Where it stands, as JSON."""

    @abstractmethod
    def restore(self, state: State) -> None:
        """Go on from a saved state; the next call is :meth:`begin_epoch`."""


class DatasetFeed(Feed):
    """The elements of a dataset.

    Parameters
    ----------
    source : DatasetSource
    spec, steps
        As :class:`Feed` has them.
    starts_anew : bool
        Whether each epoch goes through the data anew; otherwise it goes on where the last one ended.
    """

    def __init__(
        self, source: DatasetSource, spec: Any, steps: int | None, starts_anew: bool = False
    ) -> None:
        super().__init__(spec, steps)
        self._source = source
        self._starts_anew = starts_anew
        self._epochs = 0

    def begin_epoch(self) -> None:
        """Go back to the beginning, if that is wanted and it does not stand there."""
        if self._starts_anew and self._epochs:
            self._source.rewind()
        self._epochs += 1

    def _pull(self) -> Element | None:
        return self._source.pull()

    def rest(self) -> None:
        """Make nothing ahead any more."""
        self._source.rest()

    def state(self) -> State:
        """The epochs that were begun, and where the dataset stands."""
        return {"epochs": self._epochs, "source": self._source.state()}

    def restore(self, state: State) -> None:
        """Go on from a saved state."""
        self._epochs = state["epochs"]
        self._source.restore(state["source"])


class _Read(Feed):
    """Batches that Python makes one after the other, and of which only they themselves tell what they are."""

    def __init__(self, first: Any, steps: int | None) -> None:
        super().__init__(tuple(map_leaves(_spec_of_any_rows, part) for part in first), steps)

    def _checked(self, batch: tuple[Any, ...]) -> Element:
        """The components of a batch that goes with the spec."""
        spec = tuple(map_leaves(_spec_of_any_rows, part) for part in batch)
        if not same_structure(spec, self._spec):
            raise ValueError(
                f"a batch has another structure than the first one: {spec}, and before: {self._spec}."
            )
        pairs = list(zip(leaves(self._spec), leaves(spec), strict=True))
        merged = [old if old == new else old.merged(new) for old, new in pairs]
        if merged != [old for old, _ in pairs]:
            self._spec = pack(self._spec, merged)
            self._keep(batch)
            raise OtherShapes
        return leaves(batch)

    @abstractmethod
    def _keep(self, batch: tuple[Any, ...]) -> None:
        """Let this batch be the next one again."""


class BatchFeed(Feed):
    """One batch.

    Parameters
    ----------
    batch : tuple of structures of arrays
        (x,), (x, y) or (x, y, sample_weight).
    """

    def __init__(self, batch: tuple[Any, ...]) -> None:
        super().__init__(tuple(map_leaves(_spec_of_any_rows, part) for part in batch), 1)
        self._element: Element | None = leaves(batch)

    def begin_epoch(self) -> None:
        """It has one."""

    def _pull(self) -> Element | None:
        element, self._element = self._element, None
        return element

    def state(self) -> State:
        """Nothing: it is one batch."""
        return {}

    def restore(self, state: State) -> None:
        """Nothing: it is one batch."""


class IterableFeed(_Read):
    """What a generator or another iterable gives.

    Parameters
    ----------
    iterable : iterable
        An iterator is read once; anything else anew in each epoch.
    steps : int or None
    """

    def __init__(self, iterable: Any, steps: int | None) -> None:
        self._iterable = iterable
        self._is_spent = False
        self._reading = Reading(iterable)
        self._waiting: tuple[Any, ...] | None = self._read()
        if self._waiting is None:
            raise ValueError("Expected input data to be non-empty: what was given has yielded nothing.")
        super().__init__(self._waiting, steps)

    def begin_epoch(self) -> None:
        """Begin anew, if it can and is not at its beginning."""
        if self._is_spent and not isinstance(self._iterable, Iterator):
            self._reading, self._waiting = Reading(self._iterable), None
            self._is_spent = False

    def _read(self) -> tuple[Any, ...] | None:
        try:
            value = next(self._reading)
        except StopIteration:
            return None
        return standardized(value)

    def _pull(self) -> Element | None:
        self._is_spent = True
        batch, self._waiting = self._waiting, None
        if batch is None:
            batch = self._read()
        return None if batch is None else self._checked(batch)

    def _keep(self, batch: tuple[Any, ...]) -> None:
        self._waiting = batch

    def state(self) -> State:
        """How many batches were handed out."""
        return {"batches": self._reading.count - (self._waiting is not None)}

    def restore(self, state: State) -> None:
        """Pass over the batches that had been handed out."""
        for _ in range(state["batches"]):
            self._waiting = None if self._waiting is not None else self._read()
            self._waiting, self._is_spent = None, True


class SequenceFeed(_Read):
    """The batches of a ``keras.utils.Sequence``.

    Parameters
    ----------
    sequence : Sequence
    steps : int or None
        By default its length.
    shuffle : bool
        Whether each epoch has an order of its own.
    seed : int, optional
    """

    def __init__(self, sequence: Any, steps: int | None, shuffle: bool, seed: int | None) -> None:
        if not len(sequence):
            raise ValueError("Expected input data to be non-empty: the Sequence has no batch.")
        self._sequence = sequence
        self._given_steps = steps
        self._shuffle = shuffle
        self._seed = int(np.random.SeedSequence(seed).generate_state(1)[0])
        self._epochs = 0
        self._order: Any = ()  # of the epoch's batches
        self._place = 0  # in it
        self._waiting: tuple[Any, ...] | None = None
        super().__init__(standardized(sequence[0]), steps or len(sequence))

    def begin_epoch(self) -> None:
        """Draw the order; the Sequence may have another length by now."""
        self._epochs += 1
        self._draw()

    def _draw(self) -> None:
        count = len(self._sequence)
        random = np.random.default_rng([self._seed, self._epochs])
        self._order = random.permutation(count) if self._shuffle else range(count)
        self._place, self._waiting = 0, None
        if self._given_steps is None:
            self.steps = count

    def end_epoch(self) -> None:
        """Tell the Sequence."""
        self._sequence.on_epoch_end()

    def _pull(self) -> Element | None:
        batch, self._waiting = self._waiting, None
        if batch is None:
            if self._place >= len(self._order):
                return None
            batch = standardized(self._sequence[int(self._order[self._place])])
            self._place += 1
        return self._checked(batch)

    def _keep(self, batch: tuple[Any, ...]) -> None:
        self._waiting = batch

    def state(self) -> State:
        """What the order follows from, and where in it the next batch is."""
        return {
            "seed": self._seed,
            "epochs": self._epochs,
            "place": self._place - (self._waiting is not None),
        }

    def restore(self, state: State) -> None:
        """Draw what would have come next."""
        self._seed, self._epochs = state["seed"], state["epochs"]
        self._draw()
        self._place = state["place"]


def _spec_of_any_rows(component: Any) -> Any:
    spec = type_spec_from_value(component)
    dims = spec.dims
    if dims is None:
        return spec
    rest = dims[1:] if isinstance(spec, TensorSpec) else [None] * (len(dims) - 1)
    return spec.of_shape((None, *rest))
