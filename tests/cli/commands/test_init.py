"""``estimator init``: what it writes trains, evaluates and predicts as it is."""

from __future__ import annotations

import json
import logging
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.cli.commands.init import main
from estimator.experiments.experiment import Experiment
from estimator.experiments.from_csv.guessing import guess
from tests.experiments.from_csv.tables import TABLES

SHORT = {"train.max_steps": 3, "run_config.save_checkpoints_steps": 3, "run_config.progress": False}
LONG = ("many_columns", "odd_names")


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "data.csv") -> None:
    Path(name).write_bytes(text.encode())


def read(path: str = "experiments/data.yaml") -> dict[str, Any]:
    return Experiment.read(path).resolved()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in LONG else ()) for name in TABLES]
)
def test_what_it_writes_trains_evaluates_and_predicts_without_a_warning(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(TABLES[name]())
    assert main(["data.csv"]) == 0
    experiment = Experiment.read("experiments/data.yaml", SHORT)
    with caplog.at_level(logging.WARNING):
        metrics, _ = experiment.train()
        predictions = list(experiment.predict())
    assert metrics["global_step"] == 3
    assert all(math.isfinite(value) for value in metrics.values())
    assert len(predictions) == guess("data.csv").sample.row_count
    numbers = [value for row in predictions for value in row.values() if value.dtype.kind == "f"]
    assert np.isfinite(np.concatenate(numbers)).all()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert os.listdir("models") == ["data"]


def test_it_shows_the_table_and_says_what_comes_next(capsys: pytest.CaptureFixture[str]) -> None:
    write(TABLES["titanic"]())
    assert main(["data.csv", "--output", "my exp.yaml"]) == 0
    shown = capsys.readouterr().out
    assert "label: Survived (by its name), 2 classes: 0 (60), 1 (60)" in shown
    assert "Fare         number" in shown and "names or ids: (nearly) every row has another" in shown
    assert shown.endswith(
        "written: my exp.yaml, to look at and edit. Then: estimator train --config 'my exp.yaml'\n"
    )


def test_what_was_left_out_can_be_taken_in_by_taking_away_the_comment() -> None:
    write(TABLES["titanic"]())
    main(["data.csv"])
    text = Path("experiments/data.yaml").read_text()
    marked = [line for line in text.splitlines() if line.startswith("  # - ")]
    assert len(marked) == 2
    for line in marked:
        text = text.replace(line, line.replace("# ", "", 1))
    before, after = read(), Experiment.read(text).resolved()
    assert len(after["columns"]) == len(before["columns"]) + 2


def test_a_file_for_evaluations_takes_the_place_of_the_rows_held_out() -> None:
    write(TABLES["iris"]())
    write(TABLES["iris"](), "test.csv")
    main(["data.csv", "--test", "test.csv"])
    given = read()
    assert given["train"]["input"]["rows"] is None
    assert (given["evaluate"]["input"]["csv"], given["evaluate"]["input"]["rows"]) == ("test.csv", None)


def test_rows_are_held_out_otherwise() -> None:
    write(TABLES["iris"]())
    main(["data.csv"])
    given = read()
    assert given["train"]["input"]["rows"] == {"all_but": 0.2}
    assert given["evaluate"]["input"]["rows"] == {"only": 0.2}
    experiment = Experiment.read("experiments/data.yaml")
    with_labels = [len(labels) for _, labels in experiment.eval_input_fn()().as_numpy_iterator()]
    assert sum(with_labels) == 12  # of 60


def test_flags_say_what_the_guess_does_not_know() -> None:
    write("1;5\n2;6\n3;7\n4;9\n" * 6)
    arguments = ["--task", "numbers", "--delimiter=;", "--header=no", "--model_dir=m/x", "--output=x.yaml"]
    assert main(["data.csv", "--label=column_1", *arguments]) == 0
    given = read("x.yaml")
    assert given["model_dir"] == "m/x"
    assert given["train"]["input"]["label"] == "column_1"
    assert given["train"]["input"]["names"] == ["column_1", "column_2"]
    assert list(given["estimator"]) == ["DNNEstimator"]


def test_a_file_that_is_there_is_kept_unless_told_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    write(TABLES["iris"]())
    write("mine", "mine.yaml")
    assert main(["data.csv", "--output=mine.yaml"]) == 1
    assert "mine.yaml is there already: --replace overwrites it" in capsys.readouterr().err
    assert Path("mine.yaml").read_text() == "mine"
    assert main(["data.csv", "--output=mine.yaml", "--replace"]) == 0
    assert "model_dir" in Path("mine.yaml").read_text()


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("", [], "data.csv: the file is empty"),
        ("a,a,label\n1,2,x\n3,4,y\n", [], "the name 'a' 2 times"),
        ("a,label\n1,x\n2,x\n", [], "all rows have the same, 'x'"),
        ("a,label\n1,x\n2,y\n", ["--label=lable"], "no column 'lable'. Did you mean 'label'?"),
        ("a,label\n1,x\n2,y\n", ["--test=none.csv"], "cannot read 'none.csv'"),
        ("a,label\n1,x\n2,y\n", ["--task=numbers"], "these values are not numbers: 'x', 'y'"),
    ],
)
def test_what_cannot_be_trained_is_refused_and_nothing_is_written(
    text: str, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(text)
    assert main(["data.csv", *arguments]) in (1, 2)  # the file, or a flag
    error = capsys.readouterr().err
    assert error.startswith("estimator init: ") and message in error
    assert os.listdir() == ["data.csv"]


def test_a_missing_file_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["none.csv"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "which file? For example: estimator init data/iris.csv --label species"),
        (
            ["data.csv", "--task=class"],
            "--task: classes or numbers is expected, given: 'class'. Did you mean 'classes'?",
        ),
        (["data.csv", "--delimiter=,,"], "--delimiter: one character is expected, or tab, given: ',,'."),
        (["data.csv", "--lable=x"], "unknown flag --lable. Did you mean --label?"),
    ],
)
def test_wrong_flags_are_a_misuse(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("csv", "stem"),
    [
        ("my data.v2.csv", "my_data"),
        ("../x/a-b.csv", "a-b"),
        ("...csv", "experiment"),
        ("größe.csv", "größe"),
    ],
)
def test_names_are_made_of_the_files(csv: str, stem: str) -> None:
    path = Path("folder/deeper") / csv
    Path("folder/deeper").mkdir(parents=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TABLES["iris"]())
    assert main([str(path)]) == 0
    assert os.listdir("experiments") == [f"{stem}.yaml"]
    assert read(f"experiments/{stem}.yaml")["model_dir"] == f"models/{stem}"


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json_schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
