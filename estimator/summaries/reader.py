"""The events of a file, in the order in which they were written."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import Any

from estimator.core.files import open_regular
from estimator.core.keywords import near_keywords_of_functions
from estimator.formats import messages
from estimator.formats.records import read_records


def summary_iterator(path: str | os.PathLike[str]) -> Iterator[Any]:
    """The Event messages of an events file, one after the other.

    Parameters
    ----------
    path : path
        A file ``events.out.tfevents...``, which may still be growing: a record that is cut off ends it.

    Raises
    ------
    NotFoundError
        When the first one is asked for, if there is no such file.
    DataLossError
        Where a checksum does not match, or a record is no Event.

    Source
    ------
    tf.train.summary_iterator, TF 1.15 summary_iterator.py
    """
    name = os.fspath(path)
    with io.BufferedReader(open_regular(name)) as file:
        for record in read_records(file):
            yield messages.decode(messages.Event, record, name)


def is_start(event: Any) -> bool:
    """Whether an event says that a session starts: what was written of its step and later ones is no longer so."""
    return bool(event.HasField("session_log") and event.session_log.status == messages.SessionLog.START)


near_keywords_of_functions(__name__)
