"""The second name of the package: for scripts that are called estimator.py themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SAME = """
import numpy_estimator as est
import numpy_estimator.tf.layers
from numpy_estimator import tf
from numpy_estimator.core import errors
import estimator
import estimator.core.errors

assert est is estimator and tf is estimator.tf and errors is estimator.core.errors
assert numpy_estimator.tf.layers is est.layers
assert errors.__spec__.name == errors.__name__ == "estimator.core.errors"
assert est.RunConfig is tf.estimator.RunConfig
print("the same")
"""


def run(directory: Path, script: str) -> subprocess.CompletedProcess[str]:
    """A script of the directory, which Python puts first on its path."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", ["estimator.py", "train.py"])
def test_the_second_name_gives_the_same_modules_whatever_the_script_is_called(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(SAME)
    done = run(tmp_path, name)
    assert (done.stdout, done.stderr) == ("the same\n", "")


def test_either_name_may_come_first(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import estimator.core.errors" + SAME)
    assert run(tmp_path, "train.py").stdout == "the same\n"


def test_another_module_that_was_imported_as_estimator_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "estimator.py").write_text("import numpy_estimator")
    (tmp_path / "train.py").write_text("import estimator")
    last = run(tmp_path, "train.py").stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: the name 'estimator' is taken by ")
    assert str(tmp_path / "estimator.py") in last and "Rename that file, to my_estimator.py" in last


def test_a_name_that_is_not_there_is_a_missing_module(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import numpy_estimator.nothing")
    assert (
        "ModuleNotFoundError: No module named 'numpy_estimator.nothing'" in run(tmp_path, "train.py").stderr
    )
