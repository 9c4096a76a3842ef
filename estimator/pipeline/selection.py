"""Which elements, and how often: repeat, take, skip, shard."""

from __future__ import annotations

from typing import Any

from estimator.core.frozen import frozen
from estimator.pipeline.stage import INFINITE, UNKNOWN, Context, Stage, State, Step, Stream, Tickets, join

SHARD_HINT = (
    -1
)  # as num_shards and index of Dataset.shard: those of this process, where several share a dataset
_CHUNK = 4096  # tickets passed over at a time


@frozen(eq=False)
class RepeatNode(Step):
    """The input `times` times over; INFINITE without end."""

    times: int

    @property
    def cardinality(self) -> int:
        """The passes times the elements of one, as far as both are known."""
        size = self.input.cardinality
        if size == 0 or self.times == 0:
            return 0
        if INFINITE in (size, self.times):
            return INFINITE
        return UNKNOWN if size == UNKNOWN else size * self.times

    def describe(self) -> list[Any]:
        """The number of times."""
        return ["repeat", self.times, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Begin the first of the passes."""
        stage, rows, indexed = self.input.start(context)
        return Stream(RepeatStage(stage, self.times), rows, indexed)


class RepeatStage(Stage):
    """Rewinds its input at its end. An input without elements ends it."""

    def __init__(self, source: Stage, times: int) -> None:
        self._source = source
        self._times = times
        self._epoch = 0
        self._epoch_has_elements = False

    def read(self, count: int) -> Tickets:
        """The next tickets, from as many passes as that takes."""
        parts = [self._source.read(0 if self._epoch == self._times else count)]
        missing = count - len(parts[0])
        self._epoch_has_elements |= len(parts[0]) > 0
        while missing and self._begin_pass():
            parts.append(self._source.read(missing))
            missing -= len(parts[-1])
            self._epoch_has_elements = len(parts[-1]) > 0
        return join(parts)

    def skip(self, count: int) -> int:
        """Pass over the next tickets, of as many passes as that takes."""
        passed = self._source.skip(0 if self._epoch == self._times else count)
        self._epoch_has_elements |= passed > 0
        while passed < count and self._begin_pass():
            more = self._source.skip(count - passed)
            passed += more
            self._epoch_has_elements = more > 0
        return passed

    def _begin_pass(self) -> bool:
        if self._epoch == self._times or not self._epoch_has_elements:
            return False
        self._epoch += 1
        if self._epoch == self._times:
            return False
        self._source.rewind()
        return True

    def rewind(self) -> None:
        """Begin the first pass again."""
        self._epoch, self._epoch_has_elements = 0, False
        self._source.rewind()

    def state(self) -> State:
        """The pass, and where in it."""
        return {"epoch": self._epoch, "begun": self._epoch_has_elements, "input": self._source.state()}

    def restore(self, state: State) -> None:
        """Continue in that pass."""
        self._epoch, self._epoch_has_elements = int(state["epoch"]), bool(state["begun"])
        self._source.restore(state["input"])


@frozen(eq=False)
class TakeNode(Step):
    """The first `count` elements."""

    count: int

    @property
    def cardinality(self) -> int:
        """The input's, but `count` at most."""
        size = self.input.cardinality
        if size == UNKNOWN:
            return 0 if self.count == 0 else UNKNOWN
        return self.count if size == INFINITE else min(size, self.count)

    def describe(self) -> list[Any]:
        """How many elements are taken."""
        return ["take", self.count, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Begin with the first element."""
        stage, rows, indexed = self.input.start(context)
        return Stream(TakeStage(stage, self.count), rows, indexed)


class TakeStage(Stage):
    """Never asks its input for more than it gives."""

    def __init__(self, source: Stage, count: int) -> None:
        self._source = source
        self._count = count
        self._left = count

    def read(self, count: int) -> Tickets:
        """The next tickets, while there are some left."""
        tickets = self._source.read(min(count, self._left))
        self._left -= len(tickets)
        return tickets

    def skip(self, count: int) -> int:
        """Those that are passed over are taken, too."""
        passed = self._source.skip(min(count, self._left))
        self._left -= passed
        return passed

    def rewind(self) -> None:
        """From the first again."""
        self._left = self._count
        self._source.rewind()

    def state(self) -> State:
        """How many are left."""
        return {"left": self._left, "input": self._source.state()}

    def restore(self, state: State) -> None:
        """Continue with as many left."""
        self._left = int(state["left"])
        self._source.restore(state["input"])


@frozen(eq=False)
class SkipNode(Step):
    """All but the first `count` elements; `count` None: no element."""

    count: int | None

    @property
    def cardinality(self) -> int:
        """What the input has beyond `count` elements."""
        if self.count is None:
            return 0
        size = self.input.cardinality
        return size if size < 0 else max(0, size - self.count)

    def describe(self) -> list[Any]:
        """How many elements are passed over."""
        return ["skip", self.count, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Nothing is skipped before the first element is wanted."""
        stage, rows, indexed = self.input.start(context)
        return Stream(
            TakeStage(stage, 0) if self.count is None else SkipStage(stage, self.count), rows, indexed
        )


class SkipStage(Stage):
    """Reads and drops; elements that were never redeemed cost nothing."""

    def __init__(self, source: Stage, count: int) -> None:
        self._source = source
        self._count = count
        self._to_skip = count

    def read(self, count: int) -> Tickets:
        """The next tickets after those skipped."""
        self._begin(count)
        return self._source.read(count)

    def skip(self, count: int) -> int:
        """Pass over more of them."""
        self._begin(count)
        return self._source.skip(count)

    def _begin(self, count: int) -> None:
        while count and self._to_skip:
            wanted = min(self._to_skip, _CHUNK)
            found = self._source.skip(wanted)
            self._to_skip = self._to_skip - found if found == wanted else 0

    def rewind(self) -> None:
        """Pass over the first elements of the next pass again."""
        self._to_skip = self._count
        self._source.rewind()

    def state(self) -> State:
        """How many are still to be skipped."""
        return {"to_skip": self._to_skip, "input": self._source.state()}

    def restore(self, state: State) -> None:
        """Go on with as many elements to pass over as were left."""
        self._to_skip = int(state["to_skip"])
        self._source.restore(state["input"])


@frozen(eq=False)
class ShardNode(Step):
    """Every `shards`-th element, from number `index` on."""

    shards: int
    index: int

    @property
    def cardinality(self) -> int:
        """This shard's share of the input, as far as its size is known."""
        size = self.input.cardinality
        return size if size < 0 else len(range(self.index, size, self.shards))

    def describe(self) -> list[Any]:
        """The number of shards, and which one this is."""
        return ["shard", self.shards, self.index, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """From the shard's first element."""
        stage, rows, indexed = self.input.start(context)
        return Stream(ShardStage(stage, self.shards, self.index), rows, indexed)


class ShardStage(Stage):
    """Reads no further than the last element it gives."""

    def __init__(self, source: Stage, shards: int, index: int) -> None:
        self._source = source
        self._shards = shards
        self._index = index
        self._gap = index  # elements of other shards before the next of this one

    def read(self, count: int) -> Tickets:
        """The next tickets of this shard."""
        if count == 0:
            return self._source.read(0)
        if count == 1:  # what others get may be dear to make
            ended = self._source.skip(self._gap) < self._gap
            tickets = self._source.read(0 if ended else 1)
            if len(tickets):
                self._gap = self._shards - 1
            return tickets
        tickets = self._source.read(self._gap + 1 + (count - 1) * self._shards)[self._gap :: self._shards]
        if len(tickets):
            self._gap = self._shards - 1
        return tickets

    def skip(self, count: int) -> int:
        """Pass over so many of this shard, and all between them."""
        if count == 0:
            return 0
        passed = len(
            range(self._gap, self._source.skip(self._gap + 1 + (count - 1) * self._shards), self._shards)
        )
        if passed:
            self._gap = self._shards - 1
        return passed

    def rewind(self) -> None:
        """From the shard's first element again."""
        self._gap = self._index
        self._source.rewind()

    def state(self) -> State:
        """How many elements of other shards come next."""
        return {"gap": self._gap, "input": self._source.state()}

    def restore(self, state: State) -> None:
        """Go on with as many elements of other shards to come."""
        self._gap = int(state["gap"])
        self._source.restore(state["input"])


@frozen(eq=False)
class HintNode(Step):
    """All elements, unless several processes share them: where each is to take its own."""

    def describe(self) -> list[Any]:
        """The place."""
        return ["shard hint", self.input.describe()]

    def start(self, context: Context) -> Stream:
        """As without it."""
        return self.input.start(context)
