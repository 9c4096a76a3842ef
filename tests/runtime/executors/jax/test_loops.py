from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.runtime.executors.jax.comparing import compared

pytestmark = pytest.mark.jax


def weights() -> Any:
    return tf.get_variable("w", initializer=np.array([0.5, 0.75, 1.25], np.float32))


def sum_below(limit: float) -> Callable[..., Any]:
    """A condition that rests on values, which are fed as far as anybody knows."""
    most = tf.placeholder_with_default(np.float32(limit), [])
    return lambda i, y: tf.reduce_sum(y) < most


def slopes(y: Any, w: Any) -> list[Any]:
    """The first and the second."""
    [first] = tf.gradients(y, w)
    return [y, first, tf.gradients(first, w)[0]]


def counted() -> Any:
    w = weights()
    i, y = tf.while_loop(lambda i, y: i < 5, lambda i, y: (i + 1, tf.sin(y) * w), [0, tf.ones([3])])
    return [i, *slopes(y, w)]


def of_values() -> Any:
    w = weights()
    return tf.while_loop(sum_below(50.0), lambda i, y: (i + 1, y * (1 + w)), [0, tf.ones([3])])


def of_values_with_a_limit() -> Any:
    """How many rounds there are only the run tells, but not more than 20: the lists have room for so many."""
    w = weights()
    loop = tf.while_loop(
        sum_below(50.0), lambda i, y: (i + 1, y * (1 + w)), [0, tf.ones([3])], maximum_iterations=20
    )
    return [loop, tf.gradients(loop[1], w)]


def in_loops() -> Any:
    w = weights()

    def innermost(z: Any) -> Any:
        return tf.while_loop(lambda k, u: k < 2, lambda k, u: (k + 1, tf.tanh(u * w)), [0, z])[1]

    def inner(y: Any) -> Any:
        return tf.while_loop(lambda j, z: j < 2, lambda j, z: (j + 1, z + innermost(z)), [0, y])[1]

    y = tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, y + inner(y)), [0, tf.ones([3])])[1]
    return slopes(y, w)


def around_a_branch() -> Any:
    w = weights()

    def step(i: Any, y: Any) -> Any:
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: y * w, lambda: tf.sin(y) + w)

    return slopes(tf.while_loop(lambda i, y: i < 5, step, [0, tf.ones([3])])[1], w)


def writing() -> Any:
    w = weights()

    def step(i: Any) -> Any:
        with tf.control_dependencies([tf.assign_add(w, tf.cast(i, tf.float32) * tf.ones([3]))]):
            return i + 1

    return tf.while_loop(lambda i: i < 4, step, [0])


def drawing() -> Any:
    """Numbers of numpy's, another one in each round, and the same on the way back; counted as the interpreter does."""
    w = weights()
    y = tf.while_loop(
        lambda i, y: i < 4, lambda i, y: (i + 1, y * w + tf.random_uniform([3])), [0, tf.ones([3])]
    )[1]
    return [y, tf.gradients(y, w)]


def drawing_in_the_condition() -> Any:
    w = weights()
    return tf.while_loop(
        lambda i, y: tf.logical_and(i < 9, tf.random_uniform([], seed=4) < 0.8),
        lambda i, y: (i + 1, y * w),
        [0, tf.ones([3])],
    )


def without_a_round() -> Any:
    w = weights()
    return [*tf.while_loop(lambda i, y: i < 0, lambda i, y: (i + 1, y * w), [0, tf.ones([3])]), w * 2.0]


def of_few_bits() -> Any:
    """Types stay what they are in all rounds."""
    w = weights()
    start = [np.int32(3), np.int64(2**40), np.float16(1), True]
    loop = tf.while_loop(
        lambda i, n, x, t: i < 7, lambda i, n, x, t: (i + 2, n + 1, x * 2, tf.logical_not(t)), start
    )
    return [loop, w * 2.0]


