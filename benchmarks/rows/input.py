"""Rows of files in a second of processor time: lines, CSV, tf.Examples, records, shuffles; each process on one core."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.environments import tf_module
from benchmarks.row import Comparison, Row, Run, Turn

ROWS, COLUMNS, BATCH = 20_000, 20, 128
RECORD_BYTES, RECORDS = 20_000, 10_000
MANY = 1_000_000  # rows of a large shuffle

Dataset = Callable[[], Any]

GOALS: dict[str, float | None] = {
    "CSV of 20 columns, batch, decode_csv": 1.0,
    "CSV, decode_csv, batch": None,
    "CsvDataset, batch": None,
    "make_csv_dataset": None,
    "tf.Examples of 20 features, batch, parse_example": 1.0,
    "tf.Examples, batch of 32, parse_example": None,
    "tf.Examples, VarLen, batch, parse_example": None,
    "tf.Examples, parse_single_example, batch": None,
    "tf.Examples, parse_single_example and stack, batch": None,
    "make_batched_features_dataset": None,
    "lines of text": 1.5,
    "shuffle of 1M lines": 1.5,
    "shuffle of 1M rows in memory": 1.5,
    "records of 300 bytes": None,
    "records of 20 kB": None,
    "tf_record_iterator, 300 bytes": None,
    "TFRecordWriter, 300 bytes": None,
}
"""What is measured, and how many times TensorFlow's it is to be."""


