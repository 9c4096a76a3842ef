"""The report of a dry run; that it leaves everything as it was is in tests/cli/commands/test_train.py."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from estimator.cli.dry_run import dry_run
from estimator.experiments.experiment import Experiment
from tests.cli.iris import YAML, contents, write_iris

MODULE = """\
import estimator as est

def model_fn(features, labels, mode, params):
    out = est.layers.dense(features, params["units"], name="out")
    if params.get("fails") and mode == "eval":
        raise RuntimeError("in the evaluation")
    loss = est.losses.mean_squared_error(labels, out)
    train_op = est.train.GradientDescentOptimizer(0.0).minimize(loss, est.train.get_global_step())
    return est.EstimatorSpec(mode, predictions=out, loss=loss, train_op=train_op)

def rows():
    return est.data.Dataset.from_tensors(([[1.0, 2.0]], [[0.0]])).repeat()
"""
TEXT = """\
model_dir: models/own
model_fn: own_dry.model_fn
params: {units: 1}
train: {input: {input_fn: own_dry.rows}, max_steps: 9}
"""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own_dry.py").write_text(MODULE)
    return folder


def report(text: str, more: Mapping[str, Any] | None = None) -> list[str]:
    told = dry_run(lambda changes: Experiment.read(text, {**(more or {}), **changes}, ["own_dry"]))
    return told.splitlines()


def test_a_model_of_ones_own_is_told_as_it_is(scratch: Path) -> None:
    lines = report(TEXT)
    assert lines[0].endswith("on the data of 'train'")  # there is no other
    assert "features     float32 (1, 2)" in lines
    assert "labels       float32 (1, 1)" in lines
    assert "predictions  float32 (1, 1)" in lines
    assert "variables    3, without what an optimizer keeps: 4 numbers, 20 B" in lines  # 2 + 1 and the step
    assert list(scratch.iterdir()) == []


def test_what_fails_on_the_way_leaves_nothing(scratch: Path) -> None:
    with pytest.raises(RuntimeError, match="in the evaluation"):
        report(TEXT, {"params.fails": True})
    assert list(scratch.iterdir()) == []
    assert not (scratch.parent / "models").exists()


def test_many_variables_are_cut_short(scratch: Path) -> None:
    write_iris(scratch.parent, "")
    before = contents(scratch.parent)
    lines = report(YAML, {"estimator.hidden_units": [2] * 40})
    assert "  and 23 more" in lines  # 40 layers and the last one, of two variables, and the step
    assert contents(scratch.parent) == before
