"""The memory of large arrays that nobody else holds."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.runtime import store

ROWS, DIM = 20000, 16
TABLE_BYTES = ROWS * DIM * 4

INITIALIZERS: dict[str, Callable[[], Any]] = {
    "uniform": lambda: tf.random_uniform_initializer(-0.05, 0.05),
    "normal": lambda: tf.random_normal_initializer(1.0, 0.5),
    "truncated normal": lambda: tf.truncated_normal_initializer(stddev=0.25),
    "glorot": tf.glorot_uniform_initializer,
    "zeros": tf.zeros_initializer,
    "constant": lambda: tf.constant_initializer(0.25),
}


@pytest.fixture
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "ARENA_LIMIT", TABLE_BYTES - 1)


def table(initializer: Any) -> np.ndarray[Any, Any]:
    with Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(3)
        w = tf.get_variable("w", [ROWS, DIM], initializer=initializer)
        session.run(w.initializer)
        value = session.run(w)
        assert isinstance(value, np.ndarray)
        return value


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_large_table_gets_the_values_of_a_small_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = table(INITIALIZERS[name]())
    monkeypatch.setattr(store, "ARENA_LIMIT", TABLE_BYTES - 1)
    np.testing.assert_array_equal(table(INITIALIZERS[name]()), expected)


@pytest.mark.usefixtures("_small_is_large")
@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_large_table_is_initialised_without_a_copy_beside_it(name: str) -> None:
    with Graph().as_default(), tf.Session() as session:
        for variable in ("before", "w"):  # what is imported and compiled first is no part of the table
            w = tf.get_variable(variable, [ROWS, DIM], initializer=INITIALIZERS[name]())
            tracemalloc.start()
            try:
                session.run(w.initializer)
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
    assert TABLE_BYTES <= peak < 1.6 * TABLE_BYTES


@pytest.mark.usefixtures("_small_is_large")
def test_what_is_read_twice_or_fetched_keeps_its_memory() -> None:
    with Graph().as_default(), tf.Session() as session:
        drawn = tf.random_uniform([ROWS, DIM], seed=1, name="drawn")
        doubled, shifted = drawn * 2.0, drawn + 1.0
        first, second = tf.Variable(doubled), tf.Variable(shifted)
        session.run([first.initializer, second.initializer])
        a, b = session.run([first, second])
        np.testing.assert_array_equal(a / 2 + 1, b)
        squared = drawn * drawn
        value, square = session.run([drawn, squared])
        np.testing.assert_array_equal(value * value, square)
        third = tf.Variable(squared)
        _, square = session.run([third.initializer, squared])
        session.run(third.assign_add(tf.ones([ROWS, DIM])))
        np.testing.assert_array_equal(session.run(third), square + 1)


@pytest.mark.usefixtures("_small_is_large")
def test_a_second_initialisation_writes_where_the_first_value_lies() -> None:
    with Graph().as_default(), tf.Session() as session:
        w = tf.get_variable("w", [ROWS, DIM], initializer=tf.random_uniform_initializer())
        total = tf.reduce_sum(w)
        session.run(w.initializer)
        for _ in range(3):
            session.run(total)  # by a plan from the second on
        layout = session.store.layout
        session.run(w.initializer)
        assert session.store.layout == layout
        np.testing.assert_allclose(session.run(total), session.run(w).sum(dtype=np.float64), rtol=1e-5)


def test_without_values_beyond_two_nothing_is_drawn_again() -> None:
    with Graph().as_default(), tf.Session() as session:
        assert session.run(tf.truncated_normal([0])).shape == (0,)
        assert np.abs(session.run(tf.truncated_normal([70000], seed=4))).max() < 2
