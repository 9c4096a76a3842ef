"""Arguments that several calls take, checked: a sentence for everything that is wrong."""

from __future__ import annotations

import operator
from typing import Any


def count_problems(name: str, value: Any) -> list[str]:
    """What keeps a value from being a number of steps; None is one, for all of them."""
    if value is None:
        return []
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        return [f"{name} must be a whole number, given: {value!r}."]
    return [] if int(value) > 0 else [f"Must specify {name} > 0, given: {value}"]


def as_count(value: Any) -> int | None:
    """A checked count as a Python int: one of numpy's would wrap round, and no JSON takes it."""
    return None if value is None else operator.index(value)


def name_problems(name: Any) -> list[str]:
    """What keeps the name of an evaluation from being part of a folder's name."""
    if name is None or (isinstance(name, str) and not {"/", "\\", "\0"} & set(name)):
        return []
    return [f"name becomes the folder eval_<name> and must be a str without slashes, given: {name!r}."]
