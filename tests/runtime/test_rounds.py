"""Loops as plans run them, beside the interpreter, which asks the condition before each round and counts nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.op import OPS
from estimator.runtime.program import Program
from estimator.runtime.rounds import numbers
from tests.bodies import loop
from tests.runtime.programs import bits
from tests.runtime.test_bodies import both

ROUNDS = [0, 1, 2, 9, 9, 9, 3, 0]  # by run: nothing is planned in the first ones


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        graph.seed = 5
        yield graph


# -- loops, from what is fed: how many rounds, and a matrix ------------------------------------------------------------


def counted(n: Any, x: Any) -> Any:
    return tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * x + x), [0, x])


def counted_down(n: Any, x: Any) -> Any:
    return tf.while_loop(lambda i, y: i >= 2, lambda i, y: (i - 2, y * x + x), [2 * n, x])


def counters_in_use(n: Any, x: Any) -> Any:
    def step(i: Any, j: Any, y: Any) -> Any:
        return i + 1, j - 3, y * x + tf.cast(i * j, tf.float32)

    return tf.while_loop(lambda i, j, y: tf.logical_and(i < n, j > -7), step, [0, 5, x])


def wide_counter(n: Any, x: Any) -> Any:
    start = tf.constant(2**40, tf.int64)
    end = start + tf.cast(n, tf.int64)
    return tf.while_loop(lambda i, y: i < end, lambda i, y: (i + 1, y * x), [start, x])


def computed_limit(n: Any, x: Any) -> Any:
    return tf.while_loop(lambda i, y: i < 2 * n - 1, lambda i, y: (i + 1, y * x + x), [0, x])


def limited(n: Any, x: Any) -> Any:
    return tf.while_loop(
        lambda i, y: tf.reduce_sum(y) < 9.0, lambda i, y: (i + 1, y + x), [0, x], maximum_iterations=n
    )


def bounded_alone(n: Any, x: Any) -> Any:
    return tf.while_loop(lambda y: True, lambda y: (y * x + x,), [x], maximum_iterations=n)


def with_fixed_parts(n: Any, x: Any) -> Any:
    def step(i: Any, y: Any, z: Any) -> Any:
        fixed = tf.exp(x * 0.5)
        return i + 1, y * fixed + tf.cast(n, tf.float32) + z, tf.reshape(tf.tanh(fixed), [2, 2])

    return tf.while_loop(lambda i, *_: i < n, step, [0, x, x + 1.0])


def swapped(n: Any, x: Any) -> Any:
    return tf.while_loop(lambda i, a, b: i < n, lambda i, a, b: (i + 1, b * x, a), [0, x, x + 1.0])[1:]


def beginning_again(n: Any, x: Any) -> Any:
    """Its counter passes the largest integer after three rounds, and is then below the limit."""
    start = tf.constant(2**31 - 8) + 0 * n
    return tf.while_loop(lambda i, y: i > 5, lambda i, y: (i + 3, y + x), [start, x], maximum_iterations=n)


def written(n: Any, x: Any) -> Any:
    rows = tf.TensorArray(tf.float32, n, element_shape=[2, 2])
    _, y, rows = tf.while_loop(
        lambda i, *_: i < n, lambda i, y, r: (i + 1, y * x, r.write(i, y)), [0, x, rows]
    )
    return y, rows.stack()


def read_and_written(n: Any, x: Any) -> Any:
    rows = tf.TensorArray(tf.float32, n + 1, clear_after_read=False).write(0, x)

    def step(i: Any, rows: Any) -> Any:
        return i + 1, rows.write(i + 1, rows.read(i) * x + x)

    return tf.while_loop(lambda i, _: i < n, step, [0, rows])[1].stack()


def nested(n: Any, x: Any) -> Any:
    def inner(y: Any, count: Any) -> Any:
        return tf.while_loop(lambda j, z: j < count, lambda j, z: (j + 1, z * x + y), [0, y])[1]

    return tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, inner(y, i % 3)), [0, x])


def branching(n: Any, x: Any) -> Any:
    def step(i: Any, y: Any) -> Any:
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: y * x, lambda: y - x)

    return tf.while_loop(lambda i, y: i < n, step, [0, x])


def dropping(n: Any, x: Any) -> Any:
    return tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, tf.nn.dropout(y + x, rate=0.5)), [0, x])


def of_rows(n: Any, x: Any) -> Any:
    rows = tf.tile(x, [n + 1, 1])
    return tf.map_fn(lambda row: row * row + row, rows), tf.scan(lambda a, row: a * row + row, rows)


LOOPS = {
    loop.__name__: loop
    for loop in (
        counted, counted_down, counters_in_use, wide_counter, computed_limit, limited, bounded_alone, with_fixed_parts, swapped,
        beginning_again, written, read_and_written, nested, branching, dropping, of_rows,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_plan_and_interpreter_agree_about_values_and_gradients(name: str) -> None:
    n, x = tf.placeholder(tf.int32, []), tf.placeholder(tf.float32, [2, 2])
    values = [value for value in tf.nest.flatten(LOOPS[name](n, x)) if value.dtype is not tf.int32]
    gradients = [gradient for gradient in tf.gradients(values, [x]) if gradient is not None]
    rng = np.random.default_rng(3)
    matrices = [rng.standard_normal((2, 2)).astype(np.float32) for _ in ROUNDS]
    whole = LOOPS[name](n, x)
    both([values, gradients, whole], lambda run: {n: ROUNDS[run], x: matrices[run]}, len(ROUNDS))


def test_a_counted_loop_makes_the_rounds_and_its_condition_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    n, x = tf.placeholder(tf.int32, []), tf.placeholder(tf.float32, [2])
    found = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 3, y + x), [1, x])
    comparisons = []

    class Less:
        def __call__(self, *operands: Any, **keywords: Any) -> Any:
            comparisons.append(operands)
            return np.less(*operands, **keywords)

    with tf.Session() as session:
        monkeypatch.setattr(OPS.get("Less"), "ufunc", Less())
        monkeypatch.setattr(OPS.get("Less"), "kernel", lambda xp, x, y: Less()(x, y))
        for rounds in ROUNDS:
            i, y = session.run(found, {n: 3 * rounds, x: [1.0, 2.0]})
            assert (int(i), y.tolist()) == (1 + 3 * rounds, [1.0 + rounds, 2.0 + 2 * rounds])
    assert not comparisons


@pytest.mark.parametrize("size", [5, 7], ids=["counted", "tested"])  # plans are known by their shapes
def test_what_no_round_changes_is_computed_once_and_not_at_all_without_a_round(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    n, x = tf.placeholder(tf.int32, []), tf.placeholder(tf.float32, [size])
    made = []

    class Sinh:
        def __call__(self, *operands: Any, **keywords: Any) -> Any:
            made.append(operands)
            return np.sinh(*operands, **keywords)

    def test(i: Any, y: Any) -> Any:
        return tf.logical_and(i < n, tf.reduce_max(y) < 1e9) if size == 7 else i < n

    y = tf.while_loop(test, lambda i, y: (i + 1, y + tf.sinh(x)), [0, x])[1]
    monkeypatch.setattr(OPS.get("Sinh"), "ufunc", Sinh())
    monkeypatch.setattr(OPS.get("Sinh"), "kernel", lambda xp, x: Sinh()(x))
    with tf.Session() as session:
        for rounds in ROUNDS:
            made.clear()
            session.run(y, {n: rounds, x: np.ones(size)})
            assert len(made) == min(rounds, 1)


@pytest.mark.parametrize("name", ["counted", "limited", "written", "read_and_written", "of_rows"])
def test_a_round_of_known_shapes_does_not_look_at_what_it_is_given(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists that a loop reads and writes, as the gradient's does, keep the shape of their elements, too."""
    n, x = tf.placeholder(tf.int32, []), tf.placeholder(tf.float32, [2, 2])
    y = [value for value in tf.nest.flatten(LOOPS[name](n, x)) if value.dtype is not tf.int32]
    fetches = [y, tf.gradients(y, [x])]
    looks: list[Any] = []
    look = Program.shapes_of

    def counted_look(self: Program, given: Any) -> Any:
        looks.append(self)
        return look(self, given)

    counts = []
    with tf.Session() as session:
        for rounds in (20, 20, 20, 40):
            monkeypatch.setattr(Program, "shapes_of", counted_look)
            looks.clear()
            session.run(fetches, {n: rounds, x: 0.01 * np.ones((2, 2))})
            counts.append(len(looks))
            monkeypatch.undo()
    assert counts[2] == counts[3] > 0


