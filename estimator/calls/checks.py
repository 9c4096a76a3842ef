"""What an Estimator is made with, what several of its calls take: checked, a sentence for all that is wrong."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from estimator.core import log
from estimator.core.counts import whole_number
from estimator.core.errors import Gathered
from estimator.distribution.collective import current
from estimator.model_dir.path import check_model_dir
from estimator.settings.run_config import RunConfig

if TYPE_CHECKING:
    from estimator.checkpoint.warm_start import WarmStartSettings

_MAY_BE_OVERRIDDEN = {"model_fn", "latest_checkpoint"}


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


def check_settings(model_dir: Any, config: Any, warm_start_from: Any) -> None:
    """Check what every estimator is made with, without making a directory.

    Raises
    ------
    ValueError, TypeError
        If something is not valid; the message lists all that is wrong.
    """
    problems = Gathered("Estimator")
    problems.result_of(_check_config, config)
    problems.result_of(_given_model_dir, config, model_dir)
    problems.result_of(warm_start_of, warm_start_from)
    problems.raise_all()


def warm_start_of(given: Any) -> WarmStartSettings | None:
    """Where first values come from, by what was given for it.

    Raises
    ------
    ValueError
        If it is neither a path nor WarmStartSettings.
    """
    if given is None:
        return None
    from estimator.checkpoint.warm_start import warm_start_settings  # few trainings need it

    return warm_start_settings(given)


def _check_config(config: Any) -> None:
    if config is not None and not isinstance(config, RunConfig):
        hint = f" A directory is model_dir={config!r}." if isinstance(config, (str, os.PathLike)) else ""
        raise ValueError(f"config must be an instance of `RunConfig`, but provided {config!r}.{hint}")


def _given_model_dir(config: Any, model_dir: Any) -> str | None:
    """The model_dir that the argument or the config gives."""
    if isinstance(model_dir, RunConfig):
        raise ValueError("model_dir is given a RunConfig; write config=...")
    configured = config.model_dir if isinstance(config, RunConfig) else None
    given = check_model_dir(model_dir) if model_dir else None
    if given is not None and configured is not None and given != configured:
        raise ValueError(
            "`model_dir` are set both in constructor and `RunConfig`, but with different values. "
            f"In constructor: {given!r}, in `RunConfig`: {configured!r}."
        )
    return given if given is not None or configured is None else check_model_dir(configured)


def settled_config(config: RunConfig | None, model_dir: Any) -> RunConfig:
    """The config with its model_dir decided: a temporary one, if none is given."""
    given = _given_model_dir(config, model_dir)
    if given is None:
        given = _temporary_folder()
    return (RunConfig() if config is None else config).replace(model_dir=given)


def _temporary_folder() -> str:
    """A new folder; in several processes that train together one for all of them, which the chief makes."""

    def made() -> str:
        from tempfile import mkdtemp  # nobody else needs it, nor what it imports

        folder = mkdtemp()
        log.warning("Using temporary folder as model directory: %s", folder)
        return folder

    processes = current()
    if processes.size == 1:
        return made()
    from estimator.distribution.agreement import Meetings, Place  # which one process has no use for

    return str(Meetings(processes).of_chief(Place.MADE, made))


def canned_name(kind: type, estimator: type) -> str | None:
    """The ready-made class that it is or derives from; None for an Estimator of the user's own model function."""
    package = __name__.partition(".")[0]
    for base in kind.__mro__[: kind.__mro__.index(estimator)]:
        if base.__module__.partition(".")[0] == package:
            return base.__name__
    return None


def check_not_overridden(kind: type, estimator: type) -> None:
    """Subclasses may add members, not replace them: the calls rely on one another.

    Raises
    ------
    ValueError
        If one is replaced.
    """
    members = {name for base in estimator.__mro__ for name in vars(base)}
    own = {name for name in members if not name.startswith("__")} - _MAY_BE_OVERRIDDEN
    for base in kind.__mro__:
        if base is estimator:
            return
        replaced = sorted(own & set(vars(base)))
        if replaced:
            raise ValueError(
                "Subclasses of Estimator cannot override members of Estimator. "
                f"{base.__name__} does override {replaced}. Give the behaviour to model_fn or to hooks."
            )
