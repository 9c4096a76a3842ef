"""Small programs at the edges of sessions, savers, variables, scopes and graphs, and what TensorFlow makes of them.

A program is a paragraph of a text beside this module; what it leaves under the name ``result`` is compared, or the class
of the error that it ends with. A paragraph that begins with ``# before each of these:`` is put before all that follow it.
TensorFlow (tests/interop/tf_statements.py) and this package (tests/test_statements.py) run the very same programs, so
nothing is imported here that either of them lacks. tests/data/tf/statements.json has TensorFlow's answers.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

TOPICS = "sessions savers variables scopes graphs gradients training runs".split()
_BEFORE = "# before each of these:\n"


def programs() -> list[str]:
    """All programs, in the order of the texts."""
    found = []
    for topic in TOPICS:
        before = ""
        for paragraph in (Path(__file__).parent / f"{topic}.txt").read_text().strip().split("\n\n"):
            if paragraph.startswith(_BEFORE):
                before = f"{paragraph.removeprefix(_BEFORE)}\n"
            else:
                found.append(f"{before}{paragraph}")
    return found


def answer(tf: Any, program: str, folder: Path) -> Any:
    """``{"result": ...}`` of a program in a graph and a folder of its own, or ``{"error": its class and its bases}``."""
    tf.reset_default_graph()
    names: dict[str, Any] = {"tf": tf, "np": np, "os": os, "folder": str(folder)}
    before = os.getcwd()
    os.chdir(folder)
    try:
        exec(compile(program, "<program>", "exec"), names)
    except Exception as error:
        return {"error": [kind.__name__ for kind in type(error).__mro__[:-2]]}
    finally:
        os.chdir(before)
    return {"result": plain(names.get("result"))}


def plain(value: Any) -> Any:
    """Lists, dicts, numbers and texts, as JSON has them; an array and a number of numpy's with their types."""
    if isinstance(value, (np.ndarray, np.generic)):
        return [value.dtype.name, plain(value.tolist())]
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, bytes):
        return f"bytes {value.decode('latin1')}"
    is_plain = isinstance(value, (bool, int, float, str)) or value is None
    return value if is_plain else type(value).__name__
