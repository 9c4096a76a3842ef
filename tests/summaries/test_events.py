"""Event files: readable by TensorBoard, whole after a kill, one a process and directory, never lost with a directory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboardX.proto import event_pb2, summary_pb2

from estimator.core import errors
from estimator.formats import messages
from estimator.formats.records import read_records
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.summaries import events, ops, protos
from estimator.summaries.events import EventsWriter
from estimator.summaries.reader import summary_iterator
from estimator.summaries.writer import FileWriter, FileWriterCache
from tests.conftest import FakeClock


@pytest.fixture(autouse=True)
def _no_open_writers() -> Iterator[None]:
    yield
    FileWriterCache.clear()


def event(step: int) -> Any:
    return messages.Event(step=step, summary=protos.scalars({"loss": step / 2}))


def files(directory: Path) -> list[Path]:
    return sorted(directory.glob("events.out.tfevents.*"))


def steps(path: Path) -> list[int]:
    """The steps of the events of a file, as TensorBoard reads them."""
    return [each.step for each in EventFileLoader(str(path)).Load() if each.HasField("summary")]


def test_tensorboard_shows_the_curve(tmp_path: Path) -> None:
    with FileWriter(tmp_path) as writer:
        for step in (1, 101, 201):
            writer.add_summary(protos.scalars({"loss": 1 / step}), step)
    accumulator = EventAccumulator(str(tmp_path)).Reload()
    assert accumulator.Tags()["scalars"] == ["loss"]
    shown = [(each.step, each.value) for each in accumulator.Scalars("loss")]
    assert shown == [(step, pytest.approx(1 / step)) for step in (1, 101, 201)]


def test_tensorboardx_reads_every_record(tmp_path: Path) -> None:
    with FileWriter(tmp_path) as writer:
        writer.add_event(event(7))
    with files(tmp_path)[0].open("rb") as file:
        found = [event_pb2.Event.FromString(data) for data in read_records(file, strict=True)]
    assert [each.file_version for each in found] == ["brain.Event:2", ""]
    assert found[1].summary.value[0].simple_value == 3.5


def test_the_name_is_tensorflows(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "host.example")
    EventsWriter(tmp_path, clock=clock).write(event(1))
    assert [each.name for each in files(tmp_path)] == ["events.out.tfevents.1500000000.host.example"]


def test_a_name_that_is_taken_gets_a_suffix_and_the_other_file_stays(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.node", lambda: "host")
    other = tmp_path / "events.out.tfevents.1500000000.host"
    other.write_bytes(b"another process")
    EventsWriter(tmp_path, clock=clock).write(event(1))
    assert other.read_bytes() == b"another process"
    assert steps(tmp_path / "events.out.tfevents.1500000000.host.1") == [1]


def test_nothing_is_written_before_the_first_event(tmp_path: Path) -> None:
    FileWriter(tmp_path / "model").close()
    assert list(tmp_path.iterdir()) == []


def test_writers_of_one_directory_share_a_file_and_later_ones_append(tmp_path: Path) -> None:
    first, second = EventsWriter(tmp_path), EventsWriter(tmp_path)
    first.write(event(1))
    second.write(event(2))
    first.close()
    second.write(event(3))
    second.close()
    EventsWriter(tmp_path).write(event(4))
    (path,) = files(tmp_path)
    assert steps(path) == [1, 2, 3, 4]


def test_a_deleted_directory_loses_no_later_event(tmp_path: Path) -> None:
    directory = tmp_path / "model"
    writer = EventsWriter(directory)
    writer.write(event(1))
    shutil.rmtree(directory)
    writer.write(event(2))  # open all the time
    writer.close()
    shutil.rmtree(directory)
    EventsWriter(directory).write(event(3))  # opened again
    (path,) = files(directory)
    assert steps(path) == [3]


def test_a_torn_file_is_left_alone(tmp_path: Path) -> None:
    writer = EventsWriter(tmp_path)
    writer.write(event(1))
    writer.close()
    torn = files(tmp_path)[0]
    torn.write_bytes(torn.read_bytes()[:-3])
    size = torn.stat().st_size
    EventsWriter(tmp_path).write(event(2))
    assert torn.stat().st_size == size
    (fresh,) = [path for path in files(tmp_path) if path != torn]
    assert steps(fresh) == [2]


def test_a_file_that_was_replaced_is_left_alone(tmp_path: Path) -> None:
    writer = EventsWriter(tmp_path)
    writer.write(event(1))
    path = files(tmp_path)[0]
    path.unlink()
    path.write_bytes(b"somebody else's")
    writer.write(event(2))
    assert path.read_bytes() == b"somebody else's"
    assert steps(Path(writer.path)) == [2]


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    writer = EventsWriter(tmp_path / "model")
    writer.write(event(1))
    writer.close()
    path = Path(writer.path)
    target = tmp_path / "target"
    path.rename(target)
    path.symlink_to(target)
    size = target.stat().st_size
    EventsWriter(tmp_path / "model").write(event(2))
    assert target.stat().st_size == size


def test_a_full_disk_is_an_error_with_the_files_name_and_leaves_no_half_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = EventsWriter(tmp_path)
    writer.write(event(1))
    write, fired = os.write, []

    def full(descriptor: int, data: Any) -> int:
        if fired:
            raise OSError(28, "No space left on device")
        fired.append(True)
        return write(descriptor, data[:5])

    with monkeypatch.context() as patch:
        patch.setattr(events.os, "write", full)
        with pytest.raises(
            errors.ResourceExhaustedError,
            match=r"cannot write events into .*\d+ bytes needed.*ENOSPC, No space left.*events\.out\.tfevents.*Free space",
        ):
            writer.write(event(2))
    assert fired
    writer.write(event(3))
    (path,) = files(tmp_path)
    assert steps(path) == [1, 3]


def test_a_directory_that_may_not_be_written_is_the_same_error_as_for_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> int:
        raise PermissionError(13, "Permission denied", str(tmp_path / "new"))

    monkeypatch.setattr(os, "mkdir", refused)
    with pytest.raises(
        errors.PermissionDeniedError, match=r"EACCES, Permission denied \('.*new'\). Change the permissions"
    ):
        EventsWriter(tmp_path / "new").write(event(1))


def test_a_fifo_in_place_of_the_file_is_left_alone(tmp_path: Path) -> None:
    writer = EventsWriter(tmp_path)
    writer.write(event(1))
    writer.close()
    (path,) = files(tmp_path)
    path.unlink()
    os.mkfifo(path)
    writer = EventsWriter(tmp_path)
    writer.write(event(2))
    assert path.is_fifo() and steps(Path(writer.path)) == [2]


def test_an_interrupted_write_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, interruptions = os.write, [InterruptedError(), InterruptedError()]

    def interrupted(descriptor: int, data: Any) -> int:
        if interruptions:
            raise interruptions.pop()
        return write(descriptor, data)

    monkeypatch.setattr(events.os, "write", interrupted)
    EventsWriter(tmp_path).write(event(1))
    assert not interruptions
    assert steps(files(tmp_path)[0]) == [1]


def test_a_killed_process_leaves_every_event_it_added(tmp_path: Path) -> None:
    script = (
        "import os, sys; from estimator.summaries import protos; from estimator.summaries.writer import FileWriter\n"
        "writer = FileWriter(sys.argv[1])\n"
        "for step in range(100): writer.add_summary(protos.scalars({'loss': 1.0}), step)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    root = Path(events.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=root, check=False)
    assert done.returncode == -9
    (path,) = files(tmp_path)
    assert steps(path) == list(range(100))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_gets_a_file_of_its_own(tmp_path: Path) -> None:
    writer = EventsWriter(tmp_path)
    writer.write(event(1))
    child = os.fork()
    if child == 0:
        writer.write(event(2))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    writer.write(event(3))
    assert sorted(steps(path) for path in files(tmp_path)) == [[1, 3], [2]]


def test_the_graph_is_shown_and_the_same_graph_is_written_once(tmp_path: Path) -> None:
    with Graph().as_default() as graph:
        b.Identity(1.0, name="thing")
    for _ in range(2):
        with FileWriter(tmp_path, graph):
            pass
    accumulator = EventAccumulator(str(tmp_path)).Reload()
    assert [node.name for node in accumulator.Graph().node] == ["thing/input", "thing"]
    shown = [each for each in EventFileLoader(str(files(tmp_path)[0])).Load() if each.graph_def]
    assert len(shown) == 1


def test_a_graph_that_a_writer_shows_is_not_made_a_message_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Graph] = []
    as_graph_def = Graph.as_graph_def
    monkeypatch.setattr(
        Graph, "as_graph_def", lambda graph, **options: made.append(graph) or as_graph_def(graph, **options)
    )
    with Graph().as_default() as graph:
        b.Identity(1.0, name="thing")
        writer = FileWriter(tmp_path / "m", graph)
        writer.add_graph(graph)
        FileWriter(tmp_path / "m", graph).close()  # another writer of the same file
        assert made == [graph]
        b.Identity(2.0, name="more")  # it has grown
        writer.add_graph(graph)
        writer.add_graph(Graph())  # another comes between
        writer.add_graph(graph)
        assert len(made) == 4
        shutil.rmtree(tmp_path / "m")  # the file is gone
        writer.add_graph(graph)
        writer.close()
    assert len(made) == 5
    (path,) = (tmp_path / "m").iterdir()
    assert [len(event.graph_def) > 0 for event in summary_iterator(str(path))] == [False, True]


def test_a_closed_writer_drops_events_with_one_warning_until_it_is_reopened(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    writer = FileWriter(tmp_path)
    writer.add_event(event(1))
    writer.close()
    writer.add_event(event(2))
    writer.add_event(event(3))
    writer.reopen()
    writer.add_event(event(4))
    writer.close()
    assert steps(files(tmp_path)[0]) == [1, 4]
    assert sum("is closed" in line for line in caplog.messages) == 1


def test_the_cache_has_one_open_writer_a_directory(tmp_path: Path) -> None:
    writer = FileWriterCache.get(tmp_path)
    writer.close()
    assert FileWriterCache.get(str(tmp_path)) is writer
    writer.add_event(event(1))
    assert steps(files(tmp_path)[0]) == [1]


def test_a_text_summary_is_a_string_tensor(tmp_path: Path) -> None:
    with FileWriter(tmp_path) as writer:
        writer.add_summary(protos.text("checkpoint_path", "models/iris/model.ckpt-200"), 200)
    accumulator = EventAccumulator(str(tmp_path)).Reload()
    (found,) = accumulator.Tensors("checkpoint_path")
    assert found.tensor_proto.string_val == [b"models/iris/model.ckpt-200"]


def test_tensorboard_finds_images_and_texts(tmp_path: Path) -> None:
    with Graph().as_default() as graph:
        ops.image("seen", np.array([[[[0], [128]]]], np.uint8), max_outputs=1)
        ops.text("words", ["a", "b"])
        with FileWriter(tmp_path) as writer, Session(graph=graph) as session:
            writer.add_summary(session.run(ops.merge_all()), 3)
    accumulator = EventAccumulator(str(tmp_path)).Reload()
    (image,) = accumulator.Images("seen/image")
    assert (image.step, image.height, image.width) == (3, 1, 2)
    assert image.encoded_image_string.startswith(b"\x89PNG")
    assert accumulator.SummaryMetadata("words").plugin_data.plugin_name == "text"
    (words,) = accumulator.Tensors("words")
    assert words.tensor_proto.string_val == [b"a", b"b"]


def test_messages_that_a_script_makes_are_written(tmp_path: Path) -> None:
    value = messages.Summary.Value(tag="by_hand", simple_value=2.5)
    image = messages.Summary.Image(height=1, width=1, colorspace=1, encoded_image_string=b"png")
    with FileWriter(tmp_path) as writer:
        writer.add_summary(messages.Summary(value=[value]), 1)
        writer.add_summary(messages.Summary(value=[{"tag": "picture", "image": image}]), 2)
        writer.add_event(messages.Event(step=3, summary=messages.Summary(value=[value])))
        writer.add_session_log(messages.SessionLog(status=messages.SessionLog.START), 4)
    accumulator = EventAccumulator(str(tmp_path)).Reload()
    assert [(point.step, point.value) for point in accumulator.Scalars("by_hand")] == [(1, 2.5), (3, 2.5)]
    assert [shown.encoded_image_string for shown in accumulator.Images("picture")] == [b"png"]
    logs = [event.session_log.status for event in summary_iterator(files(tmp_path)[0]) if event.step == 4]
    assert logs == [messages.SessionLog.START]


def test_messages_that_tensorboardx_makes_are_written(tmp_path: Path) -> None:
    summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="theirs", simple_value=2.5)])
    with FileWriter(tmp_path) as writer:
        writer.add_summary(summary, 1)
        writer.add_event(event_pb2.Event(step=2, summary=summary))
        writer.add_session_log(
            event_pb2.SessionLog(status=event_pb2.SessionLog.CHECKPOINT, checkpoint_path="p"), 3
        )
    accumulator = EventAccumulator(str(tmp_path)).Reload()
    assert [(point.step, point.value) for point in accumulator.Scalars("theirs")] == [(1, 2.5), (2, 2.5)]
    assert [event.session_log.checkpoint_path for event in summary_iterator(files(tmp_path)[0])][-1] == "p"


def test_what_is_no_summary_is_refused(tmp_path: Path) -> None:
    with FileWriter(tmp_path) as writer, pytest.raises(TypeError, match=r"tf\.summary\.scalar.*given: 3"):
        writer.add_summary(3)


def test_importing_the_writer_loads_neither_tensorboardx_nor_protobuf() -> None:
    script = (
        "import sys, estimator.summaries.writer\n"
        "print([name for name in ('tensorboardX', 'google.protobuf', 'torch') if name in sys.modules])"
    )
    root = Path(events.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_a_tag_of_two_kinds_is_warned_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Graph().as_default():
        shown = Session().run(ops.histogram("loss", b.Identity([1.0, 2.0])))
    with FileWriter(tmp_path) as writer:
        writer.add_event(event(1))
        for step in (2, 3):
            writer.add_summary(shown, step)
    (line,) = caplog.messages
    assert "the tag loss in" in line and "was a scalar before and is a histogram now" in line
