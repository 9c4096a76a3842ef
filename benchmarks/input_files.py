"""Rows of files in a second of processor time: CSV of 20 columns, tf.Examples of 20 features, and bytes of records.

Processor time is that of all threads, so that others on the machine do not count.
``python benchmarks/input_files.py [path of a Python with TensorFlow]`` runs both in turn, three times, and prints the
best of each.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROWS, COLUMNS, BATCH = 20_000, 20, 128
RECORD_BYTES, RECORDS = 20_000, 10_000


def write(tf: Any, folder: Path) -> None:
    """The files, of which half of the columns are floats."""
    with open(folder / "rows.csv", "w") as file:
        for row in range(ROWS):
            file.write(",".join(str(row * 7 % 1000 + n / (1 + n % 2 * 7)) for n in range(COLUMNS)) + "\n")
    with tf.io.TFRecordWriter(str(folder / "examples")) as writer:
        for row in range(ROWS):
            features = {f"f{n}": _feature(tf, row, n) for n in range(COLUMNS)}
            message = tf.train.Example(features=tf.train.Features(feature=features))
            writer.write(message.SerializeToString())
    with tf.io.TFRecordWriter(str(folder / "records")) as writer:
        for _ in range(RECORDS):
            writer.write(b"x" * RECORD_BYTES)


def _feature(tf: Any, row: int, number: int) -> Any:
    if number % 2:
        return tf.train.Feature(int64_list=tf.train.Int64List(value=[row + number]))
    return tf.train.Feature(float_list=tf.train.FloatList(value=[row / (1 + number)]))


def datasets(tf: Any) -> dict[str, tuple[Any, int]]:
    """What is measured: datasets, and how many rows (or bytes) each has."""
    defaults = [[0.0]] * COLUMNS
    spec = {f"f{n}": tf.io.FixedLenFeature([], tf.int64 if n % 2 else tf.float32, 0) for n in range(COLUMNS)}
    lines, texts = tf.data.TextLineDataset, tf.data.TFRecordDataset
    return {
        "lines": (lines("rows.csv").batch(BATCH), ROWS),
        "lines, batch, decode_csv": (
            lines("rows.csv").batch(BATCH).map(lambda text: tf.io.decode_csv(text, defaults)),
            ROWS,
        ),
        "lines, decode_csv, batch": (
            lines("rows.csv").map(lambda text: tf.io.decode_csv(text, defaults)).batch(BATCH),
            ROWS,
        ),
        "CsvDataset, batch": (tf.data.experimental.CsvDataset("rows.csv", defaults).batch(BATCH), ROWS),
        "records, batch, parse_example": (
            texts("examples").batch(BATCH).map(lambda text: tf.io.parse_example(text, spec)),
            ROWS,
        ),
        "records, parse_single_example, batch": (
            texts("examples").map(lambda text: tf.io.parse_single_example(text, spec)).batch(BATCH),
            ROWS,
        ),
        "records of 20 kB, bytes": (texts("records").batch(BATCH), RECORDS * RECORD_BYTES),
    }


def measure(tf: Any) -> dict[str, float]:
    """Rows in a second of processor time of each dataset, through a session."""
    found = {}
    for name, (dataset, size) in datasets(tf).items():
        element = tf.data.make_one_shot_iterator(dataset).get_next()
        with tf.Session() as session:
            session.run(element)  # what is made once does not count
            start = time.process_time()
            try:
                while True:
                    session.run(element)
            except tf.errors.OutOfRangeError:
                found[name] = size / (time.process_time() - start)
    return found


def main() -> None:
    """Measure in processes of their own, in turn."""
    if len(sys.argv) > 2:  # one of these processes
        tf = importlib.import_module(
            "tensorflow.compat.v1" if sys.argv[2] == "tensorflow" else "estimator.tf"
        )
        if sys.argv[2] == "tensorflow":
            tf.disable_v2_behavior()
        os.chdir(sys.argv[1])
        print(json.dumps(measure(tf)))
        return
    from estimator import tf

    pythons = {"estimator": sys.executable} | dict(zip(["tensorflow"], sys.argv[1:], strict=False))
    best: dict[str, dict[str, float]] = {name: {} for name in pythons}
    with tempfile.TemporaryDirectory() as folder:
        write(tf, Path(folder))
        for _ in range(3):
            for name, python in pythons.items():
                command = [python, __file__, folder, name]
                output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
                found = json.loads(output.splitlines()[-1])
                best[name] = {key: max(rate, best[name].get(key, 0.0)) for key, rate in found.items()}
    for key, rate in best["estimator"].items():
        other = best.get("tensorflow", {}).get(key)
        print(
            f"{key:40} {rate:15,.0f} / s"
            + (f"   {rate / other:5.2f} of TensorFlow's {other:,.0f}" if other else "")
        )


if __name__ == "__main__":
    main()
