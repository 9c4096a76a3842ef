"""How elements of single runs are collected in a queue, and taken from it in batches; see :mod:`.queue_batches`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.dtypes import DType, int32
from estimator.core.dtypes import bool as bool_dtype
from estimator.core.frozen import frozen
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


@frozen
class InOrder:
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


@frozen
class Shuffled:
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


@frozen
class Wanted:
    """What batches are to be; see :func:`batch`."""

    batch_size: Any
    enqueue_many: bool
    shapes: Any
    allow_smaller_final_batch: bool

    def of(
        self,
        sources: Sequence[Any],
        line: InOrder | Shuffled,
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
