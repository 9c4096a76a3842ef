"""What a row of the results is made of: who runs what, what is compared, and with which goal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

Turn = Callable[[], dict[str, float]]
"""A turn of a run: measures something, and gives its figures by their units, each "unit" or "unit (which)"."""


class Run(NamedTuple):
    """One who takes part: a function of a row's module, called in a process of its own.

    Parameters
    ----------
    environment : str
        Whose Python the process is, and which library it measures; a key of :data:`benchmarks.environments.PYTHONS`.
    make : Callable
        Makes ready, and returns the function of a turn. The process finds it by its module and name.
    arguments : tuple
        What it is called with: numbers, texts.
    """

    environment: str
    make: Callable[..., Turn]
    arguments: tuple[Any, ...] = ()


def shown(unit: str) -> str:
    """A unit without what tells figures of the same kind apart: of "s (to save)" the "s"."""
    return unit.partition(" (")[0]


def is_rate(unit: str) -> bool:
    """Whether more of it is better: "steps/s", but not "s" or "MiB"."""
    return shown(unit).endswith("/s")


@dataclass(frozen=True)
class Comparison:
    """Ours beside a peer's: how many times better we are, pair by pair.

    Parameters
    ----------
    what : str
        Its name in the table.
    unit : str
        Which figure of the turns is compared.
    ours, peer : Run
    goal : float, optional
        The ratio to reach.
    ceiling : Run, optional
        The same work without a framework: what ours could reach.
    """

    what: str
    unit: str
    ours: Run
    peer: Run
    goal: float | None = None
    ceiling: Run | None = None

    def runs(self) -> Iterator[Run]:
        """Those who take part."""
        yield from (self.ours, self.peer)
        if self.ceiling is not None:
            yield self.ceiling


@dataclass(frozen=True)
class Limit:
    """A figure of ours that must not be larger than a number.

    Parameters
    ----------
    what, unit : str
        As in :class:`Comparison`.
    ours : Run
    goal : float
        What it may be at most.
    """

    what: str
    unit: str
    ours: Run
    goal: float

    def runs(self) -> Iterator[Run]:
        """Those who take part: we alone."""
        yield self.ours


Line = Comparison | Limit


@dataclass(frozen=True)
class Row:
    """A row of the results.

    Parameters
    ----------
    title : str
    lines : tuple of Comparison and Limit
    pairs : int
        How often each takes its turn; a first turn before, which makes plans and fills caches, does not count.
    """

    title: str
    lines: tuple[Line, ...]
    pairs: int = 5

    def groups(self) -> list[list[Run]]:
        """The runs, those together that some line compares: they take turns, and no others run meanwhile."""
        groups: list[list[Run]] = []
        for line in self.lines:
            members = list(dict.fromkeys(line.runs()))
            joined = [group for group in groups if set(group) & set(members)]
            groups = [group for group in groups if group not in joined]
            groups.append(list(dict.fromkeys([run for group in joined for run in group] + members)))
        return groups
