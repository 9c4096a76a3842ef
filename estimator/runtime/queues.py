"""Queues: what one run of a session gives, and another takes.

A run that finds a queue full, or empty, waits for other runs; it holds no lock of the session meanwhile
(:mod:`estimator.runtime.waiting`). Those who give stand in one line, those who take in another, and each is served
when it is the first of its line: so a batch is of elements that follow one another, and closing waits for what was to
be given before. The end of all waiting is certain: a queue that is closed tells whoever would wait for more, a session
that is closed tells everybody, a run's own time may be limited, and a signal that asks a training to stop is looked for
while the main thread waits.

Source
------
TF 2.15 core/kernels/{queue_base,fifo_queue,padding_fifo_queue,priority_queue,random_shuffle_queue}.cc
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from estimator.core import log
from estimator.core.dtypes import DType, string
from estimator.core.errors import (
    CancelledError,
    DeadlineExceededError,
    InvalidArgumentError,
    OutOfRangeError,
)
from estimator.core.shapes import Dims, compatible, is_static, show
from estimator.runtime.hurry import GIVE_UP, end_of_waiting

Array = np.ndarray[Any, Any]
Element: TypeAlias = tuple[Any, ...]  # one array or scalar for each component

_LOOK_SECS = 0.1  # how often a main thread that waits looks for a signal
_PATIENCE_SECS = 30.0  # after so long it says what it waits for


class Elements(Protocol):
    """What is in a queue, and in which order it comes out.

    Attributes
    ----------
    floor : int
        So many stay in a queue that is open.
    """

    floor: int

    def __len__(self) -> int:
        """How many there are."""

    def add(self, element: Element) -> None:
        """Put one in."""

    def take(self) -> Element:
        """Take the next one out."""

    def put_back(self, elements: Sequence[Element]) -> None:
        """Put in again what was taken last, in that order."""


class Fifo:
    """First in, first out."""

    floor = 0

    def __init__(self) -> None:
        self._line: deque[Element] = deque()

    def __len__(self) -> int:
        return len(self._line)

    def add(self, element: Element) -> None:
        """Put one at the end."""
        self._line.append(element)

    def take(self) -> Element:
        """Take the first."""
        return self._line.popleft()

    def put_back(self, elements: Sequence[Element]) -> None:
        """Put these before all others."""
        self._line.extendleft(reversed(elements))


class Priority:
    """The smallest first component first; of equal ones that which came first."""

    floor = 0

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Element]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, element: Element) -> None:
        """Put one in."""
        self._count += 1
        heapq.heappush(self._heap, (int(element[0]), self._count, element))

    def take(self) -> Element:
        """Take the smallest."""
        return heapq.heappop(self._heap)[2]

    def put_back(self, elements: Sequence[Element]) -> None:
        """Put these in again, before others as small."""
        for place, element in enumerate(elements):
            heapq.heappush(self._heap, (int(element[0]), place - len(elements), element))


class Shuffled:
    """Any of those that are there.

    How many are there depends on how fast threads are. Where the order is to be repeatable it must not depend on that:
    then each is drawn among the oldest, as many as there are at least.

    Parameters
    ----------
    generator : Generator
    floor : int
        So many stay while more may come, so that there is always something to choose from.
    is_repeatable : bool
        Whether the order is a function of what the generator draws and of the order in which elements come. Without a
        floor it is not: then nothing would be mixed.
    """

    def __init__(self, generator: np.random.Generator, floor: int, is_repeatable: bool) -> None:
        self.floor = floor
        self._generator = generator
        self._among: list[Element] = []
        self._later: deque[Element] = deque()
        self._most = floor + 1 if is_repeatable and floor else None

    def __len__(self) -> int:
        return len(self._among) + len(self._later)

    def add(self, element: Element) -> None:
        """Put one in."""
        self._later.append(element)

    def take(self) -> Element:
        """Take any; the last one gets its place."""
        while self._later and (self._most is None or len(self._among) < self._most):
            self._among.append(self._later.popleft())
        place = int(self._generator.integers(len(self._among)))
        self._among[place], self._among[-1] = self._among[-1], self._among[place]
        return self._among.pop()

    def put_back(self, elements: Sequence[Element]) -> None:
        """Put these in again."""
        self._among.extend(elements)


class _Turn:
    """Somebody who stands in a line."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.is_cancelled = False


