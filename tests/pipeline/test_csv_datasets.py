"""CSV datasets say what is wrong, and go on where they stood."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError
from estimator.pipeline.csv_datasets import CsvDataset
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.made_datasets import make_batched_features_dataset, make_csv_dataset
from tests.file_datasets_of_tf import example

FILES = {
    "a.csv": b'n,word\n1,x\n2,"y\nz"\n3,\n',
    "b.csv": b"n,word\r\n4,a\r\n5,b\r6,c",
}
PIPELINES: dict[str, Callable[[], Dataset]] = {
    "records": lambda: CsvDataset(["a.csv", "b.csv"], [[0], [""]], header=True),
    "batches": lambda: CsvDataset(["a.csv", "b.csv"], [[0], [""]], header=True).repeat(2).batch(4),
    "shuffled": lambda: CsvDataset("b.csv", [[0], [""]], header=True).shuffle(2, seed=1).repeat(2).batch(2),
    "a table": lambda: make_csv_dataset("*.csv", 2, shuffle_seed=1, num_epochs=2, num_parallel_reads=2),
    "examples": lambda: make_batched_features_dataset(
        "r*", 2, {"n": tf.FixedLenFeature([], tf.int64)}, num_epochs=2
    ),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the files, in which the test runs."""
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    with tf.io.TFRecordWriter(tmp_path / "records") as writer:
        for number in range(5):
            writer.write(example(tf, number))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pull_all(source: Any) -> list[Any]:
    found = []
    while (element := source.pull()) is not None:
        found.append([array.tolist() for array in element])
    return found


@pytest.mark.parametrize("name", PIPELINES)
def test_a_restored_pipeline_continues_at_every_position(name: str) -> None:
    running = PIPELINES[name]().source()
    states, seen = [json.dumps(running.state())], []
    while (element := running.pull()) is not None:
        seen.append([array.tolist() for array in element])
        states.append(json.dumps(running.state()))
    assert len(seen) > 2
    for position, state in enumerate(states):
        restored = PIPELINES[name]().source()
        restored.restore(json.loads(state))
        assert pull_all(restored) == seen[position:], f"restored after {position} elements"


def test_columns_may_be_left_out_instead_of_chosen() -> None:
    words = CsvDataset("a.csv", [["?"]], header=True, exclude_cols=[0])
    assert [word for (word,) in words.as_numpy_iterator()] == [b"x", b"y\nz", b"?"]
    with pytest.raises(InvalidArgumentError, match="exclude one another"):
        CsvDataset("a.csv", [[""]], select_cols=[1], exclude_cols=[0])


def test_defaults_may_be_tensors_that_an_initializer_takes() -> None:
    default = tf.placeholder(tf.string, [])
    iterator = tf.data.make_initializable_iterator(CsvDataset("a.csv", [[0], default], header=True).batch(3))
    _, words = iterator.get_next()
    with tf.Session() as session:
        session.run(iterator.initializer, {default: "nothing"})
        assert session.run(words).tolist() == [b"x", b"y\nz", b"nothing"]


def test_types_of_a_table_are_the_narrowest_that_hold_what_it_says(folder: Path) -> None:
    (folder / "table").write_bytes(b"a,b,c,d,e\n1,3000000000,1,x,\n2,1,1.5,1,\n")
    types = make_csv_dataset("table", 2, num_epochs=1).output_types
    expected = {"a": tf.int32, "b": tf.int64, "c": tf.float32, "d": tf.string, "e": tf.string}
    assert types == expected


def test_batches_of_endless_tables_have_one_size() -> None:
    shapes = make_csv_dataset("a.csv", 2).output_shapes
    assert {name: shape.as_list() for name, shape in shapes.items()} == {"n": [2], "word": [2]}


def test_tables_refuse_what_does_not_go_together(folder: Path) -> None:
    (folder / "wide").write_bytes(b"n,word\n1,2\n3,4,5\n")
    refused = {
        r"CSV row 3 of wide has 3 number of fields. Expected: 2": {"file_pattern": "wide"},
        r"`column_defaults` has 1 entries for the 2 columns": {"column_defaults": [0]},
        r"names of columns, or numbers from 0 to 1, each once; given: \[0, 'n'\]": {
            "select_columns": [0, "n"]
        },
        r"numbers from 0 to 1, each once; given: \[2\]": {"select_columns": [2]},
    }
    for message, arguments in refused.items():
        with pytest.raises(ValueError, match=message):
            make_csv_dataset(**{"file_pattern": "a.csv", "batch_size": 2, **arguments})


def test_a_number_that_is_too_large_is_named() -> None:
    Path("long").write_bytes(b"1\n" + b"9" * 11 + b"\n")
    source = CsvDataset("long", [tf.int32]).source()
    assert source.pull() == [np.int32(1)]
    with pytest.raises(
        InvalidArgumentError, match="Field 0 in record 0 is not a valid int32: b'99999999999'"
    ):
        source.pull()
