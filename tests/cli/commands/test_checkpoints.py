"""The command `checkpoints`, as people and programs call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from estimator.cli import program
from estimator.model_dir.lock import DirectoryLock
from estimator.model_dir.state import CheckpointState, write_state
from tests.inspection.fixtures import flip, save


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    save(tmp_path / "iris", 1, 2, 3)
    return tmp_path / "iris"


def told(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> Any:
    assert program.main(["checkpoints", *map(str, arguments), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_they_are_listed(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["checkpoints", str(iris)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
    answer = told(capsys, iris)
    assert answer["latest"] == "model.ckpt-3"
    assert [(one["step"], one["state"]) for one in answer["checkpoints"]] == [
        (1, "kept"),
        (2, "kept"),
        (3, "latest"),
    ]


def test_a_bad_one_makes_verify_fail(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, iris, "--verify")["bad"] == 0
    flip(iris / "model.ckpt-2.data-00000-of-00001")
    answer = told(capsys, iris, "--verify", code=1)
    assert [one["is_whole"] for one in answer["verified"]] == [True, False, True] and answer["bad"] == 1
    assert program.main(["checkpoints", str(iris), "--verify"]) == 1
    assert "model.ckpt-2: 1 damaged (kept)" in capsys.readouterr().out


def test_a_dry_run_says_what_pruning_does(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dry = told(capsys, iris, "--prune", "--keep", 1, "--dry_run")
    assert dry["deleted"] == ["model.ckpt-1", "model.ckpt-2"] and dry["is_dry_run"]
    assert len(told(capsys, iris)["checkpoints"]) == 3
    assert told(capsys, iris, "--prune", "--keep", 1)["deleted"] == dry["deleted"]
    assert len(told(capsys, iris)["checkpoints"]) == 1


def test_the_unacknowledged_are_removed(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_state(iris, CheckpointState.of(["model.ckpt-2"]))
    assert told(capsys, iris, "--remove_unacknowledged")["deleted"] == ["model.ckpt-3"]


def test_one_is_copied(iris: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, iris, "--copy", "2", tmp_path / "copy")
    assert answer["copy"] == str(tmp_path / "copy" / "model.ckpt-2") and answer["why"] == "step 2"
    assert told(capsys, tmp_path / "copy")["latest"] == "model.ckpt-2"


def test_a_trainer_is_not_disturbed(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with DirectoryLock(iris):
        assert program.main(["checkpoints", str(iris), "--prune", "--keep", "1"]) == 1
        assert capsys.readouterr().err.startswith("estimator checkpoints: another trainer is at work")
        assert len(told(capsys, iris)["checkpoints"]) == 3  # looking is free


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--verify", "--prune"], "--verify and --prune are several commands"),
        (["--keep", "2"], "--keep goes with --prune"),
        (["--prune", "--keep", "0"], "1 at least stays"),
        (["--prune", "--keep", "1e1"], "a whole number is expected"),
        (["--dry_run"], "--dry_run goes with"),
        (["--by", "auc"], "--by goes with --copy best"),
        (["--copy", "3"], "--copy"),
        (["--verfy"], "Did you mean --verify"),
    ],
)
def test_wrong_arguments_end_with_two(
    iris: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["checkpoints", str(iris), *arguments])
    assert ended.value.code == 2 and message in capsys.readouterr().err


def test_a_directory_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["checkpoints", str(tmp_path / "none")]) == 1
    assert "there is no model_dir" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert program.main(["checkpoints", str(tmp_path / "file")]) == 1
    assert "is a file, not a directory" in capsys.readouterr().err
