"""Values of a checkpoint for objects that are there, and for those that come to be later.

A model of Keras makes its variables when it is first called, an optimizer when it is first applied. What is restored
before that waits (:class:`Restoration`): it remembers which objects of the checkpoint the ones are that it has met, and
when some variable is about to get its initial value it looks again what has been added to them. The newest restoration
has the last word, and takes the place of older ones of which nothing can be wanted any more. It holds nobody in memory,
and the values stay in the files until they are asked for.

Source
------
tf.train.Checkpoint.restore, TensorFlow 2.15
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from estimator.checkpoint.compare import Spec, compare, raise_mismatch
from estimator.checkpoint.stored_objects import Match, stored_objects, value_keys
from estimator.checkpoint.trackable import is_variable
from estimator.checkpoint.variables import spec_of, variable_name
from estimator.core.dtypes import as_dtype
from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.core.frozen import frozen
from estimator.formats.bundle import BundleReader
from estimator.runtime.own_session import LATE_VALUES, session_at_hand
from estimator.runtime.session import Session

Array = np.ndarray[Any, Any]

_WAITING: list[Restoration] = []  # the newest first
_LOCK = threading.RLock()


@frozen
class Leaf:
    """An array or variable, and the key of its value in a checkpoint."""

    value: Any
    key: str

    @property
    def name(self) -> str:
        """What the program calls it, if that has another name than its key."""
        return variable_name(self.value) if is_variable(self.value) else ""

    def is_within(self, session: Session | None) -> bool:
        """Whether it may get its value in that session: it is no variable of another graph."""
        return session is None or not is_variable(self.value) or self.value.graph.outermost is session.graph


class Restoration:
    """One checkpoint, and which of its values have been given.

    Parameters
    ----------
    prefix : str
    roots : sequence of objects
        Whose names are those of the checkpoint's root.

    Raises
    ------
    NotFoundError
        If there is no such checkpoint.
    DataLossError
        If it is damaged.
    """

    def __init__(self, prefix: str, roots: Iterable[Any]) -> None:
        self.prefix = prefix
        with open_bundle(prefix) as reader:
            self._stored = stored_objects(reader)
            self.specs: Mapping[str, Spec] = {
                key: (tuple(reader.shape(key)), reader.dtype(key)) for key in value_keys(reader)
            }
        self._given: set[str] = set()
        self._known = _Known((root, 0) for root in roots)

    def leaves(self) -> list[Leaf]:
        """The arrays and variables that have a value in the checkpoint, as the objects are now."""
        matches = self._stored.matches(self._known.alive())
        self._known.add(matches)
        return [Leaf(match.value, match.key) for match in matches if match.key and match.key in self.specs]

    @property
    def unused(self) -> list[str]:
        """The keys of values that nobody has taken."""
        return [key for key in self.specs if key not in self._given]

    @property
    def is_waiting(self) -> bool:
        """Whether there are more values, and somebody who may get them."""
        return bool(self.unused) and bool(self._known.alive())

    def give(self, leaves: Iterable[Leaf], session: Session | None) -> None:
        """Give these leaves their values, in a session or in the one at hand; nothing has changed if that fails.

        Raises
        ------
        InvalidArgumentError
            If a shape or type differs, or an array is read-only; all of them in one message.
        NotFoundError
            If the files have been deleted meanwhile.
        """
        leaves = list(leaves)
        if not leaves:
            return
        self._check(leaves)
        with open_bundle(self.prefix) as reader:
            values = [reader.get(leaf.key) for leaf in leaves]
        for leaf, value in zip(leaves, values, strict=True):
            _assign(leaf.value, value, session)
        self._given.update(leaf.key for leaf in leaves)

    def give_new(self, session: Session | None, taken: set[int]) -> None:
        """Give their values to leaves that have come since, but to those that are `taken`, which grows."""
        leaves = [leaf for leaf in self.leaves() if leaf.is_within(session)]
        new = [leaf for leaf in leaves if leaf.key not in self._given]
        self.give([leaf for leaf in new if id(leaf.value) not in taken], session)
        self._given.update(leaf.key for leaf in new)
        taken.update(id(leaf.value) for leaf in leaves)

    def replaces(self, older: Restoration) -> bool:
        """Whether nobody can want anything of an older one: here is all that waits there, for the same objects."""
        return self.specs.keys() >= set(older.unused) and self._known.has_all(older._known)

    def _check(self, leaves: Iterable[Leaf]) -> None:
        mismatch = compare(
            {leaf.key: _spec(leaf.value) for leaf in leaves},
            {leaf.key: self.specs[leaf.key] for leaf in leaves},
            names={leaf.key: leaf.name for leaf in leaves},
        )
        if mismatch is not None:
            raise_mismatch(mismatch, self.prefix)
        arrays = (leaf for leaf in leaves if not is_variable(leaf.value))
        fixed = [leaf.key for leaf in arrays if not leaf.value.flags.writeable]
        if fixed:
            raise InvalidArgumentError(
                f"these arrays are read-only and cannot be restored in place: {', '.join(fixed)}. Copy them first."
            )


class _Known:
    """Objects that have been met, as long as somebody else holds them, and what numbers they have."""

    def __init__(self, starts: Iterable[tuple[Any, int]]) -> None:
        self._references: dict[int, tuple[weakref.ref[Any], int]] = {}
        for value, number in starts:
            self._add(value, number)

    def add(self, matches: Iterable[Match]) -> None:
        """Remember those that may get more children."""
        for match in matches:
            if match.key is None:
                self._add(match.value, match.number)

    def _add(self, value: Any, number: int) -> None:
        known = self._references.get(id(value))
        if known is not None and known[0]() is value:
            return
        try:
            self._references[id(value)] = weakref.ref(value), number
        except TypeError:  # a dict or list of plain Python, which whoever holds it tells again
            pass

    def alive(self) -> list[tuple[Any, int]]:
        """The objects that there still are, in the order in which they were met."""
        found = [(key, reference(), number) for key, (reference, number) in self._references.items()]
        self._references = {key: self._references[key] for key, value, _ in found if value is not None}
        return [(value, number) for _, value, number in found if value is not None]

    def has_all(self, other: _Known) -> bool:
        """Whether the objects that the other knows are known here, too."""
        own = {id(value) for value, _ in self.alive()}
        return all(id(value) in own for value, _ in other.alive())


def restore(prefix: str, roots: Iterable[Any], session: Session | None) -> Restoration:
    """Give the objects below the roots the values of a checkpoint; what is not there yet gets its value later.

    Raises
    ------
    NotFoundError, DataLossError
        As :class:`Restoration`.
    InvalidArgumentError
        As :meth:`Restoration.give`.
    """
    restoration = Restoration(prefix, roots)
    with _LOCK:
        leaves = restoration.leaves()
        restoration.give(leaves, session)
        _WAITING[:] = [older for older in _WAITING if not restoration.replaces(older)]
        _give_late(session, {id(leaf.value) for leaf in leaves})
        if restoration.is_waiting:
            _WAITING.insert(0, restoration)
    return restoration


def give_late(session: Session | None = None) -> None:
    """Give what has been added to objects since they were restored the values that wait for it."""
    with _LOCK:
        _give_late(session, set())


def _give_late(session: Session | None, taken: set[int]) -> None:
    for restoration in list(_WAITING):
        try:
            restoration.give_new(session, taken)
        except BaseException:
            _WAITING.remove(restoration)  # it is told once, and not to whoever begins something else
            raise
    _WAITING[:] = [restoration for restoration in _WAITING if restoration.is_waiting]


LATE_VALUES.append(give_late)


def open_bundle(prefix: str) -> BundleReader:
    """The checkpoint.

    Raises
    ------
    NotFoundError
        In TensorFlow's words, if there is none.
    """
    try:
        return BundleReader(prefix)
    except NotFoundError as error:
        advice = "You may be missing the checkpoint suffix (e.g. the '-1' in 'path/to/ckpt-1')."
        if os.path.isdir(prefix):
            advice = f"It is a directory; its latest checkpoint is tf.train.latest_checkpoint({prefix!r})."
        raise NotFoundError(
            f"Error when restoring from checkpoint at {prefix}: {error} Please double-check that the path is correct. "
            f"{advice}"
        ) from error


def session_for(variable: Any, session: Session | None) -> Session:
    """The session if it is one of the variable's graph, else the one at hand."""
    is_its = session is not None and session.graph is variable.graph.outermost
    return session if is_its else session_at_hand(variable.graph)  # type: ignore[return-value]


def _spec(value: Any) -> Spec:
    return spec_of(value) if is_variable(value) else (value.shape, as_dtype(value.dtype))


def _assign(value: Any, stored: Array, session: Session | None) -> None:
    if is_variable(value):
        session_for(value, session).store.of_handle(value.handle).write(stored, anew=True)
    else:
        value[...] = stored
