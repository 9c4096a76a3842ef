"""A kind of question is quick while its last ones were, and only if its operations are steady."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import estimator.tf as tf
from estimator.runtime.order import prune
from estimator.serving.pace import Pace, is_steady


def _noted(pace: Pace, *seconds: float, elements: int = 10, kind: object = "kind") -> bool:
    for one in seconds:
        pace.note(kind, one, elements)
    return pace.is_quick(kind)


def test_a_question_is_quick_when_some_in_a_row_were() -> None:
    pace = Pace()
    assert not pace.is_quick("kind")
    assert not _noted(pace, 1e-5, 1e-5)
    assert _noted(pace, 1e-5)
    assert not pace.is_quick("another kind")


def test_one_slow_answer_counts_until_some_in_a_row_were_quick_again() -> None:
    pace = Pace()
    assert _noted(pace, 1e-5, 1e-5, 1e-5, 1e-5)
    assert not _noted(pace, 1e-3)
    assert not _noted(pace, 1e-5, 1e-3, 1e-5, 1e-5)
    assert _noted(pace, 1e-5)


def test_an_answer_that_takes_long_to_be_written_is_not_quick() -> None:
    assert not _noted(Pace(), 1e-5, 1e-5, 1e-5, elements=100_000)


def test_shapes_that_clients_make_up_are_not_all_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("estimator.serving.pace._MOST_KINDS", 10)
    pace = Pace()
    for rows in range(95):
        _noted(pace, 1e-5, 1e-5, 1e-5, kind=rows)
    assert sum(map(pace.is_quick, range(95))) == 5
    assert _noted(pace, 1e-5, 1e-5, 1e-5)


def _looping(x: tf.Tensor) -> tf.Tensor:
    return tf.while_loop(lambda value: tf.reduce_sum(value) < 9.0, lambda value: value + 1, [x])


def _queued(x: tf.Tensor) -> tf.Tensor:
    return tf.FIFOQueue(1, [tf.float32]).dequeue()


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda x: tf.nn.softmax(tf.layers.dense(tf.reshape(x, [-1, 1]), 2)), True),
        (lambda x: tf.as_string(x), True),
        (_looping, False),
        (lambda x: tf.cond(x[0] > 0, lambda: x, lambda: -x), False),
        (lambda x: tf.get_default_graph().create_op("Switch", [x, x[0] > 0]).outputs[0], False),
        (_queued, False),
        (lambda x: tf.py_func(lambda value: value, [x], tf.float32), False),
        (lambda x: x + tf.random_uniform([1]), False),
    ],
    ids=[
        "a network",
        "texts",
        "a loop",
        "a branch",
        "one of TensorFlow 1",
        "a queue",
        "a function of Python",
        "a random number",
    ],
)
def test_operations_are_steady_whose_time_does_not_depend_on_values(
    make: Callable[[tf.Tensor], tf.Tensor], expected: bool
) -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None])
        assert is_steady(prune([make(x).op], frozenset([x]))) == expected
