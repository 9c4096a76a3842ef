"""Labels: their shape, type and range, and names of classes. Messages begin as TensorFlow's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.models.heads.binary import BinaryClassHead
from estimator.models.heads.head import Head
from estimator.models.heads.multi_class import MultiClassHead
from estimator.models.heads.multi_label import MultiLabelHead
from estimator.models.heads.regression import LogisticRegressionHead, RegressionHead
from estimator.runtime.session import Session
from tests.models.heads.tasks import HEADS, logits_of


def test_labels_that_are_a_dict_are_refused_with_their_keys(graph: Graph) -> None:
    head = RegressionHead()
    with pytest.raises(ValueError, match=r"one Tensor, given a dict with the keys \['a', 'b'\]"):
        head.loss({"a": 1, "b": 2}, logits_of(head))


@pytest.mark.parametrize("kind", HEADS)
def test_missing_labels_are_refused(graph: Graph, kind: str) -> None:
    head = HEADS[kind]()
    with pytest.raises(ValueError, match="You must provide a labels Tensor. Given: None"):
        head.loss(None, logits_of(head))


@pytest.mark.parametrize("shape", [(2, 2), (2, 1, 1), (3, 1), (3,), ()])
def test_labels_of_another_shape_than_the_logits_are_refused(graph: Graph, shape: tuple[int, ...]) -> None:
    head = RegressionHead()
    with pytest.raises(ValueError, match=r"Mismatched label shape. Expected labels dimension=1.*\(2, 1\)"):
        head.loss(np.zeros(shape, np.float32), logits_of(head))


@pytest.mark.parametrize("kind", HEADS)
def test_labels_of_other_examples_stop_the_run_instead_of_being_repeated(graph: Graph, kind: str) -> None:
    head = HEADS[kind]()
    width = head.logits_dimension if kind == "multi-label" else 1
    labels = b.PlaceholderWithDefault(np.zeros((1, width), np.int64), shape=(None, width))
    with Session(graph=graph) as session, pytest.raises(InvalidArgumentError, match="of different examples"):
        session.run(head.loss(labels, logits_of(head)))


@pytest.mark.parametrize(
    ("head", "labels", "loss"),
    [
        # at logits of 0: the mean of (1 - 0)^2; log 2 and log 3 whatever the label
        (RegressionHead(), np.ones((2, 3)), 1.0),
        (BinaryClassHead(), np.ones((2, 3, 1)), np.log(2)),
        (MultiClassHead(3), np.ones((2, 3), np.int64), np.log(3)),
        (MultiLabelHead(4), np.ones((2, 3, 4), np.int64), np.log(2)),
    ],
)
def test_an_example_may_be_a_sequence(graph: Graph, head: Head, labels: Any, loss: float) -> None:
    logits = graph.constant(np.zeros((2, 3, head.logits_dimension), np.float32))
    with Session(graph=graph) as session:
        assert session.run(head.loss(labels, logits)) == pytest.approx(loss)


def losses_of(graph: Graph, head: Head, labels: Any) -> Any:
    """The mean loss of a batch of two, whose labels are fed at the run."""
    logits = graph.constant(np.zeros((2, head.logits_dimension), np.float32))
    fed = b.PlaceholderWithDefault(np.asarray(labels), shape=(2,))
    return head.loss(fed, logits)


# TensorFlow 2.15 refuses each of these labels at the run, with the same beginning of its message
OUT_OF_RANGE = [("binary", kind) for kind in ("int32", "int64", "uint8", "float32", "float64")]
OUT_OF_RANGE += [("three classes", kind) for kind in ("int32", "int64", "uint8")]


@pytest.mark.parametrize(("name", "kind"), OUT_OF_RANGE)
def test_labels_beyond_the_classes_stop_the_run(graph: Graph, name: str, kind: str) -> None:
    loss = losses_of(graph, HEADS[name](), np.array([5, 0], kind))
    with (
        Session(graph=graph) as session,
        pytest.raises(
            InvalidArgumentError,
            match=r"Labels must <= n_classes - 1\] \[n_classes=.\] \[\[5\]\[0\]\]"
            r".*subtract 1 from ids that begin at 1.*n_classes\.\]\.$",
        ),
    ):
        session.run(loss)


@pytest.mark.parametrize(("name", "kind"), [pair for pair in OUT_OF_RANGE if pair[1] != "uint8"])
def test_labels_below_zero_stop_the_run(graph: Graph, name: str, kind: str) -> None:
    loss = losses_of(graph, HEADS[name](), np.array([0, -1], kind))
    with (
        Session(graph=graph) as session,
        pytest.raises(InvalidArgumentError, match=r"Labels must >= 0\] \[\[0\]\[-1\]\]"),
    ):
        session.run(loss)


def test_a_label_that_is_no_number_stops_the_run(graph: Graph) -> None:
    loss = losses_of(graph, BinaryClassHead(), np.array([np.nan, 0], np.float32))
    with (
        Session(graph=graph) as session,
        pytest.raises(InvalidArgumentError, match=r"Labels must .*\[\[nan\]\[0\]\]"),
    ):
        session.run(loss)


@pytest.mark.parametrize(
    "labels", [np.array([0.25, 1.0]), np.array([True, False]), np.array([1, 0], np.uint8)]
)
def test_labels_between_the_classes_and_bools_train_the_binary_head(graph: Graph, labels: Any) -> None:
    # at a logit of 0 the cross entropy is log 2 whatever the label; TensorFlow 2.15 takes all three
    with Session(graph=graph) as session:
        assert session.run(losses_of(graph, BinaryClassHead(), labels)) == pytest.approx(np.log(2))


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


def test_the_row_of_a_wrong_label_is_named(graph: Graph) -> None:
    head = MultiClassHead(3)
    labels = b.PlaceholderWithDefault(np.array([0, 1, 2, 0, 7]), shape=(5,))
    loss = head.loss(labels, np.zeros((5, 3), np.float32))
    message = r"n_classes=3\].*the largest 7 at 4"
    with Session(graph=graph) as session, pytest.raises(InvalidArgumentError, match=message):
        session.run(loss)


def test_a_share_beyond_one_stops_the_run(graph: Graph) -> None:
    loss = losses_of(graph, LogisticRegressionHead(), np.array([0.5, 1.5], np.float32))
    with (
        Session(graph=graph) as session,
        pytest.raises(InvalidArgumentError, match=r"Labels must be in range \[0, 1\]"),
    ):
        session.run(loss)


def test_a_class_id_is_no_row_of_several_labels(graph: Graph) -> None:
    head = MultiLabelHead(2)
    labels = b.PlaceholderWithDefault(np.array([[2, 0], [0, 1]]), shape=(2, 2))
    message = r"integer indicator Tensor with values in \[0, 1\].*the largest 2 at 0"
    with Session(graph=graph) as session, pytest.raises(InvalidArgumentError, match=message):
        session.run(head.loss(labels, logits_of(head)))


def test_a_text_that_is_no_class_stops_the_run_with_the_vocabulary(graph: Graph) -> None:
    loss = losses_of(graph, BinaryClassHead(label_vocabulary=["a", "b"]), np.array(["a", "c"]))
    message = r"must be in label_vocabulary \['a', 'b'\].*a.*c"
    with Session(graph=graph) as session, pytest.raises(InvalidArgumentError, match=message):
        session.run(loss)
