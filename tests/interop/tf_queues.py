"""TensorFlow runs queues of a .meta file, or writes one, and reads and writes files of records.

Request: {folder, todo: "read" or "write"}. In `folder` are, or come to be, queues.meta with the batches of a
tf.train.batch, and records, records.GZIP and records.ZLIB. Answer to "read": {batches, records by file}.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
request = json.load(sys.stdin)
folder = Path(request["folder"])
KINDS = {"records": None, "records.GZIP": "GZIP", "records.ZLIB": "ZLIB"}


def write():
    number = tf.train.range_input_producer(5, num_epochs=1, shuffle=False).dequeue()
    batch = tf.train.batch([number, tf.as_string(number)], 2, allow_smaller_final_batch=True, name="batch")
    assert [tensor.name for tensor in batch] == ["batch:0", "batch:1"]
    tf.train.export_meta_graph(str(folder / "queues.meta"))
    for name, kind in KINDS.items():
        with tf.python_io.TFRecordWriter(
            str(folder / name), kind and tf.python_io.TFRecordOptions(kind)
        ) as writer:
            for record in (b"", b"one", b"two" * 1000):
                writer.write(record)
    return {}


def read():
    tf.train.import_meta_graph(str(folder / "queues.meta"))
    batches = []
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coord)
        try:
            while True:
                numbers, texts = session.run(["batch:0", "batch:1"])
                batches.append([numbers.tolist(), [text.decode() for text in texts]])
        except tf.errors.OutOfRangeError:
            coord.request_stop()
        coord.join(threads)
    records = {
        name: [
            record.decode()
            for record in tf.python_io.tf_record_iterator(
                str(folder / name),
                kind and tf.python_io.TFRecordOptions(getattr(tf.python_io.TFRecordCompressionType, kind)),
            )
        ]
        for name, kind in KINDS.items()
    }
    return {"batches": batches, "records": records}


print(json.dumps({"read": read, "write": write}[request["todo"]]()))
