"""`--distribute` and `--ranks`: what they refuse, and what they start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from estimator.cli import distribute
from estimator.cli.commands import train
from estimator.distribution.launch import WISH
from estimator.settings.yaml_text import read_mapping
from tests.cli.iris import write_iris
from tests.distribution.ranks import ROOT

TOGETHER = json.dumps(
    {"cluster": {"chief": ["a:1"], "worker": ["b:2"]}, "task": {"type": "worker", "index": 0}}
)
CONFIG = ["--config", "iris.yaml", "--verbosity", "error"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_iris(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "TF_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(WISH, "none")  # what the flags set is undone with it


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """What becomes of the process."""
    found: list[list[str]] = []

    def become(program: str, words: list[str]) -> None:
        found.append(words)
        raise SystemExit(0)

    launcher = tmp_path / "bin" / "mpiexec"
    launcher.parent.mkdir()
    launcher.touch(0o755)
    monkeypatch.setattr(distribute.sys, "executable", str(tmp_path / "elsewhere" / "python"))
    monkeypatch.setenv("PATH", str(launcher.parent))
    monkeypatch.setattr(os, "execv", become)
    return found


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a wrong call is answered with."""
    with pytest.raises(SystemExit) as end:
        train.main([*CONFIG, *arguments])
    assert end.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--distribute=mpi"],
            "no launcher has started this process. Start it by mpiexec -n 4 estimator train",
        ),
        (["--distribute=mpi"], "--distribute mpi --ranks 4"),
        (["--ranks=2"], "--distribute mpi is missing"),
        (["--distribute=none", "--ranks=2"], "--distribute mpi is missing"),
        (["--distribute=mpj"], "none, mpi or jax is expected, given: 'mpj'. Did you mean 'mpi'?"),
        (["--distribute=mpi", "--ranks=0"], "--ranks: a whole number from 1 on is expected"),
        (["--distribute=jax"], "TF_CONFIG names no other chief or worker"),
    ],
)
def test_a_wrong_call_says_what_to_do(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in said(capsys, *arguments)


def test_a_launcher_that_is_not_there_is_told_with_what_brings_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(distribute.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "mpiexec is not found" in said(capsys, "--distribute=mpi", "--ranks=2")


def test_another_number_than_the_launchers_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMI_SIZE", "3")
    told = said(capsys, "--distribute=mpi", "--ranks=2")
    assert "--ranks 2: a launcher has started 3 processes already (PMI_SIZE)" in told


@pytest.mark.parametrize("ranks", [["--ranks", "3"], ["--ranks=3"]])
def test_the_process_becomes_a_launcher_of_the_same_call(ranks: list[str], started: list[list[str]]) -> None:
    with pytest.raises(SystemExit):
        train.main([*CONFIG, "--distribute", "mpi", *ranks, "--steps", "3"])
    (words,) = started
    assert words[1:3] == ["-n", "3"]
    assert words[3:] == [
        sys.executable, "-m", "mpi4py", "-m", "estimator", "train", *CONFIG, "--distribute", "mpi", "--steps", "3",
    ]  # fmt: skip
    assert os.environ[WISH] == "mpi"


def test_processes_that_a_launcher_has_started_start_none(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMI_SIZE", "3")
    given: Any = train.make_parser().parse_args([*CONFIG, "--distribute=mpi", "--ranks=3"])
    distribute.start_ranks(given, "train", [])
    assert started == []


def test_what_trains_nothing_needs_no_others(
    started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main([*CONFIG, "--distribute=mpi", "--ranks=3", "--print_config"]) == 0
    assert started == [] and "estimator" in read_mapping(capsys.readouterr().out)


def test_processes_of_tf_config_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", TOGETHER)
    given: Any = train.make_parser().parse_args([*CONFIG, "--distribute=jax"])
    assert distribute.problems_of(given, "train") == []
    distribute.start_ranks(given, "train", [])
    assert os.environ[WISH] == "jax"


@pytest.mark.mpi
@pytest.mark.parametrize(
    ("arguments", "code", "printed"),
    [
        ([], 0, "models/iris: step 20\n"),
        (["--steps=3", "--set", "estimator.hidden_units=[7]"], 0, "models/iris: step 3\n"),
        (["--set", "train.input.label=nothing"], 2, ""),
    ],
)
def test_ranks_train_one_model_and_the_chief_prints(arguments: list[str], code: int, printed: str) -> None:
    words = [sys.executable, "-m", "estimator", "train", *CONFIG, "--distribute=mpi", "--ranks=2", *arguments]
    own = {name: value for name, value in os.environ.items() if name != WISH} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, env=own, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (code, printed), done.stderr
