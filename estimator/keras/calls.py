"""The calls of layers that are going on: what an inner one takes from an outer one, and what gathers their losses.

A layer that is called inside another's call trains if that one does. Losses, updates and metrics that calls add are
kept with their layers, as TensorFlow 1 has it, unless somebody gathers them: a model that is called again, on the
inputs of a ``fit``, must not list tensors that only this ``fit`` can feed::

    with gathering() as found:
        outputs = model(inputs, training=True)
    total = sum(found.losses)
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from estimator.core.frozen import mutable
from estimator.core.named_tuple import NamedTuple


class Call(NamedTuple):
    """A call that is going on: of which layer, whether it trains, if anybody has said so, and on which inputs."""

    layer: Any
    training: Any
    inputs: Any = None


@mutable
class Gathered:
    """What layers added in their calls, each list in the order of the calls.

    Attributes
    ----------
    losses : list of Tensor
        Of activities, and what :meth:`add_loss` was given; penalties of weights belong to no call, and are not here.
    updates : list of Operation
    metrics : list of (layer, Tensor, aggregation, name)
    """

    losses: list[Any]
    updates: list[Any]
    metrics: list[Any]


class _Thread(threading.local):
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.gathered: list[Gathered] = []


_THREAD = _Thread()


def outer_call() -> Call | None:
    """The innermost call of this thread that is going on."""
    return _THREAD.calls[-1] if _THREAD.calls else None


@contextlib.contextmanager
def calling(layer: Any, training: Any, inputs: Any = None) -> Iterator[None]:
    """A block in which a layer is being called."""
    _THREAD.calls.append(Call(layer, training, inputs))
    try:
        yield
    finally:
        _THREAD.calls.pop()


@contextlib.contextmanager
def gathering() -> Iterator[Gathered]:
    """A block whose calls give what they add to the result, and not to their layers."""
    found = Gathered([], [], [])
    calls, _THREAD.calls = _THREAD.calls, []  # whoever gathers calls anew, whatever is going on
    _THREAD.gathered.append(found)
    try:
        yield found
    finally:
        _THREAD.gathered.pop()
        _THREAD.calls = calls


def gathered() -> Gathered | None:
    """What the innermost :func:`gathering` block of this thread has found."""
    return _THREAD.gathered[-1] if _THREAD.gathered else None
