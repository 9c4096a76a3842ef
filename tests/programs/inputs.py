"""What reads input by its keywords: numpy_input_fn, datasets over files, tf.Examples, queues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np


def _batches(tf: Any, made: Any, most: int = 10) -> list[Any]:
    """Up to so many elements of a dataset, or of tensors that an input function has given."""
    if isinstance(made, tf.data.Dataset):
        made = tf.data.make_one_shot_iterator(made).get_next()
    found = []
    with tf.train.MonitoredSession() as session:
        while len(found) < most and not session.should_stop():
            found.append(session.run(made))
    return found


def _sorted(batches: list[Any]) -> list[Any]:
    return sorted(np.concatenate(batches).tolist())


def numpy_arrays(tf: Any, folder: Path) -> Any:
    x = {"a": np.arange(5.0), "b": np.arange(10).reshape(5, 2)}
    y = np.arange(5) * 10
    numpy_input_fn = tf.estimator.inputs.numpy_input_fn
    ordered = numpy_input_fn(
        x=x, y=y, batch_size=2, num_epochs=1, shuffle=False, queue_capacity=10, num_threads=1
    )
    mixed = numpy_input_fn(x, y, 5, 1, shuffle=True, queue_capacity=5)
    alone = numpy_input_fn(x["a"], batch_size=3, num_epochs=1, shuffle=False)
    labelled = numpy_input_fn(x, {"first": y, "second": y + 1}, shuffle=False)
    return {
        "ordered": _batches(tf, ordered()),
        "mixed": [_sorted([labels]) for _, labels in _batches(tf, mixed())],
        "alone": _batches(tf, alone()),
        "labelled": _batches(tf, labelled()),
    }


def lines(tf: Any, folder: Path) -> Any:
    (folder / "one").write_bytes(b"1\n2\r\n\n3")
    (folder / "two").write_bytes(b"4\n")
    text = tf.data.TextLineDataset
    return [
        _batches(
            tf, text(filenames=["one", "two"], compression_type="", buffer_size=4, num_parallel_reads=1)
        ),
        _batches(tf, text("two")),
        _batches(
            tf,
            tf.data.Dataset.list_files(file_pattern="*", shuffle=False).apply(
                tf.data.experimental.parallel_interleave(text, cycle_length=2, block_length=1, sloppy=False)
            ),
        ),
        _batches(tf, text(filenames=tf.constant("one"), name="read")),
    ]


def records(tf: Any, folder: Path) -> Any:
    options = tf.python_io.TFRecordOptions(compression_type=tf.python_io.TFRecordCompressionType.GZIP)
    with tf.python_io.TFRecordWriter(path="packed", options=options) as writer:
        writer.write(record=b"one")
        writer.write(b"two")
    with tf.python_io.TFRecordWriter("plain") as writer:
        writer.write(b"three")
    made = tf.data.TFRecordDataset
    return [
        _batches(
            tf, made(filenames="packed", compression_type="GZIP", buffer_size=1024, num_parallel_reads=1)
        ),
        _batches(tf, made(["plain", "plain"], num_parallel_reads=None)),
        [record.decode() for record in tf.python_io.tf_record_iterator(path="packed", options=options)],
    ]


def tables(tf: Any, folder: Path) -> Any:
    (folder / "first.csv").write_text("a;b;c\n1;x;0.5\n2;'y;1.5\n")
    (folder / "second.csv").write_text("a,b\n3,z\n4,w\n")
    csv = tf.data.experimental.make_csv_dataset
    whole = csv(
        file_pattern="first.csv", batch_size=2, column_names=["i", "t", "f"], column_defaults=[tf.int32, "", [0.0]],
        label_name="f", field_delim=";", use_quote_delim=False, na_value="x", header=True, num_epochs=1, shuffle=False,
        shuffle_buffer_size=10, shuffle_seed=1, prefetch_buffer_size=1, num_parallel_reads=1, sloppy=False,
        num_rows_for_inference=10, compression_type=None,
    )  # fmt: skip
    chosen = csv(["second.csv"], 1, None, [tf.string], select_columns=["b"], num_epochs=1, shuffle=False)
    mixed = csv(
        "second.csv", 2, header=True, label_name="a", num_epochs=1, shuffle=True, shuffle_seed=3, sloppy=True
    )
    ones = csv("second.csv", batch_size=1, num_epochs=1, shuffle=False)
    return {
        "whole": _batches(tf, whole),
        "chosen": _batches(tf, chosen),
        "mixed": [sorted(labels.tolist()) for _, labels in _batches(tf, mixed)],
        "ones": _batches(tf, ones),
    }


def _example(tf: Any, **values: int) -> bytes:
    int64 = {key: tf.train.Int64List(value=[value]) for key, value in values.items()}
    features = {key: tf.train.Feature(int64_list=value) for key, value in int64.items()}
    return bytes(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())


def batched_features(tf: Any, folder: Path) -> Any:
    with tf.python_io.TFRecordWriter("examples") as writer:
        for number in range(5):
            writer.write(_example(tf, x=number, y=number % 2))
    features = {key: tf.io.FixedLenFeature(shape=[], dtype=tf.int64, default_value=0) for key in ("x", "y")}
    make = tf.data.experimental.make_batched_features_dataset
    labelled = make(
        file_pattern="examples", batch_size=2, features=features, reader=tf.data.TFRecordDataset, label_key="y",
        reader_args=None, num_epochs=1, shuffle=False, shuffle_buffer_size=10, shuffle_seed=1, prefetch_buffer_size=1,
        reader_num_threads=1, parser_num_threads=2, sloppy_ordering=False, drop_final_batch=True,
    )  # fmt: skip
    mixed = make("examples", 5, features, num_epochs=1, shuffle=True, shuffle_seed=2, sloppy_ordering=True)
    two = make("examples", 3, features=features, shuffle=False, num_epochs=1)
    return {
        "labelled": _batches(tf, labelled),
        "mixed": [sorted(batch["x"].tolist()) for batch in _batches(tf, mixed)],
        "two": _batches(tf, two),
    }


def examples(tf: Any, folder: Path) -> Any:
    features = tf.train.Features(
        feature={"words": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"a", b"b"]))}
    )
    sequence = tf.train.SequenceExample(
        context=features,
        feature_lists=tf.train.FeatureLists(
            feature_list={
                "steps": tf.train.FeatureList(
                    feature=[
                        tf.train.Feature(float_list=tf.train.FloatList(value=[0.5])),
                        tf.train.Feature(int64_list=tf.train.Int64List(value=[3])),
                    ]
                )
            }
        ),
    )
    empty = tf.train.Example()
    empty.features.feature["n"].int64_list.value.extend([1, 2])
    one = tf.io.parse_single_example(
        serialized=_example(tf, x=4), features={"x": tf.io.FixedLenFeature([], tf.int64)}, name="one"
    )
    two = tf.io.parse_single_example(
        _example(tf, x=4), features={"x": tf.io.FixedLenFeature(dtype=tf.int64, shape=[1])}
    )
    with tf.Session() as session:
        return {
            "texts": [str(sequence), str(empty)],
            "again": str(tf.train.SequenceExample.FromString(sequence.SerializeToString())) == str(sequence),
            "parsed": session.run([one, two]),
        }


def queues(tf: Any, folder: Path) -> Any:
    train = tf.train
    (folder / "a.txt").write_text("")
    (folder / "b.txt").write_text("")
    once = train.match_filenames_once(pattern=str(folder / "*.txt"), name="files")
    names = train.string_input_producer(string_tensor=once, num_epochs=1, shuffle=False, capacity=2)
    mixed = train.string_input_producer(["x", "y"], 1, True, seed=1, shared_name=None, name="mixed")
    numbers = tf.constant([1, 2, 3, 4, 5])
    source = train.input_producer(numbers, num_epochs=1, shuffle=False).dequeue()
    shuffled = train.shuffle_batch(
        tensors=[source], batch_size=2, capacity=10, min_after_dequeue=3, num_threads=1, seed=1, enqueue_many=False,
        shapes=None, allow_smaller_final_batch=True, shared_name=None, name="s",
    )  # fmt: skip
    sliced = train.slice_input_producer([numbers], num_epochs=1, shuffle=False)
    rows = train.shuffle_batch([tf.stack(sliced)], 5, 20, 4, enqueue_many=True)
    pairs = train.shuffle_batch([numbers], batch_size=5, capacity=20, min_after_dequeue=4, enqueue_many=True)
    return {
        "names": [Path(name.decode()).name for name in _batches(tf, names.dequeue())],
        "mixed": sorted(_batches(tf, mixed.dequeue())),
        "shuffled": [len(batch) for batch in _batches(tf, shuffled)] + _sorted(_batches(tf, shuffled)),
        "rows": _sorted(_batches(tf, rows)),
        "pairs": len(_batches(tf, pairs, most=2)),
    }
