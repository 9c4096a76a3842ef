"""The estimators of deepctr 0.9.4 run here as they are, and come to what they come to under TensorFlow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.interop.conftest import TensorFlow

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "deepctr_models.py"
PACKAGE = ROOT / ".venv-deepctr"
KINDS = ["DeepFMEstimator", "NFMEstimator", "DCNEstimator", "WDLEstimator"]
BEGIN, ON = 3, 4  # steps
Answers = dict[str, dict[str, Any]]


def answers(command: list[str], folder: Path, jobs: dict[str, dict[str, Any]]) -> Answers:
    """What the script says of each of these jobs."""
    (folder / "requests.py").write_text(
        "def get(url):\n    raise OSError('no network')\n", "utf-8"
    )  # asks for news
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [*command, str(SCRIPT), str(PACKAGE)],
        env=os.environ | quiet | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])},
        input=json.dumps(list(jobs.values())), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(jobs, json.loads(done.stdout.splitlines()[-1]), strict=True))


@pytest.fixture(scope="module")
def both(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> tuple[Answers, Answers]:
    """What TensorFlow says, and what we say: both go on from what TensorFlow has begun."""
    if not (PACKAGE / "deepctr").is_dir():
        pytest.skip("deepctr is not there: `make interop` puts it into .venv-deepctr.")
    folder = tmp_path_factory.mktemp("deepctr")

    def jobs(side: str, *names: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for kind in KINDS:
            begun = {"kind": kind, "begun_in": str(folder / f"theirs_begin_{kind}")}
            known = {
                "begin": {"kind": kind, "steps": BEGIN},
                "evaluate": begun | {"steps": 0},
                "on": begun | {"steps": ON},
            }
            for name in names:
                found[f"{name} {kind}"] = known[name] | {"model_dir": str(folder / f"{side}_{name}_{kind}")}
        return found

    theirs = answers([tensorflow.python], folder, jobs("theirs", "begin", "on"))
    ours = answers(
        [sys.executable, "-m", "estimator", "run"], folder, jobs("ours", "begin", "evaluate", "on")
    )
    return theirs, ours


@pytest.mark.parametrize("kind", KINDS)
def test_variables_have_the_same_names(both: tuple[Answers, Answers], kind: str) -> None:
    theirs, ours = both
    assert ours[f"begin {kind}"]["names"] == theirs[f"begin {kind}"]["names"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "expected"), [("evaluate", "begin"), ("on", "on")])
def test_losses_metrics_and_predictions_are_the_same_from_the_same_values(
    both: tuple[Answers, Answers], kind: str, name: str, expected: str
) -> None:
    found, wanted = both[1][f"{name} {kind}"], both[0][f"{expected} {kind}"]
    assert found["metrics"].keys() == wanted["metrics"].keys()
    for metric, value in wanted["metrics"].items():
        np.testing.assert_allclose(found["metrics"][metric], value, rtol=1e-4, err_msg=metric)
    np.testing.assert_allclose(found["predictions"], wanted["predictions"], rtol=1e-4, atol=1e-5)
