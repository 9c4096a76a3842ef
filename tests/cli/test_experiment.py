"""What the flags that train, evaluate, predict and export share make of an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.cli.experiment import (
    add_experiment,
    add_input,
    carried_out,
    changes_of_input,
    checkpoint_of,
    count,
    read_experiment,
)
from estimator.cli.flags import add_settings
from estimator.cli.parser import CommandParser
from estimator.core import log
from estimator.core.errors import NotFoundError, UsageError
from tests import tiny
from tests.cli.iris import EVALUATE, YAML, write_iris


def parser() -> CommandParser:
    made = CommandParser("evaluate", "Evaluates.")
    add_experiment(made, "evaluate")
    add_input(made, "evaluate", label=True)
    add_settings(made)
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_iris(tmp_path, YAML + EVALUATE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def resolved(*arguments: str) -> dict[str, Any]:
    problems: list[str] = []
    given = parser().parse_args(["--config=iris.yaml", *arguments])
    changes = changes_of_input(given, "evaluate", problems)
    assert problems == []
    return read_experiment(given, changes).resolved()


def test_data_takes_the_place_of_that_of_the_section_and_keeps_its_other_options(folder: Path) -> None:
    write_iris(folder, YAML + "evaluate: {input: {csv: no.csv, field_delim: ',', prefetch: 2}}\n")
    found = resolved("--input", "test.csv", "train.csv", "--batch_size=010")["evaluate"]["input"]
    assert (found["csv"], found["batch_size"], found["prefetch"]) == (["test.csv", "train.csv"], 10, 2)
    assert found["label"] == "species"  # the training's


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "csv"),
        ("a.CSV.gz", "csv"),
        ("a", "csv"),
        ("a.parquet", "parquet"),
        ("d/*.tfrecord", "tfrecord"),
    ],
)
def test_the_ending_of_a_name_says_of_which_kind_it_is(name: str, kind: str) -> None:
    given = parser().parse_args(["--input", name])
    path, *_ = changes_of_input(given, "predict", [])
    assert path == f"predict.input.{kind}"


def test_a_share_of_the_rows_is_one_of_the_files_that_it_is_said_of(folder: Path) -> None:
    write_iris(folder, YAML + "evaluate: {input: {csv: train.csv, rows: {only: 0.2}}}\n")
    assert resolved()["evaluate"]["input"]["rows"] == {"only": 0.2}
    assert resolved("--input=test.csv")["evaluate"]["input"]["rows"] is None
    share = "--set=evaluate.input.rows={only: 0.5}"
    assert resolved("--input=test.csv", share)["evaluate"]["input"]["rows"] == {"only": 0.5}


def test_files_of_another_kind_take_the_place_of_those_that_were(folder: Path) -> None:
    write_iris(folder, YAML + "evaluate: {input: {tfrecord: some.tfrecord}}\n")
    assert "tfrecord" not in resolved("--input=test.csv")["evaluate"]["input"]


def test_messages_name_the_flag(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"--set estimator\.n_classes: n_classes should be a whole number"):
        resolved("--set=estimator.n_classes=three")
    with pytest.raises(UsageError, match="--set train.max_steps: .*given: -5"):
        resolved("--set=train.max_steps=-5")


def test_a_module_may_be_imported_that_is_named(folder: Path) -> None:
    (folder / "own_input.py").write_text("def rows():\n    return None\n\ndef other():\n    return None\n")
    change = "--set=evaluate.input={input_fn: own_input.rows}"
    with pytest.raises(UsageError, match="--allow_import own_input"):
        resolved(change)
    for flags in (
        ["--allow_import=own_input"],
        ["--allow_import", "json,own_input"],
        ["--allow_import", "json", "own_input"],
        ["--allow_import=a", "--allow_import=own_input"],
    ):
        assert resolved(change, *flags)["evaluate"]["input"] == {"input_fn": "own_input.rows"}


def test_a_checkpoint_is_an_argument_of_the_calls(tmp_path: Path) -> None:
    folder = str(tmp_path)
    with pytest.raises(NotFoundError, match="has no checkpoint; train first"):
        checkpoint_of("latest", folder)
    tiny.estimator(folder).train(tiny.batches(), steps=3)
    assert checkpoint_of("latest", folder) == {"checkpoint": "latest"}
    assert checkpoint_of("1", folder) == {"checkpoint_path": f"{folder}/model.ckpt-1"}


def test_verbosity_is_the_level_of_the_log_while_the_command_works() -> None:
    before, seen = log.get_verbosity(), []
    given = parser().parse_args(["--verbosity=error", "--model_dir=x"])

    def work() -> int:
        seen.append(log.get_verbosity())
        return 7

    assert carried_out("train", given, work) == 7
    assert (seen, log.get_verbosity()) == ([log.ERROR], before)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x"])
def test_a_count_begins_with_one(text: str) -> None:
    assert count("01") == 1
    with pytest.raises(ValueError, match="a whole number"):
        count(text)


def test_a_change_keeps_what_stands_behind_its_first_equals_sign() -> None:
    (change,) = parser().parse_args(["--set=a.b=c=d"]).set
    assert change == ("a.b", "c=d")


@pytest.mark.parametrize("text", ["10,010", "[10, 10]", " 10 , 1_0 "])
def test_a_list_is_written_with_commas(text: str, folder: Path) -> None:
    found = resolved(f"--set=estimator.hidden_units={text}")
    assert found["estimator"]["DNNClassifier"]["hidden_units"] == [10, 10]


def test_a_list_of_what_are_no_numbers_is_told(folder: Path) -> None:
    with pytest.raises(
        UsageError, match="--set estimator.hidden_units: hidden_units should be a whole number"
    ):
        resolved("--set=estimator.hidden_units=10,1e1x")
