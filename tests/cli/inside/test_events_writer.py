"""Events files that loggers of packages write."""

from __future__ import annotations

import os
from pathlib import Path

from estimator.cli.inside.events_writer import EventsWriter
from estimator.formats import messages
from estimator.summaries.reader import summary_iterator


def value(step: int) -> object:
    summary = messages.Summary(value=[messages.Summary.Value(tag="reward", simple_value=step / 2)])
    return messages.Event(step=step, summary=summary)


def test_events_stand_in_a_file_whose_name_begins_as_said(tmp_path: Path) -> None:
    writer = EventsWriter(os.fsencode(tmp_path / "run"))
    assert writer.FileName() == b""
    writer.WriteEvent(value(3))
    writer.Flush()
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("run.out.tfevents.")
    assert os.fsencode(file) == writer.FileName()
    writer.Close()
    found = [
        (event.step, event.summary.value[0].simple_value)
        for event in summary_iterator(str(file))
        if event.step
    ]
    assert found == [(3, 1.5)]


def test_a_suffix_ends_the_name(tmp_path: Path) -> None:
    writer = EventsWriter(str(tmp_path / "events"))
    writer.InitWithSuffix(".eval")
    writer.WriteEvent(value(1))
    writer.Close()
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("events.out.") and file.name.endswith(".eval")
