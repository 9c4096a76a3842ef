"""Graphs that other tests build are run by jax as well; see tests/compared_with_jax.py."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = [
    "tests/graph/test_branches.py",
    "tests/graph/test_loops.py",
    "tests/functions/control_flow/test_folding.py",
    "tests/network/recurrent/test_seq2seq.py",
    "tests/optimizers/test_rows.py",
    "tests/estimators/test_linear.py",
]


@pytest.mark.jax
@pytest.mark.slow
def test_graphs_that_other_tests_build_give_the_same_numbers_by_jax() -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.compared_with_jax",
        "-p",
        "no:cacheprovider",
        *MODULES,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    told = re.search(r"(\d+) programs compared with jax in (\d+) runs, (\d+) different", done.stdout)
    assert told is not None, done.stdout[-3000:] + done.stderr[-3000:]
    print(told[0])
    assert (done.returncode, told[3]) == (0, "0"), done.stdout[-6000:]
    assert int(told[1]) > 100
