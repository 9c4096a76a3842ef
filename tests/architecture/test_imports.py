"""`import estimator` is cheap, and a first training loads what it uses: nothing heavy, nothing in vain."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from estimator.cli.program import COMMANDS
from tests.architecture.sources import ROOT

# of what others have installed, of Python and of ours: what a training, an evaluation and a prediction of a ready-made model
# with its checkpoints, events and records have no use for
UNUSED = (
    "tensorboardX",
    "yaml",
    "multiprocessing",
    "torch",
    "pandas",
    "threadpoolctl",
    "numpy.ma",
    "importlib.metadata",
    "email",
    "shutil",
    "tempfile",
    "uuid",
    "socket",
    "decimal",
    "difflib",
    "estimator.columns.embedding",
)
OWN = 345  # modules of ours that they load; before it grows: does everybody who trains need the new one?
HEAVY = ("google.protobuf", "tensorboardX", "torch", "yaml", "pandas", "tensorflow", "jax", "grpc")
IRIS = ROOT / "examples" / "iris"


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


@pytest.mark.parametrize("module", ["numpy.random", "secrets", "hashlib", "_hashlib", "random"])
def test_what_a_training_loads_when_it_begins_is_not_there_before(module: str) -> None:
    code = f"import sys, estimator\nestimator.DNNClassifier, estimator.data.Dataset\nprint({module!r} in sys.modules)"
    assert _run(code) == "False\n"


@pytest.mark.parametrize("module", ["estimator.core.errors", "estimator.settings.run_config"])
def test_lower_floors_load_nothing_heavy(module: str) -> None:
    assert _heavy_after(f"import {module}") == []


def test_import_estimator_shows_no_output_and_no_warning() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import estimator"], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where someone has run the first example."""
    return tmp_path_factory.mktemp("quickstart")


@pytest.fixture(scope="module")
def after_the_quickstart(quickstart: Path) -> list[str]:
    """The modules that the first example has loaded when it ends, over those of numpy."""
    code = (
        "import runpy, sys, numpy\nbefore = set(sys.modules)\n"
        f"sys.path.insert(0, {str(IRIS)!r})\n"
        f"runpy.run_path({str(IRIS / 'premade_estimator.py')!r}, run_name='__main__')\n"
        "print(*sorted(set(sys.modules) - before), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=quickstart,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert "Test set accuracy" in done.stdout
    return done.stdout.splitlines()


def test_the_quickstart_loads_nothing_that_it_has_no_use_for(after_the_quickstart: list[str]) -> None:
    assert [name for name in UNUSED if name in after_the_quickstart] == []


def test_the_quickstart_loads_no_more_of_our_modules_than_it_did(after_the_quickstart: list[str]) -> None:
    own = [name for name in after_the_quickstart if name.partition(".")[0] == "estimator"]
    assert "estimator.runtime.plan" in own
    assert len(own) <= OWN, f"{len(own)} modules"


# -- the commands ------------------------------------------------------------------------------------------------------

# modules of ours that the help of a command loads: no more for most than how flags are told and answered
HELP = 90
HELP_OF = {"convert": 240, "serve": 135}  # say what their own tables have
OPTIONAL = (
    "torch",
    "grpc",
    "uvicorn",
    "onnx",
    "h5py",
    "pandas",
    "pyarrow",
    "sklearn",
    "matplotlib",
    "IPython",
)
# what looks at a model_dir makes no graph and no session
LOOKING = {
    "inspect": ["estimator.runtime", "estimator.training", "estimator.ops", "tensorboardX", "tensorboard"],
    "checkpoints": [
        "estimator.runtime",
        "estimator.training",
        "estimator.ops",
        "tensorboardX",
        "tensorboard",
    ],
    "metadata": ["estimator.runtime", "estimator.training", "estimator.checkpoint", "google.protobuf"],
    "plot": [
        "estimator.runtime",
        "estimator.training",
        "estimator.checkpoint",
        "tensorboardX",
        "tensorboard",
    ],
}


def _loaded_by(*arguments: str) -> list[str]:
    """The modules that a call of the command line has loaded when it ends."""
    code = (
        "import contextlib, io, sys\nfrom estimator.cli.program import main\n"
        "with contextlib.redirect_stdout(io.StringIO()) as told, contextlib.suppress(SystemExit):\n"
        f"    main({arguments!r})\n"
        "assert told.getvalue()\nprint(*sorted(sys.modules))"
    )
    return _run(code).split()


def _own(loaded: list[str]) -> list[str]:
    return [name for name in loaded if name.partition(".")[0] == "estimator"]


def test_the_help_of_the_program_loads_no_command_and_not_even_numpy() -> None:
    loaded = _loaded_by("--help")
    assert "estimator.cli.program" in loaded
    assert [name for name in loaded if name in ("numpy", *HEAVY, *OPTIONAL)] == []
    assert len(_own(loaded)) <= 12, _own(loaded)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_help_of_a_command_loads_little(command: str) -> None:
    loaded = _loaded_by(command, "--help")
    assert f"estimator.cli.commands.{command}" in loaded
    assert [name for name in loaded if name in (*OPTIONAL, "google.protobuf", "tensorboardX")] == []
    own = _own(loaded)
    assert len(own) <= HELP_OF.get(command, HELP), f"{len(own)} modules: {own}"


@pytest.mark.parametrize("command", sorted(LOOKING))
def test_a_command_that_looks_at_a_model_dir_loads_nothing_that_trains(
    command: str, quickstart: Path, after_the_quickstart: list[str]
) -> None:
    assert after_the_quickstart  # which has trained
    loaded = _loaded_by(command, str(quickstart / "models" / "iris"))
    assert [name for name in loaded if name in (*LOOKING[command], *OPTIONAL)] == []
