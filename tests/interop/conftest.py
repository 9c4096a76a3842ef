"""Real TensorFlow as the judge: it runs in a process and an environment of its own.

`make interop` makes the environment, .venv-tf, and runs these tests; ESTIMATOR_TF_PYTHON names another Python that
has TensorFlow. Without either they are skipped; with ESTIMATOR_INTEROP=required that is a failure. The scripts
``tf_*.py`` are TensorFlow's side: each reads a request (JSON), and answers on its last line of output.
"""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

collect_ignore_glob = ["tf_*.py", "triton_*.py", "deepctr_*.py"]  # only the Pythons of those can import them

HERE = Path(__file__).parent
ADVICE = "real TensorFlow is not installed: `make interop` puts it into .venv-tf and runs these tests."

NEWEST_ADVICE = "the newest TensorFlow is not installed: `make interop-newest` puts it into .venv-tf-new and runs its tests."

SERVING_ADVICE = "TensorFlow Serving's client is not installed: `make interop-serving` puts it into .venv-tfs and runs its tests."

KERAS_ADVICE = "Keras 3 is not installed: `make interop-keras` puts it into .venv-keras and runs its tests."

TRITON_ADVICE = (
    "Triton's client is not installed: `make interop-serving` puts it into .venv-triton and runs its tests."
)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Everything in this folder is marked, so that the plain test command leaves it out."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.interop)


def files_named_in(request: Any) -> dict[Path, int]:
    """Every file that a request names, by a directory, a path or a checkpoint's prefix, to when it was changed."""
    if isinstance(request, dict):
        return {file: time for each in request.values() for file, time in files_named_in(each).items()}
    if isinstance(request, list):
        return {file: time for each in request for file, time in files_named_in(each).items()}
    if not isinstance(request, str) or not os.path.isabs(request):
        return {}
    path = Path(request)
    found = path.rglob("*") if path.is_dir() else path.parent.glob(f"{glob.escape(path.name)}*")
    return {file: file.stat().st_mtime_ns for file in found if file.is_file()}


class Tally:
    """How many files went from one side to the other."""

    ours_opened_by_tensorflow = 0
    tensorflows_opened_here = 0


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was exchanged, if anything was."""
    if not Tally.ours_opened_by_tensorflow:
        return
    passed = len(terminalreporter.stats.get("passed", []))
    terminalreporter.write_line(
        f"interop: TensorFlow was given {Tally.ours_opened_by_tensorflow} files of ours, we were given "
        f"{Tally.tensorflows_opened_here} of TensorFlow's, {passed} comparisons hold."
    )


class TensorFlow:
    """A Python that has TensorFlow.

    Parameters
    ----------
    python : str
    """

    def __init__(self, python: str) -> None:
        self.python = python

    def answer(self, script: str, request: Any) -> Any:
        """What the script answers to the request."""
        environment = os.environ | {
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",  # its matrix products add in another order from run to run
            "CUDA_VISIBLE_DEVICES": "",
            "PYTHONPATH": "",
        }
        before = files_named_in(request)
        done = subprocess.run(
            [self.python, str(HERE / script)],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            errors="backslashreplace",  # what it logs may hold bytes of a message
            env=environment,
            check=False,
        )
        if done.returncode:
            pytest.fail(f"{script} failed:\n{done.stderr[-3000:]}", pytrace=False)
        after = files_named_in(request)
        Tally.ours_opened_by_tensorflow += len(before)
        Tally.tensorflows_opened_here += sum(before.get(file) != time for file, time in after.items())
        return json.loads(done.stdout.splitlines()[-1])


def _python_of(environment: str) -> str:
    """The Python of an environment beside the sources."""
    folder = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    return str(HERE.parents[1] / environment / folder)


def _tensorflow(python: str, advice: str, is_required: bool) -> TensorFlow:
    """That TensorFlow, or a skip that says how to get it; a failure if it is required."""
    if not Path(python).exists():
        if is_required:
            pytest.fail(advice, pytrace=False)
        pytest.skip(advice)
    return TensorFlow(python)


@pytest.fixture(scope="session")
def tensorflow() -> TensorFlow:
    """Real TensorFlow, the last that has tf.estimator."""
    python = os.environ.get("ESTIMATOR_TF_PYTHON") or _python_of(".venv-tf")
    return _tensorflow(python, ADVICE, os.environ.get("ESTIMATOR_INTEROP") == "required")


@pytest.fixture(scope="session")
def newest_tensorflow() -> TensorFlow:
    """The newest TensorFlow, which serves what is exported here."""
    is_required = os.environ.get("ESTIMATOR_INTEROP") == "newest"
    return _tensorflow(_python_of(".venv-tf-new"), NEWEST_ADVICE, is_required)


@pytest.fixture(scope="session")
def serving_api() -> TensorFlow:
    """The newest client of TensorFlow Serving, with the TensorFlow that it needs."""
    is_required = os.environ.get("ESTIMATOR_SERVING") == "required"
    return _tensorflow(_python_of(".venv-tfs"), SERVING_ADVICE, is_required)


@pytest.fixture(scope="session")
def triton() -> TensorFlow:
    """The newest client of the Open Inference Protocol, which needs no TensorFlow."""
    is_required = os.environ.get("ESTIMATOR_SERVING") == "required"
    return _tensorflow(_python_of(".venv-triton"), TRITON_ADVICE, is_required)


@pytest.fixture(scope="session")
def keras_3() -> TensorFlow:
    """Today's Keras, on jax."""
    return _tensorflow(
        _python_of(".venv-keras"), KERAS_ADVICE, os.environ.get("ESTIMATOR_KERAS") == "required"
    )
