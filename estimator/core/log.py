"""The package's log: one-line facts on the logger ``estimator``.

Importing the package attaches one handler to standard error at INFO, unless the program has configured logging before (then
its handlers decide). The messages are TensorFlow's own where log scrapers parse them.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

DEBUG, INFO, WARN, ERROR, FATAL = logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL

logger = logging.getLogger("estimator")

debug = logger.debug
info = logger.info
warning = logger.warning
warn = logger.warning
error = logger.error
fatal = logger.critical


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what sys.stderr is now; silent once the program has handlers of its own."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    def emit(self, record: logging.LogRecord) -> None:
        if not logging.getLogger().handlers:
            super().emit(record)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        raise AttributeError("the handler always writes to sys.stderr.")


def configure() -> None:
    """Show INFO on standard error, if nobody has configured logging yet."""
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    if not logger.handlers and not logging.getLogger().handlers:
        handler = _StandardError()
        handler.setFormatter(logging.Formatter("%(levelname)s:estimator:%(message)s"))
        logger.addHandler(handler)


def set_verbosity(level: int) -> None:
    """Show messages of this level and above: ``DEBUG``, ``INFO``, ``WARN``, ``ERROR`` or ``FATAL``."""
    logger.setLevel(level)


def get_verbosity() -> int:
    """The level shown now."""
    return logger.getEffectiveLevel()
