"""What is installed, away from the checkout: distributions as an index would have them, environments of their own.

`make dist` and `.ci/run` run these tests; the plain test command does not, since they need an index and a minute.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Everything in this folder is marked, so that the plain test command leaves it out."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.packaging)


def clean_environment() -> dict[str, str]:
    """The environment without what would let a Python of ours see the checkout, or keep it from compiling."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_", "PYTEST"))
    }


def call(*arguments: object, cwd: Path) -> str:
    """What a program tells on both streams; it must end well."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def tracked(*folders: str) -> list[str]:
    """The files that the repository has, with those that are about to be added, but none that was made."""
    listed = call("git", "ls-files", "--cached", "--others", "--exclude-standard", *folders, cwd=ROOT)
    return sorted(name for name in listed.splitlines() if (ROOT / name).exists())


@dataclass(frozen=True)
class Distributions:
    """The files that `python -m build` made, and what it said."""

    wheel: Path
    source: Path
    told: str


@pytest.fixture(scope="session")
def clean_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout as a clone would be."""
    folder = tmp_path_factory.mktemp("copy")
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def built(clean_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """A source distribution of the copy, and the wheel that was made of that."""
    folder = tmp_path_factory.mktemp("dist")
    told = call(sys.executable, "-m", "build", "--outdir", folder, clean_copy, cwd=folder)
    (wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Distributions(wheel, source, told)


@dataclass(frozen=True)
class Environment:
    """A virtual environment, in a folder whose path has blanks."""

    folder: Path

    def program(self, name: str) -> Path:
        """One of its programs."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin") / name


def environment(folder: Path, *requirements: object) -> Environment:
    """A new environment with these installed."""
    call(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    made = Environment(folder)
    call(made.program("python"), "-m", "pip", "install", "--quiet", *requirements, cwd=folder.parent)
    return made


@pytest.fixture(scope="session")
def base(built: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The wheel with what it requires, and without any extra."""
    return environment(tmp_path_factory.mktemp("a path with blanks") / "its environment", built.wheel)
