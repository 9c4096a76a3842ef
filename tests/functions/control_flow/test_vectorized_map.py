"""A function of each element, whose types are found out by trying it."""

from __future__ import annotations

import pytest

from estimator import tf
from estimator.graph.graph import Graph


def test_results_are_stacked_in_their_structure_and_types(graph: Graph) -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    pair = tf.vectorized_map(lambda rows: (rows[0] + rows[1], tf.argmax(rows[0])), (x, x))
    product = tf.vectorized_map(lambda row: tf.matmul(row[None], tf.ones([2, 3])), x)
    with tf.Session() as session:
        sums, places = session.run(pair)
        # what TensorFlow 2.15.1 gives
        assert (sums.tolist(), places.tolist(), places.dtype) == ([[2, 4], [6, 8]], [1, 1], "int64")
        assert session.run(product).tolist() == [[[3, 3, 3]], [[7, 7, 7]]]
    assert list(product.shape) == [2, 1, 3]


def test_how_many_elements_there_are_need_not_be_known(graph: Graph) -> None:
    x = tf.placeholder(tf.float32, [None, 2])
    y = tf.vectorized_map(lambda row: row + 1.0, x, fallback_to_while_loop=False)
    (dx,) = tf.gradients(y * y, x)
    with tf.Session() as session:
        assert session.run([y[0, 0], dx], {x: [[1, 2]]})[1].tolist() == [[4, 6]]


def test_trying_leaves_no_function_behind(graph: Graph) -> None:
    tf.vectorized_map(lambda row: row * 2.0, tf.ones([2, 2]))
    called = {body.name for op in graph.get_operations() for body in op.bodies}
    assert set(graph.library) == called


@pytest.mark.parametrize(("fn", "elems", "error"), [(3, [1.0], TypeError), (lambda x: x, 1.0, ValueError)])
def test_what_has_no_elements_is_refused(
    graph: Graph, fn: object, elems: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        tf.vectorized_map(fn, elems)
