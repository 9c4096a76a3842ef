"""The default graphs and sessions of a thread: what the innermost `with` block has made the default.

Outside of all blocks ``tensor.numpy()`` and ``variable.numpy()`` are what a run in the session at hand gives. Which
that is only the runtime knows (:mod:`estimator.runtime.own_session`), which is imported for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ContextDecorator
from typing import Any, Generic, Literal, TypeVar

from estimator.core.registry import Registry

T = TypeVar("T")  # a graph or a session, which stand above


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


class AsDefault(ContextDecorator, Generic[T]):
    """A block in which a graph or a session is the thread's default."""

    def __init__(self, kind: Literal["graphs", "sessions"], thing: T) -> None:
        self._kind = kind
        self._thing = thing

    def __enter__(self) -> T:
        self._stack: list[Any] = getattr(DEFAULTS, self._kind)
        self._stack.append(self._thing)
        return self._thing

    def __exit__(self, *error: object) -> None:
        leave_default(self._stack, self._thing)

    def _recreate_cm(self) -> AsDefault[T]:
        return AsDefault(self._kind, self._thing)  # a decorated function may call itself


def default_sessions() -> list[Any]:
    """The thread's stack of default sessions."""
    return DEFAULTS.sessions


def leave_default(stack: list[Any], thing: Any) -> None:
    """Take the innermost entry of a graph or session off its stack of defaults."""
    if stack and stack[-1] is thing:  # nearly always
        stack.pop()
        return
    for place in reversed(range(len(stack))):
        if stack[place] is thing:
            del stack[place]
            return


AT_HAND: Registry[Callable[[Any], Any]] = Registry("value", told_by="estimator.runtime.own_session")
"""Under ``"value"`` the function that computes a tensor or variable in the session at hand."""


def is_outside() -> bool:
    """Whether the thread is in no block of a graph or session, so that what is called there can have a value."""
    return not (DEFAULTS.graphs or DEFAULTS.sessions)


def numpy_of(element: Any) -> Callable[[], Any]:
    """The method ``numpy`` of a tensor or variable.

    Raises
    ------
    AttributeError
        Inside a block of a graph, so that ``hasattr`` is false there, as it is in TensorFlow.
    """
    if DEFAULTS.graphs:
        kind = type(element).__name__
        raise AttributeError(
            f"{kind!r} object has no attribute 'numpy' inside of a graph: {element.name!r} has no value until "
            "the graph runs. Fetch it, session.run(tensor), or call numpy() outside of `with graph.as_default()`, of "
            "sessions' blocks and of model_fns.",
            name="numpy",
        )
    return lambda: AT_HAND.get("value")(element)
