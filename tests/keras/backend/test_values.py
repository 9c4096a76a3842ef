"""Sessions, and the values of tensors and variables in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import reset_default_graph
from estimator.keras.layers.dense import Dense

K = tf.keras.backend


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


def test_values_are_read_and_set_in_the_graphs_session() -> None:
    a, b = K.variable([1.0, 2.0], name="a"), K.variable(3)
    assert (a.name, b.dtype) == ("a:0", tf.float32)
    assert K.get_value(a).tolist() == [1, 2] and K.eval(a * 2.0).tolist() == [2, 4]
    K.set_value(a, [5, 6])
    K.batch_set_value([(b, 7)])
    assert [np.asarray(value).tolist() for value in K.batch_get_value([a, b])] == [[5, 6], 7]
    assert K.batch_get_value([]) == [] and K.get_value(4) == 4
    with pytest.raises(ValueError, match=r"shape \(2\).*\(3\)|\(2,\).*\(3,\)"):
        K.set_value(a, [1, 2, 3])


def test_a_session_that_is_given_has_the_values() -> None:
    variable = K.variable(1.0)
    session = tf.Session()
    session.run(variable.assign(8.0))
    K.set_session(session)
    assert K.get_session() is session and K.get_value(variable) == 8
    with pytest.raises(TypeError, match=r"takes a tf\.Session, given: 5"):
        K.set_session(5)


def test_in_a_session_that_was_entered_that_one_is_meant() -> None:
    variable = K.variable(1.0)
    with tf.Session() as session:
        assert K.get_session() is session
        K.set_value(variable, 2.0)
        assert session.run(variable) == 2
    assert K.get_value(variable) == 1


def test_clear_session_begins_another_graph_and_names_anew() -> None:
    layer = Dense(1, kernel_initializer="ones")
    layer(np.ones([1, 2]))
    before = tf.get_default_graph()
    K.clear_session()
    assert tf.get_default_graph() is not before
    assert Dense(1).name == "dense" and tf.keras.Input((1,)).op.name == "input_1"
    assert layer(np.ones([1, 2])).numpy().tolist() == [[2]]
    with tf.Graph().as_default() as graph:
        assert Dense(1).name == "dense"
        K.clear_session()
        assert tf.get_default_graph() is graph and Dense(1).name == "dense"


def test_numbers_of_names() -> None:
    assert [K.get_uid("model"), K.get_uid("model"), K.get_uid("other")] == [1, 2, 1]
    K.reset_uids()
    assert K.get_uid("model") == 1


def test_a_function_takes_values_runs_updates_and_gives_values() -> None:
    x, y = K.placeholder((None,)), K.placeholder((None,))
    count = K.variable(0.0)
    add = K.function([x, y], [x + y, K.sum(x * y)], updates=[K.update_add(count, 1.0), (count, count * 1.0)])
    total, product = add([[1.0, 2.0], [3.0, 4.0]])
    assert total.tolist() == [4, 6] and product == 11
    single = K.function([x], x * 2.0)
    assert single([[1.0]]).tolist() == single(np.array([1.0])).tolist() == [2]
    with pytest.raises(ValueError, match="takes 2 values, given: 1"):
        add([[1.0]])


def test_updates() -> None:
    x = K.variable(4.0)
    for update, wanted in (
        (K.update(x, 6.0), 6), (K.update_add(x, 1.0), 7), (K.update_sub(x, 2.0), 5),
        (K.moving_average_update(x, 1.0, 0.75), 4),
    ):  # fmt: skip
        K.get_session().run(update)
        assert K.get_value(x) == wanted


def test_settings_are_told_and_checked() -> None:
    before = K.floatx(), K.epsilon(), K.image_data_format()
    try:
        K.set_floatx("float64")
        K.set_epsilon(1e-3)
        K.set_image_data_format("channels_first")
        assert (K.floatx(), K.epsilon(), K.image_data_format()) == ("float64", 1e-3, "channels_first")
        assert tf.keras.Input((1,)).dtype is tf.float64 and K.variable(1).dtype is tf.float64
    finally:
        K.set_floatx(before[0]), K.set_epsilon(before[1]), K.set_image_data_format(before[2])
    with pytest.raises(ValueError, match="Unknown `floatx` value: 'int32'"):
        K.set_floatx("int32")
    with pytest.raises(ValueError, match="Unknown data_format: 'last'"):
        K.set_image_data_format("last")
    assert K.backend() == "tensorflow"


@pytest.mark.parametrize(
    ("make", "low", "high"),
    [
        (lambda: K.random_normal([400], 5.0, 0.1, seed=1), 4, 6),
        (lambda: K.truncated_normal([400], seed=1), -2, 2),
        (lambda: K.random_uniform([400], 1.0, 3.0, seed=1), 1, 3),
        (lambda: K.random_bernoulli([400], 0.5, seed=1), 0, 1),
        (lambda: K.random_normal_variable([400], 5.0, 0.1, seed=1), 4, 6),
        (lambda: K.random_uniform_variable([400], 1.0, 3.0, seed=1), 1, 3),
        (lambda: K.dropout(K.ones([400]), 0.5, seed=1), 0, 2),
    ],
    ids=["normal", "truncated", "uniform", "bernoulli", "normal variable", "uniform variable", "dropout"],
)
def test_random_numbers(make: Any, low: float, high: float) -> None:
    values = K.eval(make())
    assert values.dtype == np.float32 and low <= values.min() < values.max() <= high
    assert abs(values.mean() - (low + high) / 2) < 0.2


def test_variables_and_tensors_of_zeros_and_ones() -> None:
    assert isinstance(K.zeros((2, 3)), tf.Variable) and isinstance(K.eye(2), tf.Variable)
    assert K.eval(K.ones((2,), "int32")).tolist() == [1, 1] and K.count_params(K.zeros((2, 3))) == 6
    unknown = K.zeros(tf.shape(tf.placeholder(tf.float32)))
    assert isinstance(unknown, tf.Tensor)
    with pytest.raises(ValueError, match="is not known"):
        K.count_params(unknown)


def test_the_learning_phase_is_fed_set_or_that_of_a_block() -> None:
    outcome = K.in_train_phase(lambda: tf.constant(1), lambda: tf.constant(0))
    session = K.get_session()
    assert session.run(outcome) == 0 and session.run(outcome, {K.learning_phase(): True}) == 1
    phase = K.learning_phase()
    with K.learning_phase_scope(1):
        assert K.learning_phase() == 1 and K.in_train_phase("train", "predict") == "train"
    assert K.learning_phase() is phase
    with pytest.raises(ValueError, match=r"0 \(predicting\) or 1 \(training\), given: 2"):
        K.set_learning_phase(2)


def test_what_comes_from_an_input_is_told() -> None:
    x = tf.keras.Input((2,))
    assert K.is_keras_tensor(x) and K.is_keras_tensor(Dense(1)(x)) and not K.is_keras_tensor(tf.constant(1.0))
    with pytest.raises(ValueError, match="Expected a symbolic tensor"):
        K.is_keras_tensor(np.ones(2))


def test_a_tensor_is_printed_when_it_is_computed(capfd: pytest.CaptureFixture[str]) -> None:
    assert K.eval(K.print_tensor(tf.constant([1, 2]), "seen:")).tolist() == [1, 2]
    assert "seen: [1 2]" in capfd.readouterr().out
