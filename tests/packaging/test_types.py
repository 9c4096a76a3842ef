"""mypy and pyright see the types of what is installed: of a wheel, and of the README's editable install."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, Distributions, Environment, clean_environment, environment

SCRIPT = ROOT / "tests" / "typed_script.py"
EXTRAS = ("scikit-learn",)  # the script names a class of theirs

# two mistakes, and a line that shows what a name is
WRONG = """
import estimator as est
from estimator import tf

est.RunConfig(save_checkpoints_steps="often")
tf.nn.relu()
reveal_type(tf.nn.relu(1.0))
"""


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installed(
    request: pytest.FixtureRequest,
    built: Distributions,
    clean_copy: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Environment:
    """An environment with the package installed in either way."""
    way = ("--editable", clean_copy) if request.param == "editable" else (built.wheel,)
    return environment(tmp_path_factory.mktemp(request.param) / "venv", *way, *EXTRAS)


@pytest.fixture(scope="module")
def pyright(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pyright, if there is a Node for it or one can be fetched."""
    tools = environment(tmp_path_factory.mktemp("tools") / "venv", "pyright")
    program = tools.program("pyright")
    done = subprocess.run(
        [program, "--version"], env=clean_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"pyright does not start here: {done.stderr.strip()[-200:]}")
    return program


def messages_of_mypy(installed: Environment, script: Path) -> str:
    """What mypy says with the environment's packages."""
    done = subprocess.run(
        [
            sys.executable, "-m", "mypy", "--config-file=", "--warn-unused-ignores",
            "--python-executable", installed.program("python"), script,
        ],
        cwd=script.parent, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def messages_of_pyright(pyright: Path, installed: Environment, script: Path) -> list[dict[str, str]]:
    """What pyright says with the environment's packages."""
    (script.parent / "pyrightconfig.json").write_text('{"reportUnnecessaryTypeIgnoreComment": "error"}')
    done = subprocess.run(
        [pyright, "--outputjson", "--pythonpath", installed.program("python"), script.name],
        cwd=script.parent, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return list(json.loads(done.stdout)["generalDiagnostics"])


def test_mypy_sees_the_types_of_the_public_names(installed: Environment, tmp_path: Path) -> None:
    shutil.copy(SCRIPT, tmp_path)
    assert (
        messages_of_mypy(installed, tmp_path / SCRIPT.name) == "Success: no issues found in 1 source file\n"
    )


def test_pyright_sees_the_types_of_the_public_names(
    pyright: Path, installed: Environment, tmp_path: Path
) -> None:
    shutil.copy(SCRIPT, tmp_path)
    assert messages_of_pyright(pyright, installed, tmp_path / SCRIPT.name) == []


def test_mypy_names_mistakes(installed: Environment, tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(WRONG)
    told = messages_of_mypy(installed, tmp_path / "wrong.py")
    assert re.findall(r"wrong.py:(\d+): error", told) == ["5", "6"]
    assert 'Revealed type is "estimator.graph.tensor.Tensor"' in told


def test_pyright_names_mistakes(pyright: Path, installed: Environment, tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(WRONG)
    told = messages_of_pyright(pyright, installed, tmp_path / "wrong.py")
    assert [each["severity"] for each in told] == ["error", "error", "information"]
    assert 'is "Tensor"' in told[-1]["message"]
