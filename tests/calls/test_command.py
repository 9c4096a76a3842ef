"""How a process was called, as others may call it."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from estimator.calls.command import command_line

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (["/home/me/train.py", "--steps", "5"], "python train.py --steps 5"),
        (["/home/me/train.py", "--name=a b"], "python train.py '--name=a b'"),
        (["/usr/bin/estimator", "train", "--config", "iris.yaml"], "estimator train --config iris.yaml"),
        (["-c", "x"], "python -c ... x"),
        (["train.py", "--api_key=s3cret", "--steps=5"], "python train.py '--api_key=***' --steps=5"),
        (["train.py", "--db-password", "s3cret", "more"], "python train.py --db-password '***' more"),
        (["train.py", "--auth_token", "--verbose"], "python train.py --auth_token --verbose"),
        (["train.py", "--max_tokens_per_batch"], "python train.py --max_tokens_per_batch"),
        ([""], None),
        ([], None),
    ],
)
def test_a_command_is_what_was_typed_without_secrets(
    argv: list[str], text: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", argv)
    monkeypatch.setattr("sys.orig_argv", ["python", *argv])
    assert command_line(os.path.basename) == text


def test_a_very_long_one_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["train.py", "x" * 5000])
    monkeypatch.setattr("sys.orig_argv", ["python", "train.py", "x" * 5000])
    text = command_line(str)
    assert text is not None and len(text) == 2000 and text.endswith("...")


def test_in_a_notebook_nobody_has_typed_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["ipykernel_launcher.py", "-f", "kernel.json"])
    monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    assert command_line(str) is None


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (["-X", "dev", "-m", "told", "--steps", "5"], "python -m told --steps 5"),
        (["told.py", "-m", "told"], "python told.py -m told"),
    ],
)
def test_a_module_that_runs_is_told_as_one(tmp_path: Path, call: list[str], text: str) -> None:
    (tmp_path / "told.py").write_text(
        "from estimator.calls.command import command_line\nprint(command_line(str))\n"
    )
    done = subprocess.run(
        [sys.executable, *call],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == text
