"""A dataset that is made once: its elements are kept, in memory or in files, and given again in every later pass.

What is kept counts when the input has come to its end; a pass that is given up before (``cache().take(2).repeat()``) is
made anew, and so is one of which a crash has left a part.
"""

from __future__ import annotations

from typing import Any, Protocol

from estimator.core.frozen import frozen
from estimator.pipeline.cache_files import FileCache
from estimator.pipeline.element import Element
from estimator.pipeline.stage import Context, Plain, Stage, State, Step, Stream
from estimator.pipeline.structure import leaves


class Cache(Protocol):
    """Where elements are kept."""

    @property
    def is_whole(self) -> bool:
        """Whether all of them are there; none is added then."""

    def begin(self) -> None:
        """Look whether they are there; else elements are added from the first on."""

    def add(self, element: Element) -> None:
        """One more."""

    def complete(self) -> None:
        """That was the last."""

    def elements(self, first: int, count: int) -> list[Element]:
        """Some of all; fewer at the end."""


class MemoryCache:
    """Elements in memory."""

    def __init__(self) -> None:
        self.is_whole = False
        self._elements: list[Element] = []

    def begin(self) -> None:
        """Forget what is a part."""
        if not self.is_whole:
            self._elements = []

    def add(self, element: Element) -> None:
        """One more."""
        self._elements.append(element)

    def complete(self) -> None:
        """That was the last."""
        self.is_whole = True

    def elements(self, first: int, count: int) -> list[Element]:
        """Some of them."""
        return self._elements[first : first + count]


@frozen(eq=False)
class CacheNode(Step):
    """The elements of the first pass, again in every later one.

    Attributes
    ----------
    filename : str
        The beginning of the names of its files; empty for memory.
    """

    filename: str

    def describe(self) -> list[Any]:
        """Nothing of its own."""
        return ["cache", self.input.describe()]

    def start(self, context: Context) -> Stream:
        """Each iterator has its own memory; files are shared by all."""
        stream = self.input.start(context)
        if not self.filename:
            return Stream(CacheStage(stream, MemoryCache()), Plain(), False)
        files = FileCache(self.filename, leaves(self.spec))
        context.workers.add(files)
        return Stream(CacheStage(stream, files), Plain(), False)


class CacheStage(Stage):
    """Gives elements that are kept, and keeps those that are not.

    The state holds none: where they are no more, a restored cache is filled from the input again, which is put back to
    its beginning for it.
    """

    def __init__(self, stream: Stream, cache: Cache) -> None:
        self._stage, self._rows, _ = stream
        self._cache = cache
        self._begin = self._save_input()
        self._has_begun = False
        self._was_whole = False  # in the pass that a restored state is of
        self._position = 0

    def _save_input(self) -> State:
        return {"input": self._stage.state(), "rows": self._rows.state()}

    def read(self, count: int) -> list[Element]:
        """Elements that are kept, or those of the input."""
        self._begin_to_keep()
        if self._cache.is_whole:
            found = self._cache.elements(self._position, count)
            self._position += len(found)
            return found
        return self._fill(count)

    def _begin_to_keep(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._cache.begin()

    def _fill(self, count: int) -> list[Element]:
        """The next elements of the input, which are kept."""
        found: list[Element] = []
        while len(found) < count:
            tickets = self._stage.read(1)
            if len(tickets) == 0:
                self._cache.complete()
                break
            element = self._rows.elements(tickets)[0]
            self._cache.add(element)
            found.append(element)
            self._position += 1
        return found

    def rewind(self) -> None:
        """Give the elements again, if all of them are kept; else make them anew."""
        if self._was_whole:
            self._begin_to_keep()
            while not self._cache.is_whole and self._fill(1):
                pass
        self._position, self._has_begun = 0, False
        if not self._cache.is_whole:
            self._stage.rewind()
            self._begin = self._save_input()

    def state(self) -> State:
        """The position, and the input as it was at the beginning."""
        whole = self._was_whole or self._cache.is_whole
        return {"position": self._position, "begin": self._begin, "whole": whole}

    def restore(self, state: State) -> None:
        """Go on at that position, to which the cache is filled if its elements are not there."""
        self._begin, self._was_whole, position = state["begin"], bool(state["whole"]), int(state["position"])
        self._stage.restore(self._begin["input"])
        self._rows.restore(self._begin["rows"])
        self._position, self._has_begun = 0, False
        if position:
            self._begin_to_keep()
            if not self._cache.is_whole:
                self._fill(position)
        self._position = position
