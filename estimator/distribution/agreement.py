"""What processes that train together tell one another beside their sums: where each is, and whether they go on.

They meet at places that have names. A meeting is one sum of a few whole numbers, in which every process tells the
place where it is and some flags, and hears how many told the same. So a process that is somewhere else than the others,
since it has failed or has ended sooner, keeps nobody waiting: all learn of it at the next meeting, and who it is.

What cannot be told at a meeting, as an exception in the middle of a step in which the others wait for a sum, ends all
of them at once (:func:`end_all`).
"""

from __future__ import annotations

import json
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np

from estimator.core.errors import AbortedError

Collective: TypeAlias = Any  # that of collective.py, which imports what finds processes, and that this module

_FLAGS = 6  # that can be told at one meeting
_LONGEST_TEXT = 4000  # characters of what a process tells of its failure
_PATIENCE_SECS = 3.0  # in which the others are to come to where they are told of a failure


class Place(IntEnum):
    """Where processes meet, or one leaves the others."""

    FAILED = 0
    LEFT = 1
    BEGUN = 2
    READ = 3
    BUILT = 4
    VALUES = 5
    INPUT = 6
    STEP = 7
    HOOKS = 8
    SAVED = 9
    CLOSED = 10
    DONE = 11
    MADE = 12


_WORDS = (
    "has failed",
    "has ended its program",
    "begins a training",
    "has called input_fn",
    "has built its model",
    "gives the variables their values",
    "is to make a step",
    "has made a step",
    "has called its hooks",
    "has saved because of a signal",
    "has ended its loop",
    "has ended a training",
    "makes an Estimator without a model_dir",
)


class Parted(AbortedError):
    """Processes that train together do not do the same any more; all of them are told so."""


class Meetings:
    """The meetings of this process with the others.

    Parameters
    ----------
    collective : Collective

    Attributes
    ----------
    collective : Collective
    is_over : bool
        Whether they have parted: there are no more meetings.
    is_summing : bool
        Whether this process makes a step, in which the others may wait for its part of a sum: it cannot meet them.
    """

    def __init__(self, collective: Collective) -> None:
        self.collective = collective
        self.is_over = False
        self.is_summing = False
        self._numbers = np.zeros(len(Place) + _FLAGS, np.int64)

    @property
    def is_chief(self) -> bool:
        """Whether this is the process that writes files."""
        return self.collective.rank == 0

    def meet(self, place: Place, *told: int) -> list[int]:
        """Wait for the others, and tell them some numbers.

        Returns
        -------
        list of int
            The sums of what all have told.

        Raises
        ------
        Parted
            If one of them is somewhere else.
        """
        found = self._sums(place, told)
        if found[place] != self.collective.size:
            self.is_over = True
            raise self._parted(self._places(place))
        return found[len(Place) : len(Place) + len(told)]

    def meet_or_end(self, place: Place, *told: int) -> list[int]:
        """As :meth:`meet`; if one of them has ended its loop, it then ends for all, and they have parted.

        Raises
        ------
        Parted
            If one of them is somewhere else than there.
        """
        found = self._sums(place, told)
        if found[place] != self.collective.size:
            self.is_over = True
            places = self._places(place)
            if {where for where, _ in places} - {place, Place.CLOSED, Place.INPUT}:
                raise self._parted(places)
        return found[len(Place) : len(Place) + len(told)]

    def ranks_of(self, holds: bool) -> list[int]:
        """The processes of which it holds; all ask alike."""
        told = self.collective.all_gather(np.array([holds], np.int64))
        found: list[int] = np.flatnonzero(told).tolist()
        return found

    def of_chief(self, place: Place, find: Callable[[], Any]) -> Any:
        """What a function gives in the chief, as JSON has it; it is called there alone.

        Raises
        ------
        Parted
            As :meth:`meet`.
        """
        told = json.dumps(find()).encode() if self.is_chief else b""
        self.meet(place)
        return json.loads(broadcast_bytes(self.collective, told))

    def tell_failure(self, error: BaseException) -> None:
        """Tell the others that this process has failed, where they meet next; it ends all if they do not come.

        Nothing happens if they have parted: they know.
        """
        if self.is_over:
            return
        self.is_over = True
        if self.is_summing:
            end_all(self.collective, error)
            return
        with _patience(self.collective, error):
            self._sums(Place.FAILED, ())
            self._places(Place.FAILED, f"{type(error).__name__}: {error}")

    def tell_end(self) -> None:
        """Tell the others, where they are or come to, that this process ends."""
        self.is_over = True
        if self._sums(Place.LEFT, ())[Place.LEFT] < self.collective.size:
            self._places(Place.LEFT)

    def _sums(self, place: Place, told: Sequence[int]) -> list[int]:
        numbers = self._numbers
        numbers[:] = 0
        numbers[place] = 1
        if told:
            numbers[len(Place) : len(Place) + len(told)] = told
        self.collective.all_sum(numbers)
        found: list[int] = numbers.tolist()
        return found

    def _places(self, place: Place, text: str = "") -> list[tuple[int, str]]:
        """Where all are, by rank, and what they say of it."""
        told = json.dumps([int(place), text[:_LONGEST_TEXT]])
        return [(where, words) for where, words in map(json.loads, gather_texts(self.collective, told))]

    def _parted(self, told: Sequence[tuple[int, str]]) -> Parted:
        """What to raise where processes are at several places: who has failed, or who is where."""
        size = self.collective.size
        failed = [
            f"rank {rank} of {size} has failed: {text}"
            for rank, (place, text) in enumerate(told)
            if place == Place.FAILED
        ]
        if failed:
            return Parted(f"{'; '.join(failed)}\n(rank {self.collective.rank} of {size} ends with it)")
        places = [f"rank {rank} {_WORDS[place]}" for rank, (place, _) in enumerate(told)]
        return Parted(
            f"processes that train together must do the same, but {', '.join(places)}. Let every process make the same "
            "calls, and as many; only what it does beside them may depend on its rank."
        )


