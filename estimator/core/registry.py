"""A name to thing table whose wrong names are answered with the nearest ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar

T = TypeVar("T")
_ALIKE = 0.6  # twice the letters that two names have in common, of the letters of both


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that look most like `name`, best first; case tells apart only those that are alike but for it.

    Where none looks like it, those that begin with it: ``l2_regularizer`` for ``l2``.
    """
    by_fold: dict[str, list[str]] = {}
    for candidate in known:
        by_fold.setdefault(candidate.casefold(), []).append(candidate)
    folded = name.casefold()
    of_like_length = [
        fold for fold in by_fold if 2 * min(len(fold), len(folded)) >= _ALIKE * (len(fold) + len(folded))
    ]
    if not of_like_length and not any(fold.startswith(folded) for fold in by_fold):
        return []  # a name without an end, as strangers may ask for, is not looked through
    import difflib  # only for answers to wrong names

    close = difflib.get_close_matches(folded, of_like_length, n=count, cutoff=_ALIKE)
    if not close and len(name) > 1:
        close = sorted((fold for fold in by_fold if fold.startswith(folded)), key=len)
    alike = difflib.SequenceMatcher(b=name)

    def distance(candidate: str) -> float:
        alike.set_seq1(candidate)
        return -alike.ratio()

    return [candidate for fold in close for candidate in sorted(by_fold[fold], key=distance)][:count]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` Did you mean 'a' or 'b'?`` with a leading blank, or nothing."""
    close = nearest(name, known)
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""


def shortened(names: Iterable[str], most: int = 20) -> str:
    """The first of them in a sentence, sorted: ``a, b, and 7 more``; ``none`` for nothing."""
    listed = sorted(names)
    more = f", and {len(listed) - most} more" if len(listed) > most else ""
    return (", ".join(listed[:most]) + more) or "none"


class Registry(Generic[T]):
    """Things under unique names, some of which are only there when they are first asked for.

    Parameters
    ----------
    kind : str
        What is registered, as the error message calls it: ``"op"``, ``"optimizer"``.
    told_by : str
        The module that calls :meth:`expect`, imported when something is first asked for that is not there.
    """

    def __init__(self, kind: str, told_by: str = "") -> None:
        self.kind = kind
        self._told_by = told_by
        self._things: dict[str, T] = {}
        self._told: dict[str, str] = {}

    def expect(self, homes: Mapping[str, str]) -> None:
        """Tell which modules add things, and no others are expected: each with their names, separated by blanks.

        Such a module is imported when one of its names is first asked for.
        """
        self._told = {name: home for home, names in homes.items() for name in names.split()}
        self._told_by = ""

    @property
    def _homes(self) -> dict[str, str]:
        """The modules that add what is not there yet, by the names of their things."""
        if self._told_by:
            import_module(self._told_by)
        return self._told

    def add(self, name: str, thing: T) -> T:
        """Register `thing` and return it.

        Raises
        ------
        ValueError
            If the name is taken.
        """
        if self._find(name) is not None:
            raise ValueError(f"{self.kind} {name!r} is declared twice.")
        self._things[name] = thing
        return thing

    def get(self, name: str) -> T:
        """The thing of that name.

        Raises
        ------
        ValueError
            If there is none; the message names the nearest ones, or all if they are few.
        """
        thing = self._things.get(name) or self._find(name)
        if thing is None:
            hint = did_you_mean(name, self)
            if not hint and len(self) <= 20:
                hint = f" Known: {', '.join(self)}."
            raise ValueError(f"unknown {self.kind} {name!r}.{hint}")
        return thing

    def _find(self, name: str) -> T | None:
        """The thing of that name, whose module is imported if need be; None while the module adds it, too."""
        if name not in self._things and name in self._homes:
            self._import(self._homes[name])  # waits for another thread that is at it
        return self._things.get(name)

    def _import(self, home: str) -> None:
        try:
            import_module(home)
        except BaseException:  # Ctrl-C, too: what was added before it would be declared twice by the next try
            for name in [name for name, place in self._homes.items() if place == home]:
                self._things.pop(name, None)
            raise

    def present(self) -> frozenset[str]:
        """The names of the things that are there already."""
        return frozenset(self._things)

    def __contains__(self, name: object) -> bool:
        return name in self._things or name in self._homes

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._things, *self._homes}))

    def __len__(self) -> int:
        return len({*self._things, *self._homes})
