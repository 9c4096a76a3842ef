"""Whole processes: import, 200 steps with checkpoints and events, an evaluation, three predictions, exit."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.environments import library
from benchmarks.row import Comparison, Limit, Row, Run, Turn

MIB = 2**20
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_IMPORT = """
import time, numpy
start = time.perf_counter()
import estimator as est
est.DNNClassifier, est.data.Dataset, est.feature_column.numeric_column
print(1000 * (time.perf_counter() - start))
"""


def process(module: str, *arguments: str) -> Turn:
    """A module of benchmarks.models as a script: its seconds, and its largest resident memory.

    The process that starts it has nothing in memory, since Linux counts that of before `exec` as well.
    """
    command = [sys.executable, "-m", f"benchmarks.models.{module}", *arguments]

    def turn() -> dict[str, float]:
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            started = subprocess.Popen([*command, folder], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(started.pid, 0)
            seconds = time.perf_counter() - start
            started.returncode = os.waitstatus_to_exitcode(status)
        if started.returncode:
            raise RuntimeError(f"{' '.join(command)} has ended with {started.returncode}.")
        return {"s": seconds, "MiB": usage.ru_maxrss * _RSS_UNIT / MIB}

    return turn


def own_import() -> Turn:
    """Of a fresh process, what a training script imports of ours after numpy: the least of a few."""
    assert library() == "estimator"
    command = [sys.executable, "-c", _IMPORT]

    def once() -> float:
        return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    return lambda: {"ms": min(once() for _ in range(3))}


CANNED, CUSTOM = (Run("estimator", process, ("iris", model)) for model in ("canned", "custom"))
THEIR_CANNED, THEIR_CUSTOM = (Run("tensorflow", process, ("iris", model)) for model in ("canned", "custom"))
JAX = Run("jax", process, ("iris_jax",))
HAND = Run("numpy", process, ("iris_by_hand",))

ROW = Row(
    "Quickstart: iris, the whole process",
    (
        Comparison("canned / TensorFlow canned", "s", CANNED, THEIR_CANNED, 15, HAND),
        Comparison("custom / TensorFlow custom", "s", CUSTOM, THEIR_CUSTOM, 12, HAND),
        Comparison("canned / jax loop", "s", CANNED, JAX, 7, HAND),
        Comparison("memory, canned / TensorFlow canned", "MiB", CANNED, THEIR_CANNED, 9, HAND),
        Limit("own import, over numpy's", "ms", Run("estimator", own_import), 60),
    ),
)