@contextmanager
def _patience(collective: Collective, error: BaseException) -> Iterator[None]:
    """A block that ends all processes if it takes too long."""
    timer = threading.Timer(_PATIENCE_SECS, end_all, (collective, error))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def say_goodbye(collective: Collective) -> None:
    """Wait until all processes end; those that are about to do something together are told that this one has ended."""
    Meetings(collective).tell_end()


def gather_texts(collective: Collective, text: str) -> list[str]:
    """The texts of all processes, by rank."""
    own = np.array(np.frombuffer(text.encode(), np.uint8))
    lengths = collective.all_gather(np.array([len(own)], np.int64)).tolist()
    together = collective.all_gather(own).tobytes()
    stops = np.cumsum(lengths).tolist()
    return [together[stop - length : stop].decode() for stop, length in zip(stops, lengths, strict=True)]


def broadcast_bytes(collective: Collective, told: bytes) -> bytes:
    """The bytes of the chief; what the others give does not count."""
    length = np.array([len(told)], np.int64)
    collective.broadcast(length)
    is_chief = collective.rank == 0
    buffer = np.array(np.frombuffer(told, np.uint8)) if is_chief else np.empty(int(length[0]), np.uint8)
    collective.broadcast(buffer)
    return buffer.tobytes()


def named(error: BaseException, collective: Collective) -> BaseException:
    """The error, with a note that says in which process it came up."""
    note = f"(rank {collective.rank} of {collective.size})"
    if not isinstance(error, Parted) and note not in getattr(error, "__notes__", ()):
        error.add_note(note)
    return error


def end_all(collective: Collective, error: BaseException) -> None:
    """Show an error, and end all processes."""
    text = "".join(traceback.format_exception(named(error, collective)))
    sys.stdout.flush()
    sys.stderr.write(text)
    sys.stderr.flush()
    collective.abort(exit_code(error))


def exit_code(error: BaseException) -> int:
    """What a process ends with whose error nobody has caught; never 0, since it was not to end then."""
    if isinstance(error, KeyboardInterrupt):
        return 130
    if isinstance(error, SystemExit) and isinstance(error.code, int) and error.code:
        return error.code
    return 1
