"""Losses over many classes that look at the true ones and at some candidates alone: for training.

With the number of times that a candidate was to be expected taken out of its logit, the candidates stand for all
classes. An evaluation takes the whole loss: all weights, and tf.nn.softmax_cross_entropy_with_logits.

Source: tf.nn.{sampled_softmax_loss, nce_loss}, TF 1.15 nn_impl.py
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int32, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.candidates import Candidates, compute_accidental_hits, log_uniform_candidate_sampler
from estimator.functions.nn import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits_v2
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.variables.embedding import embedding_lookup

Value = Any  # a tensor, a variable, an array, or a nested list


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Value,
    inputs: Value,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_softmax_loss",
    seed: int | None = None,
) -> Tensor:
    """The cross entropy of labels under a softmax over the true classes and candidates.

    Parameters
    ----------
    weights : Tensor, variable, or list of its parts
        A row for each class.
    biases : Tensor, variable, or list of its parts
        A number for each class.
    labels : Tensor of int64, [batch, num_true]
    inputs : Tensor, [batch, dim]
    num_sampled : int
        How many candidates are drawn for the whole batch.
    num_classes : int
    sampled_values : tuple, optional
        What a candidate sampler gives; that of Zipf's law by default.
    remove_accidental_hits : bool
        Whether candidates that are true classes of a row are left out there.
    partition_strategy : {"mod", "div"}
        Which rows each part of the weights has.
    seed : int, optional
        For the candidates.

    Shape
    -----
    weights [classes, dim], biases [classes], labels [batch, num_true], inputs [batch, dim] -> [batch]
    """
    logits, targets = _logits_and_labels(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
        remove_accidental_hits, partition_strategy, name, seed,
    )  # fmt: skip
    return softmax_cross_entropy_with_logits_v2(
        labels=b.StopGradient(targets, name="labels_stop_gradient"), logits=logits
    )


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Value,
    inputs: Value,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str = "nce_loss",
) -> Tensor:
    """The sum of the logistic losses of true classes and of candidates, which are noise to be told from them.

    The arguments are those of :func:`sampled_softmax_loss`.
    """
    logits, targets = _logits_and_labels(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
        remove_accidental_hits, partition_strategy, name, None,
    )  # fmt: skip
    losses = sigmoid_cross_entropy_with_logits(labels=targets, logits=logits, name="sampled_losses")
    return _sum_of_rows(losses)


def _sum_of_rows(x: Tensor) -> Tensor:
    """As a product with ones, which is what TensorFlow's graph has."""
    ones = arrays.ones(arrays.stack([arrays.shape(x)[1], 1]), x.dtype)
    result: Tensor = b.Reshape(b.MatMul(x, ones), [-1])
    return result


def _logits_and_labels(
    weights: Any,
    biases: Any,
    labels: Value,
    inputs: Value,
    num_sampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Any,
    remove_accidental_hits: bool,
    partition_strategy: str,
    name: str,
    seed: int | None,
) -> tuple[Tensor, Tensor]:
    """[batch, num_true + num_sampled] each, the true classes in front."""
    parts = [list(part) if isinstance(part, (list, tuple)) else [part] for part in (weights, biases)]
    with function_scope(name, "compute_sampled_logits", *parts[0], *parts[1], inputs, labels) as (graph, _):
        x, classes = tensor_of(inputs, name="inputs"), graph.cast(tensor_of(labels, name="labels"), int64)
        flat = b.Reshape(classes, [-1])
        if sampled_values is None:
            sampled_values = log_uniform_candidate_sampler(
                classes, num_true, num_sampled, unique=True, range_max=num_classes, seed=seed
            )
        drawn = Candidates(*(b.StopGradient(part) for part in sampled_values))
        candidates = graph.cast(drawn.sampled_candidates, int64)
        ids = b.ConcatV2([flat, candidates], 0)
        rows, offsets = (
            graph.cast(embedding_lookup(part, ids, partition_strategy=partition_strategy), x.dtype)
            for part in parts
        )
        count = b.Shape(flat)[0]
        true = _true_logits(x, rows[:count], offsets[:count], num_true)
        sampled = b.MatMul(x, rows[count:], transpose_b=True) + offsets[count:]
        if remove_accidental_hits:
            sampled = sampled + _without_hits(classes, candidates, num_true, sampled)
        true = true - b.Log(drawn.true_expected_count)
        sampled = sampled - b.Log(drawn.sampled_expected_count)
        logits: Tensor = b.ConcatV2([true, sampled], 1)
        targets: Tensor = b.ConcatV2([b.OnesLike(true) / num_true, b.ZerosLike(sampled)], 1)
        return logits, targets


def _true_logits(x: Tensor, rows: Tensor, offsets: Tensor, num_true: int) -> Tensor:
    by_row = b.Reshape(rows, b.ConcatV2([[-1, num_true], b.Shape(rows)[1:]], 0))
    return reduce_sum(b.ExpandDims(x, 1) * by_row, 2) + b.Reshape(offsets, [-1, num_true])


def _without_hits(classes: Tensor, candidates: Tensor, num_true: int, like: Tensor) -> Tensor:
    """The lowest number where a candidate is a true class, else 0."""
    hits = compute_accidental_hits(classes, candidates, num_true=num_true)
    places = b.Pack([hits.indices, b.Cast(hits.ids, DstT=int32)], axis=1)
    lowest = b.Cast(hits.weights, DstT=like.dtype)
    result: Tensor = b.SparseToDense(
        places, b.Shape(like), lowest, b.Cast(0.0, DstT=like.dtype), validate_indices=False
    )
    return result


near_keywords_of_functions(__name__)
