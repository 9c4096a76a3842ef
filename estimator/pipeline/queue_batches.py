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

from collections.abc import Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.pipeline.batch_queues import InOrder, Shuffled, Wanted


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
    line = InOrder(capacity, dynamic_pad, shared_name)
    wanted = Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
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
    line = InOrder(capacity, dynamic_pad, shared_name)
    wanted = Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
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
    line = InOrder(capacity, dynamic_pad, shared_name)
    wanted = Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
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
    line = InOrder(capacity, dynamic_pad, shared_name)
    wanted = Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
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
    line = Shuffled(capacity, min_after_dequeue, seed, shared_name)
    wanted = Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
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
    line = Shuffled(capacity, min_after_dequeue, seed, shared_name)
    wanted = Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
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
    line = Shuffled(capacity, min_after_dequeue, seed, shared_name)
    wanted = Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
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
    line = Shuffled(capacity, min_after_dequeue, seed, shared_name)
    wanted = Wanted(batch_size, enqueue_many, shapes, allow_smaller_final_batch)
    return wanted.of(tensors_list, line, keep_input, "shuffle_batch_join", name)


near_keywords_of_functions(__name__)
