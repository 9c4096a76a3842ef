"""Branches, loops and TensorArrays with their gradients: TensorFlow runs and trains what we write, and we what it writes."""

from __future__ import annotations

from typing import Any

import pytest

from estimator import tf
from tests.control_flow_of_tf import CASES, read, write
from tests.interop.conftest import TensorFlow
from tests.test_control_flow import ANSWERS, assert_close


@pytest.fixture(scope="module")
def files(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The files of both sides, and what TensorFlow makes of them."""
    folder = tmp_path_factory.mktemp("control_flow")
    (folder / "theirs").mkdir()
    ours = {name: write(tf, case, str(folder / name)) for name, case in CASES.items()}
    request = {"ours": ours, "folder": str(folder / "theirs")}
    return {"written": ours, **tensorflow.answer("tf_control_flow_files.py", request)}


def test_the_stored_answers_are_tensorflows(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_control_flow.py", {}) == ANSWERS


@pytest.mark.parametrize("name", CASES)
def test_tensorflow_runs_and_trains_what_we_wrote(files: dict[str, Any], name: str) -> None:
    same(files["ours"][name], read(tf, files["written"][name]))


@pytest.mark.parametrize("name", CASES)
def test_tensorflow_differentiates_what_we_wrote(files: dict[str, Any], name: str) -> None:
    wanted = ANSWERS[name][-len(files["gradients"][name]) :]
    assert len(files["gradients"][name]) > 0
    for found, theirs in zip(files["gradients"][name], wanted, strict=True):
        assert_close(found, theirs)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_we_run_and_train_what_tensorflow_wrote(files: dict[str, Any], name: str, executor: str) -> None:
    same(read(tf, files["theirs"][name], executor=executor), files["values"][name])


def same(found: Any, theirs: Any) -> None:
    assert not isinstance(found, str) and not isinstance(theirs, str), (found, theirs)
    assert len(found) == len(theirs) > 0
    for value, other in zip(found, theirs, strict=True):
        assert_close(value, other)
