"""Ops of queues.

The value of a queue's handle at run time is a :class:`estimator.runtime.queues.Queue` of the session. What gives, takes
or closes may wait for another run of the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.shapes import Dims, TensorShape, is_static, show
from estimator.graph import rules
from estimator.graph.handles import queue_components
from estimator.graph.op import AttrDef, ShapeScope, op

_TYPES = {"component_types": list[DType], "shapes": []}
_NAMED = {"capacity": -1, "container": "", "shared_name": ""}


def _handle(s: ShapeScope) -> Dims:
    types, shapes = s.attrs["component_types"], s.attrs["shapes"]
    if shapes and len(shapes) != len(types):
        raise ValueError(f"a queue of {len(types)} components cannot have {len(shapes)} shapes.")
    return ()


def _handle_of_full_shapes(s: ShapeScope) -> Dims:
    for dims in s.attrs["shapes"]:
        if not is_static(dims):
            raise ValueError(
                f"All shapes must be fully defined: {show(dims)} is not; a tf.PaddingFIFOQueue takes such elements."
            )
    return _handle(s)


def _makes_handle(name: str, attrs: dict[str, Any], shape: Any) -> Any:
    return op(
        name,
        "-> handle: resource",
        attrs=attrs,
        shape=shape,
        effect="read",
        host=True,
        differentiable=False,
    )


@_makes_handle("FIFOQueueV2", {**_TYPES, **_NAMED}, _handle_of_full_shapes)
def fifo_queue_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a queue from which comes first what went in first.

    Source  TF op FIFOQueueV2, data_flow_ops.cc
    """
    return run.shared()


@_makes_handle("PaddingFIFOQueueV2", {**_TYPES, **_NAMED}, _handle)
def padding_fifo_queue_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a FIFO queue whose elements differ in shape, and are padded to be taken together.

    Source  TF op PaddingFIFOQueueV2, data_flow_ops.cc
    """
    return run.shared()


@_makes_handle(
    "RandomShuffleQueueV2",
    {
        **_TYPES,
        "capacity": -1,
        "min_after_dequeue": 0,
        "seed": 0,
        "seed2": 0,
        "container": "",
        "shared_name": "",
    },
    _handle_of_full_shapes,
)
def random_shuffle_queue_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a queue from which comes any of the elements.

    Source  TF op RandomShuffleQueueV2, data_flow_ops.cc
    """
    return run.shared()


