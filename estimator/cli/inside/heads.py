"""Heads by the functions of TensorFlow 1's ready-made models: losses are sums over the batch unless told otherwise.

Source
------
tensorflow_estimator 1.15 canned/head.py
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from estimator.models.heads.binary import BinaryClassHead
from estimator.models.heads.by_function import regression_head as of_contrib
from estimator.models.heads.head import Head
from estimator.models.heads.multi_class import MultiClassHead
from estimator.network.weighted_loss import Reduction

Loss = Callable[..., Any]


class HeadOfV1(ABC):
    """What packages derive heads of their own from: the ``_Head`` of TensorFlow 1. Our heads count as such."""

    @property
    @abstractmethod
    def name(self) -> str | None:
        """What the names of its metrics end with."""

    @property
    @abstractmethod
    def logits_dimension(self) -> int:
        """How many logits it reads of each row."""

    @abstractmethod
    def create_loss(self, features: Any, mode: str, logits: Any, labels: Any) -> Any:
        """The loss of a batch, and what it is made of."""

    @abstractmethod
    def create_estimator_spec(
        self,
        features: Any,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Any = None,
        train_op_fn: Any = None,
        regularization_losses: Any = None,
    ) -> Any:
        """The EstimatorSpec of a mode."""


HeadOfV1.register(Head)  # type: ignore[type-abstract]  # it is abstract, too


def binary_logistic_head(
    weight_column: Any = None,
    thresholds: Sequence[float] | None = None,
    label_vocabulary: Sequence[Any] | None = None,
    loss_reduction: str = Reduction.SUM,
    loss_fn: Loss | None = None,
    name: str | None = None,
) -> BinaryClassHead:
    """A :class:`~estimator.models.heads.binary.BinaryClassHead`, whose arguments these are."""
    return BinaryClassHead(weight_column, thresholds, label_vocabulary, loss_reduction, loss_fn, name)


def multi_class_head(
    n_classes: int,
    weight_column: Any = None,
    label_vocabulary: Sequence[Any] | None = None,
    loss_reduction: str = Reduction.SUM,
    loss_fn: Loss | None = None,
    name: str | None = None,
) -> MultiClassHead:
    """A :class:`~estimator.models.heads.multi_class.MultiClassHead`, whose arguments these are."""
    return MultiClassHead(n_classes, weight_column, label_vocabulary, loss_reduction, loss_fn, name)


def binary_logistic_or_multi_class_head(
    n_classes: int,
    weight_column: Any,
    label_vocabulary: Sequence[Any] | None,
    loss_reduction: str,
    loss_fn: Loss | None = None,
) -> Head:
    """The head for that many classes, two or more."""
    if n_classes == 2:
        return binary_logistic_head(weight_column, None, label_vocabulary, loss_reduction, loss_fn)
    return multi_class_head(n_classes, weight_column, label_vocabulary, loss_reduction, loss_fn)


def regression_head(
    weight_column: Any = None,
    label_dimension: int = 1,
    loss_reduction: str = Reduction.SUM,
    loss_fn: Loss | None = None,
    inverse_link_fn: Callable[[Any], Any] | None = None,
    name: str | None = None,
) -> Head:
    """A :class:`~estimator.models.heads.regression.RegressionHead`, whose arguments these are."""
    return of_contrib(weight_column, label_dimension, loss_reduction, loss_fn, inverse_link_fn, name)
