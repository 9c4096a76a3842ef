"""What the traces of layers go by (:mod:`estimator.keras.outside`): whether one is being made, whether they are old.

A trace holds what Python did in a layer's call. What that may have read, an attribute of a layer or the learning phase,
must therefore let all be traced again when it changes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from estimator.graph.defaults import DEFAULTS
from estimator.keras import calls

_PLAIN = (bool, int, float, str, type(None))
_MISSING = object()
_changes = 0


class _Thread(threading.local):
    is_tracing = False


_THREAD = _Thread()


def is_tracing() -> bool:
    """Whether the thread traces a layer that was called outside any graph."""
    return _THREAD.is_tracing


def is_like_eager() -> bool:
    """Whether layers behave as in TensorFlow's eager mode: the thread traces a layer, or nobody has entered a graph.

    Layers themselves enter the default graph, when they are called on tensors that come from an Input.
    """
    if _THREAD.is_tracing:
        return True
    return not DEFAULTS.sessions and all(graph is DEFAULTS.fallback for graph in DEFAULTS.graphs)


@contextmanager
def tracing(training: int) -> Iterator[None]:
    """A block of a trace: what calls add is kept nowhere, and they train (1) or not (0) unless they are told."""
    _THREAD.is_tracing = True
    try:
        with calls.gathering(), calls.calling(None, training):
            yield
    finally:
        _THREAD.is_tracing = False


def version() -> int:
    """A number that grows when traces become old."""
    return _changes


def forget() -> None:
    """Let all layers be traced again when they are next called; what a trace itself changes it knows."""
    global _changes
    if not _THREAD.is_tracing:
        _changes += 1


def note_attribute(owner: Any, name: str, value: Any) -> None:
    """Forget the traces if an attribute of a layer, which is going to be set, becomes another.

    One that is set for the first time, or while layers are called, as when weights are made, was read by no trace.
    """
    if name.startswith("_") or calls.outer_call() is not None:
        return
    is_property = isinstance(getattr(type(owner), name, None), property)
    before = getattr(owner, name, _MISSING) if is_property else vars(owner).get(name, _MISSING)
    if before is _MISSING or before is value:
        return
    if not (type(before) is type(value) and isinstance(value, _PLAIN) and before == value):
        forget()