@_makes_handle(
    "PriorityQueueV2",
    {
        "component_types": AttrDef("component_types", "list(type)", [], required=False),
        "shapes": list[TensorShape],
        **_NAMED,
    },
    _handle_of_full_shapes,
)
def priority_queue_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a queue from which comes first what has the smallest first component, an int64.

    Source  TF op PriorityQueueV2, data_flow_ops.cc
    """
    return run.shared()


def _queue(handle: Any) -> Any:
    """The queue: a handle that was chosen among several is an array of one."""
    return handle.item() if isinstance(handle, np.ndarray) else handle


def _waits(name: str, signature: str, shape: Any, **attrs: Any) -> Any:
    return op(
        name,
        f"handle: resource{signature}",
        attrs=attrs,
        shape=shape,
        effect="outside",
        waits=True,
        host=True,
        differentiable=False,
    )


@_waits("QueueEnqueueV2", ", components: Tcomponents[]", rules.no_output, timeout_ms=-1)
def queue_enqueue_v2(xp: Any, handle: Any, components: Any) -> None:
    """Put one element into a queue, when there is room.

    Raises  CancelledError if the queue is closed
    Source  TF op QueueEnqueueV2, data_flow_ops.cc
    """
    _queue(handle).enqueue(components)


@_waits("QueueEnqueueManyV2", ", components: Tcomponents[]", rules.no_output, timeout_ms=-1)
def queue_enqueue_many_v2(xp: Any, handle: Any, components: Any) -> None:
    """Put the elements that lie along the first axis of the components into a queue, when there is room.

    Raises  CancelledError if the queue is closed
    Source  TF op QueueEnqueueManyV2, data_flow_ops.cc
    """
    _queue(handle).enqueue_many(components)


def _element(s: ShapeScope) -> list[Dims]:
    """The shapes of one element, where the graph tells which queue it comes from."""
    types: Sequence[DType] = s.attrs["component_types"]
    maker = s.maker(0)
    known, shapes = queue_components(maker) if maker is not None else (types, ())
    if list(known) != list(types):
        raise ValueError(
            f"{maker.describe()} has components of {', '.join(t.name for t in known)}, and not of "
            f"{', '.join(t.name for t in types)}."
        )
    return list(shapes) or [None] * len(types)


def _elements(size: int | None, shapes: Sequence[Dims]) -> list[Dims]:
    return [None if dims is None else (size, *dims) for dims in shapes]


def _many(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, n=1)
    n = s.value(1)
    if n is not None and n < 0:
        raise ValueError(f"n must be >= 0, given: {n}.")
    return _elements(None if n is None else int(n), _element(s))


def _up_to(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, n=1)
    return _elements(None, _element(s))


@_waits("QueueDequeueV2", " -> components: component_types[]", _element, timeout_ms=-1)
def queue_dequeue_v2(xp: Any, handle: Any) -> Any:
    """The next element of a queue, when there is one.

    Raises  OutOfRangeError if the queue is closed and empty
    Source  TF op QueueDequeueV2, data_flow_ops.cc
    """
    return _queue(handle).dequeue()


@_waits("QueueDequeueManyV2", ", n: int32 -> components: component_types[]", _many, timeout_ms=-1)
def queue_dequeue_many_v2(xp: Any, handle: Any, n: Any) -> Any:
    """The next n elements of a queue, stacked, when there are so many.

    Raises  OutOfRangeError if the queue is closed and has fewer
    Source  TF op QueueDequeueManyV2, data_flow_ops.cc
    """
    return _queue(handle).dequeue_many(int(n))


@_waits("QueueDequeueUpToV2", ", n: int32 -> components: component_types[]", _up_to, timeout_ms=-1)
def queue_dequeue_up_to_v2(xp: Any, handle: Any, n: Any) -> Any:
    """The next n elements of a queue, stacked; of one that is closed the rest, if that is less.

    Raises  OutOfRangeError if the queue is closed and empty
    Source  TF op QueueDequeueUpToV2, data_flow_ops.cc
    """
    return _queue(handle).dequeue_many(int(n), up_to=True)


@_waits("QueueCloseV2", "", rules.no_output, cancel_pending_enqueues=False)
def queue_close_v2(xp: Any, handle: Any, cancel_pending_enqueues: bool) -> None:
    """Let nothing more come into a queue, when what waits to has, or is cancelled.

    Raises  CancelledError if it is closed
    Source  TF op QueueCloseV2, data_flow_ops.cc
    """
    _queue(handle).close(cancel_pending_enqueues)


@op(
    "QueueSizeV2",
    "handle: resource -> size: int32",
    shape=rules.scalar,
    effect="read",
    host=True,
    differentiable=False,
)
def queue_size_v2(xp: Any, handle: Any) -> Any:
    """How many elements are in a queue.

    Source  TF op QueueSizeV2, data_flow_ops.cc
    """
    return np.array(len(_queue(handle)), np.int32)


@op(
    "QueueIsClosedV2",
    "handle: resource -> is_closed: bool",
    shape=rules.scalar,
    effect="read",
    host=True,
    differentiable=False,
)
def queue_is_closed_v2(xp: Any, handle: Any) -> Any:
    """Whether a queue is closed.

    Source  TF op QueueIsClosedV2, data_flow_ops.cc
    """
    return np.array(_queue(handle).is_closed)
