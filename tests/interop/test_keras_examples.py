"""The examples of Keras run under TensorFlow, too, in one directory with ours, whichever has begun there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.reader import load_checkpoint
from tests.interop.conftest import TensorFlow

ROOT = Path(__file__).parents[2]
CLOSE = {"rtol": 1e-4, "atol": 1e-5}  # after three epochs of 8 steps


class Scripts:
    """The examples as one side runs them.

    Parameters
    ----------
    python : str
    folder : Path
        A copy of examples/.
    """

    def __init__(self, python: str, folder: Path) -> None:
        self._python, self._folder = python, folder / "keras"
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": ""}
        self._environment = os.environ | quiet | {"PYTHONPATH": str(ROOT)}

    def run(self, script: str, *flags: str) -> str:
        done = subprocess.run(
            [self._python, str(self._folder / script), *flags],
            env=self._environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def train(self, model_dir: Path, epochs: int) -> None:
        said = self.run("train.py", f"--model_dir={model_dir}", f"--epochs={epochs}")
        assert f"epoch {epochs}: loss" in said

    def serve(self, model_dir: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self._python, str(self._folder / "serve.py"), f"--model_dir={model_dir}", "--port=0"],
            env=self._environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip


@pytest.fixture(scope="module")
def sides(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scripts]:
    """Both sides; TensorFlow's scripts are ours but for the line that imports it."""
    folder = tmp_path_factory.mktemp("examples") / "examples"
    shutil.copytree(ROOT / "examples", folder)
    for path in (folder / "keras").glob("*.py"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("import estimator.tf as tf", "import tensorflow as tf"), "utf-8")
    return {"ours": Scripts(sys.executable, ROOT / "examples"), "theirs": Scripts(tensorflow.python, folder)}


@pytest.fixture(scope="module", params=["ours", "theirs"])
def trained(
    request: pytest.FixtureRequest, sides: dict[str, Scripts], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """One epoch by one side, in a directory each in which either side has gone on for three."""
    folder = tmp_path_factory.mktemp(request.param)
    sides[request.param].train(folder / "begun", 1)
    for side, scripts in sides.items():
        shutil.copytree(folder / "begun", folder / side)
        state = folder / side / "checkpoint"
        state.write_text(state.read_text("utf-8").replace(str(folder / "begun"), str(folder / side)), "utf-8")
        scripts.train(folder / side, 4)
    return {side: folder / side for side in sides}


def values(model_dir: Path) -> dict[str, Any]:
    reader = load_checkpoint(model_dir / "ckpt-4")
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def test_either_side_goes_on_alike(trained: dict[str, Path]) -> None:
    ours, theirs = values(trained["ours"]), values(trained["theirs"])
    assert sorted(ours) == sorted(theirs)
    for name in ours:
        if not isinstance(ours[name], bytes):  # the graph of objects
            np.testing.assert_allclose(ours[name], theirs[name], **CLOSE, err_msg=name)


def test_either_side_serves_what_the_other_has_trained(
    trained: dict[str, Path], sides: dict[str, Scripts]
) -> None:
    answers = {}
    for side, other in (("ours", "theirs"), ("theirs", "ours")):
        with sides[side].serve(trained[other]) as server:
            try:
                assert server.stdout is not None
                address = server.stdout.readline().split()[-1]
                rows = [
                    line.split() for line in sides["ours"].run("ask.py", f"--address={address}").splitlines()
                ]
            finally:
                server.kill()
        answers[side] = np.array([[float(number) for number in row[1:]] for row in rows])
    np.testing.assert_allclose(answers["ours"], answers["theirs"], atol=0.002)  # of three digits
