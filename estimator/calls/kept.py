"""What a call leaves to the next ones: the graph of a model, and a session with its plans and values.

Every call calls input_fn, and model_fn too, since nobody knows what a function reads. The one of a ready-made model
whose settings never change (:class:`SettledModelFn`) makes the same graph wherever mode and kind of input are the same.
Such a graph is kept, and the next call of that kind only puts its own input in place of the last one's. Beside it stays
the session. Its values are those of the checkpoint as long as the files of that look as they did; otherwise they are
restored anew.

Whoever works with a graph has it alone: what one call has taken, another one does not find, and builds its own. What a
call gives back is what it has finished without an error. All Estimators of the process together keep no more than a few
graphs and bytes, those used last.
"""

from __future__ import annotations

import itertools
import os
import threading
import weakref
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar

from estimator.core import log
from estimator.core.constancy import never_changes
from estimator.core.dtypes import string
from estimator.core.frozen import frozen
from estimator.graph.composite import Composite
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.model_dir.finding import Signature, signature
from estimator.model_dir.start import Start
from estimator.models.spec import EstimatorSpec
from estimator.pipeline.source_group import SourceGroup
from estimator.pipeline.specs import type_spec_from_value
from estimator.runtime.session import Session
from estimator.training.session_creator import ChiefSessionCreator

if TYPE_CHECKING:
    from typing import Self

LIMIT_BYTES = 64 << 20
LIMIT_COUNT = 16

_BYTES_OF_TEXT = 64  # what one costs in memory, about

# Tables of a file are made in the session, and the file may change before the next call.
_READERS_OF_FILES = ("InitializeTableFromTextFileV2",)


@frozen
class SettledModelFn:
    """A model function of our own, of which is known by what its graphs are decided where they do not train.

    Parameters
    ----------
    function : callable
        ``function(features, labels, mode, config)``
    goes_by : tuple
        What the graphs for evaluation and prediction depend on, beside the arguments.
    """

    function: Callable[..., EstimatorSpec]
    goes_by: tuple[Any, ...]

    def __call__(self, features: Any, labels: Any, mode: str, config: Any) -> EstimatorSpec:
        return self.function(features, labels, mode, config)

    @cached_property
    def is_settled(self) -> bool:
        """Whether none of that ever changes; a normalizer_fn of the user's own might read what does."""
        return never_changes(self.goes_by)


def is_settled(model_fn: Any) -> bool:
    """Whether a model function makes the same graph of the same kind of input at each call."""
    return isinstance(model_fn, SettledModelFn) and model_fn.is_settled


# -- kinds of input ----------------------------------------------------------------------------------------------------


@frozen
class Contents:
    """How much is in a graph."""

    operations: int
    collections: Mapping[Any, int]


def contents_of(graph: Graph) -> Contents:
    """How much is in a graph now."""
    keys = graph.get_all_collection_keys()
    return Contents(graph.version, {key: len(graph.get_collection(key)) for key in keys})


def kind_of_input(features: Any, labels: Any, before: Contents) -> Hashable | None:
    """What a model sees of its input in the default graph; None if more has been made there than iterators' elements.

    Parameters
    ----------
    features, labels : nested structure
        What model_fn is to be called with.
    before : Contents
        Of the graph, without the input.
    """
    graph = get_default_graph()
    made = graph.get_operations()[before.operations :]
    pulled = {op.attrs["shared_name"] for op in made if op.type == "IteratorGetNext" and op.definition.local}
    if set(graph.resources) != pulled or contents_of(graph).collections != before.collections:
        return None
    try:
        return graph.seed, tuple(map(_origin, made)), _outline((features, labels))
    except _Unknown:
        return None


class _Unknown(Exception):
    """What this is to a model cannot be said."""


def _origin(op: Operation) -> Hashable:
    if op.type == "IteratorGetNext":
        return op.name, op.attrs["shared_name"], tuple(map(_seen, op.outputs))
    if op.type == "Const" and op.attrs["value"].ndim == 0:  # an iterator's own name, for example
        return op.name, op.attrs["dtype"], op.attrs["value"].item()
    raise _Unknown


