"""Metrics of the k best classes of an example that has a set of labels.

The labels of an example are a row: of a tensor ``[batch, num_labels]`` (or ``[batch]``, for one each), or of a sparse
tensor, where examples have different numbers of them. Of a row the different values count, each once, those that are
no class among them: they are labels that nothing finds.

Source: tf.metrics, TF 1.15 metrics_impl.py.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import float64, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import sets
from estimator.functions.indexing import top_k
from estimator.functions.logic import where
from estimator.functions.reductions import cumsum, reduce_any, reduce_sum
from estimator.functions.sparse import sparse_expand_dims, sparse_of, sparse_tensor_to_dense
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.tensor import Tensor
from estimator.network.metrics.fitting import beside, broadcast_weights, positive
from estimator.network.metrics.state import Collections, Pair, metric_scope, value_and_update

Labels: TypeAlias = "Tensor | SparseTensor"

# -- precision and recall ------------------------------------------------------------------------------


def precision_at_k(
    labels: Any,
    predictions: TensorLike,
    k: int,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The part of the k classes with the highest scores that are among the labels.

    Parameters
    ----------
    labels : Tensor or SparseTensor of int
    predictions : Tensor
        A score for each class.
    class_id : int, optional
        Count this class alone: where it is among the k best, how often it is a label.
    weights : Tensor or number, optional
        A scalar, or one for each example.

    Shape
    -----
    labels [batch, num_labels] or [batch], predictions [batch, num_classes] -> [], float64

    Raises
    ------
    ValueError
        If `k` is not a whole number above 0, or there are fewer classes.
    """
    k = positive(k, "precision_at_k: k")
    with metric_scope(name, _at_k("precision", k, class_id), [predictions]) as scope:
        best = top_k(predictions, k).indices
        return precision_at_top_k(
            labels, best, k, class_id, weights, metrics_collections, updates_collections, scope
        )