def test_a_loop_of_more_rounds_than_numbers_are_made_at_once_is_given_all_of_them() -> None:
    n = tf.placeholder(tf.int32, [])
    i, total = tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, t + i), [0, 0])
    with tf.Session() as session:
        for rounds in (1025, 3000, 3000, 3000):
            assert session.run([i, total], {n: rounds}) == [rounds, rounds * (rounds - 1) // 2]


def test_numbers_are_scalars_that_nobody_may_change() -> None:
    found = list(numbers(np.array(7, np.int64), -2, 1, 2500))
    assert [int(number) for number in found] == [7 - 2 * count for count in range(1, 2500)]
    assert {(number.shape, number.dtype, number.flags.writeable) for number in found} == {
        ((), np.dtype(np.int64), False)
    }
    (last,) = numbers(np.array(2**31 - 1, np.int32), 1, 1, 2)
    assert int(last) == -(2**31)


def test_shapes_that_change_in_a_late_round_are_seen() -> None:
    start = tf.placeholder(tf.float32, [None])

    def step(i: Any, y: Any) -> Any:
        return i + 1, tf.cond(tf.equal(i, 6), lambda: tf.concat([y, y], 0), lambda: y * 2.0)

    shapes = [tf.TensorShape([]), tf.TensorShape([None])]
    counted = tf.while_loop(lambda i, y: i < 9, step, [0, start], shapes)[1]
    tested = tf.while_loop(lambda i, y: tf.logical_and(i < 9, tf.size(y) < 99), step, [0, start], shapes)[1]
    found = both([counted, tested], lambda run: {start: np.float32([1.0, run])})
    assert [row[0].tolist() for row in found] == [[256.0, 256.0 * run] * 2 for run in range(5)]
    assert all(bits(row[0]) == bits(row[1]) for row in found)


def test_a_loop_that_makes_no_round_does_not_look_whether_its_body_would_fit() -> None:
    n, x = tf.placeholder(tf.int32, []), tf.placeholder(tf.float32, None)
    y = tf.while_loop(
        lambda i, y: i < n,
        lambda i, y: (i + 1, tf.matmul(y, y)),
        [0, x],
        [tf.TensorShape([]), tf.TensorShape(None)],
    )[1]
    found = both(y, lambda run: {n: 0, x: [1.0, 2.0]})
    assert [value.tolist() for value in found] == [[1.0, 2.0]] * 5


def failing(v: Any, x: Any, at: Any, test: Callable[..., Any]) -> Any:
    """A loop that writes in every round, and in one of them fails first."""

    def step(i: Any, y: Any) -> Any:
        checked = tf.Assert(i < at, [i], name="checked")
        with tf.control_dependencies([checked]):
            v.assign_add(1.0, read_value=False)
        return i + 1, y * x

    return tf.while_loop(test, step, [0, x])[1]


@pytest.mark.parametrize("is_counted", [True, False], ids=["counted", "tested"])
def test_a_loop_that_fails_in_a_late_round_leaves_what_the_interpreter_leaves(is_counted: bool) -> None:
    v = tf.get_variable("v", initializer=0.0)
    x, at = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.int32, [])
    test = (
        (lambda i, y: i < 8) if is_counted else (lambda i, y: tf.logical_and(i < 8, tf.reduce_sum(y) < 1e9))
    )
    y = failing(v, x, at, test)
    left = []
    for executor in ("interpreter", "numpy"):
        with tf.Session(executor=executor) as session:
            session.run(v.initializer)
            for limit in (9, 9, 9, 5, 9, 3):
                if limit == 9:
                    session.run(y, {x: [1.0, 0.5], at: limit})
                    continue
                with pytest.raises(InvalidArgumentError, match=rf"test_rounds.py.*\[{limit}\]") as caught:
                    session.run(y, {x: [1.0, 0.5], at: limit})
                assert caught.value.op.type == "Assert"
                assert session.store.torn
            left.append(float(session.run(v)))
    assert left == [4 * 8.0 + 5 + 3] * 2


