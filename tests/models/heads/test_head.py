"""What the heads have in common: the spec of each mode, names, regularization. Names are TensorFlow's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.models.heads.binary import BinaryClassHead
from estimator.models.heads.head import Head, check_reduction, make_spec
from estimator.models.heads.multi_class import MultiClassHead
from estimator.models.heads.regression import RegressionHead
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.weighted_loss import Reduction
from estimator.runtime.session import Session

HEADS: dict[str, Callable[..., Head]] = {
    "binary": BinaryClassHead,
    "three classes": lambda **arguments: MultiClassHead(3, **arguments),
    "regression": RegressionHead,
}
LABELS = {"binary": [1, 0], "three classes": [2, 0], "regression": [0.5, -1.0]}


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph().as_default() as made:
        yield made


def spec_of(graph: Graph, kind: str, mode: str, **arguments: Any) -> EstimatorSpec:
    head = HEADS[kind](**arguments)
    logits = graph.constant(np.ones((2, head.logits_dimension), np.float32))
    labels = None if mode == ModeKeys.PREDICT else graph.constant(np.array(LABELS[kind]))
    return make_spec(head, {}, mode, logits, labels, lambda loss: b.NoOp(name="train"))


@pytest.mark.parametrize("name", HEADS)
def test_each_mode_gets_its_part(graph: Graph, name: str) -> None:
    train = spec_of(graph, name, ModeKeys.TRAIN)
    assert train.train_op.type == "NoOp" and train.loss.dims == ()
    assert [each.op.name for each in graph.get_collection(GraphKeys.SUMMARIES)] == ["loss", "average_loss"]
    evaluation = spec_of(graph, name, ModeKeys.EVAL)
    assert {"average_loss"} < set(evaluation.eval_metric_ops) and evaluation.train_op is None
    prediction = spec_of(graph, name, ModeKeys.PREDICT)
    assert prediction.loss is None and set(prediction.export_outputs) == {"serving_default", "predict"}


@pytest.mark.parametrize("name", HEADS)
def test_a_heads_name_ends_its_keys(graph: Graph, name: str) -> None:
    metrics = spec_of(graph, name, ModeKeys.EVAL, name="mine").eval_metric_ops
    assert all(key.endswith("/mine") for key in metrics)
    spec_of(graph, name, ModeKeys.TRAIN, name="mine")
    tags = [each.op.name for each in graph.get_collection(GraphKeys.SUMMARIES)]
    assert tags == ["loss/mine", "average_loss/mine"]


@pytest.mark.parametrize("name", HEADS)
def test_regularization_losses_are_added_and_reported(graph: Graph, name: str) -> None:
    plain = spec_of(graph, name, ModeKeys.TRAIN).loss
    for value in (2.0, 3.0):
        graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, graph.constant(np.float32(value)))
    penalised = spec_of(graph, name, ModeKeys.TRAIN).loss
    metrics = spec_of(graph, name, ModeKeys.EVAL).eval_metric_ops
    assert "regularization_loss" in metrics
    with Session(graph) as session:
        assert session.run(penalised) - session.run(plain) == pytest.approx(5.0)


def test_the_losses_are_sums_over_the_batch(graph: Graph) -> None:
    losses = [spec_of(graph, name, ModeKeys.TRAIN).loss for name in HEADS]
    with Session(graph) as session:
        found = session.run(losses)
    # logits are 1: log(1 + e) - 1 and log(1 + e); twice log 3; (1 - 0.5)^2 + (1 + 1)^2
    assert found == pytest.approx([2 * np.log1p(np.e) - 1, 2 * np.log(3), 4.25])


def test_a_reduction_that_reduces_nothing_is_refused_with_those_that_do() -> None:
    assert check_reduction(Reduction.SUM) == "weighted_sum"
    with pytest.raises(ValueError, match="Invalid loss_reduction: none.*Known: .*weighted_sum"):
        check_reduction(Reduction.NONE)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MultiClassHead(2), "n_classes must be > 2: 2.*binary head"),
        (lambda: MultiClassHead(3, label_vocabulary="abc"), "list or a tuple. Given type: <class 'str'>"),
        (lambda: MultiClassHead(3, label_vocabulary=["a", "b", "a"]), "3 distinct names"),
        (lambda: BinaryClassHead(label_vocabulary=["a"]), r"2 distinct names.*\['a'\]"),
        (lambda: RegressionHead(0), "label_dimension must be >= 1. Given: 0"),
    ],
)
def test_wrong_arguments_are_refused_with_their_value(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_labels_that_are_a_dict_are_refused_with_their_keys(graph: Graph) -> None:
    head = RegressionHead()
    logits = graph.constant(np.ones((2, 1), np.float32))
    with pytest.raises(ValueError, match=r"one Tensor, given a dict with the keys \['a', 'b'\]"):
        make_spec(head, {}, ModeKeys.TRAIN, logits, {"a": 1, "b": 2}, lambda loss: b.NoOp())
