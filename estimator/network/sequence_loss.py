"""The cross entropy of sequences, averaged over steps and examples that count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions import nn
from estimator.functions.arguments import tensor_of
from estimator.functions.counting import count_nonzero
from estimator.functions.math import cast, divide_no_nan
from estimator.functions.reductions import reduce_sum
from estimator.functions.scoping import name_scope
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def sequence_loss(
    logits: TensorLike,
    targets: TensorLike,
    weights: TensorLike,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of each step of sequences, averaged.

    Parameters
    ----------
    logits : Tensor, floating point
    targets : Tensor, int32 or int64
        Class ids.
    weights : Tensor, floating point
        How much each step counts: 0 behind the end of a sequence.
    average_across_timesteps, average_across_batch : bool
        Whether the losses are added along that axis and divided by the sum of the weights.
    sum_over_timesteps, sum_over_batch : bool
        Whether they are added along that axis and divided by the number of weights that are not 0.
    softmax_loss_function : callable, optional
        From ``labels`` and ``logits`` to a loss for each row, in place of the sparse cross entropy.
    name : str, default "sequence_loss"

    Shape
    -----
    logits [batch, time, classes], targets and weights [batch, time] -> [], or the axes that are not averaged

    Raises
    ------
    ValueError
        If a shape is another, or an axis is to be averaged and summed. The error has all problems.

    Source
    ------
    tf.contrib.seq2seq.sequence_loss, TF 1.15 loss.py
    """
    scores, classes, counts = tensor_of(logits), tensor_of(targets), tensor_of(weights)
    shapes = (("Logits", scores, 3), ("Targets", classes, 2), ("Weights", counts, 2))
    wanted = {3: "[batch_size x sequence_length x logits]", 2: "[batch_size x sequence_length]"}
    problems = [
        f"{what} must be a {wanted[rank]} tensor, and {x.name} is {show(x.dims)}"
        for what, x, rank in shapes
        if x.dims is None or len(x.dims) != rank
    ]
    if average_across_timesteps and sum_over_timesteps:
        problems.append("average_across_timesteps and sum_over_timesteps cannot be set to True at same time")
    if average_across_batch and sum_over_batch:
        problems.append("average_across_batch and sum_over_batch cannot be set to True at same time")
    raise_problems("sequence_loss", problems)
    with name_scope(name, "sequence_loss", [scores, classes, counts]):
        of_rows = softmax_loss_function or nn.sparse_softmax_cross_entropy_with_logits
        rows = b.Reshape(scores, [-1, b.Shape(scores)[2]])
        losses = of_rows(labels=b.Reshape(classes, [-1]), logits=rows) * b.Reshape(counts, [-1])
        losses = b.Reshape(losses, b.Shape(scores)[:2])
        if average_across_timesteps and average_across_batch:
            return _mean(losses, counts, None, is_average=True)
        if sum_over_timesteps and sum_over_batch:
            return _mean(losses, counts, None, is_average=False)
        if average_across_timesteps or average_across_batch:
            return _mean(losses, counts, [0] if average_across_batch else [1], is_average=True)
        if sum_over_timesteps or sum_over_batch:
            return _mean(losses, counts, [0] if sum_over_batch else [1], is_average=False)
        return losses


def _mean(losses: Tensor, weights: Tensor, axes: Any, is_average: bool) -> Tensor:
    """The sum of losses, by the sum of the weights or by how many there are that count."""
    total = reduce_sum(weights, axes) if is_average else cast(count_nonzero(weights, axes), losses.dtype)
    return divide_no_nan(reduce_sum(losses, axes), total)


near_keywords_of_functions(__name__)
