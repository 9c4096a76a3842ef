"""What Session.explain tells of a run."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from estimator import tf
from estimator.core.errors import UnimplementedError
from estimator.graph.graph import Graph
from tests.runtime.blas_threads import threads
from tests.runtime.loops import count_to


def trained() -> tuple[tf.Tensor, tf.Operation]:
    """A small model with an input of its own: the loss, and a step of its training."""
    features = np.arange(12, dtype=np.float32).reshape(6, 2)
    dataset = tf.data.Dataset.from_tensor_slices(features).repeat().batch(3)
    x = tf.data.make_one_shot_iterator(dataset).get_next()
    hidden = tf.layers.dense(x, 4, tf.nn.relu, name="hidden")
    loss = tf.reduce_sum(tf.layers.dense(hidden, 1, name="logits"), name="loss")
    step = tf.train.get_or_create_global_step()
    return loss, tf.train.AdagradOptimizer(0.1).minimize(loss, global_step=step)


def test_each_operation_that_is_left_to_run_has_a_row_with_its_size_and_its_lines() -> None:
    with Graph().as_default(), tf.Session() as session:
        loss, train = trained()
        session.run(tf.global_variables_initializer())
        explanation = session.explain([train, loss], runs=5)
    rows = {row.name: row for row in explanation.rows}
    product = rows["hidden/MatMul"]
    assert (product.nbytes, product.allocates, product.others) == (3 * 4 * 4, False, 0)
    [line] = product.lines
    assert line.startswith("dot(IteratorGetNext:0, hidden/kernel, out=b")
    assert any("hidden/bias" in line for line in rows["hidden/BiasAdd"].lines)
    assert any(".T" in line for row in explanation.rows for line in row.lines)
    updates = [row for row in explanation.rows if row.op_type == "ResourceApplyAdagrad"]
    assert [row.others for row in updates] == [3]  # two kernels and two biases, updated as one
    assert "arena" in updates[0].lines[-1]
    assert explanation.runs == 5
    assert all(row.micros > 0 for row in explanation.rows)
    assert explanation.input_micros > 0
    assert explanation.compute_micros == pytest.approx(sum(row.micros for row in explanation.rows))
    assert explanation.buffer_bytes >= 3 * 4 * 4


def test_its_runs_are_runs() -> None:
    with Graph().as_default(), tf.Session() as session:
        loss, train = trained()
        session.run(tf.global_variables_initializer())
        session.run(train)
        session.explain(train, runs=4)
        assert session.run(tf.train.get_global_step()) == 1 + (1 + 4)
        session.explain(loss, runs=1)
        assert session.run(tf.train.get_global_step()) == 1 + (1 + 4)


def test_what_takes_new_memory_is_marked() -> None:
    with Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.int32, [None], name="x")
        values, _ = tf.unique(x, name="distinct")
        explanation = session.explain(values, {x: [3, 3, 1]}, runs=2)
    [row] = explanation.rows
    assert (row.name, row.allocates, row.nbytes) == ("distinct", True, None)
    assert "distinct (Unique) *" in str(explanation)


def test_the_table_has_a_hundred_columns_at_most_and_as_many_rows_as_can_be_read() -> None:
    with Graph().as_default(), tf.Session() as session:
        y = x = tf.placeholder(tf.float32, [8], name="x" * 120)
        for _ in range(100):
            y = tf.sin(y, name="a_long_name_of_an_operation/" * 5 + "sin")
        explanation = session.explain(y, {x: np.zeros(8, np.float32)}, runs=3)
    assert len(explanation.rows) == 100
    lines = str(explanation).splitlines()
    assert max(map(len, lines)) <= 100
    assert sum("(Sin)" in line for line in lines) == 60
    assert lines[-1].endswith("40 others")
    assert [row.micros for row in explanation.dearest(5)] == sorted(
        (row.micros for row in explanation.rows), reverse=True
    )[:5]


def test_what_gives_variables_their_first_values_is_explained_too() -> None:
    with Graph().as_default(), tf.Session() as session:
        v = tf.get_variable("v", initializer=[1.0, 2.0])
        with tf.control_dependencies([v.initializer]):
            doubled = tf.multiply(v.read_value(), 2.0, name="doubled")
        explanation = session.explain(doubled, runs=2)
    assert explanation.rows[-1].name == "doubled"


def test_a_run_without_a_plan_is_not_explained() -> None:
    with Graph().as_default(), tf.Session() as session:
        with pytest.raises(UnimplementedError, match="has a loop of TensorFlow 1's operations"):
            session.explain(count_to(3))


@pytest.mark.parametrize("runs", [0, -1, 2.5, True, None], ids=str)
def test_the_number_of_runs_is_positive(runs: object) -> None:
    with Graph().as_default(), tf.Session() as session:
        with pytest.raises(ValueError, match="`runs` must be a positive number of runs"):
            session.explain(tf.constant(1.0), runs=runs)  # type: ignore[arg-type]  # that is the test


def test_it_stops_where_a_run_fails() -> None:
    with Graph().as_default(), tf.Session() as session:
        x = tf.data.make_one_shot_iterator(tf.data.Dataset.range(3)).get_next() + 1
        with pytest.raises(tf.errors.OutOfRangeError):
            session.explain(x, runs=4)


def test_its_runs_have_the_threads_of_a_run() -> None:
    """Else a product takes another time than in a run, and may have other bits."""
    counts = []

    def count() -> np.float32:
        counts.append(threads())
        return np.float32(0)

    with threadpool_limits(2, "blas"), Graph().as_default(), tf.Session() as session:
        zero = tf.py_func(count, [], tf.float32)
        session.run(zero)
        session.explain(zero, runs=2)
    assert counts == 4 * [{1}]


def test_a_closed_session_explains_nothing() -> None:
    with Graph().as_default():
        one, session = tf.constant(1.0), tf.Session()
    session.close()
    with pytest.raises(RuntimeError, match="closed"):
        session.explain(one)


def test_what_it_waits_for_has_the_time_of_a_run() -> None:
    with Graph().as_default():
        taken = tf.FIFOQueue(3, tf.float32).dequeue()
        config = tf.ConfigProto(operation_timeout_in_ms=20)
        with tf.Session(config=config) as session, pytest.raises(tf.errors.DeadlineExceededError):
            session.explain(taken)


def test_what_is_fed_is_a_dict() -> None:
    with Graph().as_default(), tf.Session() as session:
        with pytest.raises(TypeError, match="`feed_dict` must be a dict"):
            session.explain(tf.constant(1.0), "x")  # type: ignore[arg-type]  # that is the test
