"""Threads that fill queues: when they begin, what they do with errors, and how they end."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from tests.waiting import until, waits_in


def filled(value: Any = 1.0, capacity: int = 3, threads: int = 2) -> tuple[Any, Any]:
    queue = tf.FIFOQueue(capacity, tf.float32, [[]])
    runner = tf.train.QueueRunner(queue, [queue.enqueue(value)] * threads)
    tf.train.add_queue_runner(runner)
    return queue, runner


def test_one_thread_runs_each_operation_and_one_waits_for_the_coordinator() -> None:
    queue, runner = filled()
    coord = tf.train.Coordinator()
    with tf.Session() as session:
        threads = runner.create_threads(session, coord, daemon=True, start=True)
        assert [thread.name.rpartition("-")[2] for thread in threads] == [
            "fifo_queue_enqueue",
            "fifo_queue_enqueue",
            "close_on_stop",
        ]
        assert runner.create_threads(session, coord) == []  # it is running
        until(lambda: session.run(queue.size()) == 3)
        until(lambda: waits_in(session, queue)() == 2)
        coord.request_stop()
        coord.join(stop_grace_period_secs=10)
        assert session.run(queue.is_closed())
        assert not any(thread.is_alive() for thread in threads)


def test_a_session_that_is_closed_ends_its_threads_without_an_error() -> None:
    queue, runner = filled()
    coord = tf.train.Coordinator()
    session = tf.Session()
    threads = tf.train.start_queue_runners(session, coord)
    until(lambda: waits_in(session, queue)() == 2)
    session.close()
    for thread in threads[:2]:
        thread.join(10)
        assert not thread.is_alive()
    assert not coord.should_stop()
    coord.request_stop()
    coord.join(stop_grace_period_secs=10)
    assert runner.exceptions_raised == []


def test_a_runner_may_run_in_two_sessions() -> None:
    queue, runner = filled()
    with tf.Session() as session, tf.Session() as other:
        assert len(runner.create_threads(session, start=True, daemon=True)) == 2
        assert len(runner.create_threads(other, start=True, daemon=True)) == 2
        for open_session in (session, other):
            until(lambda run=open_session.run: run(queue.size()) == 3)


def test_an_error_goes_to_the_coordinator_or_is_kept() -> None:
    _, runner = filled(tf.check_numerics(float("nan"), "bad"), threads=1)
    coord = tf.train.Coordinator()
    with tf.Session() as session:
        tf.train.start_queue_runners(session, coord)
        with pytest.raises(InvalidArgumentError, match="bad"):
            coord.join(stop_grace_period_secs=10)
    with tf.Session() as session:
        for thread in tf.train.start_queue_runners(session):
            thread.join(10)
        assert [type(error) for error in runner.exceptions_raised] == [InvalidArgumentError]


def test_threads_can_be_made_without_being_started() -> None:
    queue, _ = filled()
    with tf.Session() as session:
        threads = tf.train.start_queue_runners(session, start=False)
        assert all(isinstance(thread, threading.Thread) and not thread.is_alive() for thread in threads)
        assert session.run(queue.size()) == 0


def test_the_last_thread_that_comes_to_its_end_closes_the_queue() -> None:
    queue = tf.FIFOQueue(9, tf.int64, [[]])
    value = tf.train.limit_epochs(tf.constant(7, tf.int64), 3)
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue(value)] * 2))
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        for thread in tf.train.start_queue_runners(session):
            thread.join(10)
        assert session.run(queue.is_closed())
        assert session.run(queue.dequeue_up_to(9)).tolist() == [7, 7, 7]


def test_other_exceptions_may_be_an_end() -> None:
    queue = tf.FIFOQueue(9, tf.float32, [[]])
    nan = tf.check_numerics(float("nan"), "bad")
    runner = tf.train.QueueRunner(
        queue, [queue.enqueue(nan)], queue_closed_exception_types=(InvalidArgumentError, OutOfRangeError)
    )
    with tf.Session() as session:
        for thread in runner.create_threads(session, start=True):
            thread.join(10)
        assert session.run(queue.is_closed()) and runner.exceptions_raised == []


def test_a_runner_is_written_and_read_back() -> None:
    _, runner = filled()
    written = runner.to_proto()
    assert (written.queue_name, list(written.enqueue_op_name)) == ("fifo_queue", ["fifo_queue_enqueue"] * 2)
    assert (written.close_op_name, written.cancel_op_name) == ("fifo_queue_Close", "fifo_queue_Close_1")
    assert list(written.queue_closed_exception_types) == [OutOfRangeError.code]
    assert runner.to_proto(export_scope="other") is None
    read = tf.train.QueueRunner.from_proto(written)
    assert (read.name, read.enqueue_ops, read.cancel_op) == (
        runner.name,
        runner.enqueue_ops,
        runner.cancel_op,
    )
    assert read.queue_closed_exception_types == (OutOfRangeError,)


def test_runners_go_with_the_graph_through_a_file() -> None:
    numbers = tf.train.batch([tf.train.range_input_producer(4, num_epochs=1, shuffle=False).dequeue()], 2)
    meta = tf.train.export_meta_graph()
    for scope in (None, "again"):
        with tf.Graph().as_default() as graph:
            tf.train.import_meta_graph(meta, import_scope=scope)
            batch = graph.get_tensor_by_name(f"{scope}/{numbers.name}" if scope else numbers.name)
            with tf.train.MonitoredSession() as session:
                assert [session.run(batch).tolist() for _ in range(2)] == [[0, 1], [2, 3]]
                session.run(batch)
                raise AssertionError("the input should have ended")


def test_bad_arguments_are_refused() -> None:
    queue = tf.FIFOQueue(3, tf.float32, [[]])
    for given in ({}, {"queue": queue}, {"queue": queue, "enqueue_ops": []}):
        with pytest.raises(ValueError, match="Must provide queue and enqueue_ops"):
            tf.train.QueueRunner(**given)
    with pytest.raises(TypeError, match="must be a tuple of tf.errors types"):
        tf.train.QueueRunner(queue, [queue.close()], queue_closed_exception_types=OutOfRangeError)
    with pytest.raises(ValueError, match="No default session is registered"):
        tf.train.start_queue_runners()
    with pytest.raises(TypeError, match=r"must be a `tf.Session` object"):
        tf.train.start_queue_runners("session")


def test_a_graph_without_runners_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with tf.Session() as session:
        assert tf.train.start_queue_runners(session) == []
    assert "no queue runners" in caplog.text
