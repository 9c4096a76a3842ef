"""Graphs of steps: what a run of a fit, of an evaluation or of a prediction does with one batch.

A step is traced once for a kind of batch, in the graph of the model's weights. What it is to do (the optimizer's
updates, those of metrics and of moving averages, what it prints) is whatever operations with an effect the trace has
made, so that a ``train_step`` of the user's own need not list them. Batches come by an outlet, behind which each call
puts its own feed: another call of that kind adds nothing to the graph.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation, Tensor
from estimator.keras.calls import gathering
from estimator.keras.effects import initializers
from estimator.keras.outside import graph_of_layer
from estimator.keras.training.feed import Feed
from estimator.pipeline.iterator import GraphIterator
from estimator.pipeline.structure import leaves, map_leaves, pack
from estimator.runtime.order import prune
from estimator.runtime.own_session import begin, session_at_hand
from estimator.runtime.session import Session

Array = np.ndarray[Any, Any]
_SIZES = 3  # of a kind that have programs of their own
_DEEDS = ("check", "outside", "write")


class Outlet:
    """Where the graph of a step takes its batches from: the feed of the call that runs it."""

    def __init__(self) -> None:
        self.feed: Feed | None = None

    def get_next(self) -> list[Array]:
        """The arrays of the next batch."""
        assert self.feed is not None  # a call puts it there before it runs
        return self.feed.get_next()

    def rest(self) -> None:
        """Make nothing ahead."""
        if self.feed is not None:
            self.feed.rest()


class Program:
    """A step in a graph.

    Parameters
    ----------
    model : Model
    method : callable
        ``train_step``, ``test_step`` or ``predict_step`` of the model: from a batch to results.
    spec : tuple
        Of a batch, see :class:`~estimator.keras.training.feed.Feed`.

    Attributes
    ----------
    graph : Graph
    outlet : Outlet
    step : list of Operation
        What a run does.
    results : structure of Tensor
        What the method gives of the very batch; of a dict those that do.
    """

    def __init__(self, model: Any, method: Callable[[Any], Any], spec: tuple[Any, ...]) -> None:
        self.graph: Graph = graph_of_layer(model)
        self.outlet = Outlet()
        self._lock = threading.RLock()
        graph = self.graph
        with graph.as_default(), graph.name_scope(None), graph.control_dependencies(None), gathering():
            batch = GraphIterator(graph, self.outlet, spec).get_next()
            before = graph.version
            given = method(_as_keras_packs(batch))
            with graph.control_dependencies(deeds_since(graph, before)):
                self.step = [b.NoOp(name="step")]
        self._names = list(given) if isinstance(given, Mapping) else []
        own = {name: given[name] for name in self._names if _is_of_batch(given[name])}
        self.results: Any = own if self._names else given
        self._states = {name: given[name] for name in self._names if name not in own}

    @contextmanager
    def fed_by(self, feed: Feed) -> Iterator[Session]:
        """A block whose runs in this session take the batches of a feed; other threads wait for its end."""
        with self._lock:
            before, self.outlet.feed = self.outlet.feed, feed
            try:
                yield self.session()
            finally:
                self.outlet.feed = before

    def session(self) -> Session:
        """The session at hand of the graph, in which all variables have values."""
        return begin(session_at_hand(self.graph))

    def logs(self, session: Session, results: Any) -> dict[str, Any]:
        """What the method gives, after a run: what the metrics have come to, and the results of the batch."""
        found = dict(results or {})
        if self._states:
            found |= session.prepare(self._states)([])
        return {name: as_plain(found[name]) for name in self._names if name in found}


def _as_keras_packs(batch: tuple[Any, ...]) -> Any:
    """A batch as ``train_step`` gets it: inputs alone come alone, unless they are several."""
    return batch[0] if len(batch) == 1 and not isinstance(batch[0], tuple) else batch


def deeds_since(graph: Graph, version: int) -> list[Operation]:
    """What a step has to run of the operations that a graph has got since a version: what writes, checks and prints."""
    made = graph.get_operations()[version:]
    beginnings = initializers(graph)
    return [op for op in made if op.effect in _DEEDS and not op.definition.local and op not in beginnings]


def as_plain(value: Any) -> Any:
    """A number for an array without dimensions."""
    return value.item() if isinstance(value, (np.ndarray, np.generic)) and not np.ndim(value) else value


def _is_of_batch(value: Any) -> bool:
    """Whether a result needs the batch; one that does not is read after the step, when the metrics know of it."""
    if not isinstance(value, Tensor):
        return False
    return any(op.type == "IteratorGetNext" for op in prune([value.op], frozenset()))


class Programs:
    """The programs of a model, by what is done and the kind of batch.

    Parameters
    ----------
    model : Model
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._known: dict[Any, list[tuple[tuple[Any, ...], Program]]] = {}

    def get(self, mode: str, spec: tuple[Any, ...]) -> Program:
        """The program for batches of a kind.

        The first few are for the very sizes that are given, so that what does not fit is said when they are made; then
        sizes that differ are left open in one for all of them.
        """
        kind = (mode, repr(map_leaves(lambda leaf: "", spec)), *(_kind(leaf) for leaf in leaves(spec)))
        known = self._known.setdefault(kind, [])
        for own, program in known:
            if _widened(own, spec) == leaves(own):
                return program
        if len(known) >= _SIZES:
            for own, _ in known:
                spec = pack(spec, _widened(own, spec))
            known.clear()
        with self._model.trainable_as_compiled() if mode == "train" else nullcontext():
            program = Program(self._model, getattr(self._model, f"{mode}_step"), spec)
        known.append((spec, program))
        return program


def _widened(one: Any, other: Any) -> list[Any]:
    """The specs of components that are of either kind of batch."""
    return [old.merged(new) for old, new in zip(leaves(one), leaves(other), strict=True)]


def _kind(spec: Any) -> Any:
    return type(spec), spec.dtype, None if spec.dims is None else len(spec.dims)
