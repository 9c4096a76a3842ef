"""Parquet files as the input of an experiment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import UsageError
from estimator.experiments import Experiment
from estimator.pipeline.dataset import Dataset

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

TEXT = """
model_dir: {folder}/model
estimator: {{LinearClassifier: {{n_classes: 3}}}}
columns:
  - numeric_column: {{key: age}}
  - categorical_column_with_vocabulary_list: {{key: job, vocabulary_list: [no, yes]}}
train:
  input: {{parquet: "{folder}/*.parquet", label: kind, shuffle: 0, epochs: 1, batch_size: 4}}
run_config: {{progress: false, save_summary_steps: 0}}
"""


def write(path: Path, **columns: Any) -> None:
    """A file of these columns."""
    parquet.write_table(pyarrow.table(columns), path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files of rows."""
    for part in range(2):
        write(
            tmp_path / f"{part}.parquet",
            name=["a", "b", "c"],
            age=[30, 31, 32 + part],
            job=["yes", None, "no"],
            kind=pyarrow.array([0, 1, 2], pyarrow.int8()),
        )
    return tmp_path


def rows(dataset: Dataset) -> list[Any]:
    """All elements of a dataset, as arrays."""
    return list(dataset.as_numpy_iterator())


def test_columns_have_the_types_that_the_model_wants(folder: Path) -> None:
    (features, labels), (rest, _) = rows(Experiment.read(TEXT.format(folder=folder)).train_input_fn()())
    assert sorted(features) == ["age", "job"]
    assert (features["age"].dtype, labels.dtype) == (np.float32, np.int64)
    np.testing.assert_array_equal(features["age"], [30, 31, 32, 30])
    assert features["job"].tolist() == [b"yes", b"", b"no", b"yes"]
    np.testing.assert_array_equal(rest["age"], [31, 33])


def test_it_trains(folder: Path) -> None:
    experiment = Experiment.read(TEXT.format(folder=folder))
    experiment.train()
    assert experiment.estimator().get_variable_value("global_step") == 2


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("*.parquet", "none.parquet", "train.input: there is no file '.*none.parquet'"),
        ("key: age", "key: agee", "has no column 'agee'. Did you mean 'age'. It has: name, age, job, kind"),
        ("label: kind", "label: kin", "has no column 'kin'. Did you mean 'kind'"),
        ("label: kind", "label: name", "the column 'name' of .*: should be numbers, found 'a'"),
        ("label: kind", "label: age", "the label 'age' is a feature, too"),
        (
            "n_classes: 3",
            "n_classes: 2",
            "the label 'kind' is 2, and the ids of LinearClassifier's 2 classes are 0",
        ),
        (
            "key: age",
            "key: gap",
            "the column 'gap' of .*: row 1 is null; give it a default in column_defaults",
        ),
        ("key: age", "key: job, default_value: 0", "two columns want the feature 'job' in different ways"),
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_written(
    old: str, new: str, complaint: str, folder: Path
) -> None:
    if "gap" in new:
        for path in folder.glob("*.parquet"):
            write(path, gap=[1.0, None], job=["no", "no"], kind=[0, 1])
    text = TEXT.format(folder=folder)
    assert old in text
    with pytest.raises(UsageError, match=complaint):
        Experiment.read(text.replace(old, new)).train()
    assert not (folder / "model").exists()


def test_a_file_that_is_no_parquet_is_named(folder: Path) -> None:
    (folder / "2.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(UsageError, match=r"2.parquet cannot be read as Parquet: "):
        Experiment.read(TEXT.format(folder=folder)).train_input_fn()


def test_without_pyarrow_the_extra_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"pip install 'numpy-estimator\[data\]'"):
        Experiment.read(TEXT.format(folder=folder)).train_input_fn()
