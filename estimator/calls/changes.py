"""What has changed of a model since its directory was last trained: ``hidden_units: [10, 10] -> [20]``.

Of a ready-made model the recipe says what it was made of, of a model function of the user's own the params of the last
training do. Both are read before anything is touched, and only told: whether the variables fit, the checkpoint decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from estimator.calls.recipe import described, read_recipe
from estimator.calls.record import last_params, plain, values_of
from estimator.core import log
from estimator.core.errors import OpError
from estimator.core.shown import shorten

_MOST = 10  # that are told
# what a training may change without another architecture
_OF_TRAINING = frozenset(
    "optimizer linear_optimizer dnn_optimizer dropout dnn_dropout loss_reduction".split()
)
_NOT_GIVEN = object()


class Made(Protocol):
    """A model, as far as it says what it was made of."""

    @property
    def canned(self) -> str | None:
        """The ready-made class; None for a model function of the user's own."""

    @property
    def arguments(self) -> Mapping[str, Any] | None:
        """What the constructor of a ready-made class was given."""

    @property
    def defaults(self) -> Mapping[str, Any]:
        """What that takes for arguments that it is not given."""

    @property
    def params(self) -> Any:
        """What the model function is given."""


def changes_of(model_dir: str, model: Made) -> list[str]:
    """A line for everything that the model is made of otherwise than the one that was trained last in a directory.

    Parameters
    ----------
    model_dir : str
    model : Made

    Returns
    -------
    list of str
        Empty if nothing is known of what was trained.
    """
    try:
        before, now = (_of_params if model.canned is None or model.arguments is None else _of_ready_made)(
            model_dir, model
        )
    except (OpError, OSError, ValueError, RecursionError):  # who reads it for its own sake says so
        return []
    if not isinstance(before, Mapping) or not isinstance(now, Mapping):
        return []
    return list(_differences(before, now))


def _of_ready_made(model_dir: str, model: Made) -> tuple[Any, Any]:
    """What the model was made of and is, defaults included; nothing of another class, of which there is a warning."""
    recipe = read_recipe(model_dir)
    before = None if recipe is None else recipe.get("arguments")
    if recipe is None or recipe.get("estimator") != model.canned or not isinstance(before, dict):
        return None, None
    default, now = (
        described(str(model.canned), values, model_dir)["arguments"]
        for values in (model.defaults, model.arguments or {})
    )
    return before | _missing(default, before), now | _missing(default, now)


def _missing(default: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in default.items() if name not in given}


def _of_params(model_dir: str, model: Made) -> tuple[Any, Any]:
    return last_params(model_dir), plain(values_of(model.params))


def tell_changes_of(model_dir: str, model: Made) -> None:
    """Log what has changed of a model whose variables fit all the same: of an architecture it is a warning."""
    changes = changes_of(model_dir, model)
    if changes:
        names = {change.partition(":")[0].partition(".")[0] for change in changes}
        is_of_training = model.canned is None or names <= _OF_TRAINING
        log.log(
            log.INFO if is_of_training else log.WARN,
            "the model is not made as it was when %s was trained last: %s. Its variables fit and go on from there.",
            model_dir, "; ".join(changes),
        )  # fmt: skip


def _differences(before: Mapping[str, Any], now: Mapping[str, Any], within: str = "") -> Iterator[str]:
    changed = [
        name
        for name in dict.fromkeys((*before, *now))
        if _as_word(before.get(name, _NOT_GIVEN)) != _as_word(now.get(name, _NOT_GIVEN))
    ]
    for name in changed[:_MOST]:
        yield from _difference(f"{within}{name}", before.get(name, _NOT_GIVEN), now.get(name, _NOT_GIVEN))
    if len(changed) > _MOST:
        yield f"and {len(changed) - _MOST} more"


def _as_word(value: Any) -> Any:
    """A function of the package as the word that may stand for it: ``nn.relu`` as ``relu``."""
    if isinstance(value, Mapping) and isinstance(value.get("function"), str):
        return value["function"].rpartition(".")[2]
    return value


def _difference(name: str, before: Any, now: Any) -> Iterator[str]:
    if _are_named(before) and _are_named(now):
        old, new = ({_title(item): item for item in items} for items in (before, now))
        gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
        if gone or come:
            yield f"{name}: {', '.join([*(f'- {key}' for key in gone), *(f'+ {key}' for key in come)])}"
        for key in [key for key in old if key in new and old[key] != new[key]]:
            yield from _differences(old[key].get("config", {}), new[key].get("config", {}), f"{name} {key}.")
    elif _are_of_a_class(before, now):
        yield from _differences(before["config"], now["config"], f"{name}.")
    elif (
        isinstance(before, Mapping)
        and isinstance(now, Mapping)
        and not ({"custom", "class_name", "function"} & {*before, *now})
    ):
        yield from _differences(before, now, f"{name}.")
    else:
        yield f"{name}: {_shown(before)} -> {_shown(now)}"


def _are_of_a_class(*values: Any) -> bool:
    """Whether both are things of one class with a configuration, such as heads."""
    return all(
        isinstance(value, Mapping)
        and isinstance(value.get("config"), Mapping)
        and value.get("class_name") == values[0].get("class_name")
        for value in values
    )


def _are_named(value: Any) -> bool:
    """Whether it is a list of things with a class and a configuration, such as columns."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and "class_name" in item for item in value)
    )


def _title(item: Mapping[str, Any]) -> str:
    """``NumericColumn(age)``; of a column around others those, too."""
    return f"{item['class_name']}({', '.join(_keys(item.get('config')))})"


def _keys(config: Any) -> Iterator[str]:
    if isinstance(config, Mapping):
        if isinstance(config.get("key"), str):
            yield config["key"]
        else:
            for value in config.values():
                yield from _keys(value)
    elif isinstance(config, list):
        for value in config:
            yield from _keys(value)


def _shown(value: Any) -> str:
    if value is _NOT_GIVEN:
        return "not given"
    if isinstance(value, Mapping):
        own = value.get("was") or value.get("class_name") or value.get("function")
        return str(own) if own else shorten(dict(value))
    return shorten(value)
