"""Batches of what single runs give, collected in queues: tf.train.batch and its kin.

::

    features, label = decode(line)
    batch_features, batch_labels = shuffle_batch([features, label], 32, capacity=1000, min_after_dequeue=500)

Each lists a QueueRunner in the graph, whose threads put elements into a queue; the batch is taken from it. Those with
``join`` in their names take several sources of elements, each run by a thread of its own; those with ``maybe`` put in
only what is to be kept.

Source
------
tf.train.batch, batch_join, shuffle_batch, shuffle_batch_join and their maybe_ forms, TF 1.15 input.py
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from estimator.core.dtypes import DType, int32
from estimator.core.dtypes import bool as bool_dtype
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import Dims, as_dims, merge
from estimator.functions.arguments import function_scope
from estimator.functions.control_flow.cond import cond
from estimator.functions.grouping import no_op
from estimator.functions.indexing import dynamic_partition
from estimator.functions.queues import FIFOQueue, PaddingFIFOQueue, QueueBase, RandomShuffleQueue
from estimator.graph import build as b
from estimator.graph.composite import Composite
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor
from estimator.pipeline.producers import summarize_fill
from estimator.pipeline.queue_runner import QueueRunner, add_queue_runner


def batch(
    tensors: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of the values that tensors have in one run after the other.

    Parameters
    ----------
    tensors : list or dict of tensors
        An element; with `enqueue_many` several, which lie along the first axis.
    batch_size : int or int32 scalar
    num_threads : int
        How many threads run the tensors; more than one mixes the order.
    capacity : int
        How many elements may wait in the queue.
    enqueue_many : bool
        Whether `tensors` are several elements.
    shapes : sequence of shapes, optional
        Of the components of an element, if the tensors do not tell.
    dynamic_pad : bool
        Whether components may differ in size, and are padded in each batch: numbers with 0, texts with empty ones.
    allow_smaller_final_batch : bool
        Whether what is left at the end is a last, smaller batch; else it is dropped.
    shared_name : str, optional
        Of the queue, in the session.
    name : str, optional

    Returns
    -------
    list or dict of Tensor
        As `tensors`; of a list of one, that one.

    Shape
    -----
    tensors [...], or with `enqueue_many` [n, ...] -> [batch_size, ...]

    Raises
    ------
    ValueError
        If there are no tensors or threads, or a shape is not known.
    OutOfRangeError
        In the run, at the end of the input.
    """
    line = _InOrder(capacity, dynamic_pad, shared_name)
    wanted = _Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
    return wanted.of([tensors], line, True, "batch", name, num_threads)


