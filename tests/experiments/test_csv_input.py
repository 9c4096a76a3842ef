"""CSV files as the input of an experiment: types by the columns, and one clear message for what does not fit."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import UsageError
from estimator.experiments import Experiment

TEXT = """
model_dir: {folder}/model
estimator: {{LinearClassifier: {{n_classes: 3{more}}}}}
columns:
  - numeric_column: {{key: age}}
  - categorical_column_with_vocabulary_list: {{key: job, vocabulary_list: [no, yes]}}
  - categorical_column_with_identity: {{key: zone, num_buckets: 9}}
train:
  input: {{csv: "{folder}/{file}", label: {label}, shuffle: 0, epochs: 1{options}}}
run_config: {{progress: false, save_summary_steps: 0}}
"""
ROWS = ["age,job,zone,kind,name,note", "30,yes,1,0,low,x", "31.5,no,2,1,mid,y", "32,yes,,2,high,"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of rows."""
    write(tmp_path / "a.csv", ROWS)
    return tmp_path


def write(path: Path, rows: list[str]) -> None:
    """A file of these lines."""
    path.write_text("".join(f"{row}\n" for row in rows))


def text_of(folder: Path, options: str = "", file: str = "a.csv", label: str = "kind", more: str = "") -> str:
    """The experiment over a file."""
    return TEXT.format(folder=folder, file=file, label=label, options=options, more=more)


def batch(text: str) -> Any:
    """The first batch of the training, as arrays."""
    dataset = Experiment.read(text).train_input_fn()()
    return next(iter(dataset.as_numpy_iterator()))


def test_columns_say_the_types_and_others_are_not_read(folder: Path) -> None:
    features, labels = batch(text_of(folder))
    assert {name: value.dtype.name for name, value in features.items()} == {
        "age": "float32", "job": "object", "zone": "int64",
    }  # fmt: skip
    assert features["age"].tolist() == [30.0, 31.5, 32.0]
    assert features["zone"].tolist() == [1, 2, -1]
    assert (labels.dtype, labels.tolist()) == (np.int64, [0, 1, 2])


@pytest.mark.parametrize(
    ("label", "more", "kind"),
    [
        ("name", ", label_vocabulary: [low, mid, high]", object),
        ("kind", ", label_vocabulary: ['0', '1', '2']", object),
    ],
)
def test_labels_of_a_vocabulary_are_texts(label: str, more: str, kind: type, folder: Path) -> None:
    _, labels = batch(text_of(folder, label=label, more=more))
    assert labels.dtype == kind


def test_files_are_joined_and_may_be_of_another_form(folder: Path) -> None:
    (folder / "b.csv").write_text("\ufeff" + "\n".join(ROWS))
    (folder / "z.gz").write_bytes(gzip.compress("\n".join(ROWS).encode()))
    write(folder / "c.tsv", [row.replace(",", "|") for row in ROWS])
    write(folder / "d.dat", ROWS[1:])
    for file, options, count in (
        ("[ab].csv", "", 6),
        ("b.csv", "", 3),
        ("z.gz", ", compression_type: GZIP", 3),
        ("c.tsv", ", field_delim: '|'", 3),
        ("d.dat", f", names: [{ROWS[0]}]", 3),
    ):
        features, labels = batch(text_of(folder, options, file=file))
        assert len(labels) == len(features["age"]) == count, file


def test_what_stands_in_for_a_gap_may_be_said(folder: Path) -> None:
    write(folder / "a.csv", [ROWS[0], "NA,,NA,0,low,x"])
    features, _ = batch(text_of(folder, ", na_value: NA, column_defaults: {age: 40, zone: 3, job: yes}"))
    assert (features["age"].tolist(), features["zone"].tolist(), features["job"].tolist()) == (
        [40.0],
        [3],
        [b"yes"],
    )
    text = text_of(folder, ", na_value: NA").replace("{key: age}", "{key: age, default_value: 7}")
    assert batch(text)[0]["age"].tolist() == [7.0]


def test_more_columns_may_be_features(folder: Path) -> None:
    features, _ = batch(text_of(folder, ", select_columns: [note]"))
    assert features["note"].tolist() == [b"x", b"y", b""]


