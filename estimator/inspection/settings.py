"""What two trainings were made with: parameters, RunConfig, versions, data, and the model of a recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from estimator.calls.recipe import read_recipe
from estimator.core import log
from estimator.core.errors import OpError
from estimator.core.frozen import frozen

# what is another of any two calls, and says nothing of how they were meant
_OF_THE_CALL = frozenset(
    ("time", "end_time", "seconds", "start_step", "end_step", "step", "epoch", "loss", "command")
)


class Absent:
    """Stands for what one side does not say."""

    def __repr__(self) -> str:
        return "(not said)"


ABSENT = Absent()


@frozen
class SettingDifference:
    """A value that is not the same.

    Parameters
    ----------
    key : str
        The way to it, with dots: ``"config.keep_checkpoint_max"``.
    a, b : object
        :data:`ABSENT` where a side does not say it.
    """

    key: str
    a: Any
    b: Any


def settings_of(entry: Mapping[str, Any] | None, model_dir: str | None) -> dict[str, Any]:
    """What is known of how a checkpoint was made, by dotted key.

    Parameters
    ----------
    entry : mapping or None
        Of metadata.yaml.
    model_dir : str or None
        Whose recipe tells the model.
    """
    said = {name: value for name, value in (entry or {}).items() if name not in _OF_THE_CALL}
    found = dict(_flat(said, ""))
    found.pop("experiment.model_dir", None)  # where, and not how
    if model_dir is not None:
        found |= dict(_flat({"model": _recipe(model_dir)}, ""))
    return found


def setting_differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[SettingDifference]:
    """The settings that are not the same, in the order in which they are said."""
    keys = [key for key in dict.fromkeys([*a, *b]) if not _same(a.get(key, ABSENT), b.get(key, ABSENT))]
    return [SettingDifference(key, a.get(key, ABSENT), b.get(key, ABSENT)) for key in keys]


def _same(a: Any, b: Any) -> bool:
    both_nan = a != a and b != b
    return both_nan or (a == b and type(a) is type(b))


def _recipe(model_dir: str) -> Mapping[str, Any] | None:
    try:
        recipe = read_recipe(model_dir)
    except (OpError, ValueError) as error:
        log.warning("the recipe of %r says nothing: %s", model_dir, error)
        return None
    if recipe is None:
        return None
    return {name: value for name, value in recipe.items() if name != "estimator_recipe"}


def _flat(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """The values of nested mappings, and of lists that hold such, by dotted key."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _flat(item, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list) and any(isinstance(item, (Mapping, list)) for item in value):
        for number, item in enumerate(value):
            yield from _flat(item, f"{key}.{number}")
    elif key:
        yield key, value
