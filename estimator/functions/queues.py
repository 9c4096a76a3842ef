"""Queues under TensorFlow's names: what one run of a session puts in, another takes out.

::

    queue = FIFOQueue(100, [tf.float32, tf.int64], shapes=[[4], []])
    put = queue.enqueue([features, label])
    batch_features, batch_labels = queue.dequeue_many(32)

A run that finds no room, or too few elements, waits for other runs: other threads that use the same session, such as
those of a :class:`~estimator.pipeline.queue_runner.QueueRunner`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.keywords import near_keywords
from estimator.functions.queue_base import QueueBase, listed_names, listed_shapes, listed_types
from estimator.functions.scoping import init_scope
from estimator.functions.seeds import op_seeds
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph


@near_keywords
class FIFOQueue(QueueBase):
    """A queue from which comes first what went in first.

    Parameters
    ----------
    capacity : int
        How many elements it holds; negative: any number.
    dtypes : DType or sequence of DType
        Of the components.
    shapes : shape or sequence of shapes, optional
        Of the components of one element, all known. Without them elements can only be taken one by one.
    names : sequence of str, optional
        Of the components: elements are then dicts.
    shared_name : str, optional
        Queues of one name are one in a session.
    name : str

    Raises
    ------
    ValueError
        If there are not as many shapes or names as components, or a shape is not fully known.

    Source
    ------
    tf.queue.FIFOQueue, TF 1.15 data_flow_ops.py
    """

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str | None = "fifo_queue",
    ) -> None:
        types = listed_types(dtypes)
        listed = listed_shapes(shapes, types)
        with init_scope():
            handle = b.FIFOQueueV2(
                component_types=types,
                shapes=listed or [],
                capacity=capacity,
                shared_name=shared_name or "",
                name=name,
            )
        super().__init__(types, listed, listed_names(names, types), handle)


@near_keywords
class PaddingFIFOQueue(QueueBase):
    """A queue whose elements may differ in size: taken together they are padded, numbers with 0, texts with empty ones.

    Parameters
    ----------
    capacity : int
        How many elements it holds; negative: any number.
    dtypes : DType or sequence of DType
        Of the components.
    shapes : sequence of shapes
        Of the components of one element: their ranks must be known, None is a size that differs.
    names, shared_name, name
        As for :class:`FIFOQueue`.

    Raises
    ------
    ValueError
        If there are not as many shapes or names as components, or a rank is not known.

    Source
    ------
    tf.queue.PaddingFIFOQueue, TF 1.15 data_flow_ops.py
    """

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "padding_fifo_queue",
    ) -> None:
        types = listed_types(dtypes)
        listed = listed_shapes(shapes, types, may_be_partial=True)
        handle = b.PaddingFIFOQueueV2(
            component_types=types,
            shapes=listed or [],
            capacity=capacity,
            shared_name=shared_name or "",
            name=name,
        )
        super().__init__(types, listed, listed_names(names, types), handle)


@near_keywords
class RandomShuffleQueue(QueueBase):
    """A queue from which comes any of the elements in it.

    Parameters
    ----------
    capacity : int
        How many elements it holds; negative: any number.
    min_after_dequeue : int
        So many stay in it while it is open: of fewer nothing is taken.
    dtypes : DType or sequence of DType
        Of the components.
    shapes, names, shared_name, name
        As for :class:`FIFOQueue`.
    seed : int, optional
        With one, one thread that gives and `min_after_dequeue` above 0, the order is the same in each session.

    Raises
    ------
    ValueError
        As :class:`FIFOQueue`.
    InvalidArgumentError
        If `min_after_dequeue` is negative, or not below the capacity.

    Source
    ------
    tf.queue.RandomShuffleQueue, TF 1.15 data_flow_ops.py
    """

    def __init__(
        self,
        capacity: int,
        min_after_dequeue: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        _check_sizes(capacity, min_after_dequeue)
        types = listed_types(dtypes)
        listed = listed_shapes(shapes, types)
        seeds: dict[str, Any] = op_seeds(get_default_graph(), seed, name)
        handle = b.RandomShuffleQueueV2(
            component_types=types,
            shapes=listed or [],
            capacity=capacity,
            min_after_dequeue=min_after_dequeue,
            shared_name=shared_name or "",
            name=name,
            **seeds,
        )
        super().__init__(types, listed, listed_names(names, types), handle)


def _check_sizes(capacity: Any, least: Any) -> None:
    """Refuse a queue that would have to keep more than it holds; what is no number is told of elsewhere."""
    if not isinstance(capacity, (int, np.integer)) or not isinstance(least, (int, np.integer)):
        return
    if least < 0 or 0 <= capacity <= least:
        raise InvalidArgumentError(
            f"RandomShuffleQueue: min_after_dequeue {least} must be < capacity {capacity} and not below 0; a negative "
            "capacity is no limit."
        )


@near_keywords
class PriorityQueue(QueueBase):
    """A queue from which comes first what has the smallest first component; of equal ones what went in first.

    Parameters
    ----------
    capacity : int
        How many elements it holds; negative: any number.
    types : DType or sequence of DType
        Of the components behind the first, which is the priority, an int64 scalar.
    shapes : shape or sequence of shapes
        Of the components behind the first.
    names : sequence of str, optional
        Of all components.
    shared_name, name
        As for :class:`FIFOQueue`.

    Raises
    ------
    ValueError
        As :class:`FIFOQueue`.

    Source
    ------
    tf.queue.PriorityQueue, TF 1.15 data_flow_ops.py
    """

    def __init__(
        self,
        capacity: int,
        types: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "priority_queue",
    ) -> None:
        others = listed_types(types)
        listed = listed_shapes(shapes, others)
        handle = b.PriorityQueueV2(
            component_types=others,
            shapes=listed or [],
            capacity=capacity,
            shared_name=shared_name or "",
            name=name,
        )
        all_types = [int64, *others]
        super().__init__(
            all_types, None if listed is None else [(), *listed], listed_names(names, all_types), handle
        )
