"""Elements that can be read again: how a stage that keeps some of them is saved without them.

Which elements it keeps the stage says by their ordinal numbers; here are states of the input from before the oldest of
them, from which they are made again when the stage is restored. A state is taken from time to time only, since that of
a long shuffle is long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from typing import Any

from estimator.core.errors import OpError
from estimator.pipeline.element import Element
from estimator.pipeline.stage import State, Stream

_APART = 64  # elements between two remembered states
_ELEMENT_COST = 100  # numbers in a state that are saved about as fast as an element is made


class Retraced:
    """The elements of a stream, one at a time and numbered.

    Parameters
    ----------
    stream : Stream
    apart : int, optional
        Elements between two remembered states; None: the more, the longer a state is.

    Attributes
    ----------
    count : int
        How many were read; one that could not be made counts.
    """

    def __init__(self, stream: Stream, apart: int | None = _APART) -> None:
        self._stage, self._rows, _ = stream
        self._apart = apart
        self._base = 0  # of the recipe's elements came before number 0: those of other processes count there
        self.count = 0
        self._past: deque[tuple[int, State]] = deque()  # states of the input, by the number that comes next
        self._next_state = 0  # the number before which one is remembered again

    def pull(self, oldest: int | None = None) -> Element | None:
        """The next element, None at the end; none before number `oldest` is kept, none at all without it."""
        self.begin(self.count if oldest is None else oldest)
        return self.read()

    def begin(self, oldest: int) -> None:
        """The first half of :meth:`pull`, in which the position moves on."""
        if not self._past or self.count >= self._next_state:
            state = self._save()
            self._past.append((self.count, state))
            self._next_state = self.count + (self._apart or _as_far_as_it_is_long(state))
        while len(self._past) > 1 and self._past[1][0] <= oldest:
            self._past.popleft()
        self.count += 1

    def read(self) -> Element | None:
        """The second half of :meth:`pull`, which may take time."""
        tickets = self._stage.read(1)
        if len(tickets):
            return self._rows.elements(tickets)[0]
        self.count -= 1
        return None

    def _save(self) -> State:
        return {"input": self._stage.state(), "rows": self._rows.state()}

    def rewind(self) -> None:
        """Begin the next pass, at number 0."""
        self.count = self._base = 0
        self._past.clear()
        self._stage.rewind()

    def state(self, oldest: int | None = None) -> State:
        """From which elements `oldest` and following can be read again; only later ones without it."""
        state = self.state_before(self.count if oldest is None else oldest)
        return {**state, "count": self._in_recipe(self.count)}

    def _in_recipe(self, number: int) -> int:
        return self._base + number * self._stage.each

    def state_before(self, number: int) -> State:
        """From which the element of a number comes next."""
        past = [(self.count, self._save())] if number == self.count else self._past
        first, saved = next(pair for pair in reversed(past) if pair[0] <= number)
        return {"first": self._in_recipe(first), "count": self._in_recipe(number), **saved}

    def restore(self, state: State, kept: Collection[int] = ()) -> dict[int, Element]:
        """Go on after the elements that were read; those of the numbers `kept` are given back."""
        self._past.clear()
        self.count, count = int(state["first"]), int(state["count"])
        self._base = 0
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])
        if self._stage.each > 1:
            self._stage.pass_elements(self._rows, count - self.count)
            self.count, self._base = 0, count
            return {}
        oldest = min(kept, default=count)
        found: dict[int, Element] = {}
        while self.count < count:
            number = self.count
            try:
                element = self.pull(min(oldest, number))
            except OpError:
                continue
            if element is None:  # there is less than there was
                break
            if number in kept:
                found[number] = element
        return found


def _as_far_as_it_is_long(state: State) -> int:
    return min(_APART, 1 + _size(state) // _ELEMENT_COST)


def _size(state: Any) -> int:
    """About how many numbers there are in it."""
    if isinstance(state, dict):
        return sum(map(_size, state.values()))
    if isinstance(state, list) and state and isinstance(state[0], (dict, list)):
        return sum(map(_size, state))
    return len(state) if isinstance(state, list) else 1
