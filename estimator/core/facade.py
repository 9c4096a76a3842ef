"""Modules that only give names: found when they are first used, and wrong ones answered.

``import estimator`` must cost next to nothing, so a facade does not import what it offers; it says
where each name is, and Python asks its ``__getattr__`` for a name that is not there yet (PEP 562)::

    if TYPE_CHECKING:
        from estimator.settings.run_config import RunConfig as RunConfig
    else:
        __all__, __getattr__, __dir__ = lazy_names(__name__, {"estimator.settings.run_config": "RunConfig"})

The first half is for type checkers and completion, which do not run the second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NoReturn

from estimator.core.registry import did_you_mean


def lazy_names(
    module: str, names: Mapping[str, str], modules: str = "", later: str = ""
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """``__all__``, ``__getattr__`` and ``__dir__`` of a module whose names are imported at their first use.

    Parameters
    ----------
    module : str
        The facade: its ``__name__``.
    names : mapping
        Module to the names it has, separated by blanks; ``public=own`` where they differ.
    modules : str
        Modules that are public themselves, under the last part of their dotted names.
    later : str
        Names of TensorFlow that do not exist yet; they are answered as such.
    """
    where = {path.rpartition(".")[2]: (path, "") for path in modules.split()}
    for home, given in names.items():
        for entry in given.split():
            public, _, own = entry.partition("=")
            where[public] = (home, own or public)
    public_names = sorted(where)

    def find(name: str) -> Any:
        if name not in where:
            raise_unknown(module, name, public_names, later)
        home, own = where[name]
        found = import_module(home)
        value = getattr(found, own) if own else found
        vars(sys.modules[module])[name] = value
        return value

    return public_names, find, lambda: _listed(module, public_names)


def fixed_names(module: str, later: str = "") -> tuple[Callable[[str], NoReturn], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a module that has no names but those in its ``__all__``."""

    def find(name: str) -> NoReturn:
        raise_unknown(module, name, sys.modules[module].__all__, later)

    return find, lambda: _listed(module, sys.modules[module].__all__)


def raise_unknown(module: str, name: str, known: list[str], later: str = "") -> NoReturn:
    """Say that the module has no such name, and which one was probably meant.

    Raises
    ------
    AttributeError
        Always.
    """
    message = f"module {module!r} has no attribute {name!r}"
    if name in later.split():
        message += ": it is TensorFlow's, and not here yet."
    elif not name.startswith("__"):
        message += f".{did_you_mean(name, known)}"
    raise AttributeError(message, name=name)  # no obj: Python would add a suggestion of its own


def _listed(module: str, public_names: list[str]) -> list[str]:
    own = [name for name in vars(sys.modules[module]) if name.startswith("__")]
    return sorted({*own, *public_names})
