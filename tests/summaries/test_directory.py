"""The events of a directory: all files in order, without what a session took back; a damage ends its file alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.summaries.directory import events_of, summaries_from
from estimator.summaries.events import events_files
from estimator.summaries.protos import scalars
from estimator.summaries.writer import FileWriter


def write(directory: Path, suffix: str, *steps: int) -> Path:
    with FileWriter(directory, filename_suffix=suffix) as writer:
        for step in steps:
            writer.add_summary(scalars({"loss": float(step)}), step)
    return sorted(directory.glob(f"*{suffix}"))[-1]


def test_the_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    second, first = write(tmp_path, ".b", 3, 4), write(tmp_path, ".a", 1, 2)
    (tmp_path / "checkpoint").write_text("not one")
    first, second = first.rename(tmp_path / "tfevents.1"), second.rename(tmp_path / "tfevents.2")
    assert events_files(tmp_path) == [str(first), str(second)]
    assert [event.step for event in events_of(tmp_path) if event.HasField("summary")] == [1, 2, 3, 4]


def test_a_directory_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert events_files(tmp_path / "none") == []


def test_a_damage_ends_its_file_with_a_warning_and_the_next_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = write(tmp_path, ".a", 1, 2)
    data = damaged.read_bytes()
    damaged.write_bytes(data[:-6] + bytes([data[-6] ^ 1]) + data[-5:])
    write(tmp_path, ".b", 3)
    assert [event.step for event in events_of(tmp_path) if event.HasField("summary")] == [1, 3]
    (line,) = caplog.messages
    assert "events behind a damage are left out" in line and damaged.name in line and "checksum" in line


def test_a_session_takes_back_its_step_and_later_ones(tmp_path: Path) -> None:
    with FileWriter(tmp_path) as writer:
        for step in (1, 2, 3, 4):
            writer.add_summary(scalars({"loss": 1.0}), step)
        writer.begin_session(3, takes_back=True)
        writer.add_summary(scalars({"loss": 2.0}), 3)
    found = summaries_from(tmp_path, 2)
    assert [(event.step, event.summary.value[0].simple_value) for event in found] == [(2, 1.0), (3, 2.0)]
