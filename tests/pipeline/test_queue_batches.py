"""Input by queues, as scripts of 2018 read it; values are those of TensorFlow's single-threaded queues."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError, OutOfRangeError


@contextmanager
def running() -> Iterator[Any]:
    """A session whose variables are initialized and whose queues are filled."""
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coord)
        try:
            yield session
        finally:
            coord.request_stop()
            coord.join(threads, stop_grace_period_secs=10)


def to_the_end(fetches: Any) -> list[Any]:
    """What is fetched until the input ends."""
    found = []
    with running() as session, pytest.raises(OutOfRangeError):
        while True:
            found.append(session.run(fetches))
    return found


def numbers(count: int = 10, epochs: int | None = 1) -> Any:
    return tf.train.range_input_producer(count, epochs, shuffle=False).dequeue()


def test_texts_come_in_order_as_often_as_there_are_epochs() -> None:
    queue = tf.train.string_input_producer(["a", "b", "c"], num_epochs=2, shuffle=False)
    assert to_the_end(queue.dequeue()) == [b"a", b"b", b"c"] * 2


def test_each_epoch_is_shuffled_by_itself_and_a_seed_repeats_it() -> None:
    def read() -> list[int]:
        with tf.Graph().as_default():
            queue = tf.train.range_input_producer(20, num_epochs=2, seed=1)
            return [int(n) for n in to_the_end(queue.dequeue())]

    order = read()
    assert order == read()
    assert sorted(order[:20]) == sorted(order[20:]) == list(range(20))
    assert order[:20] != order[20:] != list(range(20))


def test_an_input_without_epochs_has_no_end() -> None:
    row = tf.train.input_producer(np.eye(2, dtype=np.float32), shuffle=False).dequeue()
    with running() as session:
        assert [session.run(row).tolist() for _ in range(5)] == [[1, 0], [0, 1], [1, 0], [0, 1], [1, 0]]


def test_slices_of_the_same_place_come_together() -> None:
    x, y = tf.train.slice_input_producer([[1, 2, 3], [[1.0], [2.0], [3.0]]], num_epochs=2)
    pairs = to_the_end([x, y])
    assert all(b.tolist() == [a] for a, b in pairs)
    assert sorted(int(a) for a, _ in pairs) == [1, 1, 2, 2, 3, 3]


BATCHES: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
    "batch": (lambda x: tf.train.batch([x], 4), [[0, 1, 2, 3], [4, 5, 6, 7]]),
    "smaller last": (
        lambda x: tf.train.batch([x], 4, allow_smaller_final_batch=True),
        [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]],
    ),
    "of rows": (
        lambda x: tf.train.batch([tf.stack([x, -x])], 3, enqueue_many=True),
        [[0, 0, 1], [-1, 2, -2]],
    ),
    "kept": (lambda x: tf.train.maybe_batch([x], tf.equal(x % 2, 0), 2), [[0, 2], [4, 6]]),
    "kept rows": (
        lambda x: tf.train.maybe_batch([tf.stack([x, -x])], tf.stack([x > 3, x > 6]), 3, enqueue_many=True),
        [[4, 5, 6], [7, -7, 8]],
    ),
    "kept all": (lambda x: tf.train.maybe_batch([x], True, 5), [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]),
    "joined": (lambda x: tf.train.batch_join([[x]], 5), [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]),
    "larger than the queue": (lambda x: tf.train.batch([x], 10, capacity=3), [list(range(10))]),
    "padded": (
        lambda x: tf.train.batch([tf.range(x)], 3, dynamic_pad=True),
        [[[0, 0], [0, 0], [0, 1]], [[0, 1, 2, 0, 0], [0, 1, 2, 3, 0], [0, 1, 2, 3, 4]]],
    ),
}


@pytest.mark.parametrize("case", BATCHES)
def test_batches_are_of_what_single_runs_give(case: str) -> None:
    make, expected = BATCHES[case]
    found = [batch.tolist() for batch in to_the_end(make(numbers()))]
    assert found[: len(expected)] == expected
    assert len(found) == len(expected) or case in ("of rows", "padded", "kept rows")


def test_a_dict_gives_a_dict_and_components_stay_together() -> None:
    x = numbers()
    batch = tf.train.batch({"twice": x * 2, "x": x, "text": tf.as_string(x)}, 5)
    assert {key: tensor.shape.as_list() for key, tensor in batch.items()} == dict.fromkeys(batch, [5])
    first, second = to_the_end(batch)
    assert first["x"].tolist() == [0, 1, 2, 3, 4] and second["twice"].tolist() == [10, 12, 14, 16, 18]
    assert second["text"].tolist() == [b"5", b"6", b"7", b"8", b"9"]


SHUFFLES: dict[str, Callable[[Any, int | None], Any]] = {
    "shuffle_batch": lambda x, seed: tf.train.shuffle_batch([x], 10, 40, 20, seed=seed),
    "shuffle_batch_join": lambda x, seed: tf.train.shuffle_batch_join([[x]], 10, 40, 20, seed=seed),
    "maybe_shuffle_batch": lambda x, seed: tf.train.maybe_shuffle_batch([x], 10, 40, 20, x >= 0, seed=seed),
    "maybe_shuffle_batch_join": lambda x, seed: tf.train.maybe_shuffle_batch_join(
        [[x]], 10, 40, 20, True, seed=seed
    ),
}


@pytest.mark.parametrize("case", SHUFFLES)
def test_a_shuffled_batch_has_every_element_once_and_a_seed_repeats_the_order(case: str) -> None:
    def read(seed: int) -> list[int]:
        with tf.Graph().as_default():
            batches = to_the_end(SHUFFLES[case](numbers(100), seed))
            return [int(n) for batch in batches for n in batch]

    order = read(3)
    assert sorted(order) == list(range(100)) and order != sorted(order)
    assert order == read(3) != read(4)


def test_several_threads_lose_and_repeat_nothing() -> None:
    batches = to_the_end(tf.train.batch([numbers(300)], 30, num_threads=4))
    assert sorted(int(n) for batch in batches for n in batch) == list(range(300))


def test_sources_of_a_join_are_all_read() -> None:
    x, y = numbers(20), numbers(20) + 100
    batches = to_the_end(tf.train.batch_join([[x], [y]], 10))
    assert sorted(int(n) for batch in batches for n in batch) == [*range(20), *range(100, 120)]


def test_how_full_a_queue_is_stands_in_the_summaries() -> None:
    tf.train.shuffle_batch(numbers(), 4, capacity=10, min_after_dequeue=3)
    names = [tensor.op.name for tensor in tf.get_collection(tf.GraphKeys.SUMMARIES)]
    assert names == ["input_producer/fraction_of_32_full", "shuffle_batch/fraction_over_3_of_7_full"]


def test_the_error_of_a_thread_is_raised_where_the_threads_are_joined() -> None:
    x = tf.check_numerics(1.0 / (3.0 - tf.cast(numbers(), tf.float32)), "bad row")
    batch = tf.train.batch([x], 2)
    with pytest.raises(InvalidArgumentError, match="bad row"), running() as session:
        assert session.run(batch).tolist() == pytest.approx([1 / 3, 1 / 2])
        with pytest.raises(OutOfRangeError):
            session.run(batch)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "no texts": (lambda: tf.train.string_input_producer([]), "requires a non-null input tensor"),
    "None": (lambda: tf.train.string_input_producer(None), "requires a non-null input tensor"),
    "a text": (lambda: tf.train.string_input_producer("a.csv"), r"given one: write \['a.csv'\]"),
    "lists of texts": (lambda: tf.train.string_input_producer([["a.csv"]]), r"in it is \['a.csv'\]"),
    "scalar": (lambda: tf.train.input_producer(1), "not compatible"),
    "no shape": (
        lambda: tf.train.input_producer(tf.placeholder(tf.int32)),
        "`element_shape` must be specified",
    ),
    "no epochs": (lambda: tf.train.range_input_producer(3, num_epochs=0), "num_epochs must be > 0 not 0"),
    "no slices": (lambda: tf.train.slice_input_producer([]), "at least one tensor"),
    "uneven slices": (lambda: tf.train.slice_input_producer([[1, 2], [1, 2, 3]]), "not compatible"),
    "nothing": (lambda: tf.train.batch([], 3), "at least one tensor in batch"),
    "no sources": (lambda: tf.train.batch_join([], 3), "at least one set of tensors"),
    "no rank": (lambda: tf.train.batch([tf.placeholder(tf.float32)], 3), "Cannot infer Tensor's rank"),
    "no size": (lambda: tf.train.batch([tf.placeholder(tf.float32, [None])], 3), "must be fully defined"),
    "no rows": (lambda: tf.train.batch([1.0], 3, enqueue_many=True), "rank at least 1"),
    "no threads": (lambda: tf.train.batch([1.0], 3, num_threads=0), "Must provide queue and enqueue_ops"),
    "types": (lambda: tf.train.batch_join([[1.0], [1]], 3), "types to be consistent: float32 vs. int32"),
    "shapes": (lambda: tf.train.batch_join([[[1.0]], [[1.0, 2.0]]], 3), "not compatible"),
    "numbers": (lambda: tf.train.batch_join([[1.0], [1.0, 2.0]], 3), "as many tensors, given: 1, 2"),
    "keys": (lambda: tf.train.batch_join([{"a": 1}, {"b": 1}], 3), "must have the same keys"),
    "keep": (lambda: tf.train.maybe_batch([1.0], [True], 3), "cannot be a vector when `enqueue_many=False`"),
    "keep rank": (
        lambda: tf.train.maybe_batch([[1.0]], [[True]], 3, enqueue_many=True),
        "must be 0 or 1 dimensions",
    ),
    "capacity": (
        lambda: tf.train.shuffle_batch([1.0], 3, 10, 10),
        "must be bigger than min_after_dequeue 10",
    ),
    "sparse": (lambda: tf.train.batch([tf.sparse_placeholder(tf.float32)], 3), "tf.parse_example"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_arguments_are_refused_when_the_graph_is_built(case: str) -> None:
    make, message = REFUSED[case]
    with pytest.raises((ValueError, TypeError), match=message):
        make()


def test_no_texts_that_only_the_run_can_tell_are_an_error() -> None:
    given = tf.placeholder_with_default(np.array([], object), [None])
    queue = tf.train.string_input_producer(given, shuffle=False)
    with pytest.raises(InvalidArgumentError, match="non-null input tensor"), running() as session:
        with pytest.raises(OutOfRangeError):
            session.run(queue.dequeue())
