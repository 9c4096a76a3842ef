"""Signatures as tensors of a graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.saved_model.graph_signature import GraphSignature, with_last_axis
from estimator.saved_model.signatures import predict_signature_def


@pytest.mark.parametrize(
    ("dims", "given", "shape"),
    [
        ([None, 1], [1.0, 2.0], (2, 1)), ([None, None], [1.0, 2.0], (2, 1)), ([None, 1], [[1.0]], (1, 1)),
        ([None, 2], [1.0, 2.0], (2,)), ([None], [1.0, 2.0], (2,)), (None, [1.0], (1,)), ([None, 1], 3.0, ()),
    ],
)  # fmt: skip
def test_one_thing_for_each_row_may_lack_its_axis(dims: Any, given: Any, shape: tuple[int, ...]) -> None:
    with tf.Graph().as_default():
        assert np.shape(with_last_axis(tf.placeholder(tf.float32, dims), given)) == shape


def test_sparse_values_are_left_as_they_are() -> None:
    value = tf.SparseTensorValue([[0, 1]], [b""], [1, 2])
    with tf.Graph().as_default():
        assert with_last_axis(tf.sparse_placeholder(tf.string, [None, None]), value) is value


def test_a_signature_has_the_tensors_of_the_graph(graph: Graph) -> None:
    x, words = tf.placeholder(tf.float32, [None]), tf.sparse_placeholder(tf.string)
    y = tf.square(x)
    found = GraphSignature.of(predict_signature_def({"x": x, "words": words}, {"y": y}), graph)
    assert found.method_name == "tensorflow/serving/predict"
    assert (found.inputs["x"], found.outputs) == (x, {"y": y})
    assert found.inputs["words"].tensors == words.tensors
