"""Penalties on weights: callables that give a scalar tensor, listed by ``regularizer=`` of a layer.

The functions are those of tf.contrib.layers, the classes those of tf.keras.regularizers.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import float32
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions.normalization import l2_normalize
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.variables.configured import Configured

RegularizerFunction: TypeAlias = Callable[[Any], "Tensor | None"]


class Regularizer(Configured):
    """What Keras' penalties are: a subclass has ``__call__``, and ``get_config`` if it is to be stored.

    Source
    ------
    tf.keras.regularizers.Regularizer, TF 2.15
    """

    def __call__(self, weights: Any) -> Any:
        """The penalty of weights: a number.

        Raises
        ------
        NotImplementedError
            Where a subclass does not define it.
        """
        raise NotImplementedError(f"{type(self).__name__} must define __call__(weights).")

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor; numbers are those of float32, as Keras has them."""
        return {name: _as_float32(value) for name, value in super().get_config().items()}


def _as_float32(value: Any) -> Any:
    return float(np.float32(value)) if isinstance(value, (int, float)) else value


def _checked(scale: Any, what: str) -> float:
    if not isinstance(scale, numbers.Real) or isinstance(scale, bool):
        raise ValueError(f"{what} must be a number, given: {scale!r}.")
    if scale < 0:
        raise ValueError(f"{what} must not be negative, given: {scale}; it would reward large weights.")
    return float(scale)


def l1_regularizer(scale: float, scope: str | None = None) -> RegularizerFunction:
    """``scale * sum(|w|)``; a scale of 0 adds nothing.

    Source
    ------
    tf.contrib.layers.l1_regularizer, TF 1.15
    """
    scale = _checked(scale, "l1_regularizer: scale")

    def l1(weights: Any) -> Tensor | None:
        if scale == 0.0:
            return None
        with graph_of([weights]).name_scope(scope or "l1_regularizer"):
            return scale * reduce_sum(b.Abs(weights))

    return l1


def l2_regularizer(scale: float, scope: str | None = None) -> RegularizerFunction:
    """``scale * sum(w²) / 2``; a scale of 0 adds nothing.

    Source
    ------
    tf.contrib.layers.l2_regularizer, TF 1.15
    """
    scale = _checked(scale, "l2_regularizer: scale")

    def l2(weights: Any) -> Tensor | None:
        if scale == 0.0:
            return None
        with graph_of([weights]).name_scope(scope or "l2_regularizer"):
            half: Tensor = b.L2Loss(weights)
            return scale * half

    return l2


def l1_l2_regularizer(
    scale_l1: float = 1.0, scale_l2: float = 1.0, scope: str | None = None
) -> RegularizerFunction:
    """The sum of :func:`l1_regularizer` and :func:`l2_regularizer`."""
    first, second = l1_regularizer(scale_l1), l2_regularizer(scale_l2)

    def l1_l2(weights: Any) -> Tensor | None:
        with graph_of([weights]).name_scope(scope or "l1_l2_regularizer"):
            parts = [part for part in (first(weights), second(weights)) if part is not None]
            return parts[0] + parts[1] if len(parts) == 2 else parts[0] if parts else None

    return l1_l2


@near_keywords
@frozen
class L1(Regularizer):
    """``l1 * sum(|w|)``: Keras' penalty, which layers call ``"l1"``.

    Source
    ------
    tf.keras.regularizers.L1, TF 2.15
    """

    l1: float = 0.01

    def __call__(self, weights: Any) -> Tensor:
        return self.l1 * reduce_sum(b.Abs(weights))


@near_keywords
@frozen
class L2(Regularizer):
    """``l2 * sum(w²)``: Keras' penalty, which does not halve, unlike :func:`l2_regularizer`.

    Source
    ------
    tf.keras.regularizers.L2, TF 2.15
    """

    l2: float = 0.01

    def __call__(self, weights: Any) -> Tensor:
        half: Tensor = b.L2Loss(weights)
        return 2.0 * self.l2 * half


