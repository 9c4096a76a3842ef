"""Heads of ready-made models of TensorFlow 1: their losses are sums over the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.cli.inside import heads

LOGITS = np.array([[0.5], [-1.0], [2.0]], np.float32)
SCORES = np.array([[0.5, 1.0, -1.0], [0.0, 0.0, 2.0]], np.float32)


def loss_of(run: Callable[..., Any], head: Any, logits: Any, labels: Any) -> float:
    features, train = {"x": tf.constant(logits)}, tf.estimator.ModeKeys.TRAIN
    spec = head.create_estimator_spec(
        features=features, mode=train, logits=tf.constant(logits), labels=tf.constant(labels),
        train_op_fn=lambda loss: tf.assign_add(tf.train.get_or_create_global_step(), 1),
    )  # fmt: skip
    return float(run(spec.loss))


def test_a_binary_head_adds_up_its_losses(run: Callable[..., Any]) -> None:
    expected = np.log1p(np.exp([-0.5, -1.0, 2.0])).sum()  # of the labels 1, 0 and 0
    for head in (
        heads.binary_logistic_head(thresholds=[0.3]),
        heads.binary_logistic_or_multi_class_head(2, None, None, tf.losses.Reduction.SUM),
    ):
        assert loss_of(run, head, LOGITS, [[1], [0], [0]]) == pytest.approx(expected, rel=1e-5)


def test_a_head_of_several_classes_adds_up_its_losses(run: Callable[..., Any]) -> None:
    log_chances = SCORES - np.log(np.exp(SCORES).sum(1, keepdims=True))
    expected = -(log_chances[0, 1] + log_chances[1, 2])
    for head in (
        heads.multi_class_head(3),
        heads.binary_logistic_or_multi_class_head(3, None, None, tf.losses.Reduction.SUM),
    ):
        assert loss_of(run, head, SCORES, [[1], [2]]) == pytest.approx(expected, rel=1e-5)
    mean = heads.multi_class_head(3, loss_reduction=tf.losses.Reduction.SUM_OVER_BATCH_SIZE)
    assert loss_of(run, mean, SCORES, [[1], [2]]) == pytest.approx(expected / 2, rel=1e-5)


def test_a_regression_head_adds_up_its_losses(run: Callable[..., Any]) -> None:
    found = loss_of(run, heads.regression_head(label_dimension=1), LOGITS, [[1.0], [0.0], [0.0]])
    assert found == pytest.approx(0.25 + 1.0 + 4.0)


class Own(heads.HeadOfV1):
    """A head that somebody has derived from TensorFlow 1's."""

    name, logits_dimension = None, 1

    def create_loss(self, features: Any, mode: str, logits: Any, labels: Any) -> Any:
        return logits

    def create_estimator_spec(self, features: Any, mode: str, logits: Any, **given: Any) -> Any:  # type: ignore[override]
        return self.create_loss(features, mode, logits, None)


def test_a_head_of_ones_own_needs_what_those_of_version_1_have() -> None:
    assert Own().create_estimator_spec({}, "train", 3) == 3
    with pytest.raises(TypeError, match="abstract"):
        type("Less", (heads.HeadOfV1,), {})()
    assert isinstance(heads.regression_head(), heads.HeadOfV1)
