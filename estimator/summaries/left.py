"""The events file that an earlier process has left in a directory, if it is one to go on with.

A training that is killed has written events of steps that no checkpoint holds; the next process makes those steps again
and says so by a SessionLog START. TensorBoard looks for a START in all files of a directory, tools that read file by
file (tbparse) only in the one that holds the events. So the next process appends to the file of the one before, if

* it is the last one in the directory: TensorBoard never comes back to a file before the last;
* it is ours and of the same kind, as its first record says: files of TensorFlow and of others are never touched;
* it is whole, each record with its checksum: nothing is appended to half a record;
* it is not so large that reading it would take long;
* it has one name: behind a hard link may lie a copy that somebody keeps.

Otherwise a new file is begun. Nothing is ever taken out of a file.
"""

from __future__ import annotations

import io
import os
from typing import Any

from estimator.core.errors import OpError
from estimator.core.files import open_regular
from estimator.core.frozen import frozen
from estimator.formats import messages
from estimator.formats.records import read_records
from estimator.summaries.hparams import values_in

# More is not read for the sake of readers that know a START only within a file: a training should begin at once.
_MOST_BYTES = 64 << 20
_MOST_RECORDS = 50_000  # some 0.3 s; a summary every hundred steps makes them in a million steps


@frozen
class LeftFile:
    """An events file to append to.

    Parameters
    ----------
    path : str
    identity : (int, int)
        Device and inode.
    size : int
        In bytes.
    graph : int or None
        A hash of the graph that it shows.
    hparams : int or None
        A hash of the hyperparameters that it tells.
    last_step : int or None
        The largest step of its summaries.
    """

    path: str
    identity: tuple[int, int]
    size: int
    graph: int | None
    hparams: int | None
    last_step: int | None


def file_to_go_on_with(path: str, begins: str, writer: str) -> LeftFile | None:
    """The last events file of a directory, if its name begins so and this writer has left it whole."""
    if not os.path.basename(path).startswith(begins):
        return None
    try:
        return _whole(path, writer)
    except (OpError, OSError):
        return None


def _whole(path: str, writer: str) -> LeftFile | None:
    """The file, if that writer has made it and it can be appended to.

    Raises
    ------
    OpError
        If it cannot be read or is damaged.
    """
    with io.BufferedReader(open_regular(path)) as file:
        about = os.fstat(file.fileno())
        if about.st_nlink != 1 or not 0 < about.st_size <= _MOST_BYTES:
            return None
        records = read_records(file, strict=True)
        if messages.decode(messages.Event, next(records), path).source_metadata.writer != writer:
            return None
        graph, hparams, last_step = None, None, None
        for number, record in enumerate(records):
            if number == _MOST_RECORDS:
                return None
            event: Any = messages.decode(messages.Event, record, path)
            if event.HasField("graph_def"):
                graph = hash(event.graph_def)
            elif (told := values_in(event.summary)) is not None:
                hparams = hash(told)
            elif event.HasField("summary"):
                last_step = max(event.step, event.step if last_step is None else last_step)
    return LeftFile(path, (about.st_dev, about.st_ino), about.st_size, graph, hparams, last_step)
