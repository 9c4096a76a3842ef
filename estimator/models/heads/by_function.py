"""Heads as tf.contrib.estimator makes them, where its arguments come in another order than tf.estimator's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.models.heads.loss import SUM_OVER_BATCH_SIZE
from estimator.models.heads.regression import PoissonRegressionHead, RegressionHead


def regression_head(
    weight_column: Any = None,
    label_dimension: int = 1,
    loss_reduction: str = SUM_OVER_BATCH_SIZE,
    loss_fn: Callable[..., Any] | None = None,
    inverse_link_fn: Callable[[Any], Any] | None = None,
    name: str | None = None,
) -> RegressionHead:
    """A :class:`~estimator.models.heads.regression.RegressionHead`, whose arguments these are.

    Source
    ------
    tf.contrib.estimator.regression_head, TF 1.15 head.py
    """
    return RegressionHead(label_dimension, weight_column, loss_reduction, loss_fn, inverse_link_fn, name)


def poisson_regression_head(
    weight_column: Any = None,
    label_dimension: int = 1,
    loss_reduction: str = SUM_OVER_BATCH_SIZE,
    compute_full_loss: bool = True,
    name: str | None = None,
) -> PoissonRegressionHead:
    """A :class:`~estimator.models.heads.regression.PoissonRegressionHead`, whose arguments these are.

    Source
    ------
    tf.contrib.estimator.poisson_regression_head, TF 1.15 head.py
    """
    return PoissonRegressionHead(label_dimension, weight_column, loss_reduction, compute_full_loss, name)


near_keywords_of_functions(__name__)
