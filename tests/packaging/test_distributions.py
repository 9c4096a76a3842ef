"""Source distribution and wheel build cleanly, and have in them what they should."""

from __future__ import annotations

import configparser
import re
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.metadata import Metadata

import estimator as est
from tests.packaging.conftest import ROOT, Distributions, call, tracked


def contents(wheel: Path) -> dict[str, bytes]:
    """The files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def metadata(wheel: Path) -> Metadata:
    """What a wheel says of itself, after a check of every field."""
    (text,) = (data for name, data in contents(wheel).items() if name.endswith(".dist-info/METADATA"))
    return Metadata.from_email(text, validate=True)


def test_they_build_without_a_warning(built: Distributions) -> None:
    assert "Successfully built" in built.told
    assert [
        line for line in built.told.splitlines() if re.search("warning|deprecat", line, re.IGNORECASE)
    ] == []


def test_the_wheel_has_the_files_of_the_package_and_no_others(built: Distributions) -> None:
    names = {name for name in contents(built.wheel) if ".dist-info/" not in name}
    assert names == set(tracked("estimator", "numpy_estimator"))
    assert {"estimator/py.typed", "estimator/__init__.pyi", "estimator/graph/build.pyi"} <= names


def test_the_source_distribution_makes_the_wheel_that_the_checkout_makes(
    built: Distributions, clean_copy: Path, tmp_path: Path
) -> None:
    call(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, clean_copy, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    ours, of_source = contents(wheel), contents(built.wheel)
    assert ours.keys() == of_source.keys()
    assert [name for name in ours if ours[name] != of_source[name]] == []


def test_the_source_distribution_has_what_the_manual_speaks_of_and_no_tests(built: Distributions) -> None:
    with tarfile.open(built.source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/index.md", "setup.cfg"} <= names
    assert "examples/iris/iris_training.csv" in names
    assert {name.partition("/")[0] for name in names} & {"tests", "benchmarks", "findings", ".ci"} == set()


def test_the_metadata_is_valid(built: Distributions) -> None:
    told = metadata(built.wheel)
    assert (told.name, str(told.version)) == ("numpy-estimator", est.__version__)
    assert str(told.requires_python) == ">=3.11"
    assert told.license_files == ["LICENSE"]
    assert told.description_content_type == "text/markdown"
    assert (told.description or "").startswith((ROOT / "README.md").read_text("utf-8")[:200])


def test_every_extra_is_told(built: Distributions) -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert set(metadata(built.wheel).provides_extra or ()) == set(setup["options.extras_require"])


def test_every_python_that_is_classified_is_one_that_it_runs_on(built: Distributions) -> None:
    told = metadata(built.wheel)
    versions = [
        entry.rpartition(" ")[2] for entry in told.classifiers or () if re.search(r":: 3\.\d+$", entry)
    ]
    assert versions == ["3.11", "3.12", "3.13"]
    assert told.requires_python is not None
    assert all(told.requires_python.contains(version) for version in versions)


@pytest.mark.parametrize("name", ["estimator", "numpy_estimator"])
def test_the_marks_for_type_checkers_are_there(built: Distributions, name: str) -> None:
    assert f"{name}/py.typed" in contents(built.wheel)
