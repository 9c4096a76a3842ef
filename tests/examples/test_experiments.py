"""The examples that are experiments train, and learn."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.experiments.experiment import Experiment
from tests.architecture.sources import ROOT


@pytest.mark.slow
def test_iris_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # from where its paths go
    changes = {"model_dir": str(tmp_path / "iris"), "run_config.progress": False}
    experiment = Experiment.read("examples/experiments/iris.yaml", changes)
    metrics, _ = experiment.train()
    assert metrics["global_step"] == 500
    assert metrics["accuracy"] >= 0.93  # of 30 flowers; two lie among another kind
    assert len(list(experiment.predict())) == 30
