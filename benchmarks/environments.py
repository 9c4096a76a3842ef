"""The Pythons that take part, and what a process of a benchmark finds there."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

_LIBRARY = "BENCHMARKED_LIBRARY"
_OURS = "BENCHMARKS_PYTHON"
_NOT_OURS = ("OPENBLAS_", "OMP_", "MKL_", "PYTHON")  # settings of this machine would be nobody's default

_PYTHON = Path(os.environ.get(_OURS, sys.executable))  # also in a process that a peer's Python runs

ON_JAX = "estimator on jax"
ON_GPU = {name: f"{name} on a GPU" for name in ("estimator", "jax", "torch")}

PYTHONS = {
    "estimator": _PYTHON,
    ON_JAX: ROOT / ".venv-scale" / "bin" / "python",
    "numpy": _PYTHON,  # what is written by hand
    "tensorflow": ROOT / ".venv-tf" / "bin" / "python",
    "jax": ROOT / ".venv-jax" / "bin" / "python",
    "torch": ROOT / ".venv-torch" / "bin" / "python",
    **dict.fromkeys(ON_GPU.values(), ROOT / ".venv-gpu" / "bin" / "python"),
    "mlserver": ROOT / ".venv-mlserver" / "bin" / "python",
    "litserve": ROOT / ".venv-litserve" / "bin" / "python",
}


_COMPILED = (ON_JAX, ON_GPU["estimator"])  # by jax


def is_here(environment: str) -> bool:
    """Whether it has been made; ``make bench-peers`` makes all."""
    return PYTHONS[environment].exists()


def variables(environment: str) -> dict[str, str]:
    """The environment variables of a process: the user's, without settings of threads and of Python."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
    ours = {_LIBRARY: environment, _OURS: str(_PYTHON), "PYTHONPATH": str(ROOT)}
    executor = {"ESTIMATOR_EXECUTOR": "jax"} if environment in _COMPILED else {}
    return kept | ours | executor | {"TF_CPP_MIN_LOG_LEVEL": "3"}


def library() -> str:
    """Which library this process is to measure."""
    return os.environ[_LIBRARY]


def tf_module() -> Any:
    """TensorFlow 1's names: ours or TensorFlow's, by the environment. One text of a model is trained by both."""
    if library() in ("estimator", *_COMPILED):
        return importlib.import_module("estimator.tf")
    tf = importlib.import_module("tensorflow.compat.v1")
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.INFO)  # as TensorFlow 1 has it, and ours
    return tf
