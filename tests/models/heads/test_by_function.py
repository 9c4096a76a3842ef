from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.models.heads.by_function import poisson_regression_head, regression_head
from estimator.tf.contrib import estimator as contrib

LABELS, LOGITS = (
    np.array([[1.0, 2.0], [3.0, 0.0]], np.float32),
    np.array([[0.0, 1.0], [1.0, 1.0]], np.float32),
)


def test_the_weights_come_first(run: Callable[..., Any]) -> None:
    head = regression_head("weight", 2, name="mine")
    assert (head.name, head.logits_dimension) == ("mine", 2)
    weights = {"weight": np.array([[1.0], [3.0]], np.float32)}
    loss = run(head.loss(LABELS, LOGITS, weights))
    squares = (LABELS - LOGITS) ** 2
    np.testing.assert_allclose(loss, (squares[0].sum() + 3 * squares[1].sum()) / 4, rtol=1e-6)


def test_counts_have_the_loss_of_poisson(run: Callable[..., Any]) -> None:
    head = poisson_regression_head(label_dimension=2, compute_full_loss=False)
    expected = (np.exp(LOGITS) - LABELS * LOGITS).mean()
    np.testing.assert_allclose(run(head.loss(LABELS, LOGITS)), expected, rtol=1e-6)


def test_other_heads_take_what_those_of_tf_estimator_take() -> None:
    binary = contrib.binary_classification_head(
        thresholds=[0.3], label_vocabulary=["a", "b"], weight_column="w"
    )
    classes = contrib.multi_class_head(n_classes=3, label_vocabulary=["a", "b", "c"], name="classes")
    labels = contrib.multi_label_head(n_classes=4, thresholds=[0.5], name="labels")
    both = contrib.multi_head([classes, labels], head_weights=[1.0, 0.5])
    assert (binary.logits_dimension, both.logits_dimension) == (1, 7)
    assert contrib.logistic_regression_head(name="x").logits_dimension == 1
    with pytest.raises(TypeError, match="Did you mean 'weight_column'"):
        regression_head(weights_column="w")  # type: ignore[call-arg]
