"""The heads of tf.compat.v1's ready-made models: public ones in the form that those have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.models.heads.head import CANNED, Head


def classifier_head(
    n_classes: int, weight_column: Any, label_vocabulary: Sequence[str] | None, loss_reduction: str
) -> Head:
    """One logit for two classes, else a logit for each.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.
    """
    head: Head
    if n_classes == 2:
        from estimator.models.heads.binary import BinaryClassHead

        head = BinaryClassHead(weight_column, None, label_vocabulary, loss_reduction)
    else:
        from estimator.models.heads.multi_class import MultiClassHead

        head = MultiClassHead(n_classes, weight_column, label_vocabulary, loss_reduction)
    head.form = CANNED
    return head


def regression_head(label_dimension: int, weight_column: Any, loss_reduction: str) -> Head:
    """Squared error with `label_dimension` numbers.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.
    """
    from estimator.models.heads.regression import RegressionHead

    head = RegressionHead(label_dimension, weight_column, loss_reduction)
    head.form = CANNED
    return head
