"""Elements that cannot be made, and datasets that have another size than is said."""

from __future__ import annotations

from typing import Any

from estimator.core import log
from estimator.core.errors import FailedPreconditionError, OpError
from estimator.core.frozen import frozen
from estimator.pipeline.element import Element
from estimator.pipeline.stage import INFINITE, UNKNOWN, Context, Plain, Stage, State, Step, Stream


@frozen(eq=False)
class IgnoreErrorsNode(Step):
    """The elements that can be made."""

    log_warning: bool

    @property
    def cardinality(self) -> int:
        """Not known, unless there is nothing."""
        return 0 if self.input.cardinality == 0 else UNKNOWN

    def describe(self) -> list[Any]:
        """Nothing of its own."""
        return ["ignore_errors", self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Elements that are made one by one."""
        return Stream(IgnoreErrorsStage(self.input.start(context), self.log_warning), Plain(), False)


class IgnoreErrorsStage(Stage):
    """Passes over what raises an error of an operation."""

    def __init__(self, stream: Stream, log_warning: bool) -> None:
        self._stage, self._rows, _ = stream
        self._log_warning = log_warning

    def read(self, count: int) -> list[Element]:
        """The next elements that can be made."""
        found: list[Element] = []
        while len(found) < count:
            try:
                tickets = self._stage.read(1)
                if len(tickets) == 0:
                    break
                found += self._rows.elements(tickets)
            except OpError as error:
                if self._log_warning:
                    log.warning("an element of a dataset is left out: %s", error)
        return found

    def rewind(self) -> None:
        """Begin the next pass over the input."""
        self._stage.rewind()

    def state(self) -> State:
        """Where the input stands."""
        return {"rows": self._rows.state(), "input": self._stage.state()}

    def restore(self, state: State) -> None:
        """Go on where the input stood."""
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])


@frozen(eq=False)
class AssertCardinalityNode(Step):
    """As many elements as is said, or an error."""

    expected: int

    @property
    def cardinality(self) -> int:
        """What is said."""
        return self.expected

    def describe(self) -> list[Any]:
        """The number that is said."""
        return ["assert_cardinality", self.expected, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Elements that are counted."""
        return Stream(CountedStage(self.input.start(context), self.expected), Plain(), False)


class CountedStage(Stage):
    """Counts the elements of a pass."""

    def __init__(self, stream: Stream, expected: int) -> None:
        self._stage, self._rows, _ = stream
        self._expected = expected
        self._count = 0

    def read(self, count: int) -> list[Element]:
        """The next elements.

        Raises
        ------
        FailedPreconditionError
            At the end if there were too few, and at the first that is too many.
        """
        found: list[Element] = []
        while len(found) < count:
            tickets = self._stage.read(1)
            if len(tickets) == 0:
                self._check_end()
                break
            found += self._rows.elements(tickets)
            self._count += 1
            if self._count > self._expected != INFINITE:
                self._refuse(f"at least {self._count}")
        return found

    def _check_end(self) -> None:
        if self._expected not in (UNKNOWN, self._count):
            self._refuse(f"only {self._count}" if self._expected == INFINITE else str(self._count))

    def _refuse(self, found: str) -> None:
        wanted = "an infinite number of" if self._expected == INFINITE else self._expected
        raise FailedPreconditionError(
            f"Input dataset was expected to contain {wanted} elements but contained {found} elements."
        )

    def rewind(self) -> None:
        """Count the next pass."""
        self._count = 0
        self._stage.rewind()

    def state(self) -> State:
        """How many there were, and where the input stands."""
        return {"count": self._count, "rows": self._rows.state(), "input": self._stage.state()}

    def restore(self, state: State) -> None:
        """Go on counting."""
        self._count = int(state["count"])
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])
