"""The package's log: one-line facts on the logger ``estimator``, below the logger ``tensorflow``.

Scripts hang handlers, formatters and levels on ``logging.getLogger("tensorflow")``, so every record goes there
too, and verbosity is that logger's level. Importing the package attaches one handler to it, for standard error
at INFO, unless the program has configured logging before (then its handlers decide). The messages are
TensorFlow's own where log scrapers parse them.
"""

from __future__ import annotations

import copy
import itertools
import logging
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

DEBUG, INFO, WARN, ERROR, FATAL = (
    logging.DEBUG,
    logging.INFO,
    logging.WARNING,
    logging.ERROR,
    logging.CRITICAL,
)

tensorflow_logger = logging.getLogger("tensorflow")
logger = logging.getLogger("estimator")
logger.parent = tensorflow_logger  # loggers without a dot in their names are children of the root otherwise

debug = logger.debug
info = logger.info
warning = logger.warning
warn = logger.warning
error = logger.error
fatal = logger.critical
log = logger.log

_calls: defaultdict[tuple[str, int], Iterator[int]] = defaultdict(itertools.count)


_LONGEST_HOLD = 30.0  # seconds


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what sys.stderr is now; silent once the program has handlers of its own.

    A record whose ``joins_next`` is true waits for the next one and shares its line, but on a terminal. A notebook is
    left to show what has come together a few times a second: each flush would be a block of its own below the cell.
    While it is held back, what comes is written in one piece: with the next warning, when half a minute has passed, or
    at the end.
    """

    def __init__(self) -> None:
        logging.Handler.__init__(self)
        self._waiting = ""
        self._holders = 0
        self._held: list[str] = []
        self._written_at = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if logging.getLogger().handlers:
            return
        if getattr(record, "joins_next", False) and not getattr(self.stream, "isatty", bool)():
            self._waiting = record.getMessage()
            return
        if self._waiting:
            record = copy.copy(record)  # other handlers get it as it was
            record.msg, record.args = f"{record.getMessage()}; {self._waiting}", None
            self._waiting = ""
        if self._holders:
            self._held.append(self.format(record) + self.terminator)
            if record.levelno > INFO or time.monotonic() - self._written_at >= _LONGEST_HOLD:
                self._write_held()
        else:
            super().emit(record)

    def hold_back(self) -> None:
        """Collect what comes from now on."""
        self._holders += 1
        self._written_at = time.monotonic()

    def give_out(self) -> None:
        """Undo one :meth:`hold_back`; after the last one write what was collected."""
        self._holders -= 1
        if not self._holders:
            self._write_held()

    def _write_held(self) -> None:
        held, self._held = "".join(self._held), []
        self._written_at = time.monotonic()
        if held:
            self.stream.write(held)

    def flush(self) -> None:
        if not type(self.stream).__module__.startswith("ipykernel."):
            super().flush()

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        raise AttributeError("the handler always writes to sys.stderr.")


def configure() -> None:
    """Show INFO on standard error, if nobody has configured logging yet."""
    if tensorflow_logger.level == logging.NOTSET:
        tensorflow_logger.setLevel(logging.INFO)
    if not (logger.handlers or tensorflow_logger.handlers or logging.getLogger().handlers):
        handler = _StandardError()
        handler.setFormatter(logging.Formatter("%(levelname)s:estimator:%(message)s"))
        tensorflow_logger.addHandler(handler)


def set_verbosity(v: int | str) -> None:
    """Show messages of this level and above: ``DEBUG``, ``INFO``, ``WARN``, ``ERROR`` or ``FATAL``.

    Raises
    ------
    ValueError, TypeError
        If it is not a level of Python's `logging`.
    """
    try:
        tensorflow_logger.setLevel(v)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"set_verbosity: {error}; use tf.logging.DEBUG, INFO, WARN, ERROR or FATAL, or the name of one."
        ) from None
    logger.setLevel(logging.NOTSET)  # whatever was asked of it alone


def get_verbosity() -> int:
    """The level shown now."""
    return logger.getEffectiveLevel()


def get_logger() -> logging.Logger:
    """TensorFlow's logger, to which the package's records go.

    Source
    ------
    tf.get_logger, TF 1.15
    """
    return tensorflow_logger


def flush() -> None:
    """Write out what the handlers hold back."""
    for handler in (*logger.handlers, *tensorflow_logger.handlers):
        handler.flush()


def hold_back() -> None:
    """Let the package's own handler collect what it is told, since something else shows the progress.

    What is above INFO it writes at once, with what was told before it. Handlers of the program's are no matter of ours.
    """
    for handler in _own_handlers():
        handler.hold_back()


def give_out() -> None:
    """Undo one :func:`hold_back`; after the last one all is written, in one piece."""
    for handler in _own_handlers():
        handler.give_out()


def _own_handlers() -> list[_StandardError]:
    return [handler for handler in tensorflow_logger.handlers if isinstance(handler, _StandardError)]


@contextmanager
def brief() -> Iterator[None]:
    """Of what this thread tells at INFO show nothing for a while: whoever calls says it in a line. DEBUG shows all."""
    thread = threading.get_ident()

    def is_shown(record: logging.LogRecord) -> bool:
        return record.thread != thread or record.levelno != INFO or logger.isEnabledFor(DEBUG)

    logger.addFilter(is_shown)
    try:
        yield
    finally:
        logger.removeFilter(is_shown)


def of_one_of_many(who: str) -> None:
    """From now on show of this process warnings alone, with its name before them: another one tells the rest.

    DEBUG shows all.
    """
    prefix = f"{who}: "

    def is_shown(record: logging.LogRecord) -> bool:
        if record.levelno < WARN and not logger.isEnabledFor(DEBUG):
            return False
        if not str(record.msg).startswith(prefix):
            record.msg = f"{prefix.replace('%', '%%')}{record.msg}"
        return True

    for added in _OF_ONE:
        logger.removeFilter(added)
    _OF_ONE[:] = [is_shown]
    logger.addFilter(is_shown)


_OF_ONE: list[Any] = []  # the filter of of_one_of_many, if it was called


def vlog(level: int, msg: str, *args: Any, **kwargs: Any) -> None:
    """Log a message at a level of Python's logging, with its keyword arguments, such as ``exc_info=True``."""
    logger.log(level, msg, *args, **{"stacklevel": 2, **kwargs})


def TaskLevelStatusMessage(msg: str) -> None:
    """Log a message about the state of the whole task, as an error."""
    logger.error(msg, stacklevel=2)


def log_if(level: int, msg: str, condition: Any, *args: Any) -> None:
    """Log a message where the condition holds."""
    if condition:
        logger.log(level, msg, *args, stacklevel=2)


def log_every_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Log the first message of every `n` that this line of the program gives."""
    if _count_of_caller() % n == 0:
        logger.log(level, msg, *args, stacklevel=2)


def log_first_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Log the first `n` messages that this line of the program gives."""
    if _count_of_caller() < n:
        logger.log(level, msg, *args, stacklevel=2)


def _count_of_caller() -> int:
    """How often the line two frames up has asked before."""
    frame = sys._getframe(2)
    return next(_calls[frame.f_code.co_filename, frame.f_lineno])
