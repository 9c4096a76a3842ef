"""Probabilities and logits: a distribution is made of either, and has both."""

from __future__ import annotations

from typing import Any

from estimator.functions.arrays import ones
from estimator.functions.checks import assert_less_equal, assert_near, assert_non_negative
from estimator.functions.distributions.validation import of_classes
from estimator.functions.grouping import with_dependencies
from estimator.functions.math import log, log1p, sigmoid
from estimator.functions.nn import softmax
from estimator.functions.reductions import reduce_sum
from estimator.graph.graph import get_default_graph
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def logits_and_probs(
    logits: TensorLike, probs: TensorLike, of_events: bool = False, validate_args: bool = False
) -> tuple[Tensor, Tensor]:
    """Both, of the one that is given.

    Parameters
    ----------
    logits, probs : Tensor
        One of them, the other None.
    of_events : bool
        Whether the last axis is that of the classes, whose probabilities have the sum 1 and logits are their
        logarithms; else each number is a probability, of log odds.
    validate_args : bool
        Whether the probabilities are checked when it runs.

    Raises
    ------
    ValueError
        If both are given, or none, or if there is no axis of classes.
    TypeError
        If the type is no floating point type.
    """
    if (probs is None) == (logits is None):
        raise ValueError(
            f"a distribution is made of logits or of probs, given: {'none' if probs is None else 'both'}."
        )
    if probs is None:
        given = _floating("logits", logits, of_events)
        if of_events and validate_args:
            given = of_classes(given)
        return given, softmax(given, name="probs") if of_events else sigmoid(given, name="probs")
    given = _floating("probs", probs, of_events)
    if validate_args:
        given = _checked(given, of_events)
    with given.graph.at_work().name_scope("logits"):
        return log(given) if of_events else log(given) - log1p(-given), given


def _floating(name: str, value: Any, of_events: bool) -> Tensor:
    tensor = get_default_graph().convert(value, name=name)
    if not tensor.dtype.is_floating:
        raise TypeError(f"{name} must have a floating point type, given: {tensor.dtype.name}; use tf.cast.")
    if of_events and tensor.dims == ():
        raise ValueError(f"{name} needs a last axis, of classes; given: {value!r}.")
    return tensor


def _checked(probs: Tensor, of_events: bool) -> Tensor:
    with probs.graph.at_work().name_scope("validate_probs"):
        one = ones([], probs.dtype)
        checks = [assert_non_negative(probs, message="probs has components less than 0.")]
        if of_events:
            probs = of_classes(probs)
            checks.append(assert_near(reduce_sum(probs, -1), one, message="probs does not sum to 1."))
        else:
            checks.append(assert_less_equal(probs, one, message="probs has components greater than 1."))
        return with_dependencies(checks, probs)
