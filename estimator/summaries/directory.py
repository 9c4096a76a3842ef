"""The events of a directory as TensorBoard takes them: file by file, and without what a later session made again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from estimator.core import log
from estimator.core.errors import OpError
from estimator.summaries.events import events_files
from estimator.summaries.reader import is_start, summary_iterator


def events_of(directory: str | os.PathLike[str]) -> Iterator[Any]:
    """All events of a directory; where a file is damaged its rest is left out, with a warning."""
    for path in events_files(directory):
        try:
            yield from summary_iterator(path)
        except OpError as error:
            log.warning("the events behind a damage are left out: %s", error)


def summaries_from(directory: str | os.PathLike[str], step: int) -> list[Any]:
    """The events with a summary of a step or a later one that no session has taken back, in the order written."""
    found: list[Any] = []
    for event in events_of(directory):
        if is_start(event):
            found = [each for each in found if each.step < event.step]
        elif event.HasField("summary") and event.step >= step:
            found.append(event)
    return found
