"""Batches that Python code makes: what input_fn yields, or what it returns as plain arrays.

A batch is features, or (features, labels): nested dicts of arrays whose first dimension is the
batch. All that is wrong with a batch is said at once, with the name of each array.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from estimator.core.errors import DataLossError, OutOfRangeError, raise_problems
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import show
from estimator.pipeline.components import arrays_of
from estimator.pipeline.element import Array, Element, as_component
from estimator.pipeline.iterator import END
from estimator.pipeline.specs import SparseTensorSpec, Spec, TensorSpec, describe_spec, type_spec_from_value
from estimator.pipeline.stage import State
from estimator.pipeline.structure import COMPOUND, leaves, paths, same_structure
from estimator.pipeline.tables import collated, unfolded

if TYPE_CHECKING:
    from estimator.pipeline.rounds import Share

TRAIN, PREDICT = "train", "infer"  # ModeKeys


class Batch(NamedTuple):
    """One checked batch.

    Attributes
    ----------
    structure : nested structure of str
        (features, labels) with a name for each component; labels None if there are none.
    components : Element
        An array for each name, or a sparse or ragged tensor's value.
    """

    structure: Any
    components: Element

    @property
    def names(self) -> list[str]:
        """``features['age']``, ``labels``..."""
        return leaves(self.structure)

    @property
    def exact_spec(self) -> tuple[Spec, ...]:
        """The components' types and shapes."""
        return tuple(map(_spec_of, self.components))

    @property
    def spec(self) -> tuple[Spec, ...]:
        """The components' types and shapes, for any number of rows; of sparse ones for any sizes."""
        return tuple(map(_of_any_rows, self.exact_spec))


def _spec_of(component: Any) -> Spec:
    if isinstance(component, COMPOUND):
        return type_spec_from_value(component)
    return TensorSpec(component.shape, component.dtype)


def _of_any_rows(spec: Spec) -> Spec:
    rest = (spec.dims or ())[1:]
    return spec.of_shape((None, *([None] * len(rest) if isinstance(spec, SparseTensorSpec) else rest)))


def as_batch(value: Any, subject: str, mode: str) -> Batch:
    """The batch that a value is.

    Parameters
    ----------
    value : object
        Features, or a tuple (features, labels).
    subject : str
        What messages begin with: ``"input_fn"``, ``"input_fn, batch 3"``.
    mode : str
        ``"train"``, ``"eval"`` or ``"infer"``: a batch without rows is an error in training.

    Raises
    ------
    ValueError
        Naming every array that is none, that has no batch dimension or another number of rows, and
        empty batches.
    """
    features, labels = map(unfolded, split_pair(value, subject, mode))
    structure = (paths(features, "features"), paths(labels, "labels"))
    names = leaves(structure)
    components: Element = []
    problems: list[str] = []
    for name, leaf in zip(names, leaves((features, labels)), strict=True):
        try:
            components.append(as_component(leaf, name))
        except (TypeError, ValueError) as error:
            problems.append(str(error))
    if not names:
        problems.append(f"there is no array in what was given: {value!r}.")
    batch = Batch(structure, components)
    raise_problems(subject, problems or _row_problems(batch, may_be_empty=mode != TRAIN))
    return batch


def _row_problems(batch: Batch, may_be_empty: bool) -> list[str]:
    pairs = [(name, spec.dims or ()) for name, spec in zip(batch.names, batch.exact_spec, strict=True)]
    scalars = [
        f"{name} is a scalar; every array needs a first dimension, the batch."
        for name, dims in pairs
        if not dims
    ]
    if scalars:
        return scalars
    if len({dims[0] for _, dims in pairs}) > 1:
        lengths = ", ".join(f"{name} has {dims[0]}" for name, dims in pairs)
        return [f"all arrays of a batch need the same number of rows, but {lengths}."]
    if not may_be_empty and not pairs[0][1][0]:
        return ["the batch is empty (0 rows); training needs at least one example."]
    return []


def split_pair(value: Any, subject: str, mode: str) -> tuple[Any, Any]:
    """Features and labels; labels are None if the value is features alone.

    Raises
    ------
    ValueError
        If it is a tuple or list of another length than two. Prediction takes one of a single item as well:
        scripts of TensorFlow 1.4 return ``(features,)`` there.
    """
    if not isinstance(value, (list, tuple)) or isinstance(value, COMPOUND):
        return value, None
    if len(value) == 1 and mode == PREDICT:
        return value[0], None
    if len(value) != 2:
        kind = type(value).__name__
        raise ValueError(
            "input_fn should return (features, labels) as a len 2 tuple. "
            f"Given by {subject}: a {kind} of {len(value)}. Return a tuple of two, features alone (a dict of "
            "arrays, or one array), or a Dataset."
        )
    return value[0], value[1]


