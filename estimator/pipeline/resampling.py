"""Elements of classes in other shares: what is left out at random, so that each class has the share that is wanted.

An element of a class stays with the likelihood ``(target / initial) / max(target / initial)``. Where the shares that
there are (initial) are not said, they are told from what has been read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import int32, int64
from estimator.functions.random import random_uniform
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.pipeline.element import Array, as_array

_SEEN_BEFORE = 10  # elements of each class that count as read from the beginning, as TensorFlow's


def shares(given: Any, name: str) -> Array:
    """The shares of classes, which make 1.

    Raises
    ------
    ValueError
        If they are no vector of numbers that are not negative, and not all 0.
    """
    array = as_array(given, name).astype(np.float32)
    if array.ndim != 1 or np.any(array < 0) or not np.isfinite(array).all() or not array.any():
        raise ValueError(
            f"{name} must be a vector of numbers that are not negative and not all 0, given: {given!r}."
        )
    total: Array = array / array.sum()
    return total


def resampled(
    dataset: Any, class_func: Callable[..., Any], target: Array, initial: Array | None, seed: Any
) -> Any:
    """Pairs of a class and an element of a dataset, as many of each as the shares say.

    Raises
    ------
    ValueError
        If a class is no whole number, or one that is wanted has no share.
    """
    if initial is not None and (initial.shape != target.shape or np.any((initial == 0) & (target > 0))):
        raise ValueError(
            "rejection_resample: initial_dist needs a share for each class, above 0 for one that is wanted, given: "
            f"{initial.tolist()} for target_dist {target.tolist()}."
        )
    is_tuple = type(dataset.element_spec) is tuple
    pairs = dataset.map(
        lambda *element: (_class_of(class_func(*element)), element if is_tuple else element[0])
    )
    if initial is not None:
        ratio = np.divide(target, initial, out=np.zeros_like(target), where=target > 0)
        likely = ratio / ratio.max()
        return pairs.filter(lambda kind, element: _stays(likely, kind, seed))

    def judged(seen: Tensor, pair: Any) -> Any:
        seen = seen + b.OneHot(pair[0], np.int32(len(target)), np.int64(1), np.int64(0))
        ratio = target / b.Cast(seen, DstT=target.dtype.name)  # its scale does not matter
        return seen, (*pair, _stays(ratio / b.Max(ratio, np.int32(0)), pair[0], seed))

    scanned = pairs.scan(np.full(len(target), _SEEN_BEFORE, np.int64), judged)
    return scanned.filter(lambda kind, element, stays: stays).map(
        lambda kind, element, stays: (kind, element)
    )


def _class_of(value: Any) -> Tensor:
    kind: Tensor = get_default_graph().convert(value)
    if kind.dtype not in (int32, int64) or kind.dims not in ((), None):
        raise ValueError(
            f"rejection_resample: `class_func` must return a scalar of type int32 or int64, returned: {kind}."
        )
    return kind


def _stays(likely: Any, kind: Tensor, seed: Any) -> Tensor:
    return random_uniform((), seed=seed) < b.GatherV2(likely, kind, np.int32(0))
