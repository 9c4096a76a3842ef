"""The default graphs and sessions of a thread: what the innermost `with` block has made the default."""

from __future__ import annotations

import threading
from typing import Any  # graphs and sessions, which stand above


class Defaults(threading.local):
    """The stacks of one thread, the innermost entry last.

    Attributes
    ----------
    graphs, sessions : list
    fallback : Graph or None
        The graph outside of all blocks.
    """

    def __init__(self) -> None:
        self.graphs: list[Any] = []
        self.sessions: list[Any] = []
        self.fallback: Any = None


DEFAULTS = Defaults()


def default_sessions() -> list[Any]:
    """The thread's stack of default sessions."""
    return DEFAULTS.sessions


def leave_default(stack: list[Any], thing: Any) -> None:
    """Take the innermost entry of a graph or session off its stack of defaults."""
    place = next((place for place in reversed(range(len(stack))) if stack[place] is thing), None)
    if place is not None:
        del stack[place]
