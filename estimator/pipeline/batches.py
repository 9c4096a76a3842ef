"""Batches that Python code makes: what input_fn yields, or what it returns as plain arrays.

A batch is features, or (features, labels): nested dicts of arrays whose first dimension is the
batch. All that is wrong with a batch is said at once, with the name of each array.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from estimator.core.errors import DataLossError, OutOfRangeError, raise_problems
from estimator.core.shapes import show
from estimator.pipeline.element import Array, Element, as_array
from estimator.pipeline.iterator import END
from estimator.pipeline.specs import TensorSpec, describe_spec
from estimator.pipeline.stage import State
from estimator.pipeline.structure import leaves, paths, same_structure

TRAIN, PREDICT = "train", "infer"  # ModeKeys


class Batch(NamedTuple):
    """One checked batch.

    Attributes
    ----------
    structure : nested structure of str
        (features, labels) with a name for each array; labels None if there are none.
    arrays : list of Array
        The components.
    """

    structure: Any
    arrays: Element

    @property
    def names(self) -> list[str]:
        """``features['age']``, ``labels``..."""
        return leaves(self.structure)

    @property
    def spec(self) -> tuple[TensorSpec, ...]:
        """The components' types and shapes, for any number of rows."""
        return tuple(TensorSpec((None, *array.shape[1:]), array.dtype) for array in self.arrays)


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
    features, labels = map(columns, split_pair(value, subject, mode))
    structure = (paths(features, "features"), paths(labels, "labels"))
    names = leaves(structure)
    arrays: list[Array] = []
    problems: list[str] = []
    for name, leaf in zip(names, leaves((features, labels)), strict=True):
        try:
            arrays.append(as_array(leaf, name))
        except TypeError as error:
            problems.append(str(error))
    if not names:
        problems.append(f"there is no array in what was given: {value!r}.")
    raise_problems(subject, problems or _row_problems(names, arrays, may_be_empty=mode != TRAIN))
    return Batch(structure, arrays)


def _row_problems(names: list[str], arrays: list[Array], may_be_empty: bool) -> list[str]:
    pairs = list(zip(names, arrays, strict=True))
    scalars = [
        f"{name} is a scalar; every array needs a first dimension, the batch."
        for name, array in pairs
        if not array.ndim
    ]
    if scalars:
        return scalars
    if len({len(array) for array in arrays}) > 1:
        lengths = ", ".join(f"{name} has {len(array)}" for name, array in pairs)
        return [f"all arrays of a batch need the same number of rows, but {lengths}."]
    if not may_be_empty and not len(arrays[0]):
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
    if isinstance(value, (list, tuple)) and len(value) == 1 and mode == PREDICT:
        return value[0], None
    if isinstance(value, (list, tuple)) and len(value) != 2:
        kind = type(value).__name__
        raise ValueError(
            "input_fn should return (features, labels) as a len 2 tuple. "
            f"Given by {subject}: a {kind} of {len(value)}. Return a tuple of two, features alone (a dict of "
            "arrays, or one array), or a Dataset."
        )
    if isinstance(value, (list, tuple)):
        return value[0], value[1]
    return value, None


def columns(value: Any) -> Any:
    """A pandas DataFrame as a dict of its columns; anything else as it is."""
    if hasattr(value, "columns") and hasattr(value, "iloc"):
        return {name: value[name] for name in value.columns}
    return value


class BatchSource:
    """Batches from a Python iterator, each checked against the first.

    Parameters
    ----------
    make : callable
        Gives the iterator; called once.
    mode : str
        ``"train"``, ``"eval"`` or ``"infer"``.

    Raises
    ------
    ValueError
        If there is no batch, or the first one is wrong.
    """

    def __init__(self, make: Callable[[], Iterator[Any]], mode: str) -> None:
        self._iterator = make()
        self._mode = mode
        self._lock = threading.Lock()
        self._count = 0  # batches handed out
        self._pulled = 0
        first = self._pull()
        if first is None:
            raise ValueError(
                "input_fn: what it returned yielded nothing: there is not a single batch. Is it used up already?"
            )
        self.first = first
        self._waiting: Batch | None = first

    def _pull(self) -> Batch | None:
        try:
            value = next(self._iterator)
        except StopIteration:
            return None
        self._pulled += 1
        return as_batch(value, self._subject(self._pulled), self._mode)

    @staticmethod
    def _subject(number: int) -> str:
        return f"input_fn, batch {number}"

    def get_next(self) -> list[Array]:
        """The components of the next batch.

        Raises
        ------
        OutOfRangeError
            At the end.
        ValueError
            If the batch has other arrays, types or shapes than the first.
        """
        with self._lock:
            batch, self._waiting = self._waiting, None
            if batch is None:
                batch = self._pull()
                if batch is None:
                    raise OutOfRangeError(END)
                raise_problems(self._subject(self._pulled), changes(self.first, batch))
            self._count += 1
            return batch.arrays

    def state(self) -> State:
        """The number of batches handed out."""
        return {"count": self._count}

    def restore(self, state: State) -> None:
        """Pass over that many batches.

        Raises
        ------
        DataLossError
            If it is not a state of such a source.
        """
        count = state.get("count") if isinstance(state, dict) else None
        if not isinstance(count, int):
            raise DataLossError(f"the saved input position {state!r} does not belong to this input.")
        with self._lock:
            while self._pulled < count:
                try:
                    next(self._iterator)
                except StopIteration:
                    break
                self._pulled += 1
            if count:
                self._waiting = None
            self._count = count

    def fingerprint(self) -> str:
        """The types and shapes."""
        return f"batches {self.first.structure} {describe_spec(self.first.spec)}"


def changes(first: Batch, batch: Batch) -> list[str]:
    """What differs between the first batch and a later one, a sentence each."""
    if first.names != batch.names or not same_structure(first.structure, batch.structure):
        missing = ", ".join(sorted(set(first.names) - set(batch.names))) or "none"
        unexpected = ", ".join(sorted(set(batch.names) - set(first.names))) or "none"
        return [f"its arrays are not those of batch 1: missing {missing}; unexpected {unexpected}."]
    found = []
    for name, old, new in zip(first.names, first.spec, batch.spec, strict=True):
        if old.dtype is not new.dtype:
            found.append(
                f"{name} is {new.dtype.name}, in batch 1 it was {old.dtype.name}; convert all batches to one type."
            )
        elif old.dims != new.dims:
            found.append(
                f"{name} has the shape {show(new.dims)}, in batch 1 it was {show(old.dims)}; only the first may vary."
            )
    return found
