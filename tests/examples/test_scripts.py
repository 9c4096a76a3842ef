"""The examples run as they are, in a directory of their own, and leave what they promise."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(script: Path, cwd: Path) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, script], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _listing(model_dir: Path) -> list[str]:
    """The files that are promised; hidden ones, eval/ and metadata.yaml may lie beside them."""
    names = [each.name for each in model_dir.iterdir() if each.name not in ("eval", "metadata.yaml")]
    return sorted(re.sub(r"tfevents\..*", "tfevents", name) for name in names if not name.startswith("."))


def _checkpoint(step: int) -> list[str]:
    return [f"model.ckpt-{step}.{part}" for part in ("data-00000-of-00001", "index", "meta")]


@pytest.mark.slow
def test_the_premade_estimator_trains_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    script = ROOT / "examples" / "iris" / "premade_estimator.py"
    model_dir = tmp_path / "models" / "iris"
    others = ["checkpoint", "events.out.tfevents", "graph.pbtxt"]

    first = _run(script, tmp_path)
    assert _listing(model_dir) == sorted([*others, *_checkpoint(1), *_checkpoint(200)])
    assert len(re.findall(r"Prediction is (Setosa|Versicolor|Virginica) ", first)) == 3

    second = _run(script, tmp_path)
    assert "after step 400" in second
    steps = {name.split(".")[1] for name in _listing(model_dir) if name.startswith("model.ckpt")}
    assert steps == {"ckpt-1", "ckpt-200", "ckpt-201", "ckpt-400"}


@pytest.mark.slow
def test_the_custom_model_function_learns_iris(tmp_path: Path) -> None:
    said = _run(ROOT / "examples" / "iris" / "custom_model_fn.py", tmp_path)
    found = re.search(r"'accuracy': (?:np\.float32\()?([\d.]+)", said)
    assert found is not None, said
    assert float(found[1]) > 0.85


TOGETHER = ROOT / "examples" / "iris" / "train_and_evaluate.py"


def _best(said: str) -> int:
    found = re.search(r"the best checkpoint: models/iris_best/model\.ckpt-(\d+)", said)
    assert found is not None, said
    return int(found[1])


@pytest.mark.slow
def test_the_best_of_the_checkpoints_that_were_evaluated_is_kept(tmp_path: Path) -> None:
    best = _best(_run(TOGETHER, tmp_path))
    assert (tmp_path / "models" / "iris_best" / f"model.ckpt-{best}.index").exists()
    assert list((tmp_path / "models" / "iris_best" / "export" / "best_exporter").glob("[0-9]*"))
    assert _best(_run(TOGETHER, tmp_path)) == best  # there is nothing left to train


@pytest.mark.slow
def test_an_evaluator_of_its_own_may_be_killed_and_started_again(tmp_path: Path) -> None:
    def start(role: str) -> subprocess.Popen[str]:
        task = {"cluster": {"chief": ["localhost:2222"]}, "task": {"type": role, "index": 0}}
        environment = os.environ | {"PYTHONPATH": str(ROOT), "TF_CONFIG": json.dumps(task)}
        return subprocess.Popen(
            [sys.executable, TOGETHER],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    with start("evaluator") as killed:
        assert killed.stdout is not None
        assert any("Waiting" in line for line in killed.stdout)
        killed.kill()
    with start("chief") as chief, start("evaluator") as watcher:
        said = watcher.communicate(timeout=60)[0]
        chief.communicate(timeout=60)
    assert (chief.returncode, watcher.returncode) == (0, 0), said
    assert "Saving dict for global step 1000" in said
    assert _best(said)
