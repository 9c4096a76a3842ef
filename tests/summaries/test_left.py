"""An events file of an earlier process is gone on with if it is ours, whole, the last one, and no copy's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tensorboardX.proto import event_pb2

from estimator.formats import messages
from estimator.formats.records import frame
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.summaries import events, left, protos
from estimator.summaries.events import EventsWriter
from estimator.summaries.reader import summary_iterator
from estimator.summaries.writer import FileWriter
from tests.conftest import FakeClock
from tests.summaries.curves import curves


@pytest.fixture(autouse=True)
def another_process() -> Iterator[Any]:
    """Called, it lets the process forget its files, as another one that starts later knows none."""

    def forget() -> None:
        for file in events._files.values():
            file.release()
        events._files.clear()

    yield forget
    forget()


def write(directory: Path, *steps: int, suffix: str = "", clock: Any = None) -> str:
    writer = EventsWriter(directory, suffix, **({"clock": clock} if clock else {}))
    for step in steps:
        writer.write(messages.Event(step=step, summary=protos.scalars({"loss": step / 2})))
    writer.close()
    return writer.path


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.glob("*tfevents*"))


def test_the_next_process_appends_to_the_file(tmp_path: Path, another_process: Any) -> None:
    first = write(tmp_path, 1, 2)
    another_process()
    assert write(tmp_path, 3) == first
    assert [event.step for event in summary_iterator(first) if event.HasField("summary")] == [1, 2, 3]


def test_every_reader_shows_one_curve_after_rewinds(tmp_path: Path, another_process: Any) -> None:
    for start, end in ((1, 30), (21, 40), (36, 45), (11, 20)):  # the last before all the others
        writer = EventsWriter(tmp_path)
        writer.begin_session(start, takes_back=start > 1)
        write(tmp_path, *range(start, end))
        writer.close()
        another_process()
    assert curves(tmp_path, "loss") == [list(range(1, 20))] * 3


def test_the_first_session_of_a_directory_can_take_back_what_has_none(
    tmp_path: Path, another_process: Any
) -> None:
    write(tmp_path, 1, 2, 3)
    another_process()
    EventsWriter(tmp_path).begin_session(2, takes_back=True)
    write(tmp_path, 2)
    assert curves(tmp_path, "loss") == [[1, 2]] * 3


def test_a_session_that_is_told_twice_is_written_once(tmp_path: Path) -> None:
    writer = EventsWriter(tmp_path)
    writer.begin_session(1, takes_back=False)
    writer.begin_session(1, takes_back=True)
    write(tmp_path, 1)
    writer.begin_session(1, takes_back=False)
    kinds = [event.WhichOneof("what") for event in summary_iterator(writer.path)]
    assert kinds == ["file_version", "session_log", "summary", "session_log"]


@pytest.mark.parametrize("fault", ["torn", "damaged", "linked", "followed", "foreign", "empty", "link"])
def test_another_file_is_begun_and_that_one_stays(tmp_path: Path, another_process: Any, fault: str) -> None:
    directory = tmp_path / "model"
    path = Path(write(directory, 1))
    another_process()
    data = path.read_bytes()
    if fault == "torn":
        path.write_bytes(data[:-1])
    elif fault == "damaged":
        path.write_bytes(data[:-6] + bytes([data[-6] ^ 1]) + data[-5:])
    elif fault == "linked":
        os.link(path, tmp_path / "copy")
    elif fault == "followed":
        (directory / "events.out.tfevents.9999999999.elsewhere").write_bytes(b"")
    elif fault == "foreign":
        path.write_bytes(
            frame(event_pb2.Event(wall_time=1.0, file_version="brain.Event:2").SerializeToString())
        )
    elif fault == "empty":
        path.write_bytes(b"")
    else:
        path.rename(tmp_path / "target")
        path.symlink_to(tmp_path / "target")
    before = path.read_bytes()
    fresh = write(directory, 2)
    assert fresh != str(path) and path.read_bytes() == before
    assert [event.step for event in summary_iterator(fresh) if event.HasField("summary")] == [2]


def test_a_file_of_another_suffix_is_not_gone_on_with(
    tmp_path: Path, another_process: Any, clock: FakeClock
) -> None:
    write(tmp_path, 1, suffix=".v2", clock=clock)
    another_process()
    write(tmp_path, 2, clock=clock)
    assert len(names(tmp_path)) == 2


@pytest.mark.parametrize("most", ["_MOST_BYTES", "_MOST_RECORDS"])
def test_a_file_that_is_too_large_to_be_read_is_not_gone_on_with(
    most: str, tmp_path: Path, another_process: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 1)
    another_process()
    monkeypatch.setattr(left, most, 0)
    write(tmp_path, 2)
    assert len(names(tmp_path)) == 2


def test_what_the_file_shows_is_known_to_the_next_process(tmp_path: Path, another_process: Any) -> None:
    for _ in range(2):
        with Graph().as_default() as graph:
            b.Identity(1.0, name="thing")
        with FileWriter(tmp_path, graph):
            pass
        another_process()
    write(tmp_path, 7, 3)
    another_process()
    assert EventsWriter(tmp_path).last_step == 7
    (name,) = names(tmp_path)
    assert sum(event.HasField("graph_def") for event in summary_iterator(tmp_path / name)) == 1


def test_nothing_is_known_of_a_directory_that_is_not_there(tmp_path: Path) -> None:
    assert EventsWriter(tmp_path / "none").last_step is None
    path = tmp_path / "events.out.tfevents.1.gone"
    assert left.file_to_go_on_with(str(path), "events", "") is None