def test_a_loop_that_is_interrupted_gives_its_workspaces_back_and_runs_again() -> None:
    x = tf.placeholder(tf.float32, [2])
    interrupts = []

    def now(number: Any) -> Any:
        if interrupts and number == interrupts[-1]:
            interrupts.pop()
            raise KeyboardInterrupt
        return number

    def step(i: Any, y: Any) -> Any:
        number = tf.numpy_function(now, [i], tf.int32)
        number.set_shape([])
        return i + 1, y * x + tf.cast(number, tf.float32)

    y = tf.while_loop(lambda i, y: i < 9, step, [0, x])[1]
    with tf.Session() as session:
        expected = [session.run(y, {x: [0.5, 2.0]}).tolist() for _ in range(3)]
        interrupts.append(7)
        with pytest.raises(KeyboardInterrupt):
            session.run(y, {x: [0.5, 2.0]})
        assert not interrupts
        assert session.run(y, {x: [0.5, 2.0]}).tolist() == expected[0]
        assert not session.store.torn


def test_threads_that_run_the_same_loop_at_once_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    x = tf.placeholder(tf.float32, [3])
    meeting, meets = threading.Barrier(2, timeout=20), threading.Event()

    class Sin:
        """Waits in each round for the other thread."""

        def __call__(self, *operands: Any, **keywords: Any) -> Any:
            if meets.is_set():
                meeting.wait()
            return np.sin(*operands, **keywords)

    def step(i: Any, y: Any, rows: Any) -> Any:
        y = tf.sin(y * 0.5) + x * tf.cast(i, tf.float32)
        return i + 1, y, rows.write(i, y)

    monkeypatch.setattr(OPS.get("Sin"), "ufunc", Sin())
    rows = tf.TensorArray(tf.float32, 9, element_shape=[3])
    _, y, rows = tf.while_loop(lambda i, *_: i < 9, step, [0, x, rows])
    stacked, found = rows.stack(), {}
    feeds = [{x: np.float32([number, 1, 2])} for number in range(2)]
    with tf.Session() as session:
        expected = [bits(session.run([y, stacked], feed)) for _ in range(2) for feed in feeds][-2:]
        meets.set()

        def run(number: int) -> None:
            found[number] = bits(session.run([y, stacked], feeds[number]))

        threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [found[number] for number in range(2)] == expected


