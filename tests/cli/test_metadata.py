"""The command `metadata`: what is known of a model_dir's checkpoints, as YAML or JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from estimator.cli import commands
from tests.tiny import batches, estimator


def test_the_entries_are_told_as_yaml_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for steps in (2, 3):
        estimator(tmp_path, units=4).train(batches(), steps=steps)
    written = yaml.safe_load((tmp_path / "metadata.yaml").read_text())
    capsys.readouterr()
    assert commands.main(["metadata", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == written
    assert [entry["end_step"] for entry in told] == [2, 5]
    assert commands.main(["metadata", str(tmp_path)]) == 0
    first, second = capsys.readouterr().out.split("\n\n")
    assert [yaml.safe_load(first), yaml.safe_load(second)] == written


def test_where_nothing_is_known_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["metadata", str(tmp_path)]) == 1
    assert "metadata.yaml' is not there, or empty" in capsys.readouterr().err
