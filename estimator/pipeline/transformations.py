"""Transformations of datasets as functions for ``Dataset.apply``, which are one or two of its methods.

::

    dataset = dataset.apply(shuffle_and_repeat(10000, count=3)).apply(map_and_batch(parse, 32, drop_remainder=True))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from estimator.core.keywords import near_keywords_of_functions
from estimator.pipeline.dataset import Dataset

Transformation: TypeAlias = Callable[[Dataset], Dataset]

AUTOTUNE = -1  # as a number of calls or elements: as many as seem good


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> Transformation:
    """Shuffle, anew in each round, and repeat: ``dataset.shuffle(buffer_size, seed).repeat(count)``.

    Parameters
    ----------
    buffer_size, seed
        As of Dataset.shuffle.
    count : int, optional
        How many rounds; without an end by default.

    Source
    ------
    tf.data.experimental.shuffle_and_repeat, TF 1.15 shuffle_ops.py
    """
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: bool = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """Map, and make batches: ``dataset.map(map_func).batch(batch_size, drop_remainder)``.

    Parameters
    ----------
    map_func : callable
        From the components of an element to those of another.
    batch_size : int
    num_parallel_batches, num_parallel_calls : int, optional
        Accepted, but not both; elements are mapped one after another.
    drop_remainder : bool
        Whether a last batch that is smaller is left out.

    Raises
    ------
    ValueError
        If both numbers are given.

    Source
    ------
    tf.data.experimental.map_and_batch, TF 1.15 batching.py
    """
    if num_parallel_batches is not None and num_parallel_calls is not None:
        raise ValueError(
            "map_and_batch allows only one of num_parallel_batches and num_parallel_calls to be set, given: "
            f"{num_parallel_batches} and {num_parallel_calls}."
        )
    return lambda dataset: dataset.map(map_func, num_parallel_calls).batch(batch_size, drop_remainder)


def batch_and_drop_remainder(batch_size: Any) -> Transformation:
    """Batches of one size: ``dataset.batch(batch_size, drop_remainder=True)``.

    Source
    ------
    tf.contrib.data.batch_and_drop_remainder, TF 1.15 batching.py
    """
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def enumerate_dataset(start: Any = 0) -> Transformation:
    """Pairs of a number and an element: ``dataset.enumerate(start)``.

    Source
    ------
    tf.data.experimental.enumerate_dataset, TF 1.15 enumerate_ops.py
    """
    return lambda dataset: dataset.enumerate(start)


near_keywords_of_functions(__name__)
