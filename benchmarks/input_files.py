"""Rows of files in a second: lines, CSV of 20 columns, tf.Examples of 20 features, and bytes of records.

Each process has one core to itself, ours and TensorFlow's alike, so that neither is measured by the threads it starts.
Wall-clock says what a script sees; processor time is that of all threads, and does not count others on the machine.
``python benchmarks/input_files.py [path of a Python with TensorFlow [part of a name]]`` runs both in turn, three times,
and prints the best of each.
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
MANY = 1_000_000  # rows of a large shuffle


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
    with open(folder / "many_lines", "w") as file:
        file.writelines(f"{row},{row * 7 % 1000},{row * 13 % 997 / 8}\n" for row in range(MANY * 3 // 2))


def _feature(tf: Any, row: int, number: int) -> Any:
    if number % 2:
        return tf.train.Feature(int64_list=tf.train.Int64List(value=[row + number]))
    return tf.train.Feature(float_list=tf.train.FloatList(value=[row / (1 + number)]))


def datasets(tf: Any) -> dict[str, tuple[Any, int]]:
    """What is measured: datasets, and how many rows (or bytes) each has."""
    defaults = [[0.0]] * COLUMNS
    spec = {f"f{n}": tf.io.FixedLenFeature([], tf.int64 if n % 2 else tf.float32, 0) for n in range(COLUMNS)}
    varying = {key: tf.io.VarLenFeature(feature.dtype) for key, feature in spec.items()}
    lines, texts, made = tf.data.TextLineDataset, tf.data.TFRecordDataset, tf.data.experimental

    def columns(text: Any) -> Any:
        return tf.io.decode_csv(text, defaults)

    def example(text: Any) -> Any:
        found = tf.io.parse_single_example(text, spec)
        return found, tf.cast(found.pop("f0"), tf.int32)

    def reshaped(text: Any) -> Any:
        found = tf.io.parse_single_example(text, spec)
        return tf.stack([found["f0"], found["f2"]]), found["f1"]

    names = [f"c{n}" for n in range(COLUMNS)]
    of_csv = {"column_names": names, "column_defaults": defaults, "header": False, "shuffle": False}
    return {
        "lines": (lines("rows.csv").batch(BATCH), ROWS),
        "lines, batch, decode_csv": (lines("rows.csv").batch(BATCH).map(columns), ROWS),
        "lines, decode_csv, batch": (lines("rows.csv").map(columns).batch(BATCH), ROWS),
        "CsvDataset, batch": (made.CsvDataset("rows.csv", defaults).batch(BATCH), ROWS),
        "make_csv_dataset": (made.make_csv_dataset("rows.csv", BATCH, num_epochs=1, **of_csv), ROWS),
        "records, batch, parse_example": (
            texts("examples").batch(BATCH).map(lambda text: tf.io.parse_example(text, spec)),
            ROWS,
        ),
        "records, batch of 32, parse_example": (
            texts("examples").batch(32).map(lambda text: tf.io.parse_example(text, spec)),
            ROWS,
        ),
        "records, batch, parse_example, sparse": (
            texts("examples").batch(BATCH).map(lambda text: tf.io.parse_example(text, varying)),
            ROWS,
        ),
        "records, parse_single_example, batch": (texts("examples").map(example).batch(BATCH), ROWS),
        "records, parse_single and stack, batch": (texts("examples").map(reshaped).batch(BATCH), ROWS),
        "make_batched_features_dataset": (
            made.make_batched_features_dataset("examples", BATCH, spec, num_epochs=1, shuffle=False),
            ROWS,
        ),
        "records of 300 bytes, bytes": (texts("examples").batch(BATCH), os.path.getsize("examples")),
        "records of 20 kB, bytes": (texts("records").batch(BATCH), RECORDS * RECORD_BYTES),
        "a million lines shuffled": (lines("many_lines").shuffle(MANY, 1).batch(BATCH), MANY * 3 // 2),
    }


def measure(tf: Any, part: str) -> dict[str, list[float]]:
    """Rows in a second, of wall-clock and of processor time, of each dataset through a session; of files, bytes."""
    found = {}
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    for name, (dataset, size) in datasets(tf).items():
        if part not in name:
            continue
        element = tf.data.make_one_shot_iterator(dataset).get_next()
        with tf.Session(config=config) as session:
            session.run(element)  # what is made once does not count
            start, cpu_start = time.perf_counter(), time.process_time()
            try:
                while True:
                    session.run(element)
            except tf.errors.OutOfRangeError:
                found[name] = [size / (time.perf_counter() - start), size / (time.process_time() - cpu_start)]
    for name, work in {"tf_record_iterator, bytes": _read, "TFRecordWriter, bytes": _write}.items():
        if part in name:
            start, cpu_start = time.perf_counter(), time.process_time()
            size = work(tf)
            found[name] = [size / (time.perf_counter() - start), size / (time.process_time() - cpu_start)]
    return found


def _read(tf: Any) -> int:
    return sum(map(len, tf.python_io.tf_record_iterator("examples")))


def _write(tf: Any) -> int:
    with tf.python_io.TFRecordWriter("written") as writer:
        for _ in range(ROWS):
            writer.write(b"x" * 300)
    return ROWS * 300


def main() -> None:
    """Measure in processes of their own, in turn."""
    if sys.argv[1:2] == ["--one"]:  # one of these processes
        _, _, folder, name, part = sys.argv
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        tf = importlib.import_module("tensorflow.compat.v1" if name == "tensorflow" else "estimator.tf")
        if name == "tensorflow":
            tf.disable_v2_behavior()
        os.chdir(folder)
        print(json.dumps(measure(tf, part)))
        return
    from estimator import tf

    pythons = {"estimator": sys.executable} | dict(zip(["tensorflow"], sys.argv[1:2], strict=False))
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    best: dict[str, dict[str, list[float]]] = {name: {} for name in pythons}
    with tempfile.TemporaryDirectory() as folder:
        write(tf, Path(folder))
        for _ in range(3):
            for name, python in pythons.items():
                command = [python, __file__, "--one", folder, name, part]
                output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
                for key, rates in json.loads(output.splitlines()[-1]).items():
                    best[name][key] = list(map(max, rates, best[name].get(key, rates)))
    for key, rates in best["estimator"].items():
        print(f"{key:40} {rates[0]:15,.0f} / s", *_compared(rates, best.get("tensorflow", {}).get(key)))


def _compared(rates: list[float], others: list[float] | None) -> list[str]:
    if others is None:
        return []
    wall, cpu = (rate / other for rate, other in zip(rates, others, strict=True))
    return [f"  {wall:5.2f} of TensorFlow's {others[0]:,.0f}, {cpu:5.2f} by processor time"]


if __name__ == "__main__":
    main()
