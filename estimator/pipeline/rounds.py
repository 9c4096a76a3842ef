"""A dataset that several processes share: in rounds, of which each takes one element.

All processes run the same recipe with the same seeds, and so see one sequence of elements; mostly they are batches.
Process `rank` of `size` takes number `rank` of each round of `size` of them and passes over the others, of which as
little is made as can be (:meth:`~estimator.pipeline.stage.Stage.skip`). After a step all stand behind the same round,
so that the position of one is that of all, and of any other number of processes that go on from there.

In training a last round that is not full is dropped: all come to the end at the same step. Otherwise those take what is
left who come first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.pipeline.element import Element
from estimator.pipeline.stage import Context, Node, Plain, Rows, Stage, State, Step, Stream, Tickets


@frozen
class Share:
    """What one of several processes takes of a dataset.

    Attributes
    ----------
    rank, size : int
        Which process, of how many.
    whole : bool
        Whether a last round that is not full is dropped.
    entropy : int
        What stands for seeds that nobody has given; the same in all processes.
    in_rounds : bool
        False where every process has elements of its own already: it takes them all.
    """

    rank: int
    size: int
    whole: bool = True
    entropy: int = 0
    in_rounds: bool = True

    def of(self, node: Node) -> Node:
        """The recipe of the share: chosen before the last steps that give what they take, such as prefetch."""
        if not self.in_rounds:
            return node
        if isinstance(node, Step) and node.gives_what_it_takes:
            return replace(node, input=self.of(node.input))
        return RoundsNode(node, self)


@frozen(eq=False)
class RoundsNode(Step):
    """One element of each round."""

    share: Share

    def describe(self) -> list[Any]:
        """As without it: a position is good for any number of processes."""
        return self.input.describe()

    def start(self, context: Context) -> Stream:
        """With the first round."""
        context.is_shared = True
        stage = RoundsStage(self.input.start(context), self.share)
        return Stream(stage, Redeemed(stage.rows), False)


class RoundsStage(Stage):
    """Takes an element of each round; its position is that of the input."""

    def __init__(self, stream: Stream, share: Share) -> None:
        self._stage, self.rows, _ = stream
        self._share = share
        self.each = share.size

    def read(self, count: int) -> list[Element]:
        """Own elements of the next rounds."""
        found: list[Element] = []
        while len(found) < count and (element := self._of_round()) is not None:
            found.append(element)
        return found

    def _of_round(self) -> Element | None:
        share, tickets = self._share, ()
        if self.rows.pass_over(self._stage, share.rank) == share.rank:
            tickets = self._stage.read(1)
        if len(tickets) == 0:
            return None
        behind = share.size - 1 - share.rank
        passed = behind
        try:
            element = self.rows.elements(tickets)[0]
        finally:  # an element that cannot be made is one of the round as well
            passed = self.rows.pass_over(self._stage, behind)
        return None if share.whole and passed < behind else element

    def pass_elements(self, rows: Rows, count: int) -> None:
        """Of the input: it need not be whole rounds."""
        self._stage.pass_elements(self.rows, count)

    def rewind(self) -> None:
        """Begin the next pass."""
        self._stage.rewind()

    def state(self) -> State:
        """Where the input stands: at the end of a round."""
        return self._stage.state()

    def restore(self, state: State) -> None:
        """Begin a round there."""
        self._stage.restore(state)


class Redeemed(Plain):
    """Elements that other rows have redeemed, whose state is theirs."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def state(self) -> Any:
        """What those draw from next."""
        return self._rows.state()

    def restore(self, state: Any) -> None:
        """Let those go on drawing where they stood."""
        self._rows.restore(state)


class Through(Stage):
    """What stands for a prefetch inside of a shared dataset: nothing is made ahead, as most is passed over.

    Its state is that of the prefetch. Elements are redeemed when they are read only if that draws something, in whose
    order it counts.
    """

    def __init__(self, stream: Stream) -> None:
        self._stage, self._rows, _ = stream
        self._draws = self._rows.state() is not None
        self._count = 0

    @classmethod
    def stream(cls, inside: Stream) -> Stream:
        """The stream of it, with what redeems its tickets."""
        stage = cls(inside)
        rows = _Listed(inside.rows) if inside.indexed else inside.rows
        return Stream(stage, Plain() if stage._draws else rows, False)

    def read(self, count: int) -> Tickets:
        """The next tickets, or elements."""
        tickets = self._stage.read(count)
        self._count += len(tickets)
        return self._rows.elements(tickets) if self._draws else list(tickets)

    def skip(self, count: int) -> int:
        """Pass over them."""
        passed = self._rows.pass_over(self._stage, count) if self._draws else self._stage.skip(count)
        self._count += passed
        return passed

    def rewind(self) -> None:
        """Begin the next pass, at number 0."""
        self._count = 0
        self._stage.rewind()

    def state(self) -> State:
        """As of a prefetch that has nothing ready."""
        place = {"first": self._count, "count": self._count}
        return {**place, "input": self._stage.state(), "rows": self._rows.state()}

    def restore(self, state: State) -> None:
        """Go on behind what was taken."""
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])
        self._count = int(state["count"])
        self._stage.pass_elements(self._rows, self._count - int(state["first"]))


class _Listed(Rows):
    """What redeems indices, for steps that take tickets of another kind: a list of them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def elements(self, tickets: Tickets) -> list[Element]:
        """The elements of these indices."""
        return self._rows.elements(np.array(tickets, np.int64)) if len(tickets) else []
