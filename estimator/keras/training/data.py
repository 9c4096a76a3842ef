"""What fit, evaluate and predict are given, as feeds: batches of (x, y, sample_weight), epoch by epoch.

===============================================  ===================================================================
given                                            becomes
===============================================  ===================================================================
arrays, lists and dicts of them, numbers in      batches of `batch_size` rows, shuffled anew in each epoch; floats are
lists, tables and columns of pandas, sparse      float32, a list is a tuple of inputs, a column has the shape [n, 1]
matrices, tensors of known value
a Dataset                                        its elements, which are batches; each epoch goes through it anew, or
                                                 on, if `steps` says where an epoch ends
a keras.utils.Sequence                           its items, in another order in each epoch if `shuffle`
a generator, an iterator                         what it yields, once
another iterable: a loader                       what it gives; each epoch goes through it anew
===============================================  ===================================================================

Source
------
keras/src/engine/data_adapter.py, TF 2.15 (which data go which way, how many steps an epoch has, refusals)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from estimator.core.shown import shorten
from estimator.keras.training.arrays import as_data
from estimator.keras.training.feed import DatasetFeed, Feed, IterableFeed, SequenceFeed
from estimator.keras.training.sequence import is_sequence
from estimator.keras.training.weights import ClassWeights
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.element import holds_tensor
from estimator.pipeline.stage import INFINITE
from estimator.pipeline.structure import COMPOUND, leaves
from estimator.pipeline.tables import is_column, is_frame
from estimator.runtime.own_session import value_at_hand

_BATCH = 32
_SHUFFLED_BATCHES = 1024  # which shuffle="batch" mixes, as in Keras


class Request:
    """How data are to be gone through.

    Parameters
    ----------
    batch_size : int, optional
        Of arrays; 32 by default, or what `steps` makes of them.
    steps : int, optional
        How many an epoch has; -1: without end.
    epochs : int
        How many there will be.
    shuffle : bool or "batch"
    class_weight : dict, optional
    seed : int, optional
        Decides the order.
    again : bool
        Whether each epoch goes through the data anew, however many steps it has: a validation.
    """

    def __init__(
        self,
        batch_size: int | None = None,
        steps: int | None = None,
        epochs: int = 1,
        shuffle: Any = False,
        class_weight: Mapping[int, float] | None = None,
        seed: int | None = None,
        again: bool = False,
    ) -> None:
        self.again = again
        self.batch_size = batch_size
        self.steps = steps
        self.epochs = epochs
        self.shuffle = shuffle.lower() if isinstance(shuffle, str) else shuffle
        self.class_weight = class_weight
        self.seed = seed
        self._check()

    def _check(self) -> None:
        if self.steps == 0:
            raise ValueError(
                "`steps_per_epoch` (or `steps`) is 0: give at least 1, or None for all the data."
            )
        if self.batch_size is not None and (
            not isinstance(self.batch_size, (int, np.integer)) or self.batch_size < 1
        ):
            raise ValueError(f"`batch_size` must be a whole number above 0, given: {self.batch_size!r}.")
        if isinstance(self.shuffle, str) and self.shuffle != "batch":
            raise ValueError(f"`shuffle` is True, False or 'batch', given: {self.shuffle!r}.")


def feed_of(x: Any, y: Any, sample_weight: Any, request: Request) -> Feed:
    """The feed of what was given to fit, evaluate or predict.

    Raises
    ------
    ValueError, TypeError
        If it is nothing of which batches can be made, arrays are of different lengths, or nothing is there.
    """
    feed = _feed(x, y, sample_weight, request)
    if request.class_weight:
        feed.class_weights = ClassWeights(request.class_weight, feed.spec)
    if feed.steps == 0:
        raise ValueError("Expected input data to be non-empty.")
    return feed


def _feed(x: Any, y: Any, sample_weight: Any, request: Request) -> Feed:
    if gives_batches(x):
        _refuse_beside(x, y, sample_weight)
        if isinstance(x, Dataset):
            return _dataset_feed(x, request)
        if is_sequence(x):
            return SequenceFeed(x, request.steps, bool(request.shuffle), request.seed)
        return IterableFeed(x, request.steps)
    return _array_feed(as_data(x, y, sample_weight), request)


def _refuse_beside(x: Any, y: Any, sample_weight: Any) -> None:
    for name, value in (("y", y), ("sample_weight", sample_weight)):
        if value is not None:
            raise ValueError(
                f"`{name}` argument is not supported when using {type(x).__name__} as input: each of its batches is "
                f"to be a tuple (x, y) or (x, y, sample_weight). Received: {name}={shorten(value)}"
            )


def gives_batches(x: Any) -> bool:
    """Whether data are batches already, and not arrays of which batches are made."""
    return isinstance(x, Dataset) or is_sequence(x) or _yields_batches(x)


def _yields_batches(x: Any) -> bool:
    if (
        isinstance(x, (list, tuple, Mapping, str, bytes, COMPOUND))
        or holds_tensor(x)
        or is_frame(x)
        or is_column(x)
    ):
        return False
    return isinstance(x, Iterable) and not hasattr(x, "__array__") and not hasattr(x, "shape")


def _dataset_feed(dataset: Dataset, request: Request) -> Feed:
    count = dataset._node.cardinality
    if count == INFINITE and request.steps is None:
        raise ValueError(
            "When passing an infinitely repeating dataset, please specify a `steps_per_epoch` value so that epoch "
            "level callbacks continue to work. The value can be arbitrary, or a number that you think correctly "
            "defines the size of an epoch. Epoch-level callbacks will then be called at this interval."
        )
    steps = request.steps if request.steps is not None else (count if count >= 0 else None)
    source = dataset.run_to_initialize(request.seed)
    source.initialize([value_at_hand(tensor) for tensor in dataset.tensors()])
    return DatasetFeed(
        source, dataset.element_spec, steps, starts_anew=request.again or request.steps in (None, count)
    )


def _array_feed(data: tuple[Any, ...], request: Request) -> Feed:
    rows = len(leaves(data)[0])
    batch_size = request.batch_size
    if batch_size is None:
        batch_size = math.ceil(rows / request.steps) if request.steps and request.steps > 0 else _BATCH
    dataset = Dataset.from_tensor_slices(data)
    if request.shuffle == "batch":
        dataset = dataset.batch(batch_size).shuffle(_SHUFFLED_BATCHES)
    elif request.shuffle:
        dataset = dataset.shuffle(max(rows, 1)).batch(batch_size)
    else:
        dataset = dataset.batch(batch_size)
    dataset = dataset.repeat(request.epochs)
    steps = math.ceil(rows / batch_size) if request.steps is None else request.steps
    return DatasetFeed(dataset.source(request.seed), dataset.element_spec, steps, starts_anew=request.again)
