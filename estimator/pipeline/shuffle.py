"""Shuffling, with tf.data's buffer: an element is drawn from the next `buffer_size` ones.

Which slot the t-th draw of an epoch takes is a function of (seed, epoch, t): Philox keyed by seed
and epoch, counted in blocks of draws. Three ways to run it, one meaning:

- the data is indexed and fits into the buffer: one permutation of the indices an epoch; the state
  is the position in it;
- the data is indexed and does not fit: the buffer holds indices, and so does the state;
- anything else: the buffer holds elements, the state their ordinal numbers and an older state of
  the input, from which the elements are read again.
"""

from __future__ import annotations

from collections import deque
from typing import Any, TypeAlias

import numpy as np

from estimator.core.frozen import frozen
from estimator.pipeline.stage import Context, Stage, State, Step, Stream, Tickets

Draw: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

_DRAWS = 256  # made at a time
_LEAST_ANCHOR = 256  # elements between two remembered states of the input, at least


@frozen(eq=False)
class ShuffleNode(Step):
    """The elements in random order."""

    buffer_size: int
    seed: int | None
    reshuffle: bool

    def describe(self) -> list[Any]:
        """The buffer and the declared seed."""
        return ["shuffle", self.buffer_size, self.seed, self.reshuffle, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Begin the first epoch, in the cheapest of the three ways."""
        stage, rows, indexed = self.input.start(context)
        draws = Draws(context.seed(self.seed), self.reshuffle)
        size = self.input.cardinality
        if indexed and 0 <= size <= self.buffer_size:
            return Stream(PermutationStage(stage, size, draws), rows, True)
        if indexed:
            return Stream(IndexBufferStage(stage, self.buffer_size, draws), rows, True)
        return Stream(ElementBufferStage(stage, self.buffer_size, draws), rows, False)


class Draws:
    """The random numbers of one shuffle.

    Parameters
    ----------
    seed : int
        63 bits.
    reshuffle : bool
        Whether each epoch draws anew.
    """

    def __init__(self, seed: int, reshuffle: bool) -> None:
        self.seed = seed
        self.epoch = 0
        self._reshuffle = reshuffle
        self._bits = np.random.Philox(key=seed)
        self._generator = np.random.Generator(self._bits)
        self._counter, self._words = np.zeros(4, np.uint64), np.array([seed, 0], np.uint64)
        self._bits_state: Any = {  # numpy has no public name for its type
            **self._bits.state,
            "state": {"counter": self._counter, "key": self._words},
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }
        self._key: tuple[int, int, int] | None = None
        self._block = np.zeros(0, np.int64)

    def next_epoch(self) -> None:
        """Draw anew, if each epoch does."""
        self.epoch += self._reshuffle

    def permutation(self, size: int) -> Draw:
        """The epoch's order of `size` things."""
        return self._at(0).permutation(size)

    def numbers(self, first: int, count: int) -> Draw:
        """Draws number `first` and following of the epoch: 63 random bits each."""
        parts: list[Draw] = []
        position, end = first, first + count
        while position < end:
            block, offset = divmod(position, _DRAWS)
            self._load(block)
            parts.append(self._block[offset : offset + end - position])
            position += len(parts[-1])
        return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, np.int64), *parts])

    def _load(self, block: int) -> None:
        key = (self.seed, self.epoch, block)
        if key != self._key:
            self._key, self._block = key, self._at(block + 1).integers(0, 2**63 - 1, _DRAWS)

    def _at(self, block: int) -> np.random.Generator:
        """The generator at the beginning of a block; setting the state is ten times faster than making a new one."""
        self._counter[3] = block
        self._words[0], self._words[1] = self.seed, self.epoch
        self._bits.state = self._bits_state
        return self._generator

    def state(self) -> State:
        """The seed and the epoch, from which all draws follow."""
        return {"seed": self.seed, "epoch": self.epoch}

    def restore(self, state: State) -> None:
        """Draw what the saved one would have drawn."""
        self.seed, self.epoch = int(state["seed"]), int(state["epoch"])


class PermutationStage(Stage):
    """All indices of an epoch in one random order."""

    def __init__(self, source: Stage, size: int, draws: Draws) -> None:
        self._source = source
        self._size = size
        self._draws = draws
        self._order: Tickets = None
        self._position = 0
        self._input_state: State = {}

    def read(self, count: int) -> Tickets:
        """The next of the order."""
        if self._order is None:
            self._input_state = self._source.state()
            tickets = self._source.read(self._size)
            self._order = tickets[self._draws.permutation(len(tickets))]
        start, self._position = self._position, min(self._position + count, len(self._order))
        return self._order[start : self._position]

    def rewind(self) -> None:
        """Begin the next epoch, in another order if each has its own."""
        self._draws.next_epoch()
        self._order, self._position = None, 0
        self._source.rewind()

    def state(self) -> State:
        """The epoch, the position in its order, and the input at its beginning."""
        begin = self._source.state() if self._order is None else self._input_state
        return {"draws": self._draws.state(), "position": self._position, "input": begin}

    def restore(self, state: State) -> None:
        """The same order from the same position."""
        self._draws.restore(state["draws"])
        self._order, self._position = None, int(state["position"])
        self._source.restore(state["input"])


