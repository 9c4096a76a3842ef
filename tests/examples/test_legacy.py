"""The scripts in the manner of 2016 to 2018 run as they are, say what they should, and leave what they promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.test_scripts import write_people

LEGACY = Path(__file__).parents[2] / "examples" / "legacy"


def run(script: str, *arguments: str, cwd: Path) -> str:
    """What a script prints."""
    done = subprocess.run(
        [sys.executable, LEGACY / script, *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(LEGACY.parents[1])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def checkpoints(model_dir: Path) -> set[str]:
    return {path.stem for path in model_dir.glob("*.index")}


def test_every_script_starts_with_the_one_line_that_was_changed() -> None:
    for script in LEGACY.glob("*.py"):
        assert "\nfrom estimator import tf\n" in script.read_text(), script
        assert "import estimator" not in script.read_text(), script


@pytest.mark.slow
def test_a_placeholder_script_saves_every_tenth_step_and_is_restored(tmp_path: Path) -> None:
    trained = run("softmax_regression.py", cwd=tmp_path).splitlines()
    # from zeros by a formula: the numbers of real TensorFlow 2.15
    assert trained[:2] == ["step 0: loss 1.0320", "step 10: loss 0.8836"]
    steps = [f"my-model-{step}" for step in range(10, 60, 10)]
    assert checkpoints(tmp_path / "models" / "softmax_regression") == {*steps, "final-model"}
    restored = run("softmax_regression.py", "--restore", cwd=tmp_path).splitlines()
    assert restored == ["restored models/softmax_regression/final-model", trained[-1]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "folder"), [("iris_premade", "iris_premade"), ("iris_custom", "iris_custom_legacy")]
)
def test_the_iris_classifiers_predict_three_flowers(script: str, folder: str, tmp_path: Path) -> None:
    said = run(f"{script}.py", "--train_steps", "30", cwd=tmp_path)
    assert re.findall(r'%\), expected "(\w+)"', said) == ["Setosa", "Versicolor", "Virginica"]
    accuracy = re.search(r"Test set accuracy: ([\d.]+)", said)
    assert accuracy is not None and float(accuracy[1]) > 0.5
    assert checkpoints(tmp_path / "models" / folder) == {"model.ckpt-1", "model.ckpt-30"}


@pytest.mark.slow
def test_queues_feed_a_file_for_so_many_epochs(tmp_path: Path) -> None:
    said = run("iris_queues.py", "--num_epochs=10", "--batch_size", "30", cwd=tmp_path)
    assert said.splitlines()[-1] == "done training for 10 epochs, 40 steps."  # 120 flowers
    assert said.startswith("step 40: loss ")


@pytest.mark.slow
@pytest.mark.parametrize("script", ["digits_convolution", "names_rnn"])
def test_the_networks_take_a_model_dir(script: str, tmp_path: Path) -> None:
    assert " after step 10\n" in run(f"{script}.py", "--steps=10", "--model_dir", "here", cwd=tmp_path)
    assert checkpoints(tmp_path / "here") == {"model.ckpt-1", "model.ckpt-10"}


@pytest.mark.slow
def test_a_checkpoint_manager_keeps_three_and_goes_on(tmp_path: Path) -> None:
    first = run("checkpoint_manager.py", "--model_dir=here", "--batch_size=50", cwd=tmp_path).splitlines()
    assert first[-2:] == [
        "y = 3.001 x + 2.000",
        "kept here/ckpt-3 here/ckpt-4 here/ckpt-5",
    ]  # TensorFlow 2.15's
    assert checkpoints(tmp_path / "here") == {"ckpt-3", "ckpt-4", "ckpt-5"}
    second = run("checkpoint_manager.py", "--model_dir=here", "--batch_size=50", cwd=tmp_path).splitlines()
    assert second[0] == "restored here/ckpt-5" and second[1].startswith("step 120: ")


@pytest.mark.slow
def test_lines_of_a_file_train_a_linear_model(tmp_path: Path) -> None:
    said = run("iris_csv.py", "--steps=60", "--model_dir=here", cwd=tmp_path)
    assert (
        said == "accuracy 0.967, average loss 0.1686, step 60\n"
    )  # from zeros in the order of the file: TensorFlow 2.15's numbers


@pytest.mark.slow
def test_wide_and_deep_is_trained_and_evaluated_in_turn(tmp_path: Path) -> None:
    write_people(tmp_path / "census_training.csv", 2000, seed=1)
    write_people(tmp_path / "census_test.csv", 500, seed=2)
    where = ["--data_dir", str(tmp_path), "--model_dir", "here"]
    said = run("census_wide_deep.py", "--max_steps=60", *where, cwd=tmp_path)
    accuracy, baseline, step = (float(line.split()[1]) for line in said.splitlines())
    assert accuracy > baseline and step == 60
    assert len(list((tmp_path / "here" / "eval").glob("events*"))) == 1
