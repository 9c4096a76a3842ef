"""`import estimator` is cheap: numpy and the package's own lower floors, nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

HEAVY = ("google.protobuf", "tensorboardX", "torch", "yaml", "pandas", "tqdm", "tensorflow", "jax", "grpc")


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _heavy_after(statement: str) -> list[str]:
    return _run(f"import sys\n{statement}\nprint(*[m for m in {HEAVY!r} if m in sys.modules])").split()


def test_import_estimator_loads_nothing_heavy() -> None:
    assert _heavy_after("import estimator") == []


def test_a_heavy_import_would_be_seen() -> None:
    assert _heavy_after("import yaml") == ["yaml"]


def test_what_training_uses_loads_no_generators_before_there_are_any_to_make() -> None:
    code = "import sys, estimator\nestimator.DNNClassifier, estimator.data.Dataset\nprint('numpy.random' in sys.modules)"
    assert _run(code) == "False\n"


@pytest.mark.parametrize("module", ["estimator.core.errors", "estimator.settings.run_config"])
def test_lower_floors_load_nothing_heavy(module: str) -> None:
    assert _heavy_after(f"import {module}") == []


def test_import_estimator_shows_no_output_and_no_warning() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import estimator"], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
