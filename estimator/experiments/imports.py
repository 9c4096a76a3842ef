"""Functions and classes of the user's own, by dotted paths: ``mypackage.models.model_fn``.

An experiment is untrusted input, and importing a module runs it. So a path is followed only into modules that the
caller has named; and what it leads to must have been made there: ``mypackage.models.os.system`` leads out of it.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from estimator.core.registry import did_you_mean, shortened

_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_OWN = __name__.partition(".")[0]


class Imports:
    """Finds what dotted paths lead to.

    Parameters
    ----------
    allowed : sequence of str
        Modules, and with them all that lie below.

    Raises
    ------
    ValueError
        If one is no module's name, or is this package's.
    """

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        if isinstance(allowed, str):
            allowed = [allowed]
        for name in allowed:
            if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", name):
                raise ValueError(
                    f"allow_import takes names of modules, such as mypackage.models; given: {name!r}."
                )
            if _is_below(name, _OWN):
                raise ValueError(
                    f"allow_import is for modules of your own; what {_OWN} has is named without it."
                )
        self._allowed = tuple(allowed)

    def find(self, path: str) -> Any:
        """What the path leads to: a function, a class or another object that can be called.

        Raises
        ------
        ValueError
            If the path is none, its module is not allowed or not there, has no such name, or leads elsewhere.
        Exception
            What the module raises when it is imported.
        """
        if not _PATH.fullmatch(path):
            raise ValueError(f"{path!r} is no dotted path, such as mypackage.models.model_fn.")
        if any(part.startswith("_") for part in path.split(".")):
            raise ValueError(f"{path!r} has a private name, which an experiment cannot reach.")
        if not any(_is_below(path, name) for name in self._allowed):
            root = path.partition(".")[0]
            hint = (
                f"what {_OWN} has is named without its module"
                if root == _OWN
                else f"call with --allow_import {root}, or allow_import=[{root!r}], if you trust it"
            )
            raise ValueError(f"{path!r} is in no module that may be imported: {hint}.")
        module, names = self._module(path)
        found: Any = module
        for name in names:
            found = self._member(found, name, path)
        if not callable(found):
            raise ValueError(f"{path!r} is of type {type(found).__name__}, which cannot be called.")
        return found

    def _module(self, path: str) -> tuple[ModuleType, list[str]]:
        """The module that a path begins with, imported, and the names that follow."""
        if os.getcwd() not in sys.path and "" not in sys.path:
            sys.path.insert(0, os.getcwd())  # as `python -m` does
        names = path.split(".")
        module = self._imported(names[0], path)
        for place in range(1, len(names)):
            below = ".".join(names[: place + 1])
            has_it = hasattr(module, names[place]) and not isinstance(
                vars(module).get(names[place]), ModuleType
            )
            if place == len(names) - 1 or has_it or not hasattr(module, "__path__"):
                return module, names[place:]
            if importlib.util.find_spec(below) is None:
                return module, names[place:]
            module = self._imported(below, path)
        return module, []

    def _imported(self, name: str, path: str) -> ModuleType:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not _is_below(name, error.name):
                raise  # a module of the user's lacks another one
            raise ValueError(
                f"{path!r}: there is no module {error.name!r} in {os.getcwd()} or on Python's path."
            ) from None

    def _member(self, owner: Any, name: str, path: str) -> Any:
        if not hasattr(owner, name):
            known = [known for known in vars(owner) if not known.startswith("_")]
            hint = did_you_mean(name, known) or f" It has: {shortened(known)}."
            raise ValueError(f"{path!r}: {_shown(owner)} has no {name!r}.{hint}")
        found = getattr(owner, name)
        if not callable(found) and not isinstance(found, ModuleType):
            return found
        if not any(_is_below(home, allowed) for home in [_home_of(found)] for allowed in self._allowed):
            raise ValueError(
                f"{path!r}: {name!r} is from {_home_of(found)!r}, and not from a module that may be imported."
            )
        return found


def _home_of(found: Any) -> str:
    """The module in which something was made."""
    while isinstance(found, functools.partial):
        found = found.func
    if isinstance(found, ModuleType):
        return found.__name__
    home = getattr(found, "__module__", None)
    return home if isinstance(home, str) else type(found).__module__


def _is_below(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def _shown(owner: Any) -> str:
    return f"the module {owner.__name__!r}" if isinstance(owner, ModuleType) else repr(owner)
