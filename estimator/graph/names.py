"""The names of a graph: which are in use, and the scope that new ones stand below.

Names differ in more than case, as in TensorFlow: some file systems know no case.
"""

from __future__ import annotations

import re
from collections.abc import Container
from contextlib import AbstractContextManager, ContextDecorator
from typing import Any

_VALID_NAME = re.compile(r"^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$").match
_VALID_SCOPE = re.compile(r"^[A-Za-z0-9_.\\/>-]*$").match


def demand_text(name: Any) -> None:
    """Check that a name is a text.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if not isinstance(name, str):
        raise TypeError(f"a name is a text, given: {name!r} ({type(name).__name__}).")


class Names:
    """The names in use.

    Parameters
    ----------
    operations : container of str
        The names that operations have; others in use are scopes'.

    Attributes
    ----------
    scope : str
        What new names stand below: empty, or with a slash at its end.
    """

    def __init__(self, operations: Container[str]) -> None:
        self._operations = operations
        self._in_use: dict[str, int] = {}
        self.scope = ""

    def unique(self, name: str, mark: bool = True) -> str:
        """`name` below the scope, with ``_1``, ``_2``... if it is taken; ``a/b/`` is taken as it stands.

        Raises
        ------
        TypeError
            If the name is no text.
        ValueError
            If the name has characters that TensorFlow does not allow.
        """
        if type(name) is not str:
            demand_text(name)
        is_scope = name[-1:] == "/"
        full = name[:-1] if is_scope else self.scope + name
        if not (_VALID_SCOPE if self.scope else _VALID_NAME)(full):
            raise ValueError(
                f"{name!r} is not a valid name; allowed are letters, digits and . _ - / > (not first: _ - /)."
            )
        key = full.lower()
        if is_scope and full not in self._operations:  # a scope has the name: its operation may too
            if mark:
                self._in_use.setdefault(key, 1)
            return full
        count = self._in_use.get(key, 0)
        if mark:
            self._in_use[key] = count + 1
        return full if count == 0 else self._numbered(full, key, count, mark)

    def _numbered(self, full: str, key: str, count: int, mark: bool) -> str:
        """The first form of a name that is free, from the number `count` on; `key` is the name in small letters."""
        while f"{key}_{count}" in self._in_use:
            count += 1
        if mark:
            self._in_use[key] = count + 1
            self._in_use[f"{key}_{count}"] = 1
        return f"{full}_{count}"

    def below(self, name: str | None) -> AbstractContextManager[str]:
        """A block whose names stand below a unique form of `name`; ``"a/b/"`` re-enters a scope, None leaves all."""
        return _Below(self, name)


class _Below(ContextDecorator):
    """A block whose names stand below a name; no generator, of which a large graph would need a hundred thousand."""

    def __init__(self, names: Names, name: str | None) -> None:
        if name is not None:
            demand_text(name)
        self._names, self._name = names, name
        self._around: list[str] = []

    def __enter__(self) -> str:
        names, name = self._names, self._name
        scope = "" if not name else name if name[-1] == "/" else f"{names.unique(name)}/"
        self._around.append(names.scope)
        names.scope = scope
        return scope

    def __exit__(self, *error: object) -> None:
        self._names.scope = self._around.pop()