def test_a_variable_without_a_known_shape_may_move_while_a_loop_writes_it() -> None:
    v = tf.Variable(np.float32([1.0]), name="v", validate_shape=False)
    start = tf.placeholder(tf.float32, [None])

    def step(i: Any, total: Any) -> Any:
        before = tf.identity(v)
        with tf.control_dependencies([before]):
            write = tf.assign(v, tf.concat([before, start], 0), validate_shape=False)
        with tf.control_dependencies([write.op if hasattr(write, "op") else write]):
            return i + 1, total + tf.reduce_sum(before)

    total = tf.while_loop(lambda i, t: i < 6, step, [0, 0.0])[1]
    both([total, tf.identity(v)], lambda run: {start: np.float32([run])})


def test_a_loop_that_was_built_for_other_shapes_takes_those_that_it_is_given() -> None:
    x, sizes = tf.placeholder(tf.float32, [6]), get_default_graph().constant([2, 3])
    rows = build.Reshape(x, sizes)
    _, total = loop(
        lambda i, total: build.Less(
            i, build.StridedSlice(build.Shape(rows), [0], [1], [1], shrink_axis_mask=1)
        ),
        lambda i, total: [i + 1, total + build.Sum(rows, [0, 1])],
        [0, 0.0],
    )
    feeds = [{x: np.ones(6, np.float32), sizes: size} for size in ([2, 3], [3, 2], [6, 1], [2, 3], [6, 1])]
    assert both(total, lambda run: feeds[run]) == [6.0 * size for size in (2, 3, 6, 2, 6)]
