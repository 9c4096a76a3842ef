"""A model of Keras is trained by a script that saves after each epoch, and served by another that restores the latest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.reader import load_checkpoint

ROOT = Path(__file__).parents[2]
HERE = ROOT / "examples" / "keras"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def train(model_dir: Path, epochs: int) -> str:
    command = [sys.executable, str(HERE / "train.py"), f"--model_dir={model_dir}", f"--epochs={epochs}"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def values(prefix: Path) -> dict[str, Any]:
    reader = load_checkpoint(prefix)
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@pytest.mark.slow
def test_two_runs_leave_what_one_does(tmp_path: Path) -> None:
    said = train(tmp_path / "one", 4)
    assert "goes on with" not in said and said.count("saved") == 4
    train(tmp_path / "two", 2)
    said = train(tmp_path / "two", 4)
    assert f"goes on with {tmp_path / 'two' / 'ckpt-2'}" in said and said.count("saved") == 2
    one, two = values(tmp_path / "one" / "ckpt-4"), values(tmp_path / "two" / "ckpt-4")
    assert list(one) == list(two) and any("_velocities" in name or "_variables" in name for name in one)
    assert all(np.array_equal(one[name], two[name]) for name in one)
    kept = sorted(path.name for path in (tmp_path / "one").glob("*.index"))
    assert kept == ["ckpt-2.index", "ckpt-3.index", "ckpt-4.index"]


@pytest.mark.slow
def test_the_service_answers_with_the_latest_checkpoint(tmp_path: Path) -> None:
    train(tmp_path, 20)
    command = [sys.executable, str(HERE / "serve.py"), f"--model_dir={tmp_path}", "--port=0"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[-1]
            done = subprocess.run(
                [sys.executable, str(HERE / "ask.py"), f"--address={address}"],
                env=ENVIRONMENT, capture_output=True, text=True, timeout=30,
            )  # fmt: skip
        finally:
            server.kill()
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["Setosa", "Versicolor", "Virginica"]


@pytest.mark.slow
def test_the_service_says_that_nothing_was_trained(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "serve.py"), f"--model_dir={tmp_path}", "--port=0"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and f"there is no checkpoint in {tmp_path}: train first." in done.stderr
