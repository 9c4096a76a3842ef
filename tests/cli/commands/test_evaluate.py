"""The command `evaluate`: metrics of a checkpoint, for people and for programs."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.cli.commands import evaluate, predict, train
from estimator.columns.numeric import numeric_column
from estimator.estimators.dnn import DNNEstimator
from estimator.estimators.linear import LinearClassifier, LinearRegressor
from estimator.models.heads.multi_class import MultiClassHead
from estimator.settings.run_config import RunConfig
from tests.cli.iris import EVALUATE, NUMBERS, YAML, contents, rows_of, write_iris

QUIET = "--verbosity=error"
CONFIG = ["--config=iris.yaml", QUIET]
SETTINGS = RunConfig(tf_random_seed=1, progress=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_iris(tmp_path, YAML + EVALUATE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the model has been trained, to be copied."""
    folder, before = tmp_path_factory.mktemp("home"), Path.cwd()
    write_iris(folder, YAML + EVALUATE)
    os.chdir(folder)
    try:
        assert train.main([*CONFIG, "--save_checkpoints_steps=10", "--keep_best=accuracy,max,1"]) == 0
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def trained(home: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    capsys.readouterr()
    shutil.copytree(home / "models", folder / "models")
    return folder


def code_of(*arguments: str) -> int:
    try:
        return evaluate.main(arguments)
    except SystemExit as end:
        return int(str(end.code))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert code_of("--json", QUIET, *arguments) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_metrics_are_those_of_the_rows_that_are_predicted(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = told(capsys, "--config=iris.yaml")
    assert predict.main([*CONFIG, "--input=test.csv", "--output=rows.jsonl"]) == 0
    rows = [json.loads(line) for line in (trained / "rows.jsonl").read_text().splitlines()]
    labels = [int(row["species"]) for row in rows_of(trained / "test.csv")]
    right = [row["class_ids"] == [label] for row, label in zip(rows, labels, strict=True)]
    losses = [-np.log(row["probabilities"][label]) for row, label in zip(rows, labels, strict=True)]
    assert metrics["global_step"] == 20
    assert metrics["accuracy"] == pytest.approx(np.mean(right), rel=1e-6)
    assert metrics["average_loss"] == pytest.approx(np.mean(losses), rel=1e-5)


def test_people_get_a_line_for_each_metric(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(*CONFIG) == 0
    lines = capsys.readouterr().out.splitlines()
    names = ["accuracy", "average_loss", "global_step", "loss"]
    assert [line[:14] for line in lines] == [f"{name:<14}" for name in names]
    assert lines[2] == "global_step   20"


def test_another_checkpoint_is_asked_for_by_step_or_as_the_best(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = {
        which: told(capsys, "--config=iris.yaml", f"--checkpoint={which}")
        for which in ("1", "best", "latest")
    }
    assert steps["1"]["global_step"] == 1
    assert steps["latest"]["global_step"] == 20
    assert steps["best"]["accuracy"] == max(found["accuracy"] for found in steps.values())
    assert code_of(*CONFIG, "--checkpoint=7") == 1
    assert "no checkpoint of step 7; it has those of: " in capsys.readouterr().err


def test_other_data_and_fewer_batches_of_it(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = told(capsys, "--config=iris.yaml", "--input=train.csv", "--batch_size=40")
    parts = [told(capsys, "--config=iris.yaml", "--input", "train.csv", "--batch_size=40", "--steps=1")]
    assert whole["loss"] == pytest.approx(whole["average_loss"] * 40, rel=1e-5)
    assert parts[0]["average_loss"] != whole["average_loss"]
    assert told(capsys, "--config=iris.yaml", "--input", "train.csv", "test.csv") != whole


def test_curves_go_where_the_name_says(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "--config=iris.yaml", "--name=other")
    assert list((trained / "models/iris/eval_other").glob("events.*"))


def test_a_ready_made_model_needs_no_experiment(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = [numeric_column(name) for name in NUMBERS]
    rows = rows_of(folder / "train.csv")
    features = {name: np.array([float(row[name]) for row in rows], np.float32) for name in NUMBERS}
    labels = np.array([int(row["species"]) for row in rows])
    models: dict[str, Any] = {
        "linear": (LinearClassifier(columns, "linear", n_classes=3, config=SETTINGS), labels),
        "value": (LinearRegressor(columns, "value", config=SETTINGS), labels.astype(np.float32)),
        "head": (DNNEstimator(MultiClassHead(3), [4], columns, "head", config=SETTINGS), labels),
    }
    for name, (model, wanted) in models.items():
        model.train(lambda wanted=wanted: (features, wanted), steps=3)
        expected = model.evaluate(lambda wanted=wanted: (features, wanted), steps=1)
        found = told(
            capsys, f"--model_dir={name}", "--input=train.csv", "--label=species", "--batch_size=1000"
        )
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            assert found[key] == pytest.approx(float(value), rel=1e-6)


def test_a_model_dir_goes_on_with_the_experiment_that_trained_it(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = told(capsys, "--config=iris.yaml")
    (trained / "iris.yaml").unlink()
    (trained / "models").rename(trained / "moved")
    assert told(capsys, "--model_dir=moved/iris") == expected
    assert train.main(["--model_dir=moved/iris", "--steps=2", QUIET]) == 0
    assert capsys.readouterr().out.startswith("moved/iris: step 22\n")
    assert told(capsys, "--model_dir=moved/iris")["global_step"] == 22


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        ([], 2, "--config is missing"),
        (["--model_dir=nowhere"], 1, "there is no model_dir 'nowhere'."),
        (["--model_dir=."], 1, "has no .recipe.json, by which a ready-made model is known"),
        ([*CONFIG, "--model_dir=nowhere"], 1, "'nowhere' has no checkpoint; train first, or check the path."),
        ([*CONFIG, "--input=none.csv"], 2, "--input: evaluate.input: there is no file 'none.csv'"),
        ([*CONFIG, "--input", "a.csv", "b.parquet"], 2, "--input: files of one kind are read together, given: csv and parquet."),
        ([*CONFIG, "--label=specie"], 2, "has no column 'specie', the label. Did you mean 'species'?"),
        ([*CONFIG, "--batch_size=0"], 2, "--batch_size: a whole number from 1 on is expected, given: '0'."),
        ([*CONFIG, "--lable=x"], 2, "unknown flag --lable. Did you mean --label"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    flags: list[str], code: int, said: str, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(trained)
    assert code_of(*flags) == code
    assert said in capsys.readouterr().err
    assert contents(trained) == before


def test_a_model_that_has_changed_since_has_a_code_of_its_own(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(*CONFIG, "--set=estimator.hidden_units=[5]") == 3
    assert "do not fit models/iris/model.ckpt-20" in capsys.readouterr().err
