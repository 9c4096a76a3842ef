"""The cross entropy of sequences that are lists with a tensor for each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import nn
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import shape
from estimator.functions.math import add_n, cast
from estimator.functions.reductions import reduce_sum
from estimator.functions.scoping import name_scope
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

_NO_WEIGHT = 1e-12  # TensorFlow's: a sequence of weight 0 has the loss 0


def sequence_loss_by_example(
    logits: Sequence[TensorLike],
    targets: Sequence[TensorLike],
    weights: Sequence[TensorLike],
    average_across_timesteps: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of each sequence.

    Parameters
    ----------
    logits : list of Tensor, floating point
    targets : list of Tensor, int32 or int64
        Class ids.
    weights : list of Tensor, floating point
        How much each step counts.
    average_across_timesteps : bool
        Whether the sum over the steps is divided by the sum of their weights.
    softmax_loss_function : callable, optional
        From ``labels`` and ``logits`` of a step to losses, in place of the sparse cross entropy.
    name : str, default "sequence_loss_by_example"

    Shape
    -----
    logits [batch, classes], targets and weights [batch] for each step -> [batch]

    Raises
    ------
    ValueError
        If the lists are not of one length, or empty.

    Source
    ------
    tf.contrib.legacy_seq2seq.sequence_loss_by_example, TF 1.15 seq2seq.py
    """
    lengths = len(logits), len(weights), len(targets)
    if len(set(lengths)) > 1 or not lengths[0]:
        raise ValueError(
            "Lengths of logits, weights, and targets must be the same, and above 0: each has a tensor for each step. "
            f"Given: {lengths[0]}, {lengths[1]}, {lengths[2]}."
        )
    scores, classes, counts = ([tensor_of(x) for x in steps] for steps in (logits, targets, weights))
    with name_scope(name, "sequence_loss_by_example", [*scores, *classes, *counts]):
        of_step = softmax_loss_function or _cross_entropy
        losses = [
            of_step(labels=labels, logits=step) * weight
            for step, labels, weight in zip(scores, classes, counts, strict=True)
        ]
        total: Tensor = add_n(losses)
        return total / (add_n(counts) + _NO_WEIGHT) if average_across_timesteps else total


def _cross_entropy(labels: Tensor, logits: Tensor) -> Tensor:
    labels = b.Reshape(labels, [-1])  # some give [batch, 1]
    losses: Tensor = nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return losses


def sequence_loss(
    logits: Sequence[TensorLike],
    targets: Sequence[TensorLike],
    weights: Sequence[TensorLike],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of sequences together.

    Parameters
    ----------
    average_across_batch : bool
        Whether the sum over the sequences is divided by how many there are.
    logits, targets, weights, average_across_timesteps, softmax_loss_function
        As of :func:`sequence_loss_by_example`.
    name : str, default "sequence_loss"

    Shape
    -----
    logits [batch, classes], targets and weights [batch] for each step -> []

    Raises
    ------
    ValueError
        If the lists are not of one length, or empty.

    Source
    ------
    tf.contrib.legacy_seq2seq.sequence_loss, TF 1.15 seq2seq.py
    """
    with name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        losses = sequence_loss_by_example(
            logits, targets, weights, average_across_timesteps, softmax_loss_function
        )
        total: Tensor = reduce_sum(losses)
        if not average_across_batch:
            return total
        return total / cast(shape(tensor_of(targets[0]))[0], total.dtype)


near_keywords_of_functions(__name__)
