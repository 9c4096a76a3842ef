"""Checkpoints that TensorFlow wrote, and what it says they hold; files of a test that are broken or odd."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.model_dir.series import CheckpointSeries
from tests.model_dir.fault_ops import UnsyncedOps

TF = Path(__file__).parents[1] / "data" / "tf"
DAMAGED = TF / "bundle_corrupted"


def prefixes() -> Iterator[Path]:
    """The prefix of every checkpoint of TensorFlow's among the tests' data that is whole."""
    for index in sorted(TF.rglob("*.index")):
        if DAMAGED not in index.parents or index.parent.name == "good":
            yield index.with_suffix("")


def recorded(folder: Path) -> dict[str, tuple[str, list[int]]]:
    """What TensorFlow said when it wrote the checkpoint of a folder: name to dtype and shape; or nothing."""
    path = folder / "expected.json"
    if not path.exists():
        return {}
    said: Any = json.loads(path.read_text())
    if not isinstance(said, dict):
        return {}
    if "variables" in said:
        return {name: (dtype, shape) for name, (dtype, shape) in said["variables"].items()}
    return {name: (each["dtype"], each["shape"]) for name, each in said.get("tensors", {}).items()}


def save(directory: Path, *steps: int, keep_max: int | None = 5, **more: Any) -> CheckpointSeries:
    """Save small checkpoints as a training does."""
    series = CheckpointSeries(directory, keep_max=keep_max, ops=UnsyncedOps())
    for step in steps:
        series.save(
            f"model.ckpt-{step}",
            {"w": np.full((2, 3), step, np.float32), "global_step": np.array(step, np.int64)} | more,
            may_be_nonfinite=list(more),
        )
    return series


def flip(path: Path, at: int = -1) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def deny(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Let the file be one that may not be read, for root too."""
    real = os.open

    def denying(name: Any, *arguments: Any, **keywords: Any) -> int:
        if os.fspath(name) == str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(os, "open", denying)