def write(tf: Any, folder: Path) -> None:
    """The files, of which half of the columns are floats."""
    with (folder / "rows.csv").open("w") as file:
        for row in range(ROWS):
            file.write(",".join(str(row * 7 % 1000 + n / (1 + n % 2 * 7)) for n in range(COLUMNS)) + "\n")
    with tf.io.TFRecordWriter(str(folder / "examples")) as writer:
        for row in range(ROWS):
            features = {f"f{n}": feature(tf, row, n) for n in range(COLUMNS)}
            message = tf.train.Example(features=tf.train.Features(feature=features))
            writer.write(message.SerializeToString())
    with tf.io.TFRecordWriter(str(folder / "records")) as writer:
        for _ in range(RECORDS):
            writer.write(b"x" * RECORD_BYTES)
    with (folder / "many_lines").open("w") as file:
        file.writelines(f"{row},{row * 7 % 1000},{row * 13 % 997 / 8}\n" for row in range(MANY * 3 // 2))


def feature(tf: Any, row: int, number: int) -> Any:
    """An integer or a float."""
    if number % 2:
        return tf.train.Feature(int64_list=tf.train.Int64List(value=[row + number]))
    return tf.train.Feature(float_list=tf.train.FloatList(value=[row / (1 + number)]))


def of_text(tf: Any) -> dict[str, tuple[Dataset, int]]:
    """Datasets of lines, and how many rows each has."""
    defaults = [[0.0]] * COLUMNS
    lines, made = tf.data.TextLineDataset, tf.data.experimental
    names = [f"c{n}" for n in range(COLUMNS)]
    of_csv = {"column_names": names, "column_defaults": defaults, "header": False, "shuffle": False}

    def columns(text: Any) -> Any:
        return tf.io.decode_csv(text, defaults)

    return {
        "lines of text": (lambda: lines("rows.csv").batch(BATCH), ROWS),
        "CSV of 20 columns, batch, decode_csv": (lambda: lines("rows.csv").batch(BATCH).map(columns), ROWS),
        "CSV, decode_csv, batch": (lambda: lines("rows.csv").map(columns).batch(BATCH), ROWS),
        "CsvDataset, batch": (lambda: made.CsvDataset("rows.csv", defaults).batch(BATCH), ROWS),
        "make_csv_dataset": (
            lambda: made.make_csv_dataset("rows.csv", BATCH, num_epochs=1, **of_csv), ROWS,
        ),
        "shuffle of 1M lines": (lambda: lines("many_lines").shuffle(MANY, 1).batch(BATCH), MANY * 3 // 2),
    }  # fmt: skip


def of_records(tf: Any) -> dict[str, tuple[Dataset, int]]:
    """Datasets of tf.Examples and other records, and how many rows each has."""
    records = tf.data.TFRecordDataset
    spec = {f"f{n}": tf.io.FixedLenFeature([], tf.int64 if n % 2 else tf.float32, 0) for n in range(COLUMNS)}
    varying = {key: tf.io.VarLenFeature(feature.dtype) for key, feature in spec.items()}

    def parsed(batch: int, features: dict[str, Any]) -> Dataset:
        return lambda: (
            records("examples").batch(batch).map(lambda texts: tf.io.parse_example(texts, features))
        )

    def example(text: Any) -> Any:
        found = tf.io.parse_single_example(text, spec)
        return found, tf.cast(found.pop("f0"), tf.int32)

    def reshaped(text: Any) -> Any:
        found = tf.io.parse_single_example(text, spec)
        return tf.stack([found["f0"], found["f2"]]), found["f1"]

    def whole() -> Any:
        read = tf.data.experimental.make_batched_features_dataset
        return read("examples", BATCH, spec, num_epochs=1, shuffle=False)

    return {
        "tf.Examples of 20 features, batch, parse_example": (parsed(BATCH, spec), ROWS),
        "tf.Examples, batch of 32, parse_example": (parsed(32, spec), ROWS),
        "tf.Examples, VarLen, batch, parse_example": (parsed(BATCH, varying), ROWS),
        "tf.Examples, parse_single_example, batch": (lambda: records("examples").map(example).batch(BATCH), ROWS),
        "tf.Examples, parse_single_example and stack, batch": (
            lambda: records("examples").map(reshaped).batch(BATCH), ROWS,
        ),
        "make_batched_features_dataset": (whole, ROWS),
        "records of 300 bytes": (lambda: records("examples").batch(BATCH), ROWS),
        "records of 20 kB": (lambda: records("records").batch(BATCH), RECORDS),
    }  # fmt: skip


def of_memory(tf: Any) -> dict[str, tuple[Dataset, int]]:
    """A dataset of an array."""
    x = np.ones((MANY, 9), np.float32)
    made = tf.data.Dataset.from_tensor_slices
    return {"shuffle of 1M rows in memory": (lambda: made(x).shuffle(MANY, 1).batch(BATCH), MANY)}


def rate(tf: Any, dataset: Dataset, rows: int) -> float:
    """Rows in a second of the processor, through a session; the first batch, with what is made once, does not count."""
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        element = tf.data.make_one_shot_iterator(dataset()).get_next()
        session.run(element)
        start = time.process_time()
        try:
            while True:
                session.run(element)
        except tf.errors.OutOfRangeError:
            return rows / (time.process_time() - start)


def reading(tf: Any) -> int:
    """Records one by one, in Python."""
    return sum(1 for _ in tf.python_io.tf_record_iterator("examples"))


def writing(tf: Any) -> int:
    """The same the other way round."""
    with tf.python_io.TFRecordWriter("written") as writer:
        for _ in range(ROWS):
            writer.write(b"x" * 300)
    return ROWS


def in_python(tf: Any, work: Callable[[Any], int]) -> float:
    """What it handles in a second of the processor."""
    start = time.process_time()
    count = work(tf)
    return count / (time.process_time() - start)


def files() -> Turn:
    """Each once; the process has one core to itself, so that neither is measured by the threads it starts."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    tf, folder = tf_module(), Path(tempfile.mkdtemp())
    write(tf, folder)
    os.chdir(folder)
    datasets = of_text(tf) | of_records(tf) | of_memory(tf)

    def turn() -> dict[str, float]:
        found = {name: rate(tf, *dataset) for name, dataset in datasets.items()}
        found["tf_record_iterator, 300 bytes"] = in_python(tf, reading)
        found["TFRecordWriter, 300 bytes"] = in_python(tf, writing)
        return {f"rows/s ({name})": figure for name, figure in found.items()}

    return turn


OURS, THEIRS = Run("estimator", files), Run("tensorflow", files)

ROW = Row(
    "Input, by processor time on one core; batches of 128",
    tuple(
        Comparison(f"{name} / tf.data", f"rows/s ({name})", OURS, THEIRS, goal)
        for name, goal in GOALS.items()
    ),
    pairs=3,
)
