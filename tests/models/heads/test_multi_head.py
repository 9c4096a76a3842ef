"""A head of heads: how labels and logits come to each, and what it refuses. Its numbers are in test_tensorflow.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.graph.graph import Graph
from estimator.models.heads.binary import BinaryClassHead
from estimator.models.heads.multi_class import MultiClassHead
from estimator.models.heads.multi_head import MultiHead
from estimator.models.heads.regression import RegressionHead
from estimator.models.spec import ModeKeys
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer

LABELS = {"r": np.array([0.5, -1.0]), "c": np.array([2, 0])}
LOGITS = np.arange(8, dtype=np.float32).reshape(2, 4)


def heads() -> MultiHead:
    return MultiHead([RegressionHead(name="r"), MultiClassHead(3, name="c")])


def test_it_is_as_wide_and_named_as_its_heads() -> None:
    assert (heads().name, heads().logits_dimension) == ("r_c", 4)
    assert heads().loss_reduction == "sum_over_batch_size"


def test_one_tensor_of_logits_is_split_in_the_order_of_the_heads(graph: Graph) -> None:
    found = heads().predictions(graph.constant(LOGITS))
    with Session(graph=graph) as session:
        np.testing.assert_array_equal(session.run(found["r", "predictions"]), LOGITS[:, :1])
        np.testing.assert_array_equal(session.run(found["c", "logits"]), LOGITS[:, 1:])
    chosen = heads().predictions(LOGITS, [("c", "class_ids")])
    assert list(chosen) == [("c", "class_ids")]


def test_its_loss_is_the_sum_of_theirs(graph: Graph) -> None:
    parts = (
        RegressionHead().loss(LABELS["r"], LOGITS[:, :1]),
        MultiClassHead(3).loss(LABELS["c"], LOGITS[:, 1:]),
    )
    with Session(graph=graph) as session:
        assert session.run(heads().loss(LABELS, LOGITS)) == pytest.approx(sum(session.run(parts)))


def test_it_has_the_metrics_that_it_updates(graph: Graph) -> None:
    penalties = [graph.constant(1.0)]
    metrics = heads().metrics(penalties)
    keys = set(metrics)
    updated = heads().update_metrics(metrics, {}, LOGITS, LABELS, penalties)
    assert set(updated) == keys >= {"loss/r", "loss/c", "accuracy/c", "regularization_loss/r_c"}
    assert all(len(pair) == 2 for pair in updated.values())


def test_one_step_trains_all_heads(graph: Graph) -> None:
    weight = Variable(LOGITS, name="weight")
    spec = heads().create_estimator_spec(
        {}, ModeKeys.TRAIN, weight, LABELS, optimizer=GradientDescentOptimizer(0.1)
    )
    with Session(graph=graph) as session:
        session.run(global_variables_initializer())
        session.run(spec.train_op)
        assert (session.run(weight) != LOGITS).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MultiHead([]), r"Must specify heads. Given: \[\]"),
        (lambda: MultiHead([RegressionHead()]), "All given heads must have name specified"),
        (
            lambda: MultiHead([RegressionHead(name="a"), BinaryClassHead(name="a")]),
            r"names of their own. Given: \['a', 'a'\]",
        ),
        (
            lambda: MultiHead([RegressionHead(name="a")], head_weights=[1.0, 2.0]),
            r"Given len\(heads\): 1. Given len\(head_weights\): 2",
        ),
        (
            lambda: MultiHead(
                [RegressionHead(name="a", loss_reduction="sum"), RegressionHead(name="b")]
            ).loss_reduction,
            r"must be the same for different heads. Given: \['sum', 'sum_over_batch_size'\]",
        ),
        (lambda: heads().loss(LABELS["r"], LOGITS), r"labels must be a dict.*\['r', 'c'\]"),
        (lambda: heads().loss({"r": LABELS["r"]}, LOGITS), r"labels has missing values for head\(s\): \['c'\]"),
        (lambda: heads().loss(LABELS, {"c": LOGITS}), r"logits has missing values for head\(s\): \['r'\]"),
        (lambda: heads().loss(LABELS, LOGITS[:, 1:]), r"Could not split.*\(2, 3\).*\[1, 3\].*should equal 4"),
        (lambda: heads().predictions(LOGITS, ["logits"]), "pair of a head's name and its key, given: 'logits'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(graph: Graph, make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
