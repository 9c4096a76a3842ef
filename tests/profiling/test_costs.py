"""What loops and branches cost: their bodies, as often as they run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.profiling.costs import cost_of, parts_of, rounds

BATCH, TIME, WIDTH, UNITS = 4, 7, 3, 5


def loops(graph: Any) -> list[Any]:
    return [op for op in graph.get_operations() if op.type in ("While", "StatelessWhile")]


def products(op: Any) -> int:
    """Floating point operations of the products of matrices in it."""
    return sum(cost.float_ops for part, cost in parts_of(op) if part.type == "MatMul")


def test_a_recurrent_network_costs_its_cell_once_for_each_time_step_and_its_gradient_three_times_that() -> (
    None
):
    with Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [BATCH, TIME, WIDTH])
        output, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(UNITS), x, dtype=tf.float32)
        (forward,) = loops(graph)
        tf.gradients(tf.reduce_sum(output), tf.trainable_variables())
        backward = loops(graph)[1]
    cell = 2 * BATCH * (WIDTH + UNITS) * 4 * UNITS
    assert (rounds(forward), rounds(backward)) == (TIME, TIME)
    assert products(forward) == TIME * cell
    # the gates again, and the gradients of the input and of the kernel
    assert products(backward) == TIME * 3 * cell
    assert cost_of(forward).is_complete and cost_of(backward).is_complete


@pytest.mark.parametrize(("limit", "growth", "expected"), [(10, 1, 10), (10, 3, 4), (0, 1, 0)])
def test_rounds_are_counted_where_the_graph_tells(limit: int, growth: int, expected: int) -> None:
    with Graph().as_default() as graph:
        x = tf.constant(np.ones((2, 2), np.float32))
        tf.while_loop(lambda i, v: i < limit, lambda i, v: (i + growth, tf.matmul(v, v)), [0, x])
        (loop,) = loops(graph)
    assert rounds(loop) == expected
    assert products(loop) == expected * 2 * 2**3


def test_a_loop_of_unknown_length_counts_once_and_says_so() -> None:
    with Graph().as_default() as graph:
        x, limit = tf.constant(np.ones((2, 2), np.float32)), tf.placeholder(tf.int32, [])
        tf.while_loop(lambda i, v: i < limit, lambda i, v: (i + 1, tf.matmul(v, v)), [0, x])
        (loop,) = loops(graph)
    assert rounds(loop) is None
    assert products(loop) == 2 * 2**3 and not cost_of(loop).is_complete


def test_of_branches_the_dearer_counts() -> None:
    with Graph().as_default() as graph:
        x, which = tf.constant(np.ones((2, 2), np.float32)), tf.placeholder(tf.bool, [])
        tf.cond(which, lambda: tf.matmul(tf.matmul(x, x), x), lambda: tf.matmul(x, x))
        (branch,) = [op for op in graph.get_operations() if op.bodies]
    assert products(branch) == 2 * 2 * 2**3


def test_what_has_a_size_that_only_a_run_tells_is_not_complete() -> None:
    with Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 3])
        product, shape = tf.matmul(x, tf.ones([3, 2])), tf.shape(x)
    assert (cost_of(product.op).float_ops, cost_of(product.op).is_complete) == (0, False)
    assert cost_of(shape.op).is_complete  # there is nothing to count
