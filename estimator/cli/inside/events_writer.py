"""Events files by the class of TensorFlow's that writes them, which loggers of packages use.

Source: tensorflow/core/util/events_writer.h, as tensorflow.python.pywrap_tensorflow has it
"""

from __future__ import annotations

import os
from typing import Any

from estimator.summaries import events


class EventsWriter:
    """Adds events to the file of a folder whose name begins so.

    Parameters
    ----------
    file_prefix : str or bytes
        The folder, and how the file's name begins: ``runs/1/events``.

    Source
    ------
    tensorflow/core/util/events_writer.h
    """

    def __init__(self, file_prefix: str | bytes) -> None:
        self._suffix = ""
        self._folder, self._prefix = os.path.split(os.path.abspath(os.fsdecode(file_prefix)))
        self._writer = self._new_writer()

    def _new_writer(self) -> events.EventsWriter:
        return events.EventsWriter(self._folder, self._suffix, prefix=self._prefix)

    def InitWithSuffix(self, suffix: str | bytes) -> None:
        """End the file's name with this; an open file is closed."""
        self.Close()
        self._suffix = os.fsdecode(suffix)
        self._writer = self._new_writer()

    def FileName(self) -> bytes:
        """The path of the file, empty before the first event."""
        return os.fsencode(self._writer.path)

    def WriteEvent(self, event: Any) -> None:
        """Add an event.

        Raises
        ------
        OpError
            If the file cannot be written.
        """
        self._writer.write(event)

    def Flush(self) -> None:
        """Nothing is to be done: each event is written at once."""

    def Close(self) -> None:
        """Leave the file; the next event begins another."""
        self._writer.close()
        self._writer = self._new_writer()
