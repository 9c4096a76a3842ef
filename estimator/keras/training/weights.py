"""What each example counts: weights that are given for some outputs, and weights of classes.

Source
------
keras/src/engine/data_adapter.py, training_utils.py, TF 2.15
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.pipeline.element import Array, Element
from estimator.pipeline.specs import TensorSpec
from estimator.pipeline.structure import leaves


def filled_weights(y: Any, sample_weight: Any) -> Any:
    """Weights with 1 for each output that has none in a list of them."""
    if not isinstance(sample_weight, tuple) or not any(weight is None for weight in sample_weight):
        return sample_weight
    outputs = leaves(y)
    if len(outputs) != len(sample_weight):
        raise ValueError(
            f"`sample_weight` is a list of {len(sample_weight)} for {len(outputs)} outputs; give one for each, or None."
        )
    return tuple(
        np.ones(len(output), np.float32) if weight is None else weight
        for output, weight in zip(outputs, sample_weight, strict=True)
    )


class ClassWeights:
    """Weights of classes, as weights of the examples that are of them.

    Parameters
    ----------
    weights : mapping of int to number
        Of all classes, from 0.
    spec : tuple
        Of a batch, (x, y) or (x, y, sample_weight).

    Raises
    ------
    ValueError
        If the classes are not numbered from 0, or there is not one array of labels.
    """

    def __init__(self, weights: Mapping[int, float], spec: tuple[Any, ...]) -> None:
        if sorted(weights) != list(range(len(weights))):
            raise ValueError(
                "Expected `class_weight` to be a dict with keys from 0 to one less than the number of classes, found "
                f"{dict(weights)}"
            )
        labels = leaves(spec[1]) if len(spec) > 1 else []
        if len(labels) != 1 or not isinstance(spec[1], TensorSpec):
            raise ValueError(
                "`class_weight` is only supported for Models with a single output; the data have "
                f"{len(labels) or 'no'} arrays of labels."
            )
        self._table = np.array([weights[index] for index in range(len(weights))], np.float32)

    def spec(self, spec: tuple[Any, ...]) -> tuple[Any, ...]:
        """What a batch is with them."""
        dims = spec[1].dims
        if dims is not None and len(dims) > 1:
            dims = dims[:-1]
        return spec[0], spec[1], TensorSpec(dims, float32)

    def weighted(self, element: Element, spec: tuple[Any, ...]) -> Element:
        """A batch with them."""
        place = len(leaves(spec[0]))
        weights = self._of(element[place])
        if len(element) > place + 1:
            own = np.asarray(element[place + 1], np.float32)
            weights = own.reshape(own.shape + (1,) * (weights.ndim - own.ndim)) * weights
        return [*element[: place + 1], weights]

    def _of(self, labels: Array) -> Array:
        if labels.ndim > 1:
            labels = labels.argmax(-1) if labels.shape[-1] > 1 else labels[..., 0]
        classes = np.rint(labels).astype(np.int64)
        unknown = np.unique(classes[(classes < 0) | (classes >= len(self._table))])
        if unknown.size:
            raise ValueError(
                f"`class_weight` has the classes 0 to {len(self._table) - 1}, the labels also {unknown[:5].tolist()}; "
                "give each class a weight."
            )
        return self._table[classes]
