"""What the heads have in common: the spec of each mode, names, regularization. Names are TensorFlow's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
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
from estimator.variables.variable import local_variables_initializer

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


def losses_of(graph: Graph, head: Head, labels: Any) -> Any:
    """The training loss of a batch of two, whose labels are fed at the run."""
    logits = graph.constant(np.zeros((2, head.logits_dimension), np.float32))
    fed = b.PlaceholderWithDefault(np.asarray(labels), shape=(2,))
    return head.losses(fed, logits, {}).training


# TensorFlow 2.15 refuses each of these labels at the run, with the same beginning of its message
OUT_OF_RANGE = [("binary", kind) for kind in ("int32", "int64", "uint8", "float32", "float64")]
OUT_OF_RANGE += [("three classes", kind) for kind in ("int32", "int64", "uint8")]


@pytest.mark.parametrize(("name", "kind"), OUT_OF_RANGE)
def test_labels_beyond_the_classes_stop_the_run(graph: Graph, name: str, kind: str) -> None:
    loss = losses_of(graph, HEADS[name](), np.array([5, 0], kind))
    with (
        Session(graph=graph) as session,
        pytest.raises(
            InvalidArgumentError, match=r"Labels must <= n_classes - 1\] \[n_classes=.\] \[5(.0)? 0"
        ),
    ):
        session.run(loss)


@pytest.mark.parametrize(("name", "kind"), [pair for pair in OUT_OF_RANGE if pair[1] != "uint8"])
def test_labels_below_zero_stop_the_run(graph: Graph, name: str, kind: str) -> None:
    loss = losses_of(graph, HEADS[name](), np.array([0, -1], kind))
    with (
        Session(graph=graph) as session,
        pytest.raises(InvalidArgumentError, match=r"Labels must >= 0\] \[0(.0)? -1"),
    ):
        session.run(loss)


def test_a_label_that_is_no_number_stops_the_run(graph: Graph) -> None:
    loss = losses_of(graph, BinaryClassHead(), np.array([np.nan, 0], np.float32))
    with (
        Session(graph=graph) as session,
        pytest.raises(InvalidArgumentError, match=r"Labels must .*\[nan 0"),
    ):
        session.run(loss)


@pytest.mark.parametrize(
    "labels", [np.array([0.25, 1.0]), np.array([True, False]), np.array([1, 0], np.uint8)]
)
def test_labels_between_the_classes_and_bools_train_the_binary_head(graph: Graph, labels: Any) -> None:
    # at a logit of 0 the cross entropy is log 2 whatever the label; TensorFlow 2.15 takes all three
    with Session(graph=graph) as session:
        assert session.run(losses_of(graph, BinaryClassHead(), labels)) == pytest.approx(2 * np.log(2))


@pytest.mark.parametrize("kind", ["float32", "float64", "bool"])
def test_labels_of_three_classes_are_whole_numbers(graph: Graph, kind: str) -> None:
    with pytest.raises(ValueError, match=f"Labels dtype should be integer. Instead got .*{kind}"):
        losses_of(graph, MultiClassHead(3), np.array([0, 1], kind))


@pytest.mark.parametrize(
    "head",
    [BinaryClassHead(label_vocabulary=["a", "b"]), MultiClassHead(3, label_vocabulary=["a", "b", "c"])],
)
def test_a_vocabulary_wants_texts(graph: Graph, head: Head) -> None:
    with pytest.raises(ValueError, match=r"dtype should be string if there is a vocabulary.*int64.*leave"):
        losses_of(graph, head, np.array([0, 1]))


def test_the_area_under_precision_and_recall_is_the_trapezoidal_one(graph: Graph) -> None:
    # TensorFlow 2.15's DNNClassifier on labels 1, 0, 1, 0, 1 and equal predictions
    head = BinaryClassHead()
    logits, labels = np.zeros((5, 1), np.float32), np.array([1, 0, 1, 0, 1])
    spec = make_spec(
        head, {}, ModeKeys.EVAL, graph.constant(logits), graph.constant(labels), lambda loss: None
    )
    value, update = spec.eval_metric_ops["auc_precision_recall"]
    with Session(graph=graph) as session:
        session.run(local_variables_initializer())
        session.run(update)
        assert session.run(value) == pytest.approx(0.8, abs=1e-5)