def maybe_batch(
    tensors: Any,
    keep_input: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches as :func:`batch` makes them, of those elements only that are to be kept.

    Parameters
    ----------
    keep_input : bool scalar, or with `enqueue_many` one for each element
    tensors, batch_size, num_threads, capacity, enqueue_many, shapes, dynamic_pad,
    allow_smaller_final_batch, shared_name, name
        As for :func:`batch`.

    Raises
    ------
    ValueError
        As :func:`batch`; if `keep_input` is a vector and there is one element.
    """
    line = _InOrder(capacity, dynamic_pad, shared_name)
    wanted = _Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
    return wanted.of([tensors], line, keep_input, "batch", name, num_threads)


def batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches as :func:`batch` makes them, of elements from several sources.

    Parameters
    ----------
    tensors_list : sequence of lists or dicts of tensors
        Each is an element, of the same types and shapes, run by a thread of its own.
    batch_size, capacity, enqueue_many, shapes, dynamic_pad, allow_smaller_final_batch, shared_name, name
        As for :func:`batch`.

    Raises
    ------
    ValueError
        If there are no sources or tensors, shapes do not fit or are not known, or the keys of dicts differ.
    TypeError
        If the types differ.
    """
    line = _InOrder(capacity, dynamic_pad, shared_name)
    wanted = _Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
    return wanted.of(tensors_list, line, True, "batch_join", name)


def maybe_batch_join(
    tensors_list: Sequence[Any],
    keep_input: Any,
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches as :func:`batch_join` makes them, of those elements only that are to be kept.

    Parameters
    ----------
    keep_input : bool scalar, or with `enqueue_many` one for each element
    tensors_list, batch_size, capacity, enqueue_many, shapes, dynamic_pad, allow_smaller_final_batch, shared_name, name
        As for :func:`batch_join`.

    Raises
    ------
    ValueError, TypeError
        As :func:`maybe_batch` and :func:`batch_join`.
    """
    line = _InOrder(capacity, dynamic_pad, shared_name)
    wanted = _Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
    return wanted.of(tensors_list, line, keep_input, "batch_join", name)


def shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of the values that tensors have in runs, taken at random from those that wait.

    Parameters
    ----------
    tensors : list or dict of tensors
        An element; with `enqueue_many` several, which lie along the first axis.
    batch_size : int or int32 scalar
    capacity : int
        How many elements may wait in the queue, at least ``min_after_dequeue`` and some batches.
    min_after_dequeue : int
        From how many, at least, each element is drawn.
    num_threads : int
        How many threads run the tensors.
    seed : int, optional
        With it, and one thread, the order is the same in each session: each element is then drawn from the
        ``min_after_dequeue + 1`` that came first.
    enqueue_many, shapes, allow_smaller_final_batch, shared_name, name
        As for :func:`batch`.

    Returns
    -------
    list or dict of Tensor
        As `tensors`; of a list of one, that one.

    Raises
    ------
    ValueError
        If there are no tensors or threads, a shape is not known, or `min_after_dequeue` is not below `capacity`.
    OutOfRangeError
        In the run, at the end of the input.
    """
    line = _Shuffled(capacity, min_after_dequeue, seed, shared_name)
    wanted = _Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
    return wanted.of([tensors], line, True, "shuffle_batch", name, num_threads)


def maybe_shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches as :func:`shuffle_batch` makes them, of those elements only that are to be kept.

    Parameters
    ----------
    keep_input : bool scalar, or with `enqueue_many` one for each element
    tensors, batch_size, capacity, min_after_dequeue, num_threads, seed, enqueue_many, shapes,
    allow_smaller_final_batch, shared_name, name
        As for :func:`shuffle_batch`.

    Raises
    ------
    ValueError
        As :func:`shuffle_batch` and :func:`maybe_batch`.
    """
    line = _Shuffled(capacity, min_after_dequeue, seed, shared_name)
    wanted = _Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
    return wanted.of([tensors], line, keep_input, "shuffle_batch", name, num_threads)


def shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches as :func:`shuffle_batch` makes them, of elements from several sources.

    Parameters
    ----------
    tensors_list : sequence of lists or dicts of tensors
        Each is an element, of the same types and shapes, run by a thread of its own.
    batch_size, capacity, min_after_dequeue, seed, enqueue_many, shapes,
    allow_smaller_final_batch, shared_name, name
        As for :func:`shuffle_batch`.

    Raises
    ------
    ValueError, TypeError
        As :func:`shuffle_batch` and :func:`batch_join`.
    """
    line = _Shuffled(capacity, min_after_dequeue, seed, shared_name)
    wanted = _Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
    return wanted.of(tensors_list, line, True, "shuffle_batch_join", name)


def maybe_shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches as :func:`shuffle_batch_join` makes them, of those elements only that are to be kept.

    Parameters
    ----------
    keep_input : bool scalar, or with `enqueue_many` one for each element
    tensors_list, batch_size, capacity, min_after_dequeue, seed, enqueue_many, shapes,
    allow_smaller_final_batch, shared_name, name
        As for :func:`shuffle_batch_join`.

    Raises
    ------
    ValueError, TypeError
        As :func:`maybe_batch` and :func:`shuffle_batch_join`.
    """
    line = _Shuffled(capacity, min_after_dequeue, seed, shared_name)
    wanted = _Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
    return wanted.of(tensors_list, line, keep_input, "shuffle_batch_join", name)


# -- how -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _InOrder:
    """A queue whose batches have the order in which the elements come."""

    capacity: int
    dynamic_pad: bool
    shared_name: str | None

    def queue(self, types: list[DType], shapes: list[Dims]) -> QueueBase:
        """The queue of these elements."""
        kind = PaddingFIFOQueue if self.dynamic_pad else FIFOQueue
        return kind(self.capacity, types, shapes=shapes, shared_name=self.shared_name)

    def summarize(self, queue: QueueBase) -> None:
        """Show how full it is."""
        summarize_fill(queue.size(), self.capacity, f"fraction_of_{self.capacity}_full")


@dataclass(frozen=True)
class _Shuffled:
    """A queue whose batches are drawn at random.

    Raises
    ------
    ValueError
        If nothing could ever be drawn.
    """

    capacity: int
    min_after_dequeue: int
    seed: int | None
    shared_name: str | None

    def __post_init__(self) -> None:
        if self.capacity <= self.min_after_dequeue:
            raise ValueError(
                f"capacity {self.capacity} must be bigger than min_after_dequeue {self.min_after_dequeue}: nothing "
                "could ever be taken."
            )

    def queue(self, types: list[DType], shapes: list[Dims]) -> QueueBase:
        """The queue of these elements."""
        return RandomShuffleQueue(
            self.capacity,
            self.min_after_dequeue,
            types,
            shapes=shapes,
            seed=self.seed,
            shared_name=self.shared_name,
        )

    def summarize(self, queue: QueueBase) -> None:
        """Show how much more than the minimum is in it."""
        over, room = self.min_after_dequeue, self.capacity - self.min_after_dequeue
        more = b.Maximum(0, b.Sub(queue.size(), over))
        summarize_fill(more, room, f"fraction_over_{over}_of_{room}_full")


@dataclass(frozen=True)
class _Wanted:
    """What batches are to be; see :func:`batch`."""

    batch_size: Any
    enqueue_many: bool
    shapes: Any
    allow_smaller_final_batch: bool

    def of(
        self,
        sources: Sequence[Any],
        line: _InOrder | _Shuffled,
        keep_input: Any,
        default: str,
        name: str | None,
        num_threads: int = 1,
    ) -> Any:
        """The batches of the elements of these sources that are to be kept, in the structure of the first."""
        listed, keys = _components(sources)
        with function_scope(name, default, *listed[0]) as (graph, scope):
            elements = [[graph.convert(_dense(value)) for value in values] for values in listed]
            keep = self._keep(graph.convert(keep_input, bool_dtype))
            queue = line.queue(_types(elements), self._shapes_of(elements))
            puts = [self._put(queue, tensors, keep) for tensors in elements]
            add_queue_runner(QueueRunner(queue, puts * num_threads))
            line.summarize(queue)
            take = queue.dequeue_up_to if self.allow_smaller_final_batch else queue.dequeue_many
            taken = take(self.batch_size, name=scope)
        if keys is None:
            return taken
        return dict(zip(keys, taken if isinstance(taken, list) else [taken], strict=True))

    def _keep(self, keep: Tensor) -> Tensor | None:
        """Whether, or which, elements are to be kept; None for all."""
        if keep.dims is None or len(keep.dims) > 1:
            raise ValueError("`keep_input` must be 0 or 1 dimensions.")
        if keep.dims and not self.enqueue_many:
            raise ValueError("`keep_input` cannot be a vector when `enqueue_many=False`.")
        value = static_value(keep)
        return None if value is not None and value.all() else keep

    def _shapes_of(self, elements: Sequence[Sequence[Tensor]]) -> list[Dims]:
        """The shape of each component, on which all sources must agree."""
        if self.shapes is not None:
            return list(map(as_dims, self.shapes))
        found: list[Dims] = []
        for tensors in zip(*elements, strict=True):
            dims: Dims = None
            for tensor in tensors:
                if tensor.dims is None:
                    raise ValueError(
                        f"Cannot infer Tensor's rank: {tensor}. Say it with set_shape, or give shapes=."
                    )
                dims = merge(dims, self._of_one(tensor.dims))
            found.append(dims)
        return found

    def _of_one(self, dims: tuple[int | None, ...]) -> Dims:
        if not self.enqueue_many:
            return dims
        if not dims:
            raise ValueError(
                "Shape () must have rank at least 1: with enqueue_many the first axis is that of the elements."
            )
        return dims[1:]

    def _put(self, queue: QueueBase, tensors: list[Tensor], keep: Tensor | None) -> Operation:
        """What puts elements in, as far as they are to be kept."""
        put = queue.enqueue_many if self.enqueue_many else queue.enqueue
        if keep is None:
            return put(tensors)
        if keep.dims:
            kept = b.Cast(keep, DstT=int32)
            return put([dynamic_partition(tensor, kept, 2)[1] for tensor in tensors])
        made = cond(keep, lambda: put(tensors), no_op)
        return made if isinstance(made, Operation) else made.op


def _components(sources: Sequence[Any]) -> tuple[list[list[Any]], list[str] | None]:
    """The components of each source in one order, and their keys if the sources are dicts."""
    if not sources:
        raise ValueError("Expected at least one set of tensors")
    keys = None
    if isinstance(sources[0], Mapping):
        keys = sorted(sources[0])
        if any(sorted(source) != keys for source in sources):
            raise ValueError("All dictionaries in tensors_list must have the same keys")
        sources = [[source[key] for key in keys] for source in sources]
    listed = [list(source) if isinstance(source, (list, tuple)) else [source] for source in sources]
    if not listed[0]:
        raise ValueError("Expected at least one tensor in batch().")
    if any(len(values) != len(listed[0]) for values in listed):
        raise ValueError(
            f"all sources must have as many tensors, given: {', '.join(str(len(v)) for v in listed)}."
        )
    return listed, keys


def _dense(value: Any) -> Any:
    if isinstance(value, Composite):
        raise TypeError(
            f"a queue holds no {type(value).__name__} ({value.name}): put the texts in, and read the batch of them "
            "with tf.parse_example."
        )
    return value


def _types(elements: Sequence[Sequence[Tensor]]) -> list[DType]:
    for tensors in zip(*elements, strict=True):
        for tensor in tensors:
            if tensor.dtype is not tensors[0].dtype:
                raise TypeError(
                    f"Expected types to be consistent: {tensors[0].dtype.name} vs. {tensor.dtype.name}."
                )
    return [tensor.dtype for tensor in elements[0]]


near_keywords_of_functions(__name__)
