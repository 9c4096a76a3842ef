"""Where callbacks write what they are asked to tell: the standard output, as Keras does."""

from __future__ import annotations

import os
import sys


def show(text: str, end: str = "\n") -> None:
    """Write a text at once."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def can_rewrite() -> bool:
    """Whether what is written there can be written over: a terminal or a notebook, and neither a file nor a pipe."""
    is_terminal = hasattr(sys.stdout, "isatty") and sys.stdout.isatty()
    return is_terminal or "ipykernel" in sys.modules or "PYCHARM_HOSTED" in os.environ
