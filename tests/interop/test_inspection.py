"""What `estimator inspect` tells of checkpoints is what TensorFlow's list_variables says of the same files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from estimator.cli import program
from tests.inspection.fixtures import prefixes
from tests.tiny import batches, estimator


def told(path: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Name to type, shape and norm, as the command says."""
    assert program.main(["inspect", path, "--json"]) == 0
    variables = json.loads(capsys.readouterr().out)["checkpoint"]["variables"]
    return {one["name"]: [one["dtype"], one["shape"], one["norm"]] for one in variables}


def test_every_checkpoint_is_listed_as_tensorflow_lists_it(
    tensorflow: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    estimator(tmp_path / "ours").train(batches(), steps=2)
    paths = [*map(str, prefixes()), str(tmp_path / "ours" / "model.ckpt-2")]
    answer = tensorflow.answer("tf_list_variables.py", {"prefixes": paths})
    compared = 0
    for path in paths:
        ours, theirs = told(path, capsys), answer[path]
        theirs.pop("_ESTIMATOR_RESUME", None)  # ours, which is hidden here
        assert {name: one[:2] for name, one in ours.items()} == {
            name: one[:2] for name, one in theirs.items()
        }, path
        for name, (_, _, norm) in theirs.items():
            if norm is not None:
                assert ours[name][2] == pytest.approx(norm, rel=1e-6), (path, name)
                compared += 1
    assert len(paths) > 60 and compared > 500
