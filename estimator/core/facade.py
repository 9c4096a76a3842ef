"""Modules that only give names: found when they are first used, and wrong ones answered.

``import estimator`` must cost next to nothing, so a facade does not import what it offers; it has a table of
where each name is, and Python asks its ``__getattr__`` for a name that is not there yet (PEP 562)::

    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {"estimator.functions.nn": "relu softmax", "estimator.core.dtypes": "bool"},
    )

Type checkers do not run this. They read the stub beside the facade, which ``make stub`` writes from the table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

from estimator.core.garbage import count_as_old, no_search_for_cycles


def lazy_names(
    module: str, names: Mapping[str, str], modules: str = ""
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
    """
    where = name_table(names, modules)
    public_names = sorted(where)

    def find(name: str) -> Any:
        if name not in where:
            raise_unknown(module, name, public_names)
        home, own = where[name]
        found = import_module(home) if home in sys.modules else _imported(home)
        value = getattr(found, own) if own else found
        vars(sys.modules[module])[name] = value  # the next use asks nobody
        return value

    def listed() -> list[str]:
        own = [name for name in vars(sys.modules[module]) if name.startswith("__")]
        return sorted({*own, *public_names})

    return public_names, find, listed


def _imported(home: str) -> ModuleType:
    with no_search_for_cycles():  # what modules make stays
        found = import_module(home)
        count_as_old()
    return found


def name_table(names: Mapping[str, str], modules: str = "") -> dict[str, tuple[str, str]]:
    """Public name to (module, its name there), "" for the module itself; the arguments are :func:`lazy_names`'."""
    where = {path.rpartition(".")[2]: (path, "") for path in modules.split()}
    for home, given in names.items():
        for entry in given.split():
            public, _, own = entry.partition("=")
            where[public] = (home, own or public)
    return where


def raise_unknown(module: str, name: str, known: list[str]) -> NoReturn:
    """Answer a name that a facade does not have: the nearest ones, whether TensorFlow has it, what to use instead.

    Raises
    ------
    AttributeError
    """
    message = f"module {module!r} has no attribute {name!r}"
    if not name.startswith("__"):  # what Python asks for itself gets a plain answer
        from estimator.core.tensorflow_names import why_missing  # reads a file: only for a missing name

        message += why_missing(module, name, known)
    raise AttributeError(message, name=name)  # no obj: Python would add a suggestion of its own
