"""Running the command line on files of a test's folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(
    folder: Path, *arguments: str, package: str = "estimator", **files: str
) -> subprocess.CompletedProcess[str]:
    """What ``python -m estimator ARGUMENTS`` does in a folder that has these files (``train`` is train.py)."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return subprocess.run(
        [sys.executable, "-m", package, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
