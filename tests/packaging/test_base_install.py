"""Without any extra it trains, evaluates, predicts and has its commands; what an extra brings is named by it."""

from __future__ import annotations

import configparser
import json
import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from estimator.cli.program import COMMANDS
from tests.packaging.conftest import ROOT, Environment, call, clean_environment

WALK = """
import importlib, json, pkgutil
import estimator, numpy_estimator

failed = {}
walked = 0
for module in pkgutil.walk_packages(estimator.__path__, "estimator."):
    if module.name.endswith("__main__"):
        continue
    walked += 1
    try:
        importlib.import_module(module.name)
    except ImportError as error:
        failed[module.name] = str(error)
print(json.dumps([walked, failed]))
"""

# what somebody asks for, and the extra that it needs
DOORS = {
    "import estimator as est; est.sklearn.Classifier": "sklearn",
    "import estimator.onnx_export.document": "onnx",
    "import estimator.serving.grpc.server": "serve",
    "import estimator.serving.http.server": "serve",
    "from estimator.formats.pictures import demand_pillow; demand_pillow()": "image",
    "from estimator import keras; keras.Sequential([keras.layers.Dense(1, input_shape=(1,))]).save('model.h5')": "keras",
    "import estimator as est; est.exchange.convert('weights.pth', 'model')": "torch",
    "from estimator.summaries.picture import draw; draw({}, 'svg')": "plot",
    "from estimator.experiments.parquet_input import column_names; column_names(['rows.parquet'])": "data",
}


def run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A call of a Python, however it ends."""
    return subprocess.run(
        [str(python), *arguments],
        cwd=cwd,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def base_names() -> set[str]:
    """The distributions that a base install has: what setup.cfg requires, and what these require."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    found: set[str] = set()
    waiting = [Requirement(line) for line in setup["options"]["install_requires"].split()]
    while waiting:
        requirement = waiting.pop()
        if requirement.name not in found and (
            requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        ):
            found.add(requirement.name)
            waiting += map(Requirement, distribution(requirement.name).requires or ())
    return {name.lower().replace("_", "-") for name in found}


def test_nothing_else_is_installed(base: Environment, tmp_path: Path) -> None:
    listed = json.loads(call(base.program("python"), "-m", "pip", "list", "--format=json", cwd=tmp_path))
    names = {entry["name"].lower().replace("_", "-") for entry in listed}
    assert names - {"pip", "setuptools", "numpy-estimator"} == base_names()


def test_every_module_is_imported_or_names_its_extra(base: Environment, tmp_path: Path) -> None:
    walked, failed = json.loads(call(base.program("python"), "-c", WALK, cwd=tmp_path).splitlines()[-1])
    assert walked > 1000
    of_jax = [name for name in failed if name.startswith("estimator.runtime.executors.jax.")]
    assert 0 < len(failed) - len(of_jax) < 20  # those that need an extra
    assert [
        (name, told) for name, told in failed.items() if "pip install 'numpy-estimator[" not in told
    ] == []


@pytest.mark.parametrize(("code", "extra"), DOORS.items(), ids=DOORS.values())
def test_what_an_extra_brings_is_named_by_it(
    base: Environment, code: str, extra: str, tmp_path: Path
) -> None:
    (tmp_path / "weights.pth").write_bytes(b"PK\x03\x04")
    done = run(base.program("python"), "-c", code, cwd=tmp_path)
    assert done.returncode == 1
    assert f"pip install 'numpy-estimator[{extra}]'" in done.stderr.splitlines()[-1]


def test_the_readmes_model_trains(base: Environment, tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    told = call(base.program("python"), "-W", "error", "-c", code, cwd=tmp_path).splitlines()[-1]
    assert float(re.findall(r"'accuracy': (?:np\.float32\()?([\d.]+)", told)[0]) > 0.9
    assert (tmp_path / "models" / "readme" / "checkpoint").exists()


@pytest.mark.parametrize("script", ["premade_estimator", "custom_model_fn"])
def test_the_first_examples_run(base: Environment, script: str, tmp_path: Path) -> None:
    told = call(
        base.program("python"), "-W", "error", ROOT / "examples" / "iris" / f"{script}.py", cwd=tmp_path
    )
    assert "accuracy" in told
    assert "Setosa" in told  # a flower that was predicted
    assert list(tmp_path.glob("models/*/checkpoint"))


def test_the_installed_command_is_that_of_the_module(base: Environment, tmp_path: Path) -> None:
    told = call(base.program("estimator"), "--help", cwd=tmp_path)
    assert told == call(base.program("python"), "-m", "estimator", "--help", cwd=tmp_path)
    assert all(name in told for name in COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_tells_what_it_takes(base: Environment, command: str, tmp_path: Path) -> None:
    assert "usage: estimator" in call(base.program("estimator"), command, "--help", cwd=tmp_path)
