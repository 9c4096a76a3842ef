"""What all queues have: elements are put in and taken out, and the queue is closed; see :mod:`.queues`."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.dtypes import DType, as_dtype
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.shapes import TensorShape, as_dims, common, is_static, merge, show
from estimator.functions.arguments import function_scope
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor


@near_keywords_of_methods
class QueueBase:
    """A queue of elements of one or more components.

    Parameters
    ----------
    dtypes : sequence of DType
        Of the components.
    shapes : sequence of shapes, optional
        Of the components of one element. Without them elements can only be taken one by one.
    names : sequence of str, optional
        Of the components: elements are then dicts.
    queue_ref : Tensor
        The handle.

    Raises
    ------
    ValueError
        If there are not as many shapes or names as components.

    Source
    ------
    tf.queue.QueueBase, TF 1.15 data_flow_ops.py
    """

    def __init__(self, dtypes: Any, shapes: Any, names: Any, queue_ref: Tensor) -> None:
        self._dtypes = list(dtypes)
        self._shapes = (
            [TensorShape(None)] * len(self._dtypes) if shapes is None else list(map(TensorShape, shapes))
        )
        self._names = names
        self._queue_ref = queue_ref
        _demand_as_many("shapes", self._shapes, self._dtypes)
        if names:
            _demand_as_many("names", names, self._dtypes)

    @staticmethod
    def from_list(index: Any, queues: Sequence[QueueBase]) -> QueueBase:
        """The queue of that index among several, which only the run need tell.

        Parameters
        ----------
        index : int32 scalar
        queues : sequence of QueueBase
            Of the same types and names.

        Raises
        ------
        TypeError
            If something else is in the list, or the types or names differ.
        """
        if not queues or not all(isinstance(queue, QueueBase) for queue in queues):
            raise TypeError("A list of queues expected")
        first = queues[0]
        for what in ("dtypes", "names"):
            if any(getattr(queue, what) != getattr(first, what) for queue in queues):
                kind = "component dtypes" if what == "dtypes" else "component names"
                raise TypeError(f"Queues do not have matching {kind}.")
        shapes = [
            functools.reduce(common, map(as_dims, of_all))
            for of_all in zip(*(queue.shapes for queue in queues), strict=True)
        ]
        with function_scope(None, "QueueChoice", index, *(queue.queue_ref for queue in queues)):
            chosen = b.GatherV2(b.Pack([queue.queue_ref for queue in queues]), index, 0)
        return QueueBase(first.dtypes, shapes, first.names, chosen)

    @property
    def queue_ref(self) -> Tensor:
        """The handle."""
        return self._queue_ref

    @property
    def name(self) -> str:
        """What the operation of its handle is called."""
        return self._queue_ref.op.name

    @property
    def dtypes(self) -> list[DType]:
        """The types of the components."""
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        """The shapes of the components of one element."""
        return self._shapes

    @property
    def names(self) -> Any:
        """The names of the components; None if they have none."""
        return self._names

    def enqueue(self, vals: Any, name: str | None = None) -> Operation:
        """An operation that puts one element in, when there is room.

        Parameters
        ----------
        vals : tensor, sequence of tensors, or dict of name to tensor
            One for each component.
        name : str, optional

        Raises
        ------
        ValueError
            If there are not as many as components, or a shape does not fit.
        TypeError
            If one has another type.
        CancelledError
            In the run, if the queue is closed, or is while it waits.
        """
        given = self._in_order(vals)
        with function_scope(name, f"{self._short_name}_enqueue", self._queue_ref, *given) as (_, scope):
            components = self._components(given)
            for component, shape in zip(components, self._shapes, strict=True):
                merge(component.dims, as_dims(shape))
            operation: Operation = b.QueueEnqueueV2(self._queue_ref, components, name=scope)
        return operation

    def enqueue_many(self, vals: Any, name: str | None = None) -> Operation:
        """An operation that puts several elements in, one after the other: they lie along the first axis.

        Parameters
        ----------
        vals : tensor, sequence of tensors, or dict of name to tensor
            One for each component, all of the same first dimension.
        name : str, optional

        Raises
        ------
        ValueError, TypeError, CancelledError
            As :meth:`enqueue`.
        """
        given = self._in_order(vals)
        with function_scope(name, f"{self._short_name}_EnqueueMany", self._queue_ref, *given) as (_, scope):
            components = self._components(given)
            size: Any = (None,)
            for component, shape in zip(components, self._shapes, strict=True):
                inner = as_dims(shape)
                merge(component.dims, None if inner is None else (None, *inner))
                if component.dims is not None:
                    size = merge(size, component.dims[:1])
            operation: Operation = b.QueueEnqueueManyV2(self._queue_ref, components, name=scope)
        return operation

    def dequeue(self, name: str | None = None) -> Any:
        """The next element, when there is one: a tensor, a list of them, or a dict if they have names.

        Raises
        ------
        OutOfRangeError
            In the run, if the queue is closed and empty.
        CancelledError
            In the run, if the session is closed while it waits.
        """
        with function_scope(name, f"{self._short_name}_Dequeue", self._queue_ref) as (_, scope):
            taken = b.QueueDequeueV2(self._queue_ref, component_types=self._dtypes, name=scope)
        return self._as_element(taken, ())

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """The next `n` elements, stacked along a new first axis, when there are so many.

        Parameters
        ----------
        n : int32 scalar
        name : str, optional

        Raises
        ------
        OutOfRangeError
            In the run, if the queue is closed and has fewer; they stay in it.
        CancelledError
            In the run, if the session is closed while it waits.
        InvalidArgumentError
            In the run, if the shapes of the components are not known.
        """
        with function_scope(name, f"{self._short_name}_DequeueMany", self._queue_ref) as (_, scope):
            taken = b.QueueDequeueManyV2(self._queue_ref, n, component_types=self._dtypes, name=scope)
        return self._as_element(taken, (None,))

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """The next `n` elements as :meth:`dequeue_many`; of a queue that is closed the rest, if that is less.

        Raises
        ------
        OutOfRangeError
            In the run, if the queue is closed and empty.
        CancelledError, InvalidArgumentError
            As :meth:`dequeue_many`.
        """
        with function_scope(name, f"{self._short_name}_DequeueUpTo", self._queue_ref) as (_, scope):
            taken = b.QueueDequeueUpToV2(self._queue_ref, n, component_types=self._dtypes, name=scope)
        return self._as_element(taken, (None,))

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Operation:
        """An operation that lets nothing more come in; what is there can still be taken.

        Parameters
        ----------
        cancel_pending_enqueues : bool
            Whether runs that wait to put something in are cancelled; else they are waited for.
        name : str, optional
        """
        with function_scope(name, f"{self._short_name}_Close", self._queue_ref) as (_, scope):
            operation: Operation = b.QueueCloseV2(
                self._queue_ref, cancel_pending_enqueues=cancel_pending_enqueues, name=scope
            )
        return operation

    def is_closed(self, name: str | None = None) -> Tensor:
        """Whether the queue is closed."""
        with function_scope(name, f"{self._short_name}_Is_Closed", self._queue_ref) as (_, scope):
            return b.QueueIsClosedV2(self._queue_ref, name=scope)

    def size(self, name: str | None = None) -> Tensor:
        """How many elements are in the queue, an int32 scalar."""
        with function_scope(name, f"{self._short_name}_Size", self._queue_ref) as (_, scope):
            return b.QueueSizeV2(self._queue_ref, name=scope)

    @property
    def _short_name(self) -> str:
        """What its operations are called after, whichever scopes they are in."""
        return self.name.rpartition("/")[2]

    def _in_order(self, vals: Any) -> list[Any]:
        """The components of what is to go in, in order."""
        if isinstance(vals, Mapping):
            if not self._names:
                raise ValueError("Queue must have names to enqueue a dictionary")
            if sorted(vals, key=str) != sorted(self._names):
                raise ValueError(
                    "Keys in dictionary to enqueue do not match names of Queue. Dictionary: "
                    f"{sorted(vals, key=str)}, Queue: {sorted(self._names)}"
                )
            return [vals[key] for key in self._names]
        if self._names:
            raise ValueError("You must enqueue a dictionary in a Queue with names")
        given = list(vals) if isinstance(vals, (list, tuple)) else [vals]
        if len(given) != len(self._dtypes):
            raise ValueError(
                f"{self.name}: an element has {len(self._dtypes)} component(s) "
                f"({', '.join(dtype.name for dtype in self._dtypes)}), given: {len(given)}."
            )
        return given

    def _components(self, given: Sequence[Any]) -> list[Tensor]:
        graph = self._queue_ref.graph if not get_default_graph().is_function else get_default_graph()
        return [
            graph.convert(value, dtype, name=f"component_{place}")
            for place, (value, dtype) in enumerate(zip(given, self._dtypes, strict=True))
        ]

    def _as_element(self, taken: Any, front: tuple[None, ...]) -> Any:
        """What was taken, in the structure of an element."""
        tensors = list(taken) if isinstance(taken, (list, tuple)) else [taken]
        for tensor, shape in zip(tensors, self._shapes, strict=True):
            dims = as_dims(shape)
            tensor.set_shape(None if dims is None else (*front, *dims))
        if self._names:
            return dict(zip(self._names, tensors, strict=True))
        return tensors[0] if len(tensors) == 1 else tensors


def _demand_as_many(what: str, given: Sequence[Any], dtypes: Sequence[DType]) -> None:
    if len(given) != len(dtypes):
        raise ValueError(
            f"{what} must be as many as dtypes, one for each component; given: {len(given)} and {len(dtypes)}."
        )


def listed_types(dtypes: Any) -> list[DType]:
    """The types of the components; of one component, the type may stand alone."""
    return list(map(as_dtype, dtypes)) if isinstance(dtypes, (list, tuple)) else [as_dtype(dtypes)]


def listed_shapes(shapes: Any, dtypes: Sequence[DType], may_be_partial: bool = False) -> list[Any] | None:
    """One shape for each component; a list of sizes is the shape of the only one, as in TensorFlow."""
    if shapes is None and not may_be_partial:
        return None
    is_one = shapes is None or isinstance(shapes, TensorShape) or not any(map(_is_shape, shapes))
    if may_be_partial and (is_one or None in shapes):
        raise ValueError(
            "When providing partial shapes, a list of shapes must be provided, with as many sizes or None as each has "
            f"dimensions; given: {shapes!r}."
        )
    listed = [as_dims(shape) for shape in ([shapes] if is_one else shapes)]
    _demand_as_many("shapes", listed, dtypes)
    for dims in listed:
        if not (is_static(dims) or may_be_partial):
            raise ValueError(
                f"All shapes must be fully defined: {show(dims)} is not; a tf.PaddingFIFOQueue takes such elements."
            )
    return listed


def _is_shape(value: Any) -> bool:
    return isinstance(value, (TensorShape, list, tuple))


def listed_names(names: Any, dtypes: Sequence[DType]) -> list[str] | None:
    """The names of the components, if they have names; one for each."""
    if not names:
        return None
    listed = [names] if isinstance(names, str) else list(names)
    _demand_as_many("names", listed, dtypes)
    return listed
