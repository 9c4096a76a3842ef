"""The git repository of the calling script, against git itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from estimator.calls import repository
from estimator.calls.record import describe_process, repository_of
from estimator.calls.repository import TreeQuestion, ask_tree, git_commit
from tests.tiny import batches, estimator

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Git in a repository with one file."""

    def git(*arguments: str) -> str:
        settings = ["-c", "user.name=x", "-c", "user.email=x@y"]
        command = ["git", "-C", str(tmp_path), *settings, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    (tmp_path / "train.py").write_text("steps = 5\n")
    return git


@pytest.fixture
def committed(git: Git) -> Git:
    git("add", ".")
    git("commit", "-q", "-m", "first")
    return git


def is_dirty(directory: Path) -> bool | None:
    return TreeQuestion(str(directory)).answer(wait_secs=60)


def test_the_repository_is_the_one_around(tmp_path: Path, git: Git) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    assert repository_of(str(tmp_path / "deep" / "er")) == str(tmp_path)


def test_the_commit_is_found_however_git_keeps_it(tmp_path: Path, git: Git) -> None:
    assert git_commit(str(tmp_path)) is None  # no commit yet
    git("commit", "-q", "--allow-empty", "-m", "first")
    commit = git("rev-parse", "HEAD")
    assert git_commit(str(tmp_path)) == commit
    git("pack-refs", "--all")
    assert git_commit(str(tmp_path)) == commit
    git("checkout", "-q", "--detach")
    assert git_commit(str(tmp_path)) == commit


def test_a_further_working_tree_has_its_own_commit(tmp_path: Path, committed: Git) -> None:
    committed("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    committed("commit", "-q", "--allow-empty", "-m", "second")
    assert git_commit(str(tmp_path / "other")) == committed("rev-parse", "other")
    assert git_commit(str(tmp_path)) == committed("rev-parse", "HEAD") != committed("rev-parse", "other")
    assert repository_of(str(tmp_path / "other")) == str(tmp_path / "other")


def test_a_tree_is_dirty_if_a_file_of_git_has_changed(tmp_path: Path, committed: Git) -> None:
    assert is_dirty(tmp_path) is False
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "checkpoint").write_text("not git's")
    assert is_dirty(tmp_path) is False
    (tmp_path / "train.py").write_text("steps = 6\n")
    assert is_dirty(tmp_path) is True
    committed("add", "train.py")
    assert is_dirty(tmp_path) is True  # staged, and not committed
    committed("commit", "-q", "-m", "second")
    assert is_dirty(tmp_path) is False


def test_without_git_or_a_repository_nobody_knows(
    tmp_path: Path, committed: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert is_dirty(tmp_path) is None
    monkeypatch.undo()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    assert is_dirty(outside) is None


def test_no_program_of_the_repositorys_configuration_is_run(tmp_path: Path, committed: Git) -> None:
    (tmp_path / "monitor").write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    os.chmod(tmp_path / "monitor", 0o755)
    committed("config", "core.fsmonitor", str(tmp_path / "monitor"))
    committed("status")
    assert (tmp_path / "was-run").exists()  # git by itself would
    (tmp_path / "was-run").unlink()
    assert is_dirty(tmp_path) is False
    assert not (tmp_path / "was-run").exists()


def test_an_answer_lasts_for_a_while(tmp_path: Path, committed: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ask_tree(str(tmp_path))
    assert ask_tree(str(tmp_path)) is first
    first.answer(wait_secs=60)
    monkeypatch.setattr(repository, "_LASTS_SECS", -1.0)
    assert ask_tree(str(tmp_path)) is not first
    ask_tree(str(tmp_path)).answer(wait_secs=60)


@pytest.mark.parametrize("changed", [False, True])
def test_a_training_records_it(
    tmp_path: Path, committed: Git, changed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if changed:
        (tmp_path / "train.py").write_text("steps = 6\n")
    monkeypatch.setattr("sys.argv", [str(tmp_path / "train.py"), "--steps", "5"])
    estimator(tmp_path / "model").train(batches(), steps=2)
    (entry,) = yaml.safe_load((tmp_path / "model" / "metadata.yaml").read_text())
    assert (entry["git_dirty"], entry["git_commit"]) == (changed, committed("rev-parse", "HEAD"))
    assert entry["command"] == "python train.py --steps 5"


@pytest.mark.parametrize(
    "script",
    [
        os.path.join(os.path.dirname(sys.executable), "estimator"),
        os.path.join(os.path.dirname(os.path.dirname(repository.__file__)), "__main__.py"),
        "/usr/lib/python3/site-packages/ipykernel_launcher.py",
    ],
    ids=["estimator", "python -m estimator", "a notebook"],
)
def test_of_what_is_installed_the_repository_counts_in_which_it_runs(
    tmp_path: Path, committed: Git, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")
    monkeypatch.setattr("sys.argv", [script, "train"])
    assert describe_process(str(tmp_path / "model"), 60)["git_commit"] == committed("rev-parse", "HEAD")
