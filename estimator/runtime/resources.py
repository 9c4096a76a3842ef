"""What lies in a session beside the variables, and is named by a handle: lookup tables, queues, readers.

Most sessions have none of them: what they are is imported when one is made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from estimator.graph.handles import queue_components, resource_name
from estimator.graph.tensor import Operation

if TYPE_CHECKING:
    from estimator.runtime.queues import Queue
    from estimator.runtime.readers import Reader
    from estimator.runtime.tables import Table


class Resource(Protocol):
    """One of them.

    Attributes
    ----------
    name : str
        In the session.
    kind : str
        What it is, for comparison of two handles of one name, and for messages.
    """

    name: str

    @property
    def kind(self) -> str:
        """What it is."""

    def give_up(self) -> None:
        """The session is closed: nobody is to wait for it any more."""


def make_resource(handle: Operation, store: Any) -> Resource:
    """What an operation of HANDLE_OPS, other than a VarHandleOp, makes a handle of.

    Parameters
    ----------
    handle : Operation
    store : VariableStore
        Of the session, which knows the seed of what is random.
    """
    return _MAKERS[handle.type](handle, store)


def _table(handle: Operation, store: Any) -> Table:
    from estimator.runtime.tables import Table

    attrs = handle.attrs
    return Table(
        resource_name(handle), attrs["key_dtype"], attrs["value_dtype"], handle.type == "HashTableV2"
    )


def _queue(handle: Operation, store: Any) -> Queue:
    from estimator.runtime.queues import Fifo, Priority, Queue, Shuffled

    attrs = handle.attrs
    dtypes, shapes = queue_components(handle)
    if handle.type == "RandomShuffleQueueV2":
        is_seeded = bool(attrs["seed"] or attrs["seed2"])
        elements: Any = Shuffled(store.own_generator(handle), attrs["min_after_dequeue"], is_seeded)
    else:
        elements = Priority() if handle.type == "PriorityQueueV2" else Fifo()
    return Queue(
        resource_name(handle), handle.type.removesuffix("V2"), attrs["capacity"], dtypes, shapes, elements
    )


def _reader(handle: Operation, store: Any) -> Reader:
    from estimator.runtime.readers import Reader, opener

    settings = {
        name: value for name, value in handle.attrs.items() if name not in ("container", "shared_name")
    }
    said = ", ".join(f"{name}={value!r}" for name, value in sorted(settings.items()))
    kind = f"a {handle.type.removesuffix('V2')}({said})"
    return Reader(resource_name(handle), kind, opener(handle.type, handle.attrs))


_MAKERS: dict[str, Callable[[Operation, Any], Resource]] = {
    "HashTableV2": _table,
    "MutableHashTableV2": _table,
    "FIFOQueueV2": _queue,
    "PaddingFIFOQueueV2": _queue,
    "PriorityQueueV2": _queue,
    "RandomShuffleQueueV2": _queue,
    "FixedLengthRecordReaderV2": _reader,
    "IdentityReaderV2": _reader,
    "TFRecordReaderV2": _reader,
    "TextLineReaderV2": _reader,
    "WholeFileReaderV2": _reader,
}
