"""The constraints of `make lowest` are the bounds of setup.cfg, and what it installs is that."""

from __future__ import annotations

import os
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

from tests.packaging.oldest import oldest


def test_every_requirement_has_an_oldest_version() -> None:
    requirements = [Requirement(line) for line in oldest()]
    assert [
        str(each) for each in requirements if [clause.operator for clause in each.specifier] != ["=="]
    ] == []
    names = {each.name for each in requirements}
    assert {
        "numpy",
        "pyyaml",
        "tensorboardX",
        "protobuf",
        "h5py",
        "pyarrow",
        "scikit-learn",
        "grpcio",
    } <= names


def test_this_environment_has_them() -> None:
    if os.environ.get("ESTIMATOR_OLDEST") != "required":
        pytest.skip("`make lowest` runs this where they are installed")
    wanted = [Requirement(line) for line in oldest()]
    assert [str(each) for each in wanted if not each.specifier.contains(version(each.name))] == []
