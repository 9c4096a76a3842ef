"""The constraints of `make lowest` are the bounds of setup.cfg."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.packaging.conftest import ROOT, call
from tests.packaging.oldest import oldest


def test_every_requirement_has_an_oldest_version() -> None:
    requirements = [Requirement(line) for line in oldest()]
    assert [
        str(each) for each in requirements if [clause.operator for clause in each.specifier] != ["=="]
    ] == []
    names = {each.name for each in requirements}
    assert {"numpy", "pyyaml", "tensorboardX", "protobuf", "google-crc32c", "threadpoolctl", "tqdm"} <= names
    assert {"h5py", "pyarrow", "scikit-learn", "grpcio", "matplotlib"} <= names


def test_the_environment_of_make_lowest_has_them(tmp_path: Path) -> None:
    python = ROOT / ".venv-lowest" / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        pytest.skip("`make lowest` has not been called")
    listed = json.loads(call(python, "-m", "pip", "list", "--format=json", cwd=tmp_path))
    versions = {entry["name"].lower().replace("_", "-"): entry["version"] for entry in listed}
    wanted = [Requirement(line) for line in oldest()]
    assert [str(each) for each in wanted if not each.specifier.contains(versions[each.name.lower()])] == []
