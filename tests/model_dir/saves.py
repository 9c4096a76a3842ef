"""Saves of a series, for the tests of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from estimator.model_dir.finding import kept_with, latest_prefix
from estimator.model_dir.retention import SavedCheckpoint
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.state import read_state


def tensors(step: int) -> dict[str, Any]:
    return {"global_step": np.array(step), "w": np.full(50, step, np.float32)}


def series_of(directory: Path, **options: Any) -> CheckpointSeries:
    """What a training makes: it goes on with what is kept there."""
    series = CheckpointSeries(directory, **options)
    latest = latest_prefix(directory)
    if latest is not None:
        series.continue_from(SavedCheckpoint(info.name, info.timestamp) for info in kept_with(latest))
    return series


def save(directory: Path, *steps: int, ops: Any = None, **options: Any) -> CheckpointSeries:
    series = series_of(directory, **(options if ops is None else options | {"ops": ops}))
    for step in steps:
        save_step(series, step)
    return series


def save_step(series: CheckpointSeries, step: int, value: int | None = None, **options: Any) -> str:
    return series.save(f"model.ckpt-{step}", tensors(step if value is None else value), b"meta", **options)


def names_of(series: CheckpointSeries) -> list[str]:
    return [checkpoint.name for checkpoint in series.saved]


def files_of(*steps: int) -> list[str]:
    parts = (".data-00000-of-00001", ".index", ".meta")
    return sorted(["checkpoint", *(f"model.ckpt-{step}{part}" for step in steps for part in parts)])


def named(directory: Path) -> list[str]:
    """What the state file lists."""
    state = read_state(directory)
    return [] if state is None else list(state.all_model_checkpoint_paths)
