"""The examples run as they are, in a directory of their own, and leave what they promise."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import shutil
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


CENSUS = ROOT / "examples" / "census"


def write_people(path: Path, count: int, seed: int) -> None:
    """A file as fetch.py writes them, of people whose income their education and age decide."""
    rng = random.Random(seed)
    text = ["workclass", "marital-status", "occupation", "relationship", "race", "gender", "native-country"]
    numbers = ["fnlwgt", "capital-gain", "capital-loss", "hours-per-week"]
    rows = [dict.fromkeys(text, "?") | {name: rng.randrange(100) for name in numbers} for _ in range(count)]
    for row in rows:
        years, age = rng.randrange(1, 17), rng.randrange(18, 80)
        row |= {"age": age, "educational-num": years, "education": f"grade {years}"}
        row["income"] = ">50K" if years > 8 and age > 30 else "<=50K"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.slow
def test_the_wide_and_deep_model_learns_who_earns_more(tmp_path: Path) -> None:
    script = shutil.copy(CENSUS / "wide_and_deep.py", tmp_path)
    write_people(tmp_path / "census_training.csv", 4000, seed=1)
    write_people(tmp_path / "census_test.csv", 1000, seed=2)
    said = _run(Path(script), tmp_path)
    found = re.search(r"Test set accuracy: ([\d.]+)", said)
    assert found is not None, said
    assert float(found[1]) > 0.9


def test_the_wide_and_deep_model_says_where_its_data_come_from(tmp_path: Path) -> None:
    script = shutil.copy(CENSUS / "wide_and_deep.py", tmp_path)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert f"census_training.csv is missing: run python {tmp_path}/fetch.py first." in done.stderr
