"""Readers of files whose names come from a queue; keys, values and counts are those of TensorFlow 2.15.1."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.core.errors import (
    DataLossError,
    InvalidArgumentError,
    NotFoundError,
    OutOfRangeError,
    UnimplementedError,
)
from tests.waiting import Elsewhere, until, waits_in

FILES = {
    "a": b"a\rb\r\nc\n\n\r",
    "b": b"",
    "c": b"x\ny",
    "d": b"h\na\nb\n",
    "e": b"h",
    "f": b"HHaabbccdFF",
    "g": b"HHaabbccFF",
    "s": b"HH",
    "z": zlib.compress(b"aabbc"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def read(
    reader: Any, folder: Path, names: str, up_to: int | None = None
) -> tuple[list[Any], tuple[int, int]]:
    """All records, keys without the folder, and the counts of records and of files."""
    queue = tf.FIFOQueue(10, tf.string, [[]])
    fill = queue.enqueue_many([[str(folder / name) for name in names.split()]]), queue.close()
    record = reader.read(queue) if up_to is None else reader.read_up_to(queue, up_to)
    counts = reader.num_records_produced(), reader.num_work_units_completed()
    found: list[Any] = []

    def short(text: bytes) -> bytes:
        return text.rpartition(b"/")[2]

    with tf.Session() as session:
        session.run(fill[0])
        session.run(fill[1])
        with pytest.raises(OutOfRangeError, match=r"\(requested 1, current size 0\)"):
            while True:
                keys, values = session.run(record)
                if up_to is None:
                    found.append((short(keys), values))
                else:
                    found.append((list(map(short, keys)), list(values)))
        produced, completed = session.run(counts)
    return found, (int(produced), int(completed))


def line_reader(**more: Any) -> Any:
    return tf.TextLineReader(**more)


CASES: dict[str, tuple[Callable[[], Any], str, int | None, list[Any], tuple[int, int]]] = {
    "lines": (
        line_reader, "a b c", None,
        [(b"a:1", b"a\rb"), (b"a:2", b"c"), (b"a:3", b""), (b"c:1", b"x"), (b"c:2", b"y")], (5, 3),
    ),
    "lines without heads": (
        lambda: line_reader(skip_header_lines=1), "d e c", None,
        [(b"d:2", b"a"), (b"d:3", b"b"), (b"c:2", b"y")], (3, 3),
    ),
    "two lines": (
        line_reader, "d e c", 2,
        [([b"d:1", b"d:2"], [b"h", b"a"]), ([b"d:3"], [b"b"]), ([b"e:1"], [b"h"]), ([b"c:1", b"c:2"], [b"x", b"y"])],
        (6, 3),
    ),
    "whole": (lambda: tf.WholeFileReader(), "d e", None, [(b"d", b"h\na\nb\n"), (b"e", b"h")], (2, 2)),
    "fixed": (
        lambda: tf.FixedLengthRecordReader(2, header_bytes=2, footer_bytes=2), "g f s", None,
        [(b"g:0", b"aa"), (b"g:1", b"bb"), (b"g:2", b"cc"), (b"f:0", b"aa"), (b"f:1", b"bb"), (b"f:2", b"cc")], (6, 3),
    ),
    "fixed, overlapping": (
        lambda: tf.FixedLengthRecordReader(2, 2, 2, hop_bytes=1), "g", None,
        [(b"g:0", b"aa"), (b"g:1", b"ab"), (b"g:2", b"bb"), (b"g:3", b"bc"), (b"g:4", b"cc")], (5, 1),
    ),
    "fixed, with gaps": (
        lambda: tf.FixedLengthRecordReader(2, 2, 2, hop_bytes=3), "g", None, [(b"g:0", b"aa"), (b"g:1", b"bc")], (2, 1),
    ),
    "fixed, compressed": (
        lambda: tf.FixedLengthRecordReader(2, encoding="ZLIB"), "z", None, [(b"z:0", b"aa"), (b"z:1", b"bb")], (2, 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_records_have_tensorflows_keys_and_values(case: str, folder: Path) -> None:
    make, names, up_to, records, counts = CASES[case]
    assert read(make(), folder, names, up_to) == (records, counts)


@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB"])
def test_records_of_files_are_read_with_their_offsets(compression: str, tmp_path: Path) -> None:
    options = tf.python_io.TFRecordOptions(compression)
    with tf.python_io.TFRecordWriter(tmp_path / "r", options) as writer:
        writer.write(b"one")
        writer.write(b"twotwotwo")
    found = read(tf.TFRecordReader(options=options), tmp_path, "r")
    assert found == ([(b"r:0", b"one"), (b"r:19", b"twotwotwo")], (2, 1))


def test_an_identity_reader_gives_what_the_queue_has() -> None:
    key, value = tf.IdentityReader().read(tf.train.string_input_producer(["p"], num_epochs=1))
    with tf.train.MonitoredSession() as session:
        assert session.run([key, value]) == [b"p", b"p"]


def test_a_file_that_is_not_there_or_damaged_is_an_error_and_the_next_can_be_read(folder: Path) -> None:
    queue = tf.FIFOQueue(10, tf.string, [[]])
    put, record = queue.enqueue_many([[str(folder / name) for name in ("none", "d", "c")]]), queue
    reader = tf.TFRecordReader()
    line = tf.TextLineReader().read(record).value
    damaged = reader.read(queue)
    with tf.Session() as session:
        session.run(put)
        with pytest.raises(NotFoundError, match="none"):
            session.run(line)
        with pytest.raises(DataLossError, match="d: record at byte 0: truncated record"):
            session.run(damaged)
        assert session.run(line) == b"x"


def test_a_reader_that_is_reset_leaves_its_file(folder: Path) -> None:
    reader, queue = tf.TextLineReader(), tf.FIFOQueue(10, tf.string, [[]])
    put, line, reset = queue.enqueue([str(folder / "d")]), reader.read(queue).value, reader.reset()
    with tf.Session() as session:
        session.run(put)
        assert session.run(line) == b"h"
        session.run(reset)
        session.run(put)
        assert session.run([line, reader.num_records_produced()])[0] == b"h"
        assert session.run(reader.num_records_produced()) == 1


def test_a_reader_waits_for_a_name(folder: Path) -> None:
    reader, queue = tf.TextLineReader(), tf.FIFOQueue(10, tf.string, [[]])
    put, line = queue.enqueue([str(folder / "c")]), reader.read(queue).value
    with tf.Session() as session:
        reading = Elsewhere(lambda: session.run(line))
        until(waits_in(session, queue))
        session.run(put)
        assert reading.joined() == b"x"


def test_bad_readers_are_refused() -> None:
    with pytest.raises(ValueError, match="record_bytes must be > 0"):
        tf.FixedLengthRecordReader(0)
    with pytest.raises(ValueError, match="hop_bytes must be >= 0"):
        tf.FixedLengthRecordReader(1, hop_bytes=-1)
    numbers = tf.FIFOQueue(3, tf.int32, [[]])
    with tf.Session() as session:
        session.run(numbers.enqueue(1))
        with pytest.raises(InvalidArgumentError, match="names of files, one scalar text each"):
            session.run(tf.TextLineReader().read(numbers))
        with pytest.raises(InvalidArgumentError, match="num_records must be > 0"):
            session.run(tf.TextLineReader().read_up_to(numbers, 0))


def test_a_csv_file_trains_a_softmax(tmp_path: Path) -> None:
    """A whole script of 2018: lines, columns, shuffled batches, a loop until the input ends."""
    rows = [f"{(n % 7) / 7},{(n % 5) / 5},{int(n % 7 > 3)}" for n in range(280)]
    for part in range(2):
        (tmp_path / f"{part}.csv").write_text("\n".join(["x,y,label", *rows[part::2]]) + "\n")
    files = tf.train.match_filenames_once(str(tmp_path / "*.csv"))
    queue = tf.train.string_input_producer(files, num_epochs=3, seed=1)
    _, line = tf.TextLineReader(skip_header_lines=1).read(queue)
    x, y, label = tf.decode_csv(line, [[0.0], [0.0], [0]])
    features, labels = tf.train.shuffle_batch([tf.stack([x, y]), label], 20, 200, 100, seed=2)
    w = tf.Variable(tf.zeros([2, 2]))
    b = tf.Variable(tf.zeros([2]))
    logits = tf.matmul(features, w) + b
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    train_op = tf.train.GradientDescentOptimizer(5.0).minimize(loss)
    losses = []
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess=session, coord=coord)
        try:
            while not coord.should_stop():
                losses.append(session.run([loss, train_op])[0])
        except tf.errors.OutOfRangeError:
            coord.request_stop()
        coord.join(threads)
    assert len(losses) == 280 * 3 // 20
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])


@pytest.mark.parametrize(
    "call", [lambda reader: reader.serialize_state(), lambda reader: reader.restore_state("x")]
)
def test_the_state_of_a_reader_is_not_written(call: Any) -> None:
    with tf.Graph().as_default(), pytest.raises(UnimplementedError, match=r"tf\.data\.Dataset in input_fn"):
        call(tf.IdentityReader())
