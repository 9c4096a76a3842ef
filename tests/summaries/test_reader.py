"""summary_iterator: what a FileWriter has written, and what of a file that ends early or is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.core.errors import DataLossError, NotFoundError
from estimator.summaries.protos import scalars
from estimator.summaries.reader import summary_iterator
from estimator.summaries.writer import FileWriter


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with FileWriter(tmp_path) as writer:
        for step in (1, 2, 3):
            writer.add_summary(scalars({"loss": step / 2}), step)
    (made,) = tmp_path.iterdir()
    return made


def losses(path: Path) -> list[tuple[int, float]]:
    return [
        (event.step, value.simple_value) for event in summary_iterator(path) for value in event.summary.value
    ]


def test_events_come_in_the_order_in_which_they_were_written(path: Path) -> None:
    assert next(summary_iterator(str(path))).file_version == "brain.Event:2"
    assert losses(path) == [(1, 0.5), (2, 1.0), (3, 1.5)]


def test_a_record_that_is_cut_off_ends_a_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])
    assert losses(path) == [(1, 0.5), (2, 1.0)]


def test_damage_is_told(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-5] ^= 1  # in the last event
    path.write_bytes(data)
    with pytest.raises(DataLossError, match=path.name):
        losses(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nothing"):
        losses(tmp_path / "nothing")
