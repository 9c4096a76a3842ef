"""Two graphs are the same, or it is told what differs."""

from __future__ import annotations

import pytest

from estimator import tf


def graph_def(**constants: float) -> tf.GraphDef:
    with tf.Graph().as_default() as graph:
        for name, value in constants.items():
            tf.constant(value, name=name)
        return graph.as_graph_def()


def test_the_order_of_nodes_does_not_matter() -> None:
    tf.test.assert_equal_graph_def(graph_def(a=1.0, b=2.0), graph_def(b=2.0, a=1.0))


def test_every_difference_is_told() -> None:
    with pytest.raises(AssertionError, match=r"'c' is not expected; 'b' is missing; 'a' differs:"):
        tf.test.assert_equal_graph_def(graph_def(a=1.0, c=2.0), graph_def(a=3.0, b=2.0))
    other = graph_def(a=1.0)
    other.versions.producer += 1
    with pytest.raises(AssertionError, match="the versions differ"):
        tf.test.assert_equal_graph_def(graph_def(a=1.0), other)


def test_a_graph_is_no_graph_def() -> None:
    with pytest.raises(
        TypeError, match=r"actual must be a GraphDef, given: Graph; a Graph has as_graph_def\(\)"
    ):
        tf.test.assert_equal_graph_def(tf.Graph(), tf.GraphDef())
