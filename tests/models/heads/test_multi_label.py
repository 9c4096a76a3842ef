"""Labels of several classes at once, given as a SparseTensor. Numbers of rows of 0 and 1 are in test_tensorflow.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.models.heads.multi_label import MultiLabelHead
from estimator.models.heads.regression import RegressionHead
from estimator.runtime.session import Session

LOGITS = np.array([[0.3, -1.0, 0.1], [2.0, 0.5, 0.5], [0.0, 1.0, 2.0]], np.float32)
ROWS = np.array([[1, 0, 1], [0, 0, 0], [0, 1, 0]])
PLACES = [[0, 0], [0, 1], [0, 2], [2, 0]]  # the first example names a class twice


def sparse(values: Any) -> SparseTensorValue:
    return SparseTensorValue(np.array(PLACES, np.int64), np.array(values), np.array([3, 4], np.int64))


@pytest.mark.parametrize(
    ("values", "vocabulary"),
    [([2, 0, 2, 1], None), (np.array([2, 0, 2, 1], np.int32), None), (["c", "a", "c", "b"], ["a", "b", "c"])],
)
def test_the_classes_of_an_example_may_be_listed(graph: Graph, values: Any, vocabulary: Any) -> None:
    head = MultiLabelHead(3, label_vocabulary=vocabulary)
    listed = head.loss(SparseTensor.from_value(sparse(values)), LOGITS)
    as_value = head.loss(sparse(values), LOGITS)
    with Session(graph=graph) as session:
        wanted = session.run(MultiLabelHead(3).loss(ROWS, LOGITS))
        assert session.run([listed, as_value]) == pytest.approx([wanted, wanted])


def test_listed_classes_are_in_range(graph: Graph) -> None:
    loss = MultiLabelHead(3).loss(sparse([2, 0, 3, 1]), LOGITS)
    message = r"must be an integer SparseTensor with values in \[0, 3\)"
    with Session(graph=graph) as session, pytest.raises(InvalidArgumentError, match=message):
        session.run(loss)


@pytest.mark.parametrize("values", [["a", "b", "c", "a"], [0.0, 1.0, 2.0, 0.0]])
def test_listed_classes_are_ids_unless_they_have_names(graph: Graph, values: Any) -> None:
    with pytest.raises(ValueError, match="Labels dtype should be integer. Instead got .*label_vocabulary"):
        MultiLabelHead(3).loss(sparse(values), LOGITS)


def test_other_heads_want_dense_labels(graph: Graph) -> None:
    with pytest.raises(ValueError, match="SparseTensor labels are not supported.*sparse_tensor_to_dense"):
        RegressionHead(3).loss(sparse([0, 0, 1, 1]), LOGITS)
