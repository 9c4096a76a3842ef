"""TensorFlow runs our queues, and reads our files of records; and the other way round."""

from __future__ import annotations

from pathlib import Path

from estimator import tf
from tests.interop.conftest import TensorFlow

KINDS = {"records": None, "records.GZIP": "GZIP", "records.ZLIB": "ZLIB"}
RECORDS = [b"", b"one", b"two" * 1000]
BATCHES = [[[0, 1], ["0", "1"]], [[2, 3], ["2", "3"]], [[4], ["4"]]]


def test_tensorflow_runs_our_queues_and_reads_our_records(tensorflow: TensorFlow, tmp_path: Path) -> None:
    number = tf.train.range_input_producer(5, num_epochs=1, shuffle=False).dequeue()
    tf.train.batch([number, tf.as_string(number)], 2, allow_smaller_final_batch=True, name="batch")
    tf.train.export_meta_graph(tmp_path / "queues.meta")
    for name, kind in KINDS.items():
        with tf.python_io.TFRecordWriter(tmp_path / name, kind) as writer:
            for record in RECORDS:
                writer.write(record)
    answer = tensorflow.answer("tf_queues.py", {"folder": str(tmp_path), "todo": "read"})
    assert answer["batches"] == BATCHES
    assert answer["records"] == {name: [record.decode() for record in RECORDS] for name in KINDS}


def test_we_run_tensorflows_queues_and_read_its_records(tensorflow: TensorFlow, tmp_path: Path) -> None:
    tensorflow.answer("tf_queues.py", {"folder": str(tmp_path), "todo": "write"})
    tf.train.import_meta_graph(tmp_path / "queues.meta")
    found = []
    with tf.train.MonitoredSession() as session:
        while not session.should_stop():
            numbers, texts = session.run(["batch:0", "batch:1"])
            found.append([numbers.tolist(), [text.decode() for text in texts]])
    assert found == BATCHES
    for name, kind in KINDS.items():
        assert list(tf.python_io.tf_record_iterator(tmp_path / name, kind)) == RECORDS
