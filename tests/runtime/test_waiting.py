"""A run that waits holds up no other: it is cut in two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import CancelledError, OutOfRangeError
from estimator.runtime.program import make_program
from tests.waiting import Elsewhere, until, waits_in

EXECUTORS = pytest.mark.parametrize("executor", ["interpreter", "numpy"])


def queue_of(*shape: int, capacity: int = 100) -> Any:
    return tf.FIFOQueue(capacity, [tf.float32], shapes=[list(shape)])


@EXECUTORS
def test_a_step_that_takes_and_runs_that_give_go_on_in_two_threads(executor: str) -> None:
    """Both write variables or draw numbers, so both need the session's lock; neither holds it while it waits."""
    queue = queue_of(2, capacity=1)
    given = tf.get_variable("given", [], tf.int64, tf.zeros_initializer(), trainable=False)
    with tf.control_dependencies([given.assign_add(1)]):
        put = queue.enqueue(tf.random_uniform([2]))
    batch = queue.dequeue_many(3)
    w = tf.get_variable("w", [2], initializer=tf.zeros_initializer())
    step = w.assign_add(tf.reduce_sum(batch, 0))
    with tf.Session(executor=executor) as session:
        session.run(tf.global_variables_initializer())
        giving = Elsewhere(lambda: [session.run(put) for _ in range(12)])
        total = np.zeros(2, np.float32)
        for _ in range(4):
            rows, _ = session.run([batch, step])
            total += rows.sum(0)
        giving.joined()
        np.testing.assert_allclose(session.run(w), total, rtol=1e-6)
        assert session.run(given) == 12


@EXECUTORS
def test_the_rest_is_planned_for_the_shapes_that_were_taken(executor: str) -> None:
    queue = tf.PaddingFIFOQueue(10, [tf.float32], shapes=[[None]])
    size = tf.placeholder(tf.int32, [])
    total = tf.reduce_sum(queue.dequeue_many(size) * 2.0, axis=1)
    with tf.Session(executor=executor) as session:
        for row in ([1.0], [2.0, 3.0], [4.0], [5.0], [6.0], [7.0, 8.0]):
            session.run(queue.enqueue([row]))
        assert [session.run(total, {size: n}).tolist() for n in (2, 1, 1, 2)] == [
            [2, 10],
            [8],
            [10],
            [12, 30],
        ]


def test_what_is_computed_from_constants_is_no_part_of_what_is_handed_over() -> None:
    queue = queue_of()
    twice = queue.dequeue_many(tf.constant(2) + 1) * tf.constant(2.0)
    program = make_program(tf.get_default_graph(), [twice], [], [])
    assert [tensor.op.type for tensor in program.given] == ["QueueDequeueManyV2"]
    assert "QueueDequeueManyV2" not in {op.type for op in program.order}
    assert program.ahead is not None and not program.changes_state


def test_what_a_run_draws_for_a_queue_and_gives_is_drawn_once() -> None:
    queue, drawn = queue_of(), tf.random_uniform([])
    put = queue.enqueue(drawn)
    with tf.Session() as session:
        for _ in range(3):
            _, seen, doubled = session.run([put, drawn, drawn * 2.0])
            assert session.run(queue.dequeue()) == seen == doubled / 2.0


def test_one_run_may_put_in_what_it_has_taken() -> None:
    first, second = queue_of(), queue_of()
    x = first.dequeue()
    move = second.enqueue(x + 1.0)
    with tf.Session() as session:
        session.run(first.enqueue_many([[1.0, 2.0]]))
        assert session.run([x, move])[0] == 1.0
        session.run(move)
        assert session.run(second.dequeue_many(2)).tolist() == [2.0, 3.0]


def test_a_taken_element_can_be_fed() -> None:
    x = queue_of().dequeue()
    with tf.Session() as session:
        assert session.run(x * 2.0, {x: 4.0}) == 8.0


@EXECUTORS
@pytest.mark.parametrize("keep", [True, False])
def test_a_branch_may_put_something_in(executor: str, keep: bool) -> None:
    queue, pred, x = queue_of(), tf.placeholder(tf.bool, []), tf.constant(3.0)
    put = tf.cond(pred, lambda: queue.enqueue(x), tf.no_op)
    with tf.Session(executor=executor) as session:
        session.run(put, {pred: keep})
        assert session.run(queue.size()) == int(keep)


def test_a_branch_may_take_something_out() -> None:
    queue, pred = queue_of(), tf.placeholder(tf.bool, [])
    x = tf.cond(pred, queue.dequeue, lambda: tf.constant(-1.0)) * 2.0
    with tf.Session() as session:
        session.run(queue.enqueue(5.0))
        assert session.run(x, {pred: False}) == -2.0
        assert session.run(x, {pred: True}) == 10.0
        assert session.run(queue.size()) == 0


def test_a_run_whose_waiting_is_given_up_leaves_nothing_torn() -> None:
    queue = queue_of(capacity=1)
    count = tf.get_variable("count", [], tf.int64, tf.zeros_initializer())
    with tf.control_dependencies([count.assign_add(1)]):
        put = queue.enqueue(1.0)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(put)
        giving = Elsewhere(lambda: session.run(put))
        until(waits_in(session, queue))
        session.run(queue.close(cancel_pending_enqueues=True))
        assert isinstance(giving.joined(), CancelledError)
        assert session.run(count) == 2 and not session.store.torn


def test_the_end_of_a_queue_comes_before_the_first_write() -> None:
    queue = queue_of()
    w = tf.get_variable("w", [], initializer=tf.zeros_initializer())
    step = w.assign_add(queue.dequeue())
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(queue.close())
        with pytest.raises(OutOfRangeError, match="test_waiting.py"):
            session.run(step)
        assert session.run(w) == 0.0


def test_a_queue_is_chosen_by_a_number() -> None:
    queues, index = [queue_of(), queue_of()], tf.placeholder(tf.int32, [])
    chosen = tf.QueueBase.from_list(index, queues)
    with tf.Session() as session:
        for value, queue in enumerate(queues):
            session.run(queue.enqueue(float(value)))
        assert session.run(chosen.dequeue(), {index: 1}) == 1.0
        assert session.run(chosen.dequeue(), {index: 0}) == 0.0
