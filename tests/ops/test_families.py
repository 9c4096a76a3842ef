"""The table of the ops' families says what they declare, and only the families that are needed are imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import estimator.ops.families
from tests.architecture.sources import ROOT


def _printed(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_table_is_current() -> None:
    table = Path(estimator.ops.families.__file__).read_text("utf-8")
    assert table == _printed("-m", "estimator.ops", "families"), "run `make stub`"


def test_an_op_brings_its_family_alone() -> None:
    code = (
        "import sys, estimator.ops; from estimator.graph.op import OPS; OPS.get('MatMul')\n"
        "print(*[name for name in estimator.ops.families.FAMILIES if name in sys.modules])"
    )
    assert _printed("-c", code) == "estimator.ops.linalg\n"