def test_without_columns_all_are_features_of_the_types_that_they_show(folder: Path) -> None:
    text = text_of(folder).replace("LinearClassifier", "BaselineClassifier")
    start, end = text.index("columns:"), text.index("train:")
    features, labels = batch(text[:start] + text[end:])
    assert {name: value.dtype.name for name, value in features.items()} == {
        "age": "float32", "job": "object", "zone": "int32", "name": "object", "note": "object",
    }  # fmt: skip
    assert labels.dtype == np.int64


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (
            [ROWS[0], ROWS[1], "x,yes,1,0,low,x"],
            "a.csv, line 3: the column 'age' should be a number, found 'x'.",
        ),
        (
            [ROWS[0], ",yes,1,0,low,x"],
            "a.csv, line 2: the column 'age' is empty; give its numeric_column a default_",
        ),
        ([ROWS[0], "1,yes,1.5,0,low,x"], "line 2: the column 'zone' should be a whole number, found '1.5'."),
        ([ROWS[0], "1,yes,1,,low,x"], "line 2: the label 'kind' is empty; leave the row out."),
        ([ROWS[0], "1,yes,1,0,low"], "line 2: 5 cells, where there are 6 columns: '1,yes,1,0,low'."),
        ([ROWS[0], '1,"yes,1,0,low,x'], "line 2: Quoted field has to end with quote"),
        (
            [ROWS[0], '1,"a', 'b",1,0,low,x', "z,b,1,0,low,x"],
            "line 4: the column 'age' should be a number, found 'z'.",
        ),
        ([ROWS[0]], "a.csv: there are no rows."),
        ([], "Is it an empty file?"),
        (["age;job;zone;kind", "1;yes;1;0"], "If its cells are parted by ';', say field_delim: ';'."),
        (ROWS[1:], "If that is a row and no header, say what the columns are: names: [...]."),
        (["age,age,job,zone,kind", "1,1,no,1,1"], "duplicate column names: ['age']"),
    ],
    ids=range(12),
)
def test_bad_rows_are_named_by_file_and_line(rows: list[str], complaint: str, folder: Path) -> None:
    write(folder / "a.csv", rows)
    with pytest.raises(UsageError) as caught:
        Experiment.read(text_of(folder)).train()
    assert complaint in str(caught.value)
    assert not (folder / "model").exists()


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"file": "b.csv"}, "train.input: there is no file '"),
        (
            {"label": "knid"},
            "a.csv has no column 'knid', the label. Did you mean 'kind'? It has: age, job, zone, kind",
        ),
        ({"label": "age"}, "the label 'age' is a feature, too: the model would learn nothing else."),
        ({"label": "name"}, "give LinearClassifier label_vocabulary: [high, low, mid]."),
        (
            {"label": "name", "more": ", label_vocabulary: [low, mid, hihg]"},
            "line 4: the label 'name' is 'high', which label_vocabulary does not have. Did you mean 'hihg'?",
        ),
        (
            {"options": ", select_columns: [nte]"},
            "has no column 'nte', which select_columns names. Did you mean 'note'",
        ),
        (
            {"options": ", column_defaults: {agee: 1}"},
            "has no column 'agee', of column_defaults. Did you mean 'age'?",
        ),
        ({"options": ", column_defaults: {age: x}"}, "age is float32, and its default 'x' is not."),
        ({"options": ", field_delim: ab"}, "field_delim should be one character, given: 'ab'."),
        ({"options": ", compression_type: ZIP"}, "Unsupported compression_type: 'ZIP'"),
        ({"options": ", batch_size: 0"}, "batch_size should be 1 or more, given: 0."),
        (
            {"options": ", bacth_size: 3"},
            "unknown key 'bacth_size' of train.input. Did you mean 'batch_size'",
        ),
        (
            {"options": ", names: [a, b]"},
            "a.csv, line 1: 6 cells, where there are 2 columns|has none of the columns",
        ),
    ],
    ids=range(13),
)
def test_options_that_do_not_fit_are_named(given: dict[str, str], complaint: str, folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Experiment.read(text_of(folder, **given)).train()
    assert any(part in str(caught.value) for part in complaint.split("|")), str(caught.value)
    assert not (folder / "model").exists()


def test_a_file_that_is_compressed_is_suspected(folder: Path) -> None:
    (folder / "a.csv").write_bytes(gzip.compress(b"age,job\n"))
    with pytest.raises(
        UsageError, match="is not UTF-8 text; if it is compressed, say compression_type: GZIP"
    ):
        Experiment.read(text_of(folder)).train_input_fn()


def test_training_and_evaluation_are_looked_at_together(folder: Path) -> None:
    text = text_of(folder, label="knd") + "evaluate:\n  input: {csv: nowhere.csv}\n"
    with pytest.raises(UsageError) as caught:
        Experiment.read(text).train()
    assert len(caught.value.problems) == 2
    assert "no column 'knd'" in caught.value.problems[0]
    assert "evaluate.input: there is no file 'nowhere.csv'" in caught.value.problems[1]
