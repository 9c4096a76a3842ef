"""Arguments that several calls take, checked: a sentence for everything that is wrong."""

from __future__ import annotations

from typing import Any

from estimator.core.counts import whole_number


def count_problems(name: str, value: Any) -> list[str]:
    """What keeps a value from being a number of steps; None is one, for all of them."""
    if value is None:
        return []
    number = whole_number(value)
    if number is None:
        return [f"{name} must be a whole number, given: {value!r}."]
    return [] if number > 0 else [f"Must specify {name} > 0, given: {value}"]


def name_problems(name: Any) -> list[str]:
    """What keeps the name of an evaluation from being part of a folder's name."""
    if name is None or (isinstance(name, str) and not {"/", "\\", "\0"} & set(name)):
        return []
    return [f"name becomes the folder eval_<name> and must be a str without slashes, given: {name!r}."]
