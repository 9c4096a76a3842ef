"""Queues of a session: what comes out, who waits, and how the waiting ends. Numbers and errors are TensorFlow's."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import (
    CancelledError,
    DeadlineExceededError,
    InvalidArgumentError,
    OutOfRangeError,
)
from estimator.graph import build as b
from estimator.runtime import queues
from estimator.runtime.hurry import GIVE_UP
from tests.waiting import Elsewhere, until, waits_in

EXECUTORS = pytest.mark.parametrize("executor", ["interpreter", "numpy"])


def fifo(capacity: int = 3, **more: Any) -> Any:
    return tf.FIFOQueue(capacity, [tf.float32], shapes=[[]], **more)


@EXECUTORS
def test_what_went_in_first_comes_out_first(executor: str) -> None:
    queue = fifo(10)
    with tf.Session(executor=executor) as session:
        session.run(queue.enqueue(1.0))
        session.run(queue.enqueue_many([[2.0, 3.0, 4.0]]))
        assert session.run(queue.size()) == 4
        assert session.run(queue.dequeue()) == 1.0
        assert session.run(queue.dequeue_many(2)).tolist() == [2.0, 3.0]
        assert session.run(queue.dequeue_up_to(1)).tolist() == [4.0]
        assert session.run(queue.dequeue_many(0)).tolist() == []


def test_each_session_has_its_own_elements() -> None:
    queue = fifo()
    with tf.Session() as session, tf.Session() as other:
        session.run(queue.enqueue(1.0))
        assert other.run(queue.size()) == 0


def test_what_was_put_in_does_not_change_with_the_memory_it_came_from() -> None:
    queue, x = tf.FIFOQueue(9, tf.float32, [[2]]), tf.placeholder(tf.float32, [2])
    put = queue.enqueue(x * 2.0)
    with tf.Session() as session:
        for value in range(4):  # planned from the second run on
            session.run(put, {x: [value, value]})
        assert session.run(queue.dequeue_many(4)).tolist() == [[0, 0], [2, 2], [4, 4], [6, 6]]


def test_a_queue_that_is_closed_gives_what_it_has() -> None:
    queue = fifo()
    with tf.Session() as session:
        session.run(queue.enqueue_many([[1.0, 2.0]]))
        assert not session.run(queue.is_closed())
        session.run(queue.close())
        assert session.run(queue.is_closed())
        with pytest.raises(
            OutOfRangeError, match=r"closed and has insufficient elements \(requested 3, current size 2\)"
        ):
            session.run(queue.dequeue_many(3))
        assert session.run(queue.dequeue()) == 1.0
        assert session.run(queue.dequeue_up_to(3)).tolist() == [2.0]
        for take in (queue.dequeue(), queue.dequeue_up_to(3)):
            with pytest.raises(
                OutOfRangeError, match=r"insufficient elements \(requested \d, current size 0\)"
            ):
                session.run(take)
        for put in (queue.enqueue(1.0), queue.enqueue_many([[1.0]])):
            with pytest.raises(CancelledError, match="'fifo_queue' is closed"):
                session.run(put)
        with pytest.raises(CancelledError, match="is already closed"):
            session.run(queue.close())
        session.run(queue.close(cancel_pending_enqueues=True))


def test_more_may_be_put_in_and_taken_at_once_than_fits() -> None:
    queue = fifo(2)
    put, take = queue.enqueue_many([[1.0, 2.0, 3.0, 4.0, 5.0]]), queue.dequeue_many(5)
    with tf.Session() as session:
        giving = Elsewhere(lambda: session.run(put))
        assert session.run(take).tolist() == [1, 2, 3, 4, 5]
        assert giving.joined() is None


def test_takers_are_served_in_the_order_of_their_coming() -> None:
    queue = fifo()
    take, put = queue.dequeue_many(2), queue.enqueue_many([[1.0, 2.0, 3.0]])
    with tf.Session() as session:
        first = Elsewhere(lambda: session.run(take))
        until(lambda: waits_in(session, queue)() == 1)
        second = Elsewhere(lambda: session.run(queue.dequeue()))
        until(lambda: waits_in(session, queue)() == 2)
        session.run(put)
        assert (first.joined().tolist(), second.joined()) == ([1.0, 2.0], 3.0)


def test_closing_waits_for_what_waits_to_be_put_in() -> None:
    queue = fifo(1)
    put, close, take = queue.enqueue(2.0), queue.close(), queue.dequeue()
    with tf.Session() as session:
        session.run(queue.enqueue(1.0))
        giving = Elsewhere(lambda: session.run(put))
        until(waits_in(session, queue))
        closing = Elsewhere(lambda: session.run(close))
        until(lambda: waits_in(session, queue)() == 2)
        assert not session.run(queue.is_closed())
        assert session.run(take) == 1.0
        assert (giving.joined(), closing.joined()) == (None, None)
        assert session.run(take) == 2.0
        with pytest.raises(OutOfRangeError):
            session.run(take)


@pytest.mark.parametrize("many", [False, True])
def test_closing_may_cancel_what_waits_to_be_put_in(many: bool) -> None:
    queue = fifo(1)
    put = queue.enqueue_many([[2.0, 3.0]]) if many else queue.enqueue(2.0)
    with tf.Session() as session:
        session.run(queue.enqueue(1.0))
        giving = Elsewhere(lambda: session.run(put))
        until(waits_in(session, queue))
        session.run(queue.close(cancel_pending_enqueues=True))
        error = giving.joined()
        assert isinstance(error, CancelledError) and "Enqueue operation was cancelled" in str(error)
        assert session.run(queue.dequeue()) == 1.0


@pytest.mark.parametrize("what", ["dequeue", "dequeue_many", "enqueue", "close"])
def test_nothing_waits_in_a_session_that_is_closed(what: str) -> None:
    queue = fifo(1)
    fill, put, close = queue.enqueue(0.0), queue.enqueue(1.0), queue.close()
    run = {"dequeue": queue.dequeue(), "dequeue_many": queue.dequeue_many(2), "enqueue": put, "close": close}[
        what
    ]
    session = tf.Session()
    if what in ("enqueue", "close"):
        session.run(fill)
    others = []
    if what == "close":
        others.append(Elsewhere(lambda: session.run(put)))
        until(waits_in(session, queue))
    waiting = Elsewhere(lambda: session.run(run))
    until(lambda: waits_in(session, queue)() == len(others) + 1)
    session.close()
    for run_elsewhere in (*others, waiting):
        assert isinstance(run_elsewhere.joined(), CancelledError)


def test_a_signal_ends_the_waiting_of_the_main_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "_LOOK_SECS", 0.001)
    take = fifo().dequeue()

    def stop(number: int, frame: Any) -> None:
        GIVE_UP.set()

    previous = signal.signal(signal.SIGALRM, stop)
    try:
        with tf.Session() as session:
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            with pytest.raises(CancelledError, match="a signal asks to stop"):
                session.run(take)
            assert not session.store.torn
    finally:
        GIVE_UP.clear()
        signal.signal(signal.SIGALRM, previous)


def test_ctrl_c_ends_the_waiting() -> None:
    take = fifo().dequeue()

    def interrupt(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        with tf.Session() as session:
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            with pytest.raises(KeyboardInterrupt):
                session.run(take)
    finally:
        signal.signal(signal.SIGALRM, previous)


@pytest.mark.parametrize("says", ["the run", "the session"])
@pytest.mark.parametrize("in_main_thread", [True, False], ids=["main thread", "another thread"])
@pytest.mark.parametrize("what", ["take", "take two", "put"])
def test_a_run_waits_no_longer_than_it_may(says: str, in_main_thread: bool, what: str) -> None:
    queue = fifo(1)
    wait = {"take": queue.dequeue(), "take two": queue.dequeue_many(2), "put": queue.enqueue(2.0)}[what]
    config = tf.ConfigProto(operation_timeout_in_ms=5) if says == "the session" else None
    options = tf.RunOptions(timeout_in_ms=5) if says == "the run" else None
    with tf.Session(config=config) as session:
        if what != "take":
            session.run(queue.enqueue(1.0))

        def run() -> None:
            with pytest.raises(DeadlineExceededError, match=r"timeout_in_ms.*'fifo_queue', has \d elements"):
                session.run(wait, options=options)

        if in_main_thread:
            run()
        else:
            assert Elsewhere(run).joined() is None
        assert session.run(queue.size()) == (what != "take")  # what was taken is there again
        if what == "take":
            session.run(queue.enqueue(1.0))
        assert session.run(queue.dequeue()) == 1.0


def test_a_name_has_its_scope_and_operations_have_it_once() -> None:
    with tf.name_scope("input"):
        queue = fifo(name="lines")
        assert queue.name == "input/lines"  # as TensorFlow's
        assert queue.dequeue().op.name == "input/lines_Dequeue"


def test_a_padding_queue_must_know_how_many_sizes_there_are() -> None:
    with pytest.raises(ValueError, match="a list of shapes must be provided.*given: None"):
        tf.PaddingFIFOQueue(5, tf.float32, shapes=None)


def test_who_waits_long_says_for_what(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queues, "_LOOK_SECS", 0.001)
    monkeypatch.setattr(queues, "_PATIENCE_SECS", 0.005)
    queue = fifo()
    put = queue.enqueue(1.0)
    with tf.Session() as session:

        def give() -> None:
            until(lambda: "start_queue_runners" in caplog.text)
            session.run(put)

        giving = Elsewhere(give)
        assert session.run(queue.dequeue()) == 1.0
        giving.joined()
    assert caplog.text.count("has 0 elements") == 1


# -- the other queues --------------------------------------------------------------------------------------------------


def test_a_shuffled_queue_keeps_some_until_it_is_closed() -> None:
    queue = tf.RandomShuffleQueue(10, 3, [tf.int32], shapes=[[]], seed=2)
    take = queue.dequeue()
    with tf.Session() as session:
        session.run(queue.enqueue_many([[0, 1, 2, 3, 4]]))
        taken = session.run(queue.dequeue_many(2)).tolist()
        waiting = Elsewhere(lambda: session.run(take))
        until(waits_in(session, queue))
        session.run(queue.close())
        taken += [int(waiting.joined()), *session.run(queue.dequeue_up_to(9)).tolist()]
        assert sorted(taken) == [0, 1, 2, 3, 4]
        with pytest.raises(OutOfRangeError, match="RandomShuffleQueue 'random_shuffle_queue' is closed"):
            session.run(take)


def shuffled(seed: int | None) -> list[int]:
    with tf.Graph().as_default():
        queue = tf.RandomShuffleQueue(100, 0, [tf.int32], shapes=[[]], seed=seed)
        with tf.Session() as session:
            session.run(queue.enqueue_many([list(range(100))]))
            order: list[int] = session.run(queue.dequeue_many(100)).tolist()
            return order


def test_a_seed_makes_the_order_of_a_shuffled_queue() -> None:
    order = shuffled(3)
    assert sorted(order) == list(range(100)) and order != list(range(100))
    assert order == shuffled(3)
    assert order != shuffled(4)
    assert shuffled(None) != shuffled(None)


def test_every_element_of_a_shuffled_queue_is_as_likely() -> None:
    queue = tf.RandomShuffleQueue(4, 0, [tf.int32], shapes=[[]], seed=1)
    fill, take = queue.enqueue_many([[0, 1, 2, 3]]), queue.dequeue_many(4)
    first = np.zeros(4, int)
    with tf.Session() as session:
        for _ in range(400):
            session.run(fill)
            first[session.run(take)[0]] += 1
    assert first.min() > 60  # 100 expected, standard deviation 9


@pytest.mark.parametrize(("capacity", "least"), [(2, 3), (2, 2), (0, 0), (2, -1), (-1, -1)])
def test_min_after_dequeue_must_leave_something_to_take(capacity: int, least: int) -> None:
    """TensorFlow says so in the run, as does a graph from a file."""
    with pytest.raises(
        InvalidArgumentError, match=f"min_after_dequeue {least} must be < capacity {capacity}"
    ):
        tf.RandomShuffleQueue(capacity, least, [tf.float32])


def test_a_queue_of_a_file_says_in_the_run_what_it_cannot_keep() -> None:
    handle = b.RandomShuffleQueueV2(component_types=[tf.float32], capacity=2, min_after_dequeue=3)
    with (
        tf.Session() as session,
        pytest.raises(InvalidArgumentError, match="min_after_dequeue 3 must be < capacity 2"),
    ):
        session.run(b.QueueSizeV2(handle))


def test_a_queue_without_a_limit_may_keep_any_number() -> None:
    with tf.Session() as session:
        assert session.run(tf.RandomShuffleQueue(-1, 5, [tf.float32]).size()) == 0


def test_a_padding_queue_fills_up_to_the_largest() -> None:
    queue = tf.PaddingFIFOQueue(5, [tf.float32, tf.string], shapes=[[None, 2], [None]])
    with tf.Session() as session:
        session.run(queue.enqueue([[[1.0, 2.0]], ["a", "b"]]))
        session.run(queue.enqueue([[[3.0, 4.0], [5.0, 6.0]], ["c"]]))
        numbers, texts = session.run(queue.dequeue_many(2))
        assert numbers.tolist() == [[[1, 2], [0, 0]], [[3, 4], [5, 6]]]
        assert texts.tolist() == [[b"a", b"b"], [b"c", b""]]
        session.run(queue.close())
        empty = session.run(queue.dequeue_up_to(0))
        assert [part.shape for part in empty] == [(0, 0, 2), (0, 0)]


def test_a_priority_queue_gives_the_smallest_first_and_equal_ones_in_order() -> None:
    queue = tf.PriorityQueue(9, [tf.string], shapes=[[]])
    with tf.Session() as session:
        session.run(queue.enqueue_many([np.array([3, 1, 2, 1], np.int64), ["c", "a", "b", "aa"]]))
        session.run(queue.close())
        with pytest.raises(OutOfRangeError):  # what was taken for it goes back to its place
            session.run(queue.dequeue_many(5))
        numbers, texts = session.run(queue.dequeue_many(3))
        assert (numbers.tolist(), texts.tolist()) == ([1, 1, 2], [b"a", b"aa", b"b"])
        assert session.run(queue.dequeue()) == [3, b"c"]


# -- bad elements ------------------------------------------------------------------------------------------------------


BAD: dict[str, tuple[Callable[[Any, Any], Any], Any, str]] = {
    "shape": (lambda q, p: q.enqueue([p, 1]), [1.0, 2.0, 3.0], r"component 0. Expected \(2,\), got \(3,\)"),
    "inner shape": (
        lambda q, p: q.enqueue_many([p, [1, 2, 3]]),
        [1.0, 2.0, 3.0],
        r"Expected \(3, 2\), got \(3,\)",
    ),
    "no rows": (lambda q, p: q.enqueue_many([p, [1]]), 1.0, r"component 0. Expected \(0, 2\), got \(\)"),
    "rows": (
        lambda q, p: q.enqueue_many([p, [1]]),
        [[1.0, 2.0]] * 2,
        r"component 1. Expected \(2,\), got \(1,\)",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_an_element_must_be_one_of_the_queue(case: str) -> None:
    make, value, message = BAD[case]
    queue, given = tf.FIFOQueue(5, [tf.float32, tf.int32], [[2], []]), tf.placeholder(tf.float32)
    with tf.Session() as session, pytest.raises(InvalidArgumentError, match=message):
        session.run(make(queue, given), {given: value})


def test_elements_of_unknown_shape_are_taken_one_by_one() -> None:
    queue = tf.FIFOQueue(5, [tf.float32])
    with tf.Session() as session:
        session.run(queue.enqueue([[1.0, 2.0]]))
        session.run(queue.enqueue([[[3.0]]]))
        with pytest.raises(InvalidArgumentError, match="require the components to have specified shapes"):
            session.run(queue.dequeue_many(1))
        assert session.run(queue.dequeue()).tolist() == [1.0, 2.0]
        assert session.run(queue.dequeue()).tolist() == [[3.0]]


def test_two_queues_of_one_name_are_one_and_must_agree() -> None:
    queue, same = fifo(shared_name="q"), fifo(shared_name="q")
    other = tf.FIFOQueue(4, [tf.int32], shapes=[[]], shared_name="q")
    with tf.Session() as session:
        session.run(queue.enqueue(4.0))
        assert session.run(same.dequeue()) == 4.0
        with pytest.raises(InvalidArgumentError, match="give one of them another shared_name"):
            session.run(other.size())