@near_keywords
@frozen
class L1L2(Regularizer):
    """The sum of :class:`L1` and :class:`L2`; what has the factor 0 is left out."""

    l1: float = 0.0
    l2: float = 0.0

    def __call__(self, weights: Any) -> Tensor:
        total = graph_of([weights]).constant(0.0, weights.dtype)
        if self.l1:
            total = total + L1(self.l1)(weights)
        if self.l2:
            total = total + L2(self.l2)(weights)
        return total


@near_keywords
@frozen
class OrthogonalRegularizer(Regularizer):
    """`factor` times the mean of the absolute cosines between two rows, or two columns.

    Raises
    ------
    ValueError
        If the mode is unknown or, when called, the weights are no matrix.

    Source
    ------
    tf.keras.regularizers.OrthogonalRegularizer, TF 2.15
    """

    factor: float = 0.01
    mode: str = "rows"

    def __post_init__(self) -> None:
        if self.mode not in ("rows", "columns"):
            raise ValueError(
                f"OrthogonalRegularizer: mode must be 'rows' or 'columns', given: {self.mode!r}."
            )

    def __call__(self, weights: Any) -> Tensor:
        if len(weights.dims) != 2:
            raise ValueError(
                f"OrthogonalRegularizer is for weights of two axes, given the shape {show(weights.dims)}."
            )
        is_rows = self.mode == "rows"
        size = weights.dims[0 if is_rows else 1]
        unit = l2_normalize(weights, axis=1 if is_rows else 0)
        cosines = b.Abs(b.MatMul(unit, unit, transpose_a=not is_rows, transpose_b=is_rows))
        pairs = b.MatrixBandPart(cosines, 0, -1) - b.MatrixBandPart(cosines, 0, 0)
        total: Tensor = self.factor * b.Sum(pairs, [0, 1])
        return total / (size * (size - 1) / 2)


def no_regularizer(_: Any) -> None:
    """No penalty: what a variable asks for that its scope's regularizer is not meant for."""


def sum_regularizer(
    regularizer_list: Sequence[RegularizerFunction | None], scope: str | None = None
) -> RegularizerFunction | None:
    """The sum of several regularizers; None among them adds nothing, and of nothing else there is no sum."""
    present = [regularizer for regularizer in regularizer_list if regularizer is not None]
    if not present:
        return None

    def total(weights: Any) -> Tensor | None:
        with graph_of([weights]).name_scope(scope or "sum_regularizer"):
            parts = [part for part in (regularizer(weights) for regularizer in present) if part is not None]
            result: Tensor | None = b.AddN(parts) if parts else None
            return result

    return total


def apply_regularization(
    regularizer: RegularizerFunction, weights_list: Sequence[Any] | None = None
) -> Tensor:
    """The sum of the penalties of several weights, which is listed among the regularization losses.

    Parameters
    ----------
    regularizer : callable
        From weights to a scalar, or None where there is no penalty.
    weights_list : sequence of Variable or Tensor, optional
        By default the graph's collection ``weights``.

    Raises
    ------
    ValueError
        If there are no weights, or a penalty is no scalar.

    Source
    ------
    tf.contrib.layers.apply_regularization, TF 1.15
    """
    graph = graph_of(weights_list or [])
    weights = weights_list or graph.get_collection(GraphKeys.WEIGHTS)
    if not weights:
        raise ValueError(
            "apply_regularization(): there are no weights to regularize; pass a list, such as tf.trainable_variables()."
        )
    with graph.name_scope("get_regularization_penalty") as scope:
        penalties = [penalty for penalty in map(regularizer, weights) if penalty is not None]
        for penalty in penalties:
            if penalty.dims:
                raise ValueError(
                    f"a regularizer must give a scalar, but {penalty.name} has the shape {show(penalty.dims)}."
                )
        total: Tensor = b.AddN(penalties, name=scope) if penalties else graph.constant(0.0, float32)
    graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, total)
    return total


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """The sum of both of Keras' penalties.

    Source
    ------
    tf.keras.regularizers.l1_l2, TF 2.15
    """
    return L1L2(l1, l2)


near_keywords_of_functions(__name__)
