"""Where a line that is rewritten can be shown: a row of a terminal, or one output of a notebook.

A file and a pipe have no such place, a terminal that cannot go back to the beginning of a row has none, and neither has
the log of a build server, which may look like a terminal. Where others write to the same terminal, be it through the
log or by ``print``, the row is emptied first, so that what they write stands by itself.

A notebook keeps what it is shown. So there is one output for all calls of a cell, which is updated, and the log lines
of a call are held back until its end, since the line says the same: they are one block then and not one each.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, ClassVar, Protocol, TextIO

from estimator.core import log

_WIDTH = 80  # of a terminal that does not tell
_NOTEBOOK_WIDTH = 100


class Place(Protocol):
    """Where one line is shown, by those who have opened it: an evaluation within a training takes the training's place.

    Attributes
    ----------
    interval : float
        Seconds between two looks of it that are worth it.
    keeps_last : bool
        Whether what was shown last stays.
    """

    interval: float
    keeps_last: bool

    def open(self) -> None:
        """One more shows its line here."""

    def columns(self) -> int:
        """How many characters there is room for now."""
        ...

    def show(self, text: str) -> None:
        """Show the line in place of what is there."""

    def make_room(self) -> None:
        """Let somebody else write here."""

    def close(self) -> None:
        """One shows its line here no more."""


def place_on(stream: TextIO | None, always: bool = False) -> Place | None:
    """Where the progress is shown if messages go to this stream; None: nowhere.

    Parameters
    ----------
    stream : text stream, optional
    always : bool
        Whether it is a terminal whatever it says.
    """
    if stream is None:
        return None
    if is_of_notebook(stream) and _shell() is not None:
        return NotebookPlace.of_cell()
    return TerminalPlace.on(stream) if always or _can_rewrite(stream) else None


def _can_rewrite(stream: TextIO) -> bool:
    is_build = os.environ.get("CI", "").lower() not in ("", "0", "false")
    try:
        return stream.isatty() and os.environ.get("TERM") != "dumb" and not is_build
    except (AttributeError, ValueError):  # of a stand-in, or closed
        return False


def is_of_notebook(stream: object) -> bool:
    """Whether it is what a kernel has in place of the standard streams."""
    return type(stream).__module__.startswith("ipykernel.")


def _shell() -> Any:
    """The shell of a notebook's kernel; None in any other program, which does not load IPython for it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if getattr(shell, "kernel", None) is not None else None


class TerminalPlace:
    """A row of a terminal."""

    interval = 0.1
    keeps_last = False
    _open: ClassVar[dict[int, TerminalPlace]] = {}

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = 0  # characters
        self._users = 0
        self._is_free = True  # nobody has begun a line here and not ended it
        self._neighbours: list[tuple[str, TextIO, _Neighbour]] = []
        self._filtered: list[Any] = []  # loggers and handlers

    @classmethod
    def on(cls, stream: TextIO) -> TerminalPlace:
        """The one of a stream: a line within another one shares it."""
        if isinstance(stream, _Neighbour):
            return stream.place
        return cls._open.get(id(stream)) or cls(stream)

    def open(self) -> None:
        """One more shows its line here; the first asks the others who write here to wait for room."""
        self._users += 1
        if self._users > 1:
            return
        self._open[id(self._stream)] = self
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is not None and _is_terminal(stream) and _is_terminal(self._stream):
                neighbour = _Neighbour(stream, self)
                self._neighbours.append((name, stream, neighbour))
                setattr(sys, name, neighbour)
        self._filtered = [log.logger, log.tensorflow_logger, *logging.getLogger().handlers]
        for item in self._filtered:
            item.addFilter(self._before_record)

    def columns(self) -> int:
        """The width of the terminal now, but for the last column, in which some begin the next row."""
        try:
            width = os.get_terminal_size(self._stream.fileno()).columns
        except (OSError, AttributeError, ValueError):
            width = 0
        if width <= 0:
            told = os.environ.get("COLUMNS", "")
            width = int(told) if told.isdigit() and int(told) > 0 else _WIDTH
        return width - 1

    def show(self, text: str) -> None:
        """Write the line over what is there, unless somebody has not ended theirs."""
        if self._is_free:
            blanks = " " * min(self._shown - len(text), self.columns() - len(text))
            self._write(f"\r{text}{blanks}")
            self._shown = len(text)

    def make_room(self) -> None:
        """Empty the row."""
        if self._shown:
            self._write(f"\r{' ' * min(self._shown, self.columns())}\r")
            self._shown = 0

    def close(self) -> None:
        """Empty the row; the last one leaves the streams as they were."""
        self.make_room()
        self._users -= 1
        if self._users:
            return
        self._open.pop(id(self._stream), None)
        for name, stream, neighbour in self._neighbours:
            if getattr(sys, name) is neighbour:  # else somebody has put theirs in its place
                setattr(sys, name, stream)
        for item in self._filtered:
            item.removeFilter(self._before_record)
        self._neighbours, self._filtered = [], []

    def written(self, text: str) -> None:
        """Somebody else has written this."""
        if text:
            self._is_free = text.endswith(("\n", "\r"))

    def _before_record(self, record: logging.LogRecord) -> bool:
        self.make_room()
        return True

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal has been closed: the training goes on
            self._is_free = False


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False


class _Neighbour:
    """sys.stdout or sys.stderr of a terminal that shows a line: who writes here finds an empty row.

    Parameters
    ----------
    stream : text stream
    place : TerminalPlace
    """

    def __init__(self, stream: TextIO, place: TerminalPlace) -> None:
        self._stream = stream
        self.place = place

    def write(self, text: str) -> int:
        self.place.make_room()
        count = self._stream.write(text)
        self.place.written(text)
        return count

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class NotebookPlace:
    """An output of a notebook's cell, which front ends update by its name: Jupyter, VS Code and Colab do."""

    interval = 0.25
    keeps_last = True
    _latest: ClassVar[NotebookPlace | None] = None

    def __init__(self, cell: Any) -> None:
        self._cell = cell
        self._name: str | None = None
        self._users = 0

    @classmethod
    def of_cell(cls) -> NotebookPlace:
        """The place of the cell that runs now: its calls share it, one after another as well."""
        cell = getattr(_shell(), "execution_count", None)
        if cls._latest is None or (cls._latest._cell != cell and not cls._latest._users):
            cls._latest = cls(cell)
        return cls._latest

    def open(self) -> None:
        """One more shows its line here; from the first on the log waits."""
        self._users += 1
        if self._users == 1:
            log.hold_back()

    def columns(self) -> int:
        """What a page has room for."""
        return _NOTEBOOK_WIDTH

    def show(self, text: str) -> None:
        """Show the line, in place of the one before."""
        from IPython.display import display

        data = {"text/plain": text}
        if self._name is None:
            self._name = f"estimator-{os.urandom(8).hex()}"
            display(data, raw=True, display_id=self._name)
        else:
            display(data, raw=True, display_id=self._name, update=True)

    def make_room(self) -> None:
        """There is room: others write below it."""

    def close(self) -> None:
        """One shows its line here no more; after the last one the log goes on."""
        self._users -= 1
        if not self._users:
            log.give_out()
