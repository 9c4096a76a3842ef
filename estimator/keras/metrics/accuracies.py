"""Accuracies: the part of the predictions that are right.

Source: tf.keras.metrics, Keras 2.15 accuracy_metrics.py and metrics_utils.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DTypeLike, float32, int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import compatible, show
from estimator.functions.indexing import in_top_k
from estimator.functions.math import cast
from estimator.functions.reductions import argmax, reduce_mean
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor
from estimator.keras.metrics.means import MeanMetricWrapper
from estimator.keras.values import valued


def _hits(y_true: Tensor, y_pred: Tensor) -> Any:
    return cast(b.Equal(y_true, cast(y_pred, y_true.dtype)), float32)


def _equal(y_true: Tensor, y_pred: Tensor) -> Any:
    if not compatible(y_true.dims, y_pred.dims):
        raise ValueError(
            f"accuracy: labels have the shape {show(y_true.dims)}, predictions {show(y_pred.dims)}; they must be alike."
        )
    return _hits(y_true, y_pred)


def _binary(y_true: Tensor, y_pred: Tensor, threshold: float = 0.5) -> Any:
    return _hits(y_true, cast(b.Greater(y_pred, threshold), y_pred.dtype))


def _sparse(y_true: Tensor, y_pred: Tensor) -> Any:
    """Hits in the shape of the labels, of which a last dimension of 1 is none."""
    rank, of_scores = (None if tensor.dims is None else len(tensor.dims) for tensor in (y_true, y_pred))
    is_column = rank is not None and rank == of_scores
    ids = b.Squeeze(y_true, squeeze_dims=[-1]) if is_column else y_true
    hits = _hits(ids, argmax(y_pred, -1))
    return b.Reshape(hits, b.Shape(y_true)) if is_column else hits


def _categorical(y_true: Tensor, y_pred: Tensor) -> Any:
    return _sparse(argmax(y_true, -1), y_pred)


def _sparse_top_k(y_true: Tensor, y_pred: Tensor, k: int = 5) -> Any:
    shape, dims = b.Shape(y_true), y_true.dims
    if y_pred.dims is not None and dims is not None:
        y_pred = b.Reshape(y_pred, [-1, y_pred.dims[-1]]) if len(y_pred.dims) > 2 else y_pred
        y_true = b.Reshape(y_true, [-1]) if len(dims) > 1 else y_true
    hits = cast(in_top_k(y_pred, cast(y_true, int32), k), float32)
    return b.Reshape(hits, shape) if dims is not None and len(dims) > 1 else hits


def _top_k(y_true: Tensor, y_pred: Tensor, k: int = 5) -> Any:
    return _sparse_top_k(argmax(y_true, -1), y_pred, k)


def _tensors(y_true: Any, y_pred: Any) -> list[Tensor]:
    graph = graph_of([y_true, y_pred])
    return [graph.convert(y_true), graph.convert(y_pred)]


@valued
def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    """The part of the last axis where a prediction above the threshold stands for a label of 1, and others for 0."""
    labels, predictions = _tensors(y_true, y_pred)
    return reduce_mean(_binary(cast(labels, predictions.dtype), predictions, threshold), -1)


@valued
def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the class of the highest score is that of a one-hot label, else 0."""
    return _categorical(*_tensors(y_true, y_pred))


@valued
def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the class of the highest score is the label, an id, else 0."""
    hits = _sparse(*_tensors(y_true, y_pred))
    is_column = hits.dims is not None and len(hits.dims) > 1 and hits.dims[-1] == 1
    return b.Squeeze(hits, squeeze_dims=[-1]) if is_column else hits


@valued
def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """1 where the class of a one-hot label is among the k highest scores, else 0."""
    labels, predictions = _tensors(y_true, y_pred)
    return _top_k(labels, predictions, k)


@valued
def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """1 where the label, an id, is among the k highest scores, else 0."""
    labels, predictions = _tensors(y_true, y_pred)
    return _sparse_top_k(labels, predictions, k)


class Accuracy(MeanMetricWrapper):
    """The part of the predictions that equal their labels."""

    def __init__(self, name: str | None = "accuracy", dtype: DTypeLike | None = None) -> None:
        super().__init__(_equal, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """The part of the labels 0 and 1 for which a prediction is on their side of the threshold."""

    def __init__(
        self, name: str | None = "binary_accuracy", dtype: DTypeLike | None = None, threshold: float = 0.5
    ) -> None:
        super().__init__(_binary, name, dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """The part of the one-hot labels whose class has the highest score."""

    def __init__(self, name: str | None = "categorical_accuracy", dtype: DTypeLike | None = None) -> None:
        super().__init__(_categorical, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """The part of the labels, which are ids, that have the highest score."""

    def __init__(
        self, name: str | None = "sparse_categorical_accuracy", dtype: DTypeLike | None = None
    ) -> None:
        super().__init__(_sparse, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """The part of the one-hot labels whose class is among the k highest scores."""

    def __init__(
        self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: DTypeLike | None = None
    ) -> None:
        super().__init__(_top_k, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """The part of the labels, which are ids, that are among the k highest scores."""

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(_sparse_top_k, name, dtype, k=k)


near_keywords_of_functions(__name__)
