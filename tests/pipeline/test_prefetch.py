"""Elements made ahead are the same, in order, at the same position; and nobody goes on making them unasked."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import CancelledError, DeadlineExceededError, InvalidArgumentError, OutOfRangeError
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.retrace import Retraced
from estimator.pipeline.stage import Context
from estimator.runtime.hurry import GIVE_UP

LONG = 10.0  # seconds after which what should have come does not come any more


class Numbers:
    """Numbers of a generator, which tells how many it has begun to make, and waits where it is told to."""

    def __init__(self, count: int = 9, waits_at: int | None = None) -> None:
        self.count = count
        self.begun: list[int] = []
        self.threads: set[threading.Thread] = set()
        self.may_go_on = threading.Event()
        self._waits_at = waits_at
        self._changed = threading.Condition()

    def __call__(self) -> Iterator[int]:
        for number in range(self.count):
            with self._changed:
                self.begun.append(number)
                self.threads.add(threading.current_thread())
                self._changed.notify_all()
            if number == self._waits_at:
                assert self.may_go_on.wait(LONG)
            yield number

    def dataset(self) -> Dataset:
        return Dataset.from_generator(self, "int64", [])

    def wait_until_begun(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.begun) >= count, LONG), self.begun


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "prefetch"]


def pulled(source: Any) -> list[int]:
    found = []
    while (element := source.pull()) is not None:
        found.append(int(element[0]))
    return found


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    before = threads()
    yield
    if new := [thread for thread in threads() if thread not in before]:
        gc.collect()  # seconds, among all that other tests have left
        for thread in new:
            thread.join(LONG)
            assert not thread.is_alive()


def test_as_many_are_made_as_may_lie_ready() -> None:
    numbers = Numbers()
    source = numbers.dataset().prefetch(2).source()
    assert not numbers.begun
    assert source.pull() == [0]
    numbers.wait_until_begun(3)  # one is taken, two lie ready
    source.rest()
    assert numbers.begun == [0, 1, 2]
    assert threading.current_thread() not in numbers.threads
    assert pulled(source) == list(range(1, 9))
    assert numbers.begun == list(range(9))


def test_autotune_runs_ahead_and_zero_does_not() -> None:
    for size, ahead in ((tf.data.AUTOTUNE, True), (None, True), (0, False)):
        numbers = Numbers()
        assert pulled(numbers.dataset().prefetch(size).source()) == list(range(9))
        assert (threading.current_thread() not in numbers.threads) is ahead
    with pytest.raises(
        InvalidArgumentError, match=r"buffer_size must be >= 0, or AUTOTUNE \(-1\), given: -2"
    ):
        Numbers().dataset().prefetch(-2)


def decoded(text: Any) -> Any:
    return tf.decode_csv(text, [0])


@pytest.mark.parametrize(
    ("make", "ahead"),
    [
        (lambda: Dataset.range(9), False),
        (lambda: Dataset.range(9).shuffle(3).batch(2), False),
        (lambda: Dataset.range(9).map(lambda n: n * 2).filter(lambda n: n > 3), False),
        (lambda: Dataset.range(9).map(lambda n: tf.py_func(np.negative, [n], tf.int64)), True),
        (lambda: Dataset.range(9).filter(lambda n: tf.py_func(lambda n: n > 3, [n], tf.bool)), True),
        (lambda: Dataset.range(9).map(tf.as_string).map(decoded), True),
        (lambda: Dataset.range(9).flat_map(lambda n: Dataset.range(n)), False),
        (lambda: Dataset.range(9).flat_map(lambda n: Numbers().dataset().take(n)), True),
        (lambda: Dataset.zip((Dataset.range(9), Numbers().dataset())), True),
    ],
)
def test_a_thread_runs_where_elements_may_take_time(make: Callable[[], Dataset], ahead: bool) -> None:
    dataset = make()
    alone, source = dataset.source(7), dataset.prefetch(1).source(7)
    np.testing.assert_equal(source.pull(), alone.pull())
    assert bool(threads()) is ahead
    assert (dataset.fingerprint() == dataset.prefetch(1).fingerprint()) is not ahead
    source.rest()


def test_an_error_comes_where_its_element_would() -> None:
    def generator() -> Iterator[int]:
        yield from (0, 1)
        raise LookupError("not found")

    source = Dataset.from_generator(generator, "int64", []).prefetch(5).source()
    assert [source.pull(), source.pull()] == [[0], [1]]
    with pytest.raises(LookupError, match="not found"):
        source.pull()
    assert source.pull() is None


def test_a_generator_that_exits_is_no_end_of_the_data() -> None:
    def generator() -> Iterator[int]:
        yield 0
        sys.exit(3)

    source = Dataset.from_generator(generator, "int64", []).prefetch(5).source()
    assert source.pull() == [0]
    with pytest.raises(SystemExit):
        source.pull()


def test_the_position_is_that_of_what_was_taken() -> None:
    numbers = Numbers()
    source = numbers.dataset().prefetch(4).source()
    assert [source.pull(), source.pull()] == [[0], [1]]
    numbers.wait_until_begun(6)
    state = json.loads(json.dumps(source.state()))
    restored = Numbers().dataset().prefetch(1).source()
    restored.restore(state)
    assert pulled(restored) == pulled(source) == list(range(2, 9))


def test_a_position_is_told_while_an_element_is_made() -> None:
    numbers = Numbers(waits_at=2)
    source = numbers.dataset().prefetch(2).source()
    assert source.pull() == [0]
    numbers.wait_until_begun(3)
    states = [source.state()]
    assert source.pull() == [1]
    states.append(source.state())  # nothing lies ready, and number 2 is being made
    numbers.may_go_on.set()
    for taken, state in enumerate(states, 1):
        restored = Numbers().dataset().prefetch(2).source()
        restored.restore(state)
        assert pulled(restored) == list(range(taken, 9))
    assert pulled(source) == list(range(2, 9))


@pytest.mark.parametrize(
    ("dataset", "first"), [(Dataset.range(99), 15), (Dataset.range(90_000).shuffle(50_000), 1)]
)
def test_a_long_state_is_not_taken_with_each_element(dataset: Dataset, first: int) -> None:
    elements = Retraced(dataset._node.start(Context(1)), apart=None)
    for _ in range(20):
        elements.pull(0)
    assert (
        elements.state_before(15)["first"] == first
    )  # of a shuffle the second: the first, of nothing, is short


def test_a_closed_session_lets_the_thread_end() -> None:
    numbers = Numbers(10**6)
    with tf.Graph().as_default():
        element = numbers.dataset().prefetch(2).make_one_shot_iterator().get_next()
        with tf.Session() as session:
            assert session.run(element) == 0
            assert threads()
        assert not threads()
        with tf.Session() as session:  # what lay ready is not lost
            assert [session.run(element) for _ in range(4)] == [1, 2, 3, 4]


def test_threads_that_wait_for_one_another_end_together() -> None:
    numbers = Numbers(10**6)
    source = numbers.dataset().prefetch(2).map(lambda n: n + 1).prefetch(2).batch(2).prefetch(1).source()
    assert source.pull()[0].tolist() == [1, 2]
    assert len(threads()) == 3
    source.rest()
    assert not threads()
    assert source.pull()[0].tolist() == [3, 4]
    source.rest()


def test_an_initializer_begins_again_and_an_old_thread_ends() -> None:
    numbers = Numbers(5)
    with tf.Graph().as_default(), tf.Session() as session:
        iterator = numbers.dataset().prefetch(2).make_initializable_iterator()
        element = iterator.get_next()
        for _ in range(3):
            session.run(iterator.initializer)
            assert [session.run(element), session.run(element)] == [0, 1]
            assert len(threads()) == 1
        with pytest.raises(OutOfRangeError):
            for _ in range(4):
                session.run(element)


def test_each_of_several_datasets_of_one_iterator_rests() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        datasets = [
            Numbers(10**6).dataset().prefetch(1),
            Numbers(10**6).dataset().map(lambda n: -n).prefetch(1),
        ]
        iterator = tf.data.Iterator.from_structure(tf.int64, tf.TensorShape([]))
        element = iterator.get_next()
        for dataset in datasets:
            session.run(iterator.make_initializer(dataset))
            session.run(element)
        assert len(threads()) == 2
        session.close()
        assert not threads()


def test_the_thread_ends_when_nobody_holds_the_elements() -> None:
    source = Numbers(10**6).dataset().prefetch(2).source()
    source.pull()
    (thread,) = threads()
    del source
    gc.collect()
    thread.join(LONG)
    assert not thread.is_alive()


def test_an_iterator_of_arrays_that_is_left_lets_the_thread_end() -> None:
    for number in Numbers(10**6).dataset().prefetch(2).as_numpy_iterator():
        if number == 3:
            break
    gc.collect()
    assert all(thread.join(LONG) is None and not thread.is_alive() for thread in threads())


def test_a_wait_ends_when_a_signal_asks_a_training_to_stop() -> None:
    numbers = Numbers(waits_at=1)
    source = numbers.dataset().prefetch(1).source()
    assert source.pull() == [0]
    GIVE_UP.set()
    try:
        with pytest.raises(CancelledError, match="a signal asks to stop"):
            source.pull()
    finally:
        GIVE_UP.clear()
        numbers.may_go_on.set()
    assert pulled(source) == list(range(1, 9))  # nothing is lost


def test_a_wait_ends_with_the_time_of_a_run() -> None:
    numbers = Numbers(waits_at=0)
    with tf.Graph().as_default(), tf.Session() as session:
        element = numbers.dataset().prefetch(1).make_one_shot_iterator().get_next()
        with pytest.raises(DeadlineExceededError, match="timeout_in_ms"):
            session.run(element, options=tf.RunOptions(timeout_in_ms=20))
        numbers.may_go_on.set()
        assert session.run(element) == 0


def test_a_session_closed_elsewhere_does_not_strand_who_waits() -> None:
    numbers = Numbers(waits_at=0)
    source = numbers.dataset().prefetch(1).source()
    found: list[Any] = []
    waiting = threading.Thread(target=lambda: found.append(source.pull()))
    waiting.start()
    numbers.wait_until_begun(1)
    numbers.may_go_on.set()
    source.rest()
    waiting.join(LONG)
    assert found == [[0]]
    source.rest()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("waits_at", [None, 2])
def test_a_forked_process_goes_on_where_the_other_stood(waits_at: int | None) -> None:
    numbers = Numbers(waits_at=waits_at)
    source = numbers.dataset().prefetch(2).source()
    assert source.pull() == [0]
    numbers.wait_until_begun(3)  # with waits_at the thread stands in the middle of number 2
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(20)
        numbers.may_go_on = threading.Event()
        numbers.may_go_on.set()
        numbers._changed = threading.Condition()
        os.write(writing, json.dumps(pulled(source)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert json.loads(pipe.read()) == list(range(1, 9))
    os.waitpid(child, 0)
    numbers.may_go_on.set()
    assert pulled(source) == list(range(1, 9))


ENDS = """
import itertools, threading
from estimator import tf
source = tf.data.Dataset.from_generator(itertools.count, "int64", []).prefetch(3).source()
print(int(source.pull()[0]), [thread.name for thread in threading.enumerate()])
"""


@pytest.mark.slow
def test_a_process_ends_while_a_thread_runs_ahead() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDS], capture_output=True, text=True, timeout=60, check=True
    )
    assert (ended.stdout, ended.stderr) == ("0 ['MainThread', 'prefetch']\n", "")
