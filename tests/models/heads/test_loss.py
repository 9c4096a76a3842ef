"""Reductions, weights and loss functions of one's own: what heads take and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.columns.numeric import numeric_column
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.models.heads.binary import BinaryClassHead
from estimator.models.heads.loss import check_reduction
from estimator.models.heads.multi_class import MultiClassHead
from estimator.models.heads.multi_label import MultiLabelHead
from estimator.models.heads.regression import RegressionHead
from estimator.network.weighted_loss import Reduction
from estimator.runtime.session import Session
from tests.models.heads.tasks import HEADS, labels_of, logits_of

# -- reductions


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (Reduction.SUM, Reduction.SUM),
        ("sum", Reduction.SUM),
        ("sum_over_batch_size", Reduction.SUM_OVER_BATCH_SIZE),
        ("auto", Reduction.SUM_OVER_BATCH_SIZE),
    ],
)
def test_reductions_have_the_names_of_tf_losses_and_of_keras(given: str, meant: str) -> None:
    assert check_reduction(given) == meant
    assert RegressionHead(loss_reduction=given).loss_reduction == given


@pytest.mark.parametrize("wrong", ["none", "mean", None])
def test_a_reduction_that_reduces_nothing_is_refused_with_those_that_do(wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"Invalid loss_reduction: {wrong}.*Known: .*weighted_sum"):
        RegressionHead(loss_reduction=wrong)


# -- arguments


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MultiClassHead(2), "n_classes must be > 2: 2.*binary head"),
        (lambda: MultiClassHead(3, label_vocabulary="abc"), "list or a tuple. Given type: <class 'str'>"),
        (lambda: MultiClassHead(3, label_vocabulary=["a", "b", "a"]), "3 distinct names"),
        (lambda: BinaryClassHead(label_vocabulary=["a"]), r"2 distinct names.*\['a'\]"),
        (lambda: BinaryClassHead(thresholds=[0.5, 1.0]), r"thresholds not in \(0, 1\): 1.0. Given: \(0.5, 1.0\)"),
        (lambda: MultiLabelHead(1), "n_classes must be > 1 for multi-label classification. Given: 1"),
        (lambda: MultiLabelHead(2, thresholds=[0.0]), r"thresholds not in \(0, 1\): 0.0"),
        (
            lambda: MultiLabelHead(2, classes_for_class_based_metrics=[2]),
            r"All classes_for_class_based_metrics must be in range \[0, 1\]. Given: 2",
        ),
        (
            lambda: MultiLabelHead(2, classes_for_class_based_metrics=["a"]),
            "label_vocabulary must be provided when classes_for_class_based_metrics are strings",
        ),
        (
            lambda: MultiLabelHead(
                2, label_vocabulary=["red", "blue"], classes_for_class_based_metrics=["rad"]
            ),
            r"'rad' is not in label_vocabulary \['red', 'blue'\]. Did you mean 'red'",
        ),
        (lambda: RegressionHead(0), "label_dimension must be >= 1"),
        (lambda: RegressionHead(loss_fn=lambda labels: labels), r"must contain argument: logits.*\('labels',\)"),
        (
            lambda: RegressionHead(loss_fn=lambda labels, logits, extra, more: labels),
            r"unexpected args: \['extra', 'more'\]",
        ),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused_with_their_value(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RegressionHead(weight_column=3), "either a string or NumericColumn. Given type: <class 'int'>: 3"),
        (lambda: RegressionHead(loss_fn=3), "`loss_fn` must be callable, given: 3"),
        (lambda: RegressionHead(inverse_link_fn="exp"), "inverse_link_fn must be a function.*'exp'"),
    ],
)  # fmt: skip
def test_arguments_of_a_wrong_type_are_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        make()


# -- weights


@pytest.mark.parametrize("kind", HEADS)
def test_the_loss_is_weighted_by_a_feature(graph: Graph, kind: str) -> None:
    plain, weighted = HEADS[kind](), HEADS[kind](weight_column="w")
    logits, labels = logits_of(plain), labels_of(kind)
    twice = weighted.loss(labels, logits, {"w": np.array([2, 2])})
    with Session(graph=graph) as session:
        assert session.run(twice) == pytest.approx(2 * session.run(plain.loss(labels, logits)))


def test_weights_may_be_normalised_by_their_column(graph: Graph) -> None:
    column = numeric_column("w", normalizer_fn=lambda weights: weights * 3.0)
    head = RegressionHead(weight_column=column, loss_reduction="sum")
    with Session(graph=graph) as session:
        assert session.run(head.loss([[0.0]], [[1.0]], {"w": [2.0]})) == 6.0


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"v": [1.0, 1.0]}, "weight_column 'w' is not in features dictionary.*It has: 'v'"),
        (np.ones((2, 1)), "features must be a dictionary"),
        ({"w": np.array(["a", "b"])}, "Weight column should be castable to float. Given dtype:.*string"),
        ({"w": np.ones((2, 2), np.float32)}, r"weights shape must be \[batch\] or \(2, 1\).*'w' has \(2, 2\)"),
        ({"w": np.ones(3, np.float32)}, r"weights shape must be.*'w' has \(3, 1\)"),
    ],
)  # fmt: skip
def test_weights_that_do_not_fit_are_refused(graph: Graph, features: Any, message: str) -> None:
    head = BinaryClassHead("w")
    with pytest.raises(ValueError, match=message):
        head.loss(labels_of("binary"), logits_of(head), features)


def test_weights_of_other_examples_stop_the_run_instead_of_being_repeated(graph: Graph) -> None:
    head = BinaryClassHead("w")
    weights = b.PlaceholderWithDefault(np.ones(1, np.float32), shape=(None,))
    loss = head.loss(labels_of("binary"), logits_of(head), {"w": weights})
    with (
        Session(graph=graph) as session,
        pytest.raises(InvalidArgumentError, match="'w' and logits are of diff"),
    ):
        session.run(loss)


# -- a loss function of one's own


def test_a_loss_function_gets_what_it_names(graph: Graph) -> None:
    seen = {}

    def loss_fn(labels: Any, logits: Any, features: Any, loss_reduction: str) -> Any:
        seen.update(features=features, loss_reduction=loss_reduction)
        return logits - labels

    head, features = RegressionHead(loss_fn=loss_fn, loss_reduction="sum"), {"x": 1}
    with Session(graph=graph) as session:
        assert session.run(head.loss(labels_of("regression"), logits_of(head), features)) == 2.5
    assert seen == {"features": features, "loss_reduction": "sum"}


def test_a_loss_function_gives_a_loss_for_each_example(graph: Graph) -> None:
    head = BinaryClassHead(loss_fn=lambda labels, logits: logits[0])
    with pytest.raises(
        ValueError, match=r"loss_fn must return Tensor of shape \[D0, D1, ... DN, 1\].*\(1,\)"
    ):
        head.loss(labels_of("binary"), logits_of(head))


def test_a_loss_function_whose_shape_only_the_run_tells_is_checked_then(graph: Graph) -> None:
    def loss_fn(labels: Any, logits: Any) -> Any:
        return b.PlaceholderWithDefault(np.ones((3, 1), np.float32), shape=None)

    head = BinaryClassHead(loss_fn=loss_fn)
    message = "loss_fn must return Tensor.*logits_shape.*2 1.*loss_shape.*3 1"
    with Session(graph=graph) as session, pytest.raises(InvalidArgumentError, match=message):
        session.run(head.loss(labels_of("binary"), logits_of(head)))