class Queue:
    """Elements of some components, given and taken by runs of a session, which wait for one another.

    Parameters
    ----------
    name : str
        In the session.
    kind : str
        ``"FIFOQueue"``, for example.
    capacity : int
        How many elements it holds; negative: any number.
    dtypes : sequence of DType
    shapes : sequence of Dims, or empty
        Of each component, if they are known: only then elements can be taken together. A dimension that is None
        differs from element to element, which are padded with zeros (texts: empty ones) to one size.
    elements : Elements
    """

    def __init__(
        self,
        name: str,
        kind: str,
        capacity: int,
        dtypes: Sequence[DType],
        shapes: Sequence[Dims],
        elements: Elements,
    ) -> None:
        if 0 <= capacity <= elements.floor and elements.floor:
            raise InvalidArgumentError(
                f"min_after_dequeue {elements.floor} must be < capacity {capacity}: nothing could ever be taken."
            )
        self.name = name
        self.capacity = capacity
        self.dtypes = tuple(dtypes)
        self.shapes = tuple(shapes)
        self.is_closed = False
        self._kind = kind
        self._elements = elements
        self._changed = threading.Condition()
        self._givers: deque[_Turn] = deque()
        self._takers: deque[_Turn] = deque()
        self._is_given_up = False

    @property
    def kind(self) -> str:
        """What it is, for comparison and for messages."""
        types = ", ".join(dtype.name for dtype in self.dtypes)
        shapes = ", ".join(map(show, self.shapes)) if self.shapes else "any shape"
        floor = f", min_after_dequeue {self._elements.floor}" if self._elements.floor else ""
        return f"a {self._kind} of capacity {self.capacity}{floor} for ({types}) of {shapes}"

    def __len__(self) -> int:
        return len(self._elements)

    # -- giving --------------------------------------------------------------------------------------------------------

    def enqueue(self, components: Sequence[Array]) -> None:
        """Put one element in, when there is room.

        Raises
        ------
        CancelledError
            If the queue is closed, or is while this waits.
        InvalidArgumentError
            If it is not an element of this queue.
        """
        self._check_types(components)
        for place, component in enumerate(components):
            self._check_shape(place, component.shape, self.shapes[place] if self.shapes else None)
        self._give([tuple(_kept(component) for component in components)])

    def enqueue_many(self, components: Sequence[Array]) -> None:
        """Put in the elements that lie along the first axis of the components, one after the other.

        Raises
        ------
        CancelledError, InvalidArgumentError
            As :meth:`enqueue`.
        """
        self._check_types(components)
        count = components[0].shape[0] if components[0].ndim else 0
        for place, component in enumerate(components):
            inner = self.shapes[place] if self.shapes else component.shape[1:]
            self._check_shape(place, component.shape, None if inner is None else (count, *inner))
        self._give(list(zip(*(component.copy() for component in components), strict=True)))

    def _give(self, elements: Sequence[Element]) -> None:
        turn, done = _Turn("Enqueue"), 0
        with self._changed:
            self._givers.append(turn)
            try:
                while done < len(elements):
                    self._await(turn, self._givers, lambda: self.is_closed or self._room() > 0)
                    if self.is_closed:
                        raise CancelledError(f"{self._kind} {self.name!r} is closed.")
                    fitting = elements[done : done + self._room()]
                    for element in fitting:
                        self._elements.add(element)
                    done += len(fitting)
                    self._changed.notify_all()
            finally:
                self._givers.remove(turn)
                self._changed.notify_all()

    def _room(self) -> int:
        return 2**31 if self.capacity < 0 else self.capacity - len(self._elements)

    def close(self, cancel_pending_enqueues: bool = False) -> None:
        """Let nothing more come in: what waits to be put in is waited for, or cancelled.

        Raises
        ------
        CancelledError
            If it is closed, and nothing is to be cancelled.
        """
        with self._changed:
            if cancel_pending_enqueues:
                for waiting in self._givers:
                    waiting.is_cancelled = True
                self.is_closed = True
                self._changed.notify_all()
                return
            turn = _Turn("Close")
            self._givers.append(turn)
            try:
                self._await(turn, self._givers, lambda: True)
                if self.is_closed:
                    raise CancelledError(f"Queue {self.name!r} is already closed.")
                self.is_closed = True
            finally:
                self._givers.remove(turn)
                self._changed.notify_all()

    # -- taking --------------------------------------------------------------------------------------------------------

    def dequeue(self) -> list[Array]:
        """The components of the next element, when there is one.

        Raises
        ------
        OutOfRangeError
            If the queue is closed and there is none.
        CancelledError
            If the session is closed while this waits.
        """
        (element,) = self._take(1)
        return [_array(value, dtype) for value, dtype in zip(element, self.dtypes, strict=True)]

    def dequeue_many(self, count: int, up_to: bool = False) -> list[Array]:
        """The components of so many elements, each stacked along a new first axis.

        Parameters
        ----------
        count : int
            May be more than the capacity.
        up_to : bool
            Whether a queue that is closed gives the rest it has.

        Raises
        ------
        OutOfRangeError
            If the queue is closed and has not so many, with `up_to` none; they stay in it.
        CancelledError
            If the session is closed while this waits.
        InvalidArgumentError
            If the count is negative, or the queue does not know the shapes of its elements.
        """
        if not self.shapes:
            raise InvalidArgumentError(
                f"{self._kind}'s DequeueMany and DequeueUpTo require the components to have specified shapes: make "
                f"{self.name!r} with shapes=."
            )
        if count < 0:
            raise InvalidArgumentError(f"DequeueMany requested {count} < 0 elements.")
        rows = self._take(count, up_to) if count else []
        columns = zip(*rows, strict=True) if rows else [()] * len(self.dtypes)
        return [
            _stacked(column, dtype, dims)
            for column, dtype, dims in zip(columns, self.dtypes, self.shapes, strict=True)
        ]

    def _take(self, count: int, up_to: bool = False) -> list[Element]:
        turn = _Turn("Dequeue")
        taken: list[Element] = []
        with self._changed:
            self._takers.append(turn)
            try:
                while len(taken) < count:
                    self._await(turn, self._takers, lambda: self.is_closed or self._available() > 0)
                    there = min(count - len(taken), self._available())
                    if self.is_closed and len(taken) + there < count:
                        if not up_to or len(taken) + there == 0:
                            raise self._too_few(count, len(taken) + there)
                        count = len(taken) + there
                    taken += [self._elements.take() for _ in range(there)]
                    self._changed.notify_all()
            except BaseException:
                self._elements.put_back(taken)
                raise
            finally:
                self._takers.remove(turn)
                self._changed.notify_all()
        return taken

    def _available(self) -> int:
        return len(self._elements) - (0 if self.is_closed else self._elements.floor)

    def _too_few(self, wanted: int, there: int) -> OutOfRangeError:
        return OutOfRangeError(
            f"{self._kind} {self.name!r} is closed and has insufficient elements (requested {wanted}, current size "
            f"{there})"
        )

    # -- waiting -------------------------------------------------------------------------------------------------------

    def _await(self, turn: _Turn, line: deque[_Turn], is_ready: Callable[[], bool]) -> None:
        """Wait until the turn has come and it is ready; `self._changed` is held, and let go of meanwhile."""
        is_main = threading.current_thread() is threading.main_thread()
        began, end = time.monotonic(), end_of_waiting()
        while True:
            if turn.is_cancelled or self._is_given_up:
                raise CancelledError(f"{turn.what} operation was cancelled")
            if line[0] is turn and is_ready():
                return
            left = end - time.monotonic()
            if left <= 0:
                raise DeadlineExceededError(
                    f"{turn.what} has waited for as long as it may (timeout_in_ms): {self._state()}."
                )
            if not is_main:
                self._changed.wait(None if left == float("inf") else left)
                continue
            self._changed.wait(min(_LOOK_SECS, left))
            if GIVE_UP.is_set():
                raise CancelledError(f"{turn.what} operation was cancelled: a signal asks to stop")
            if time.monotonic() - began > _PATIENCE_SECS:
                began = float("inf")  # once is enough
                log.warning(self._reason_to_wait(turn))

    def _reason_to_wait(self, turn: _Turn) -> str:
        return (
            f"{turn.what} has been waiting for {_PATIENCE_SECS:.0f} s: {self._state()}. Has "
            "tf.train.start_queue_runners been called, after the variables (local ones too) were initialized?"
        )

    def _state(self) -> str:
        return f"{self.kind}, {self.name!r}, has {len(self)} elements"

    def give_up(self) -> None:
        """Cancel whatever waits, now and from now on."""
        with self._changed:
            self._is_given_up = True
            self._changed.notify_all()

    # -- elements ------------------------------------------------------------------------------------------------------

    def _check_types(self, components: Sequence[Array]) -> None:
        given = [component.dtype for component in components]
        if given != [dtype.np for dtype in self.dtypes]:
            raise InvalidArgumentError(
                f"{self.name!r} is {self.kind}; it was given components of {', '.join(map(str, given))}."
            )

    def _check_shape(self, place: int, shape: tuple[int, ...], wanted: Dims) -> None:
        if not compatible(wanted, shape):
            raise InvalidArgumentError(
                f"Shape mismatch in tuple component {place}. Expected {show(wanted)}, got {show(shape)}"
            )


def _kept(component: Array) -> Any:
    """A copy, since what a run computes lies in memory that it uses again."""
    return component.copy() if component.ndim else component[()]


def _array(value: Any, dtype: DType) -> Array:
    result = np.empty(np.shape(value), dtype.np)
    result[...] = value
    return result


def _stacked(values: Sequence[Any], dtype: DType, dims: Dims) -> Array:
    """The values one above the other; where their sizes differ, filled up."""
    if is_static(dims):
        result = np.empty((len(values), *dims), dtype.np)  # type: ignore[misc]  # they are known
        for row, value in enumerate(values):
            result[row] = value
        return result
    shapes = [np.shape(value) for value in values]
    sizes = tuple(map(max, zip(*shapes, strict=True))) if shapes else tuple(size or 0 for size in dims or ())
    result = np.full((len(values), *sizes), b"" if dtype is string else 0, dtype.np)
    for row, (value, shape) in enumerate(zip(values, shapes, strict=True)):
        result[(row, *map(slice, shape))] = value  # type: ignore[index]  # of any rank
    return result