class BatchSource:
    """Batches from a Python iterable, each checked against the first.

    Parameters
    ----------
    iterable : object
        A generator, a loader of another library, or anything else that gives batches.
    mode : str
        ``"train"``, ``"eval"`` or ``"infer"``.

    Raises
    ------
    ValueError
        If there is no batch, or the first one is wrong.
    """

    def __init__(self, iterable: Any, mode: str) -> None:
        self._iterable = iterable
        self._mode = mode
        self._lock = threading.Lock()
        self._share: Share | None = None
        first = self.restart()
        if first is None:
            raise ValueError(
                "input_fn: what it returned yielded nothing: there is not a single batch. Is it used up already?"
            )
        self.first = first

    @property
    def can_restart(self) -> bool:
        """Whether the iterable can be read more than once."""
        return not isinstance(self._iterable, Iterator)

    def restart(self) -> Batch | None:
        """Begin with the first batch, which is read to know what batches look like, and handed out as any other."""
        from estimator.pipeline.loaders import Reading, as_stored

        with self._lock:
            self._reading = Reading(as_stored(self._iterable))
            self._before = self._reading.state()
            self._waiting = self._pull()
            return self._waiting

    def _pull(self) -> Batch | None:
        try:
            value = next(self._reading)
        except StopIteration:
            return None
        return as_batch(collated(value), self._subject(), self._mode)

    def _subject(self) -> str:
        return f"input_fn, batch {self._reading.count}"

    def get_next(self) -> list[Array]:
        """The arrays of the components of the next batch.

        Raises
        ------
        OutOfRangeError
            At the end.
        ValueError
            If the batch has other arrays, types or shapes than the first.
        """
        with self._lock:
            if self._share is not None and self._share.in_rounds:
                return self._of_round(self._share)
            batch, self._waiting = self._waiting, None
            if batch is None:
                batch = self._pull()
                if batch is None:
                    raise OutOfRangeError(END)
                raise_problems(self._subject(), changes(self.first, batch))
            return arrays_of(batch.components)

    def share(self, share: Share) -> None:
        """Take only a process's share of the batches."""
        self._share = share

    @property
    def draws(self) -> bool:
        """Whether its order comes from generators of random numbers, which other processes have otherwise."""
        return self._reading.kind == "drawn"

    def is_told_of(self, rank: int, size: int) -> bool:
        """Whether the iterable knows already which of several processes this is."""
        from estimator.pipeline.loaders import is_told_of

        return is_told_of(self._iterable, rank, size)

    def _of_round(self, share: Share) -> list[Array]:
        """The arrays of this process's batch of the next round; the others are read, and nothing is made of them."""
        own: Batch | None = None
        for place in range(share.size):
            batch, self._waiting = self._waiting, None
            try:
                value = None if batch is not None else next(self._reading)
            except StopIteration:
                if share.whole or own is None:
                    raise OutOfRangeError(END) from None
                break
            if place == share.rank:
                own = batch or as_batch(collated(value), self._subject(), self._mode)
                raise_problems(self._subject(), changes(self.first, own))
        assert own is not None
        return arrays_of(own.components)

    def state(self) -> State:
        """Where it stands: a batch that was not handed out does not count as read."""
        with self._lock:
            state = self._reading.state() if self._waiting is None else self._before
            if self._share is None or self._share.in_rounds:
                return state
            return {**state, "rank": self._share.rank}

    def restore(self, state: State) -> None:
        """Go on behind the batches that had been handed out.

        Raises
        ------
        DataLossError
            If it is not a state of such a source, or the iterable does not take it; then it has begun anew.
        """
        with self._lock:
            if isinstance(state, dict) and "rank" in state:
                is_mine = self._share is not None and self._share.rank == state["rank"]
                state = {key: state[key] for key in state if key == "count" or (is_mine and key == "own")}
            if state == {"count": 0}:  # where it stands
                return
            try:
                self._reading.restore(state)
            except DataLossError:
                if not self._reading.count:  # it has begun anew
                    self._waiting = None
                raise
            self._waiting = None

    def fingerprint(self) -> str:
        """The types and shapes, and how it says where it stands."""
        kind = self._reading.kind.replace("counted", "batches")
        return f"{kind} {self.first.structure} {describe_spec(self.first.spec)}"


def changes(first: Batch, batch: Batch) -> list[str]:
    """What differs between the first batch and a later one, a sentence each."""
    if first.names != batch.names or not same_structure(first.structure, batch.structure):
        missing = ", ".join(sorted(set(first.names) - set(batch.names))) or "none"
        unexpected = ", ".join(sorted(set(batch.names) - set(first.names))) or "none"
        return [f"its arrays are not those of batch 1: missing {missing}; unexpected {unexpected}."]
    found = []
    for name, old, new in zip(first.names, first.spec, batch.spec, strict=True):
        if type(old) is not type(new):
            found.append(f"{name} is {describe_spec(new)}, in batch 1 it was {describe_spec(old)}.")
        elif old.dtype is not new.dtype:
            found.append(
                f"{name} is {new.dtype.name}, in batch 1 it was {old.dtype.name}; convert all batches to one type."
            )
        elif old.dims != new.dims:
            found.append(
                f"{name} has the shape {show(new.dims)}, in batch 1 it was {show(old.dims)}; only the first may vary."
            )
    return found