def _seen(tensor: Tensor) -> Hashable:
    return tensor.name, tensor.dtype, tensor.dims


def _outline(value: Any) -> Hashable:
    """The containers and keys of a structure, with what a model sees of its leaves."""
    if isinstance(value, Mapping):
        return type(value), tuple((key, _outline(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return type(value), tuple(map(_outline, value))
    if isinstance(value, Tensor):
        return _seen(value)
    if isinstance(value, Composite):
        return type(value), repr(type_spec_from_value(value)), tuple(map(_seen, value.tensors))
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return type(value), value
    raise _Unknown


class _Outlet:
    """Where a kept graph takes its elements from: the source of the call that works with it."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def get_next(self) -> list[Any]:
        """The arrays of the next element."""
        elements: list[Any] = self.source.get_next()
        return elements

    def rest(self) -> None:
        """Make nothing ahead."""
        if hasattr(self.source, "rest"):
            self.source.rest()


# -- what is kept ------------------------------------------------------------------------------------------------------


class Built(Protocol):
    """A model in a graph, see :class:`estimator.calls.opening.BuiltModel`."""

    @property
    def graph(self) -> Graph:
        """Where it is."""

    @property
    def spec(self) -> EstimatorSpec:
        """What model_fn has made."""

    @property
    def start(self) -> Start:
        """Where the values come from."""

    def reading(self, source: SourceGroup | None, start: Start) -> Self:
        """The same model on other data, with the values of another checkpoint."""

    def session_creator(self) -> ChiefSessionCreator:
        """What gives the variables their values."""


Checkpoint: TypeAlias = "tuple[str, Signature]"
B = TypeVar("B", bound=Built)
T = TypeVar("T")


class Work(Generic[B, T]):
    """What a call works with.

    Parameters
    ----------
    built : BuiltModel
    made : object
        What the call has made of it, in the same graph.
    keeper : Keeper
        Where it goes when it is done.
    key : hashable or None
        Under which; None: nowhere.
    """

    def __init__(self, built: B, made: T, keeper: Keeper, key: Hashable | None) -> None:
        self.built = built
        self.made = made
        self._keeper = keeper
        self._key = key
        self._outlets = (
            {} if key is None else {name: _Outlet(source) for name, source in built.graph.resources.items()}
        )
        built.graph.resources.update(self._outlets)
        self.session: Session | None = None
        self.values_of: Checkpoint | None = None

    def renew(self, inputs: Graph, source: SourceGroup | None, start: Start) -> None:
        """Go on with the input that the graph `inputs` reads, and the values of another checkpoint."""
        for name, outlet in self._outlets.items():
            outlet.source = inputs.resources[name]
        self.built = self.built.reading(source, start)

    def checkpoint(self) -> Checkpoint | None:
        """Which checkpoint the values are to be of, and what its files look like now; None if there is none."""
        prefix = self.built.start.prefix
        files = None if prefix is None else signature(*os.path.split(prefix))
        return None if prefix is None or files is None else (prefix, files)

    def is_current(self) -> bool:
        """Whether the session has the values of that checkpoint."""
        return self.values_of is not None and self.values_of == self.checkpoint()

    def session_creator(self) -> ChiefSessionCreator:
        """What gives a session of the graph the values of the checkpoint."""
        return self.built.session_creator() if self._key is None else _Again(self)

    def __enter__(self) -> None:
        """Begin to work."""

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Leave it to the next call, if that may find it and the work was done, or given up by a caller's break."""
        if self._key is None or kind not in (None, GeneratorExit):
            return
        for outlet in self._outlets.values():
            outlet.source = None  # the data is the caller's
        self.built = self.built.reading(None, self.built.start)
        self._keeper.give(self._key, self)

    @cached_property
    def reads_files(self) -> bool:
        """Whether a session of it has read what may be another thing for the next one."""
        return any(op.type in _READERS_OF_FILES for op in self.built.graph.get_operations())

    @cached_property
    def graph_bytes(self) -> int:
        """What the constants of the graph take."""
        return sum(map(_bytes_of_constant, self.built.graph.get_operations()))

    @property
    def session_bytes(self) -> int:
        """What the values of the session take."""
        if self.session is None:
            return 0
        arrays = (storage.array for storage in self.session.store)
        return sum(array.nbytes for array in arrays if array is not None)


def _bytes_of_constant(op: Operation) -> int:
    if op.type != "Const":
        return 0
    value, dtype = op.attrs["value"], op.attrs["dtype"]
    return int(value.size * _BYTES_OF_TEXT if dtype is string else value.nbytes)


class _Session(Session):
    """A session that is not over when a call has ended: its plans and values stay."""

    def close(self) -> None:
        """Make nothing ahead any more."""
        for outlet in self.graph.resources.values():
            outlet.rest()


class _Again(ChiefSessionCreator):
    """Gives the session of the last call, with the values of the checkpoint, and with what is local begun anew."""

    def __init__(self, work: Work[Any, Any]) -> None:
        super().__init__(work.built.spec.scaffold, start=work.built.start, saves=False)
        self._work = work

    def _new_session(self) -> Session:
        if self._work.session is None:
            self._work.session = _Session(
                graph=self._work.built.graph, executor=self._work.built.model.config.executor
            )
        return self._work.session

    def _restore(self, session: Session) -> str | None:
        work, prefix = self._work, self._work.built.start.prefix
        if work.is_current():
            log.info("Restoring parameters from %s", prefix)
            return prefix
        work.values_of, looked = None, work.checkpoint()  # before it is read
        restored = super()._restore(session)
        if restored == prefix:
            work.values_of = looked
        return restored


class Keeper:
    """What the calls of one Estimator leave to one another; a copy begins with nothing."""

    _all: weakref.WeakSet[Keeper] = weakref.WeakSet()
    _lock = (
        threading.RLock()
    )  # the collector may end a forgotten predict, which gives its work, in the midst of this
    _clock = itertools.count()

    def __init__(self) -> None:
        self._works: dict[Hashable, tuple[int, Work[Any, Any]]] = {}
        with Keeper._lock:
            Keeper._all.add(self)

    def __reduce__(self) -> Any:  # by which copies are made
        return Keeper, ()

    def __len__(self) -> int:
        return len(self._works)

    def take(self, key: Hashable | None) -> Work[Any, Any] | None:
        """What is kept under the key, for the caller alone; None if there is nothing."""
        if key is None:
            return None
        with Keeper._lock:
            return self._works.pop(key, (0, None))[1]

    def give(self, key: Hashable, work: Work[Any, Any]) -> None:
        """Keep a work, as long as there is room."""
        if work.reads_files or work.graph_bytes + work.session_bytes > LIMIT_BYTES:
            work.session = work.values_of = None
        if work.graph_bytes > LIMIT_BYTES:
            return
        with Keeper._lock:
            self._works[key] = next(Keeper._clock), work
            self._make_room()

    @staticmethod
    def _make_room() -> None:
        """Let go of what was used longest ago, of whichever Estimator, until the rest is within the limits."""
        kept = sorted(Keeper._entries(), key=lambda entry: entry[0], reverse=True)
        room = LIMIT_BYTES
        for place, (_, keeper, key, work) in enumerate(kept):
            room -= work.graph_bytes + work.session_bytes
            if place >= LIMIT_COUNT or room < 0:
                keeper._works.pop(key, None)

    @staticmethod
    def _entries() -> Iterator[tuple[int, Keeper, Hashable, Work[Any, Any]]]:
        for keeper in Keeper._all:
            for key, (used, work) in keeper._works.copy().items():
                yield used, keeper, key, work


def _forked() -> None:
    Keeper._lock = threading.RLock()  # the thread that may have held it is not here


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