def of_folds() -> Any:
    w, rows = weights(), tf.constant(np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3))
    mapped = tf.map_fn(lambda row: tf.reduce_sum(row * w), rows)
    folded = tf.foldl(lambda total, row: total * w + row, rows)
    scanned = tf.scan(lambda total, row: total * w + row, rows)
    return [mapped, folded, scanned, tf.gradients([mapped, folded, scanned], w)]


def recurrent(lengths: Any = None) -> Callable[[], Any]:
    def make() -> Any:
        x = tf.constant(np.random.default_rng(0).standard_normal((4, 6, 3)).astype(np.float32))
        cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(4), output_keep_prob=0.5, seed=1)
        given = None if lengths is None else tf.placeholder_with_default(lengths, [4])
        outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32, sequence_length=given)
        loss = tf.reduce_mean(tf.square(outputs)) + tf.reduce_mean(state.h)
        return [loss, tf.train.AdamOptimizer(0.01).minimize(loss)]

    return make


LOOPS = [
    counted, of_values, of_values_with_a_limit, in_loops, around_a_branch, writing, drawing, drawing_in_the_condition,
    without_a_round, of_few_bits, of_folds,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("make", LOOPS, ids=lambda make: make.__name__)
def test_a_loop_on_the_device_gives_the_interpreters_numbers(make: Callable[[], Any]) -> None:
    assert compared(make) == {}


@pytest.mark.slow
@pytest.mark.parametrize("lengths", [None, np.array([6, 1, 3, 4])], ids=["whole", "of lengths"])
def test_a_recurrent_network_trains_on_the_device_as_in_the_interpreter(lengths: Any) -> None:
    compared(recurrent(lengths), runs=20)


def test_a_loop_whose_lists_nobody_can_make_room_for_is_run_by_the_host() -> None:
    def make() -> Any:
        w = weights()
        y = tf.while_loop(sum_below(50.0), lambda i, y: (i + 1, y * (1 + w)), [0, tf.ones([3])])[1]
        return [y * 2.0, tf.gradients(y, w)]

    left = compared(make)
    assert "only the run tells how many rounds" in left["While"]


def test_a_loop_whose_variable_grows_is_run_by_the_host() -> None:
    def make() -> Any:
        w = weights()
        y = tf.while_loop(
            lambda i, y: i < 3,
            lambda i, y: (i + 1, tf.concat([y, w], 0)),
            [0, tf.ones([1])],
            shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
        )[1]
        return [y, w * 2.0]

    left = compared(make)
    assert "changes from round to round: float32[1] becomes float32[4]" in left["While"]


def test_a_loop_that_prints_is_run_by_the_host(capfd: pytest.CaptureFixture[str]) -> None:
    def make() -> Any:
        w = weights()

        def step(i: Any, y: Any) -> Any:
            with tf.control_dependencies([tf.print("round", i)]):
                return i + 1, y * w

        return [tf.while_loop(lambda i, y: i < 3, step, [0, tf.ones([3])]), w * 2.0]

    left = compared(make, runs=1)
    assert "runs on the host" in left["While"]
    assert capfd.readouterr().err.count("round 2") == 2  # of the interpreter and of jax


def test_a_check_in_a_round_fails_with_what_the_interpreter_says_and_writes_nothing() -> None:
    total = tf.get_variable("total", initializer=np.float32(1.0))
    most = tf.placeholder(tf.float32, [])

    def step(i: Any, y: Any) -> Any:
        with tf.control_dependencies([tf.Assert(y < most, ["too large:", y])]):
            return i + 1, y * 2.0

    y = tf.while_loop(lambda i, y: i < 4, step, [0, total])[1]
    update = tf.assign(total, y)
    with tf.Session(executor="jax") as session:
        session.run(total.initializer)
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"too large:.*4"):
            session.run(update, {most: 3.0})
        assert (session.run(total), session.store.torn) == (1.0, False)
        assert session.run(update, {most: 100.0}) == 16.0
