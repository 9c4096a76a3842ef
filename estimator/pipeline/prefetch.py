"""Elements that are made before they are wanted, while others are in use: prefetch.

The elements are those of the input, in its order, and an error comes where its element would have come. The position is
that of whoever takes elements: what lies ready does not count. A state is one of the input from before the next element
that is taken, and how many elements to pass over (:mod:`estimator.pipeline.retrace`).

The thread ends with the data, when the session is closed or the iterator begins again, when nobody holds the elements
any more, and before the process ends. A process that is forked off has no thread, and perhaps half an element: there
the input is begun anew, and goes on where it stood.

A thread would only cost where no element takes time to make: batches of arrays in memory are gathered ahead anyway
(:mod:`estimator.pipeline.batch`). There, prefetch changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from estimator.core.frozen import frozen
from estimator.pipeline.ahead import Made, Maker
from estimator.pipeline.element import Element
from estimator.pipeline.retrace import Retraced
from estimator.pipeline.stage import Context, Plain, Stage, State, Step, Stream

_AUTOTUNED = 2  # elements, where nobody says how many
_REST_SECS = 5.0  # so long the end of a thread is waited for; one that waits for something itself is left


@frozen(eq=False)
class PrefetchNode(Step):
    """The same elements, some of them made before they are wanted.

    Attributes
    ----------
    size : int
        How many lie ready at most; a negative number lets us choose.
    """

    size: int
    gives_what_it_takes = True

    @property
    def _runs_ahead(self) -> bool:
        return self.size != 0 and self.input.takes_time

    def describe(self) -> list[Any]:
        """Whether a thread runs ahead; how far does not count."""
        return ["prefetch", self.input.describe()] if self._runs_ahead else self.input.describe()

    def start(self, context: Context) -> Stream:
        """The thread begins with the first element that is taken."""
        if not self._runs_ahead:
            return self.input.start(context)
        if context.is_shared:
            from estimator.pipeline.rounds import Through

            return Through.stream(self.input.start(context))
        size = self.size if self.size > 0 else _AUTOTUNED
        stage = PrefetchStage(lambda: self.input.start(context), size)
        context.workers.add(stage)
        return Stream(stage, Plain(), False)


class _Position:
    """Where the elements that are made, and those that are taken, stand in the input.

    The thread holds this and not the stage, which is dropped when nobody wants its elements any more.
    """

    def __init__(self, stream: Stream) -> None:
        self.input = Retraced(stream, apart=None)
        self.taken = 0
        self.lock = threading.Lock()  # held to look at where the input stands, and to move on from there

    def make(self) -> Element | None:
        """The next element of the input."""
        with self.lock:
            self.input.begin(self.taken)
        return self.input.read()

    def state(self) -> State:
        """The input, as it was before the next element that is taken."""
        with self.lock:
            return self.input.state_before(self.taken)

    def restore(self, state: State) -> None:
        """Let the input stand there."""
        self.input.restore(state)
        self.taken = self.input.count


class PrefetchStage(Stage):
    """Takes elements that a thread makes.

    Parameters
    ----------
    start : callable
        Begins the input: at once, and again in a process that is forked off.
    size : int
        How many lie ready at most.
    """

    def __init__(self, start: Callable[[], Stream], size: int) -> None:
        self._maker: Maker | None = None
        self._start = start
        self._size = size
        self._position = _Position(start())
        self._dismissed: Maker | None = None  # one that may be making its last element
        self._is_torn = False  # the thread is another process's
        self._forget()

    def _forget(self) -> None:
        """Nothing lies ready."""
        self._is_over = False
        self._made: SimpleQueue[Made] = SimpleQueue()

    def read(self, count: int) -> list[Element]:
        """The next elements, which are waited for if they are not ready."""
        found: list[Element] = []
        while len(found) < count and (element := self._take()) is not None:
            found.append(element)
        return found

    def _take(self) -> Element | None:
        self._mend()
        if self._is_over:
            return None
        made = None
        while made is None:
            maker = self._maker or self._new_maker()
            made = maker.next()
        maker.ask()
        self._is_over = made.is_end
        self._position.taken += not made.is_end
        if made.error is not None:
            raise made.error
        return made.element

    def _new_maker(self) -> Maker:
        self._await_dismissed()
        self._maker = Maker(self._position.make, self._made)
        self._maker.ask(self._size - self._made.qsize())
        return self._maker

    @property
    def is_working(self) -> bool:
        """Whether a thread waits for more to make."""
        return self._maker is not None

    def rest(self) -> None:
        """Let the thread end; another begins with the next element that is taken, and what lies ready stays."""
        self._dismiss()
        if self._dismissed is not None and self._dismissed.has_ended(_REST_SECS):
            self._dismissed = None

    def _dismiss(self) -> None:
        if self._maker is not None:
            self._maker.dismiss()
            self._maker, self._dismissed = None, self._maker

    def _await_dismissed(self) -> None:
        if self._dismissed is not None and self._dismissed.has_ended():
            self._dismissed = None

    def _stop(self) -> None:
        """Nobody makes anything, and nothing lies ready."""
        self._mend()
        self._dismiss()
        self._await_dismissed()
        self._forget()

    def rewind(self) -> None:
        """From the first element of the next pass."""
        self._stop()
        self._position.input.rewind()
        self._position.taken = 0

    def state(self) -> State:
        """Where those stand that are taken."""
        self._mend()
        return self._position.state()

    def restore(self, state: State) -> None:
        """Go on where the other one stood."""
        self._stop()
        self._position.restore(state)

    def forked(self) -> None:
        """In a process that was forked off: the thread is not there, and a lock may be held by nobody."""
        self._position.lock = threading.Lock()
        self._is_torn = self._maker is not None or self._dismissed is not None
        self._maker = self._dismissed = None

    def _mend(self) -> None:
        """Begin the input anew, where it stood, if it may be in the middle of an element that nobody makes."""
        if self._is_torn:
            self._is_torn = False
            state = self._position.state()
            self._position = _Position(self._start())
            self.restore(state)

    def __del__(self) -> None:
        if self._maker is not None:
            self._maker.dismiss()
