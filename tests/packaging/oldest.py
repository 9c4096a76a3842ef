"""The oldest versions that setup.cfg admits, as constraints for pip; `make lowest` installs and tests with them.

``python tests/packaging/oldest.py`` prints them. pip reads a bound such as ``>=2.0`` as "the newest"; what is promised
by it is only known where it was tried.
"""

from __future__ import annotations

import configparser
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEWEST = (
    "docs",
    "dev",
    "torch",
    "jax",
    "mpi",
    "all",
)  # extras of tools that nobody has to have old, of what is large or has an environment of its own, of names


def oldest() -> list[str]:
    """``numpy==2.0`` and all the others, of the package and of its extras."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    lines = setup["options"]["install_requires"].split()
    for extra, required in setup["options.extras_require"].items():
        if extra not in NEWEST:
            lines += required.split()
    lines += [line for line in setup["options.extras_require"]["dev"].split() if line.startswith("pandas>=")]
    return [line.replace(">=", "==") for line in lines]


if __name__ == "__main__":
    print("\n".join(oldest()))