class IndexBufferStage(Stage):
    """A buffer of indices; it is one smaller than `buffer_size`, the incoming index being the last candidate."""

    def __init__(self, source: Stage, buffer_size: int, draws: Draws) -> None:
        self._source = source
        self._kept = buffer_size - 1
        self._draws = draws
        self._buffer: list[Any] = []
        self._drawn = 0

    def read(self, count: int) -> Tickets:
        """The next indices, drawn from the buffer."""
        if self._drawn == 0 and count and not self._buffer:
            self._buffer = self._source.read(self._kept).tolist()
        incoming = self._source.read(count)
        drawn = _exchange(self._buffer, incoming.tolist(), self._draws, self._drawn)
        drawn += _drain(self._buffer, count - len(drawn), self._draws, self._drawn + len(drawn))
        self._drawn += len(drawn)
        return np.array(drawn, incoming.dtype).reshape(len(drawn), *incoming.shape[1:])

    def rewind(self) -> None:
        """Begin the next epoch with an empty buffer."""
        self._draws.next_epoch()
        self._buffer, self._drawn = [], 0
        self._source.rewind()

    def state(self) -> State:
        """The indices in the buffer, and where the input stands."""
        own = {"draws": self._draws.state(), "drawn": self._drawn, "buffer": list(self._buffer)}
        return {**own, "input": self._source.state()}

    def restore(self, state: State) -> None:
        """Fill the buffer as it was and go on."""
        self._draws.restore(state["draws"])
        self._drawn, self._buffer = int(state["drawn"]), list(state["buffer"])
        self._source.restore(state["input"])


class ElementBufferStage(Stage):
    """A buffer of elements, each with its ordinal number in the epoch."""

    def __init__(self, source: Stage, buffer_size: int, draws: Draws) -> None:
        self._source = source
        self._kept = buffer_size - 1
        self._draws = draws
        self._start_epoch()

    def _start_epoch(self) -> None:
        self._buffer: list[tuple[int, Any]] = []
        self._drawn = 0
        self._pulled = 0
        self._anchors: deque[tuple[int, State]] = (
            deque()
        )  # states of the input, by the ordinal that comes next

    def read(self, count: int) -> Tickets:
        """The next elements, drawn from the buffer."""
        if self._drawn == 0 and count and not self._buffer:
            self._buffer = self._pull(self._kept)
        drawn = _exchange(self._buffer, self._pull(count), self._draws, self._drawn)
        drawn += _drain(self._buffer, count - len(drawn), self._draws, self._drawn + len(drawn))
        self._drawn += len(drawn)
        return [element for _, element in drawn]

    def _pull(self, count: int) -> list[tuple[int, Any]]:
        if not self._anchors or self._pulled - self._anchors[-1][0] >= max(self._kept, _LEAST_ANCHOR):
            self._anchors.append((self._pulled, self._source.state()))
            oldest = min((ordinal for ordinal, _ in self._buffer), default=self._pulled)
            while len(self._anchors) > 1 and self._anchors[1][0] <= oldest:
                self._anchors.popleft()
        elements = self._source.read(count)
        numbered = list(enumerate(elements, self._pulled))
        self._pulled += len(numbered)
        return numbered

    def rewind(self) -> None:
        """Begin the next epoch with an empty buffer."""
        self._draws.next_epoch()
        self._start_epoch()
        self._source.rewind()

    def state(self) -> State:
        """The numbers of the elements in the buffer, and the input before the oldest of them."""
        oldest = min((ordinal for ordinal, _ in self._buffer), default=self._pulled)
        past = [anchor for anchor in self._anchors if anchor[0] <= oldest]
        first, begin = past[-1] if past else (self._pulled, self._source.state())
        own = {"draws": self._draws.state(), "drawn": self._drawn, "pulled": self._pulled, "first": first}
        return {**own, "buffer": [ordinal for ordinal, _ in self._buffer], "input": begin}

    def restore(self, state: State) -> None:
        """Read the elements of the buffer again."""
        self._start_epoch()
        self._draws.restore(state["draws"])
        self._source.restore(state["input"])
        self._anchors.append((int(state["first"]), state["input"]))
        found: dict[int, Any] = dict.fromkeys(state["buffer"])
        for ordinal in range(int(state["first"]), int(state["pulled"])):
            element = self._source.read(1)
            if ordinal in found:
                found[ordinal] = element[0]
        self._buffer = [(ordinal, found[ordinal]) for ordinal in state["buffer"]]
        self._drawn, self._pulled = int(state["drawn"]), int(state["pulled"])


def _exchange(buffer: list[Any], incoming: list[Any], draws: Draws, first: int) -> list[Any]:
    """Each incoming thing joins the buffer and one is drawn: the draws `first` and following."""
    kept = len(buffer)
    drawn = []
    slots = draws.numbers(first, len(incoming)) % (kept + 1)
    for slot, new in zip(slots.tolist(), incoming, strict=True):
        if slot == kept:
            drawn.append(new)
        else:
            drawn.append(buffer[slot])
            buffer[slot] = new
    return drawn


def _drain(buffer: list[Any], count: int, draws: Draws, first: int) -> list[Any]:
    """Up to `count` draws from a buffer that nothing more comes into."""
    drawn = []
    number, size = min(count, len(buffer)), len(buffer)
    for slot in (draws.numbers(first, number) % np.arange(size, size - number, -1)).tolist():
        drawn.append(buffer[slot])
        buffer[slot] = buffer[-1]
        buffer.pop()
    return drawn
