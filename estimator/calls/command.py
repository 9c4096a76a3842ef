"""How the process was called, for those who want to call it so again."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence

_SECRET = re.compile(
    r"--?[\w-]*(password|passwd|secret|token|credential|api[_-]?key|access[_-]?key)[\w-]*", re.I
)
_LONGEST = 2000


def command_line(shown_path: Callable[[str], str]) -> str | None:
    """``python train.py --steps 500``; None in a notebook and in a console, where nobody has called anything.

    Parameters
    ----------
    shown_path : callable
        The path of the script as it is to be shown.
    """
    if not sys.argv or not sys.argv[0] or "ipykernel" in sys.modules:
        return None
    script, arguments = sys.argv[0], list(_without_secrets(sys.argv[1:]))
    if script == "-c":
        words = ["python", "-c", "..."]
    elif (module := _module_that_runs()) is not None:
        words = ["python", "-m", module]
    elif script.endswith(".py"):
        words = ["python", shown_path(script)]
    else:
        words = [os.path.basename(script)]
    text = shlex.join([*words, *arguments]).replace("'...'", "...")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _module_that_runs() -> str | None:
    """What follows ``-m`` on the command line of the interpreter."""
    own = sys.orig_argv[: len(sys.orig_argv) - len(sys.argv) + 1]
    return own[own.index("-m") + 1] if "-m" in own[1:-1] else None


def _without_secrets(arguments: Sequence[str]) -> Iterator[str]:
    """The arguments, with stars in place of what follows ``--api_key`` and the like."""
    hide_next = False
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        is_secret = _SECRET.fullmatch(name) is not None
        if hide_next and not argument.startswith("-"):
            yield "***"
        else:
            yield f"{name}=***" if is_secret and equals else argument
        hide_next = is_secret and not equals
