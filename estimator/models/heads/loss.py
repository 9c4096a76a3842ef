"""The training loss of a head: from a loss per example, weights and a reduction to the number that is minimised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.columns.features import Features
from estimator.columns.numeric import NumericColumn, numeric_column
from estimator.core.registry import did_you_mean
from estimator.core.shapes import compatible, is_static, show
from estimator.core.signatures import argument_names
from estimator.functions import math
from estimator.functions.reductions import reduce_all
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.network.weighted_loss import Reduction

# -- reductions ----------------------------------------------------------------------------------------------------

SUM_OVER_BATCH_SIZE = "sum_over_batch_size"
"""The name in tf.keras.losses.Reduction, and the default of public heads."""

_KERAS_REDUCTIONS = {
    "sum": Reduction.SUM,
    SUM_OVER_BATCH_SIZE: Reduction.SUM_OVER_BATCH_SIZE,
    "auto": Reduction.SUM_OVER_BATCH_SIZE,
}


def check_reduction(loss_reduction: str) -> str:
    """The reduction, if a head can train with it; also by the names of tf.keras.losses.Reduction.

    Raises
    ------
    ValueError
        If it is unknown, or reduces nothing.
    """
    known = {value: value for value in Reduction.all() if value != Reduction.NONE} | _KERAS_REDUCTIONS
    if loss_reduction not in known:
        hint = did_you_mean(str(loss_reduction), known)
        raise ValueError(f"Invalid loss_reduction: {loss_reduction}.{hint} Known: {', '.join(known)}.")
    return known[loss_reduction]


# -- weights -------------------------------------------------------------------------------------------------------


def check_weight_column(weight_column: Any) -> NumericColumn | None:
    """The column of the weights; a string is the name of a feature.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if weight_column is None or isinstance(weight_column, NumericColumn):
        return weight_column
    if not isinstance(weight_column, str):
        raise TypeError(
            "Weight column must be either a string or NumericColumn. "
            f"Given type: {type(weight_column)}: {weight_column!r}."
        )
    return numeric_column(weight_column)


def example_weights(
    column: NumericColumn | None, features: Any, logits: Tensor, per_logit: bool
) -> Tensor | None:
    """The weights [..., 1] of the examples of logits [..., n], or [..., n] if `per_logit`; None without a column.

    Raises
    ------
    ValueError
        If the feature is missing, is no number, or has a static shape that does not fit.
    """
    if column is None:
        return None
    given = _weight_feature(column.key, features)
    if not (given.dtype.is_floating or given.dtype.is_integer):
        raise ValueError(
            f"Weight column should be castable to float. Given dtype: {given.dtype} of {column.key!r}."
        )
    weights: Tensor = math.cast(given, "float32", name="weights")
    if column.normalizer_fn is not None:
        weights = math.cast(get_default_graph().convert(column.normalizer_fn(weights)), "float32")
    if weights.dims is not None and logits.dims is not None and len(weights.dims) == len(logits.dims) - 1:
        weights = b.ExpandDims(weights, -1)
    return _fitting(weights, logits, per_logit, column.key)


def _weight_feature(key: str, features: Any) -> Tensor:
    if isinstance(features, Mapping) and key not in features:
        raise ValueError(
            f"weight_column {key!r} is not in features dictionary.{did_you_mean(key, map(str, features))} "
            f"It has: {', '.join(map(repr, features)) or 'nothing'}."
        )
    given = Features(features).given(key)
    if not isinstance(given, Tensor):
        raise ValueError(f"weight_column {key!r} must be a dense tensor, given: {given}.")
    return given


def _fitting(weights: Tensor, logits: Tensor, per_logit: bool, key: str) -> Tensor:
    """The weights; that they are of the examples is checked in the run if the static shapes leave it open."""
    whole = logits.dims
    allowed = [None if whole is None else (*whole[:-1], 1), *([whole] if per_logit else ())]
    last = None if weights.dims is None else weights.dims[-1:]
    if not any(compatible(weights.dims, dims) for dims in allowed) or last == ():
        shapes = " or ".join(show(dims) for dims in allowed)
        raise ValueError(
            f"weights shape must be [batch] or {shapes}: weight_column {key!r} has {show(weights.dims)}, the logits "
            f"have {show(whole)}."
        )
    if is_static(weights.dims) and is_static(whole):
        return weights
    shape, examples = b.Shape(weights), b.Shape(logits)
    told = f"weight_column {key!r} and logits are of different examples; their shapes:"
    fits = reduce_all(b.Equal(shape[:-1], examples[:-1]))
    with get_default_graph().control_dependencies(
        [b.Assert(fits, [told, shape, examples], summarize=8, name="assert_weights")]
    ):
        result: Tensor = b.Identity(weights)
    return result


# -- a loss function of one's own -----------------------------------------------------------------------------------


def check_loss_fn(loss_fn: Callable[..., Any] | None) -> None:
    """Check the arguments of a loss function.

    Raises
    ------
    ValueError
        If it lacks ``labels`` or ``logits``, or has arguments that nobody fills.
    TypeError
        If it is not a function.
    """
    if loss_fn is None:
        return
    names = argument_names(loss_fn, "loss_fn")
    missing = [name for name in ("labels", "logits") if name not in names]
    if missing:
        raise ValueError(f"loss_fn must contain argument: {missing[0]}. Given arguments: {names}.")
    unknown = sorted(set(names) - {"labels", "logits", "features", "loss_reduction"})
    if unknown:
        raise ValueError(
            f"loss_fn has unexpected args: {unknown}. It may take labels, logits, features and loss_reduction."
        )


def call_loss_fn(
    loss_fn: Callable[..., Any],
    labels: Tensor,
    logits: Tensor,
    features: Any,
    loss_reduction: str,
    dimension: int,
) -> Tensor:
    """What a loss function of one's own gives for logits [..., n], checked to be [..., dimension].

    Raises
    ------
    ValueError
        If its static shape is another one; in the run, where only that tells, an InvalidArgumentError.
    """
    available = {"features": features, "loss_reduction": loss_reduction}
    names = argument_names(loss_fn, "loss_fn")
    more = {name: value for name, value in available.items() if name in names}
    graph = get_default_graph()
    found: Tensor = graph.convert(loss_fn(labels=labels, logits=logits, **more))
    wanted = None if logits.dims is None else (*logits.dims[:-1], dimension)
    told = f"loss_fn must return Tensor of shape [D0, D1, ... DN, {dimension}]."
    if not compatible(found.dims, wanted):
        raise ValueError(f"{told} Given: {show(found.dims)} for logits of shape {show(logits.dims)}.")
    if is_static(found.dims) and is_static(wanted):
        return found
    shape, examples = b.Shape(found), b.Shape(logits)
    fits = reduce_all(b.Equal(shape, b.ConcatV2([examples[:-1], [dimension]], 0)))
    data = [told, "logits_shape:", examples, "loss_shape:", shape]
    with graph.control_dependencies([b.Assert(fits, data, summarize=8, name="check_loss_shape")]):
        result: Tensor = b.Identity(found)
    return result


def sum_of(regularization_losses: Sequence[Tensor] | None) -> Tensor | None:
    """The regularization losses in one; None if there are none."""
    return math.add_n(list(regularization_losses)) if regularization_losses else None