def recall_at_k(
    labels: Any,
    predictions: TensorLike,
    k: int,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The part of the labels that are among the k classes with the highest scores.

    Parameters, shapes and errors are those of :func:`precision_at_k`; `class_id` counts that label alone.
    """
    k = positive(k, "recall_at_k: k")
    with metric_scope(name, _at_k("recall", k, class_id), [predictions]) as scope:
        best = top_k(predictions, k).indices
        return recall_at_top_k(
            labels, best, k, class_id, weights, metrics_collections, updates_collections, scope
        )


def precision_at_top_k(
    labels: Any,
    predictions_idx: TensorLike,
    k: int | None = None,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """As :func:`precision_at_k`, of class ids [batch, k] that are chosen already; `k` is for names only."""
    with metric_scope(name, _at_k("precision", k, class_id), [predictions_idx]) as scope:
        wanted, chosen = _sets(labels, predictions_idx, class_id)
        found = {
            _at_k("true_positive", k, class_id): sets.intersection(chosen, wanted),
            _at_k("false_positive", k, class_id): sets.difference(chosen, wanted),
        }
        return _share_of_sets(found, weights, metrics_collections, updates_collections, scope)


def recall_at_top_k(
    labels: Any,
    predictions_idx: TensorLike,
    k: int | None = None,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """As :func:`recall_at_k`, of class ids [batch, k] that are chosen already; `k` is for names only."""
    with metric_scope(name, _at_k("recall", k, class_id), [predictions_idx]) as scope:
        wanted, chosen = _sets(labels, predictions_idx, class_id)
        found = {
            _at_k("true_positive", k, class_id): sets.intersection(chosen, wanted),
            _at_k("false_negative", k, class_id): sets.difference(wanted, chosen),
        }
        return _share_of_sets(found, weights, metrics_collections, updates_collections, scope)


def _at_k(name: str, k: int | None, class_id: int | None) -> str:
    which = "" if class_id is None else f"_class{class_id}"
    return f"{name}_at_{'k' if k is None else k}{which}"


def _sets(labels: Any, predictions_idx: TensorLike, class_id: int | None) -> tuple[Labels, Labels]:
    """Labels and chosen classes as rows of class ids; with a class only this one of each row, if it is there."""
    graph = graph_of([predictions_idx])
    chosen = graph.cast(graph.convert(predictions_idx), int64)
    wanted = _labels_beside(labels, chosen)
    return (wanted, chosen) if class_id is None else (_only(class_id, wanted), _only(class_id, chosen))


def _labels_beside(labels: Any, chosen: Tensor) -> Labels:
    """Class ids as int64, with a dimension more if they are one for each example."""
    if not isinstance(labels, (SparseTensor, SparseTensorValue)):
        return beside(_class_ids(chosen.graph.convert(labels)), chosen, may_grow=True)
    given = sparse_of(labels)
    sparse = SparseTensor(given.indices, _class_ids(given.values), given.dense_shape)
    is_one_each = sparse.dims is not None and chosen.dims is not None and len(sparse.dims) < len(chosen.dims)
    return sparse_expand_dims(sparse, -1) if is_one_each else sparse


def _class_ids(labels: Tensor) -> Tensor:
    if not labels.dtype.is_integer:
        raise TypeError(
            f"labels of the k best classes are class ids, given: {labels} of {labels.dtype.name}; use tf.cast, or "
            "tf.argmax of one-hot labels."
        )
    return labels.graph.cast(labels, int64)


def _only(class_id: int, ids: Labels) -> SparseTensor:
    shape = ids.dense_shape if isinstance(ids, SparseTensor) else b.Shape(ids, out_type=int64)
    one_each = b.ConcatV2([shape[:-1], [1]], 0)
    return sets.intersection(b.Fill(one_each, np.int64(class_id)), ids)


def _share_of_sets(
    found: dict[str, SparseTensor],
    weights: TensorLike | None,
    metrics_collections: Collections,
    updates_collections: Collections,
    scope: str,
) -> Pair:
    """The weight of all members of the first sets beside that of both."""
    sizes = {name: b.Cast(sets.size(members), DstT=float64) for name, members in found.items()}
    amounts = {name: reduce_sum(_weighted(size, weights)) for name, size in sizes.items()}
    return value_and_update(
        lambda hits, rest: b.RealDiv(hits, b.AddV2(hits, rest)),
        amounts,
        metrics_collections,
        updates_collections,
        (scope, "update"),
        dtype=float64,
    )


def _weighted(sizes: Tensor, weights: TensorLike | None) -> Tensor:
    weight = broadcast_weights(weights, sizes, "weights of examples", float64)
    return sizes if weight is None else b.Mul(sizes, weight)


# -- average precision ---------------------------------------------------------------------------------


def average_precision_at_k(
    labels: Any,
    predictions: TensorLike,
    k: int,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The mean over examples of the average precision at 1 ... k: what ranks labels first is near to 1.

    The average is over those of the k best classes that are labels: of the part of labels among the classes up to each.

    Parameters and shapes are those of :func:`precision_at_k`.

    Raises
    ------
    ValueError
        If `k` is not a whole number above 0, or there are fewer classes.
    """
    k = positive(k, "average_precision_at_k: k")
    with metric_scope(name, _at_k("average_precision", k, None), [predictions]) as scope:
        best = b.Cast(top_k(predictions, k).indices, DstT=int64)
        classes = b.Shape(predictions, out_type=int64)[-1]
        precisions = _average_precision(_labels_beside(labels, best), best, k, classes)
        weight = broadcast_weights(weights, precisions, "average_precision_at_k", float64)
        amounts = {
            # the name that TensorFlow's variable has beside an operation Max
            "max_1": reduce_sum(b.OnesLike(precisions) if weight is None else weight),
            "total": reduce_sum(precisions if weight is None else b.Mul(precisions, weight)),
        }
        return value_and_update(
            lambda count, total: b.DivNoNan(total, count),
            amounts,
            metrics_collections,
            updates_collections,
            ("mean", scope),
            dtype=float64,
        )


def _average_precision(labels: Labels, best: Tensor, k: int, classes: Tensor) -> Tensor:
    """Of each example; no number where there are no labels."""
    if isinstance(labels, SparseTensor):
        values = where(b.Less(labels.values, classes), labels.values, np.int64(-1))
        members = SparseTensor(labels.indices, values, labels.dense_shape)
        members = sets.union(members, members)  # each label once, close together
        count, rows = sets.size(members), sparse_tensor_to_dense(members, -1)
    else:
        is_class = b.LogicalAnd(b.GreaterEqual(labels, 0), b.Less(labels, classes))
        count, rows = reduce_sum(b.Cast(is_class, DstT="int32"), -1), labels
    is_label = reduce_any(b.Equal(b.ExpandDims(best, -1), b.ExpandDims(rows, -2)), -1)
    hits = b.Cast(is_label, DstT=float64)
    precision = b.RealDiv(cumsum(hits, -1), [float(place) for place in range(1, k + 1)])
    total = reduce_sum(b.Mul(precision, hits), -1)
    return b.RealDiv(total, b.Cast(b.Minimum(count, k), DstT=float64))


# -- their old names -----------------------------------------------------------------------------------


def sparse_precision_at_k(
    labels: Any,
    predictions: TensorLike,
    k: int,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The old name of :func:`precision_at_k`."""
    return precision_at_k(
        labels, predictions, k, class_id, weights, metrics_collections, updates_collections, name
    )


def sparse_average_precision_at_k(
    labels: Any,
    predictions: TensorLike,
    k: int,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The old name of :func:`average_precision_at_k`."""
    return average_precision_at_k(
        labels, predictions, k, weights, metrics_collections, updates_collections, name
    )


near_keywords_of_functions(__name__)
