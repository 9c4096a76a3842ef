"""The scripts of examples/legacy run in real TensorFlow as well, and each goes on with what the other has saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.test_legacy import LEGACY, run
from tests.interop.conftest import TensorFlow


def in_tensorflow(tensorflow: TensorFlow, script: str, *arguments: str, cwd: Path) -> list[str]:
    request = {"script": str(LEGACY / script), "arguments": arguments, "cwd": str(cwd)}
    lines: list[str] = tensorflow.answer("tf_legacy.py", request)
    return lines


def test_softmax_regression_prints_tensorflows_numbers(tensorflow: TensorFlow, tmp_path: Path) -> None:
    theirs = in_tensorflow(tensorflow, "softmax_regression.py", cwd=tmp_path)
    assert len(theirs) == 7
    restored = run("softmax_regression.py", "--restore", cwd=tmp_path).splitlines()
    assert restored == ["restored models/softmax_regression/final-model", theirs[-1]]
    assert run("softmax_regression.py", cwd=tmp_path).splitlines() == theirs
    assert in_tensorflow(tensorflow, "softmax_regression.py", "--restore", cwd=tmp_path) == restored


@pytest.mark.parametrize("first", ["ours", "theirs"])
@pytest.mark.parametrize(
    ("script", "steps", "folder"),
    [
        ("iris_premade.py", ["--train_steps", "20"], "models/iris_premade"),
        ("iris_csv.py", ["--steps=20", "--model_dir=here"], "here"),
        ("iris_custom.py", ["--train_steps", "20"], "models/iris_custom_legacy"),
        ("digits_convolution.py", ["--steps=20", "--model_dir=here"], "here"),
    ],
)
def test_an_estimator_goes_on_in_the_other(
    script: str, steps: list[str], folder: str, first: str, tensorflow: TensorFlow, tmp_path: Path
) -> None:
    def ours() -> int:
        return len(run(script, *steps, cwd=tmp_path).split("\n")) - 1

    def theirs() -> int:
        return len(in_tensorflow(tensorflow, script, *steps, cwd=tmp_path))

    before, after = (ours, theirs) if first == "ours" else (theirs, ours)
    assert before() == after()
    assert (tmp_path / folder / "model.ckpt-40.index").exists()


def test_queues_end_in_the_same_line(tensorflow: TensorFlow, tmp_path: Path) -> None:
    theirs = in_tensorflow(tensorflow, "iris_queues.py", cwd=tmp_path)
    ours = run("iris_queues.py", cwd=tmp_path).splitlines()
    assert ours[-1] == theirs[-1] and len(ours) == len(theirs)


def test_the_names_of_languages_are_tensorflows(tensorflow: TensorFlow, tmp_path: Path) -> None:
    theirs = in_tensorflow(tensorflow, "names_rnn.py", "--steps=150", cwd=tmp_path)
    ours = run("names_rnn.py", "--steps=150", "--model_dir=ours", cwd=tmp_path).splitlines()
    assert ours[1:] == theirs[1:] and len(ours) == 6  # the first tells the accuracy


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_a_checkpoint_manager_goes_on_in_the_other(
    first: str, tensorflow: TensorFlow, tmp_path: Path
) -> None:
    def ours(folder: str) -> list[str]:
        return run("checkpoint_manager.py", f"--model_dir={folder}", cwd=tmp_path).splitlines()

    def theirs(folder: str) -> list[str]:
        return in_tensorflow(tensorflow, "checkpoint_manager.py", f"--model_dir={folder}", cwd=tmp_path)

    before, after = (ours, theirs) if first == "ours" else (theirs, ours)
    before("here")
    went_on = after("here")
    assert went_on[0] == "restored here/ckpt-5" and went_on[-1] == "kept here/ckpt-8 here/ckpt-9 here/ckpt-10"
    before("alone")
    assert [line.replace("alone", "here") for line in before("alone")] == went_on
