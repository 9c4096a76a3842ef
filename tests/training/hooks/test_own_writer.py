"""What a hook writes with: its own writer is its to close, another's is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.summaries.protos import scalars
from estimator.summaries.writer import FileWriter
from estimator.training.hooks.own_writer import OwnWriter


def test_without_a_place_there_is_no_writer() -> None:
    events = OwnWriter(None, None)
    events.reopen()
    events.close()
    assert events.writer is None and not events.is_own


def test_its_own_writer_is_closed_and_opened_again(tmp_path: Path) -> None:
    events = OwnWriter(None, tmp_path)
    for step in (1, 2):
        events.reopen()
        events.writer.add_summary(scalars({"loss": 0.5}), step)
        events.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert events.is_own and written.count(b"loss") == 2


@pytest.mark.parametrize("directory", [None, "elsewhere"])
def test_a_writer_that_was_given_stays_open(tmp_path: Path, directory: str | None) -> None:
    given = FileWriter(tmp_path / "given")
    events = OwnWriter(given, directory and tmp_path / directory)
    given.add_summary(scalars({"loss": 0.5}), 1)
    events.close()
    given.add_summary(scalars({"loss": 0.25}), 2)
    given.close()
    assert not events.is_own and events.writer is given
    (file,) = (tmp_path / "given").iterdir()  # a writer that was closed in between may have begun another
    assert file.read_bytes().count(b"loss") == 2 and not (tmp_path / "elsewhere").exists()
