"""The command `predict`: rows of CSV and JSON, with columns of the data in front."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from estimator.cli.commands import predict, train
from estimator.experiments.experiment import Experiment
from tests.cli.iris import YAML, contents, rows_of, write_iris

CONFIG = ["--config=iris.yaml", "--verbosity=error"]
NAMES = ("setosa", "versicolor", "virginica")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Irises whose species have names, a model of them, and rows to predict that have none but an id."""
    folder, before = tmp_path_factory.mktemp("home"), Path.cwd()
    vocabulary = f"    n_classes: 3\n    label_vocabulary: [{', '.join(NAMES)}]"
    write_iris(folder, YAML.replace("    n_classes: 3", vocabulary))
    for name in ("train", "test"):
        header, *lines = (folder / f"{name}.csv").read_text().splitlines()
        named = [f"{line.rpartition(',')[0]},{NAMES[int(line[-1])]}" for line in lines]
        (folder / f"{name}.csv").write_text("\n".join([header, *named]) + "\n")
    header, *lines = (folder / "test.csv").read_text().splitlines()
    new = [f"no {number},{line.rpartition(',')[0]}" for number, line in enumerate(lines)]
    (folder / "new.csv").write_text("\n".join([f"id,{header.rpartition(',')[0]}", *new]) + "\n")
    os.chdir(folder)
    try:
        assert train.main([*CONFIG, "--max_steps=60"]) == 0
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def folder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    return tmp_path


def code_of(*arguments: str) -> int:
    try:
        return predict.main(arguments)
    except SystemExit as end:
        return int(str(end.code))


def test_rows_are_what_the_model_predicts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(*CONFIG, "--input=new.csv") == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    changes = {"predict.input.csv": "new.csv"}
    expected = list(Experiment.read(folder / "iris.yaml", changes).predict())
    assert len(rows) == len(expected) == 30
    assert list(rows[0]) == [
        *(f"logits_{n}" for n in range(3)), *(f"probabilities_{n}" for n in range(3)), "class_ids", "classes",
    ]  # fmt: skip
    for row, predicted in zip(rows, expected, strict=True):
        found = np.array([row[f"probabilities_{n}"] for n in range(3)], np.float32)
        np.testing.assert_array_equal(found, predicted["probabilities"])
        assert row["classes"] == predicted["classes"][0].decode() == NAMES[int(row["class_ids"])]


def test_columns_of_the_data_come_in_front_of_the_keys(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--keep=id,petal_length", "--keys=classes", "--format=json"]
    assert code_of(*CONFIG, "--input=new.csv", *flags) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    given = rows_of(folder / "new.csv")
    assert [list(row) for row in rows] == [["id", "petal_length", "classes"]] * 30
    assert [row["id"] for row in rows] == [f"no {number}" for number in range(30)]
    assert [row["petal_length"] for row in rows] == [float(row["petal_length"]) for row in given]


def test_a_file_says_by_its_name_how_rows_are_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("rows.csv", "rows.jsonl"):
        assert code_of(*CONFIG, "--input=new.csv", f"--output=out/{name}", "--keep=id") == 0
    assert capsys.readouterr().out == ""
    as_csv = rows_of(folder / "out/rows.csv")
    as_json = [json.loads(line) for line in (folder / "out/rows.jsonl").read_text().splitlines()]
    assert [row["classes"] for row in as_csv] == [row["classes"][0] for row in as_json]
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["rows.csv", "rows.jsonl"]


def test_a_model_dir_alone_will_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(*CONFIG, "--input=new.csv") == 0
    expected = capsys.readouterr().out
    (folder / "models/iris/metadata.yaml").unlink()  # there is the recipe
    assert code_of("--model_dir=models/iris", "--input=new.csv", "--verbosity=error") == 0
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--input=new.csv", "--keep=idd"], 2, "has no column 'idd'"),
        (["--input=new.csv", "--keys=clases"], 1, "Did you mean 'classes'"),
        (["--input=new.csv", "--format=xml"], 2, "--format: csv or json is expected, given: 'xml'."),
        (["--input=new.csv", "--output=."], 1, "cannot write '.'"),
        (["--input=train.csv", "--label=species"], 2, "unknown flag --label."),
        ([], 2, "there is no section 'predict', which says where the data is."),
    ],
)
def test_what_is_wrong_is_told(
    flags: list[str], code: int, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(folder)
    assert code_of(*CONFIG, *flags) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
    assert contents(folder) == before


def test_rows_that_nobody_reads_to_their_end_are_no_trouble(folder: Path) -> None:
    header, *lines = (folder / "new.csv").read_text().splitlines()
    (folder / "many.csv").write_text("\n".join([header, *(lines * 300)]) + "\n")
    command = [sys.executable, "-m", "estimator", "predict", *CONFIG, "--input=many.csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith("logits_0,")
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (0, "")
