"""Changes of an experiment by dotted paths: ``train.input.batch_size`` is 64 for this call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.estimators.recipe import READY_MADE
from estimator.experiments.inputs import BY_SECTION, FUNCTION, KINDS
from estimator.experiments.problems import Problems
from estimator.settings.given import Given, given_value

# of these one is given at most: who changes one, takes the other back
_EITHER = (
    ("train.steps", "train.max_steps"),
    ("run_config.save_checkpoints_steps", "run_config.save_checkpoints_secs"),
    ("estimator", "model_fn"),
    *(tuple(f"{section}.input.{kind}" for kind in (*KINDS, FUNCTION)) for section in BY_SECTION),
)


def changed(given: Given, changes: Mapping[str, Any], problems: Problems) -> Given:
    """The experiment with other values.

    Parameters
    ----------
    given : Given
    changes : mapping of str to object
        Dotted path to a plain value, or to a Given, whose place messages then name. A number is a place in a list.
        What is not there yet is added.
    problems : Problems
        Gathers paths that lead nowhere.
    """
    for path, value in changes.items():
        place = value.place if isinstance(value, Given) else f"changes[{path!r}]"
        try:
            new = given_value(value, place)
            given = _with(given, path.split("."), new)
        except (TypeError, ValueError) as error:
            problems.add(place, str(error))
            continue
        if new.value is not None:
            for other in _others(path):
                if other not in changes:
                    given = _without(given, other.split("."))
    return given


def _others(path: str) -> list[str]:
    return [other for pair in _EITHER if path in pair for other in pair if other != path]


def _with(given: Given, names: list[str], new: Given) -> Given:
    """The value with `new` at the end of the path."""
    if not names or "" in names:
        if names:
            raise ValueError(f"{'.'.join(names)!r} is no path: names with dots between them.")
        return new
    value = given.value
    if isinstance(value, list):
        return Given(_with_item(value, names, new), given.place)
    if isinstance(value, str) and not isinstance(value, dict):
        value = {str(value): Given({}, given.place)} if value == names[0] else None
        if value is None:
            raise ValueError(f"{'.'.join(names)} is not below {str(given.value)!r}, which is a value.")
    items: dict[str, Given] = dict(value) if isinstance(value, dict) else {}
    if value is not None and not isinstance(value, dict):
        raise ValueError(f"{'.'.join(names)} is not below {value!r}, which is a value.")
    key, rest = _key(items, names)
    items[key] = _with(items.get(key, Given(None, new.place)), rest, new)
    return Given(items, given.place)


def _with_item(items: list[Given], names: list[str], new: Given) -> list[Given]:
    if not names[0].isdecimal() or int(names[0]) >= len(items):
        raise ValueError(f"{names[0]!r} is no place in a list of {len(items)}: they begin with 0.")
    place = int(names[0])
    return [_with(item, names[1:], new) if number == place else item for number, item in enumerate(items)]


def _key(items: Mapping[str, Given], names: list[str]) -> tuple[str, list[str]]:
    """The key that a path goes on with, and what is left of it: keys that are dotted paths have several names.

    The single key of a call, the class of an estimator, may be left out.
    """
    for length in range(len(names), 0, -1):
        key = ".".join(names[:length])
        if key in items:
            return key, names[length:]
    if len(items) == 1:
        (only,) = items
        is_class = only in READY_MADE or "." in only
        if is_class and not names[0][:1].isupper():  # no other class
            return only, names
    return names[0], names[1:]


def _without(given: Given, names: list[str]) -> Given:
    """The value without what the path leads to."""
    if not isinstance(given.value, dict) or names[0] not in given.value:
        return given
    items = dict(given.value)
    if len(names) == 1:
        del items[names[0]]
    else:
        items[names[0]] = _without(items[names[0]], names[1:])
    return Given(items, given.place)
