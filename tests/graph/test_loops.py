"""What a loop keeps for its gradient; tests/test_control_flow.py has the gradients themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import GradientError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.handles import variable_of
from estimator.graph.importer import from_graph_def
from estimator.graph.liveness import wanted_results
from tests.bodies import loop
from tests.runtime.programs import bits


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        graph.seed = 4
        yield graph


def run(fetches: Any, feed: Any = None) -> list[Any]:
    """What is fetched in several runs, which interpreter and plan agree on."""
    found = []
    for executor in ("interpreter", "numpy"):
        with tf.Session(executor=executor) as session:
            session.store.seed = 9
            session.run(tf.global_variables_initializer())
            found.append([session.run(fetches, feed) for _ in range(4)])
    assert bits(found[0]) == bits(found[1])
    return found[1]


def loop_op(result: Any) -> Any:
    return result.op.inputs[0].op


def test_a_loop_keeps_what_changes_and_nothing_else() -> None:
    x, fixed = tf.constant(2.0), tf.constant(3.0)
    y = tf.while_loop(lambda i, y, z: i < 3, lambda i, y, z: (i + 1, y * x, z), [0, x, fixed])[1]
    types = [tensor.dtype.name for tensor in loop_op(y).inputs]
    assert types == [
        "int32",
        "int32",
        "int32",
        "float32",
        "float32",
        "variant",
        "float32",
    ]  # the counter, its limit, i


def test_a_loop_without_numbers_that_change_a_little_keeps_nothing() -> None:
    count = tf.while_loop(lambda i, text: i < 3, lambda i, text: (i + 1, text), [0, "a"])[0]
    assert not any(tensor.dtype is tf.variant for tensor in loop_op(count).inputs)


@pytest.mark.parametrize(
    ("grow", "calls"),
    [
        (lambda i: i + 1, [2, 3, 4]),
        (lambda i: 3 + i, [2, 5, 8]),
        (lambda i: i - 2, [2, 0, -2]),
        (lambda i: i, [2, 2, 2]),
        (lambda i: i * 2, [2, 4, 8]),
        (lambda i: 1 - i, [2, -1, 2]),
        (lambda i: i + i, [2, 4, 8]),
    ],
)
@pytest.mark.parametrize("dtype", [tf.int32, tf.int64])
def test_a_gradient_knows_what_a_number_was_in_each_round(grow: Any, calls: list[int], dtype: Any) -> None:
    x, start = tf.constant(5.0), tf.placeholder(dtype, [])

    def step(k: Any, i: Any, y: Any) -> Any:
        return k + 1, grow(i), y + x * tf.cast(i, tf.float32)

    y = tf.while_loop(lambda k, i, y: k < 3, step, [0, start, 0.0])[2]
    assert run(tf.gradients(y, x), {start: 2})[-1] == [sum(calls)]


def test_only_a_number_that_grows_unevenly_is_kept() -> None:
    kept = [
        [tensor.op.type for tensor in loop_op(tf.while_loop(lambda i, y: i < 9, step, [1, 1.0])[1]).inputs].count("EmptyTensorList")
        for step in (lambda i, y: (i + 2, y * 2.0), lambda i, y: (i * 2, y * 2.0), lambda i, y: (3 - i, y * 2.0))
    ]  # fmt: skip
    assert kept == [1, 2, 2]


def test_a_loop_counts_its_rounds_before_all_else_as_tensorflows_gradient_wants_it() -> None:
    limits = (None, 5, tf.constant(2**40, tf.int64), tf.constant(3, tf.int8))
    loops = [tf.while_loop(lambda y: y < 9, lambda y: y, [1], maximum_iterations=limit) for limit in limits]
    found = run([loop_op(y).inputs[:2] for y in loops])[0]
    assert np.array(found).tolist() == [[0, -1], [0, 5], [0, 2**31 - 1], [0, 3]]


def test_a_run_does_not_count_rounds_that_nothing_limits() -> None:
    y = tf.while_loop(lambda y: y < 9.0, lambda y: y * 2.0, [1.0])
    assert wanted_results(loop_op(y), {loop_op(y).outputs[2]})["body"] == (False, False, True, False)


def test_back_prop_false_keeps_nothing_and_lets_no_gradient_through() -> None:
    x = tf.constant(2.0)
    y = tf.while_loop(lambda y: y < 9.0, lambda y: y * x, [x], back_prop=False)
    assert not any(tensor.dtype is tf.variant for tensor in loop_op(y).inputs)
    assert tf.gradients(y, x) == [None]


def test_making_a_gradient_changes_nothing_that_is_there(graph: Graph) -> None:
    x = tf.constant(2.0)
    y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), [0, x])[1]
    before = to_graph_def(graph).SerializeToString()
    bodies = {name: body.version for name, body in graph.library.items()}
    names = [op.name for op in graph.get_operations()]
    tf.gradients(y, x)
    assert [op.name for op in graph.get_operations()][: len(names)] == names
    assert {name: graph.library[name].version for name in bodies} == bodies
    assert before != to_graph_def(graph).SerializeToString()


def test_random_numbers_are_the_same_on_the_way_back() -> None:
    x = tf.constant([2.0] * 5)

    def step(i: Any, y: Any) -> Any:
        return i + 1, tf.nn.dropout(y, 0.7) * tf.random_uniform([5], 0.5, 1.0)

    y = tf.while_loop(lambda i, y: i < 3, step, [0, x])[1]
    runs = run([y, tf.gradients(y, x)[0]])
    for value, gradient in runs:
        np.testing.assert_allclose(gradient * 2.0, value, rtol=1e-6)
    assert len({value.tobytes() for value, _ in runs}) > 1


def test_random_numbers_of_nested_bodies_are_the_same_on_the_way_back() -> None:
    x = tf.constant([2.0] * 4)

    def row(i: Any, y: Any) -> Any:
        def draw(j: Any, z: Any) -> Any:
            return (j + 1, z * tf.random_uniform([4], 0.5, 1.0))

        inner = tf.while_loop(lambda j, z: j < 2, draw, [0, y])[1]
        return i + 1, tf.cond(tf.equal(i, 1), lambda: inner * tf.random_uniform([4]), lambda: inner)

    y = tf.while_loop(lambda i, y: i < 3, row, [0, x])[1]
    for value, gradient in run([y, tf.gradients(y, x)[0]]):
        np.testing.assert_allclose(gradient * 2.0, value, rtol=1e-6)


def test_a_loop_that_kept_nothing_is_run_again_for_its_gradient() -> None:
    x = tf.constant(2.0)
    _, y = loop(lambda i, y: i < 3, lambda i, y: [i + 1, y * x], [0, x], stateless=True)
    gradient = tf.gradients(y, x)[0]
    assert [float(value) for value in run([y, gradient])[-1]] == [16.0, 32.0]
    assert [float(value) for value in run(tf.gradients(gradient, x))[-1]] == [48.0]


def test_a_loop_that_kept_nothing_and_was_random_has_no_gradient() -> None:
    x = tf.constant(2.0)
    _, y = loop(lambda i, y: i < 3, lambda i, y: [i + 1, y * tf.random_uniform([])], [0, x])
    with pytest.raises(
        GradientError, match="While 'loop'.*random numbers or changes something.*back_prop=True"
    ):
        tf.gradients(y, x)


def _slope_and_products(batch: int | None, units: int, keeps: bool) -> tuple[Any, int]:
    """The gradient of tanh(tanh(x / 2) / 2), and the products of a round of its loop: those of both operands' gradients, and perhaps itself."""
    x = tf.placeholder(tf.float32, [batch, units])
    w = tf.constant(np.eye(units, dtype=np.float32) / 2)
    parts = (lambda i, y: i < 2), (lambda i, y: [i + 1, tf.tanh(tf.matmul(y, w))])
    y = tf.while_loop(*parts, [0, x])[1] if keeps else loop(*parts, [0, x], stateless=True)[1]
    slope = tf.gradients(y, x)[0]
    back = next(op for op in slope.graph.get_operations() if slope in op.outputs)
    products = sum(op.type == "MatMul" for op in back.body("body").get_operations())
    return run(slope, {x: np.ones((batch or 3, units))})[-1], products


@pytest.mark.parametrize(
    ("batch", "units", "keeps", "products"),
    [(32, 64, True, 2), (None, 64, True, 2), (4, 8, True, 3), (None, 4, True, 3), (32, 64, False, 2)],
    ids=["large", "large for many", "small", "small even for many", "of a loop that kept nothing"],
)
def test_a_large_product_is_kept_for_the_gradient_and_a_small_one_computed_again(
    graph: Graph, batch: int | None, units: int, keeps: bool, products: int
) -> None:
    slope, found = _slope_and_products(batch, units, keeps)
    once = np.tanh(0.5)
    expected = (1 - np.tanh(once / 2) ** 2) / 2 * (1 - once**2) / 2
    np.testing.assert_allclose(slope, np.full_like(slope, expected), rtol=1e-5)
    assert found == products


def test_a_large_product_that_was_not_kept_is_computed_again(graph: Graph) -> None:
    """As in a loop that TensorFlow has written, which keeps what its own gradient needs."""
    x, w = tf.placeholder(tf.float32, [32, 64]), tf.constant(np.eye(64, dtype=np.float32) / 2)
    start = b.EmptyTensorList(np.array([32, 64], np.int32), -1, element_dtype=tf.float32)

    def step(y: Any, history: Any) -> Any:
        return [tf.tanh(tf.matmul(y, w)), b.TensorListPushBack(history, y)]

    y = loop(lambda y, history: b.TensorListLength(history) < 2, step, [x, start], stateless=True)[0]
    loops = len([op for op in graph.get_operations() if op.type == "StatelessWhile"])
    slope = tf.gradients(y, x)[0]
    assert len([op for op in graph.get_operations() if op.type == "StatelessWhile"]) == loops + 1
    np.testing.assert_allclose(run(slope, {x: np.zeros((32, 64))})[-1], np.full((32, 64), 0.25), rtol=1e-6)


def test_a_loop_of_a_file_is_differentiated_like_one_that_was_made_here(graph: Graph) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    w = tf.get_variable("w", initializer=3.0)
    y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * w), [0, x], name="loop")[1]
    expected = run(tf.gradients(y, [x, w]), {x: 2.0})[-1]
    with Graph().as_default() as other:
        from_graph_def(to_graph_def(graph), other)
        names = ["x:0", "w:0", "loop/Identity_1:0"]
        x2, w2, y2 = (other.get_tensor_by_name(name) for name in names)
        initializer = other.get_operation_by_name("w/Assign")
        with tf.Session() as session:
            session.run(initializer)
            found = session.run(tf.gradients(y2, [x2, w2]), {x2: 2.0})
    assert [float(value) for value in found] == [float(value) for value in expected] == [27.0, 54.0]


def test_a_run_without_the_gradient_leaves_the_history_out(graph: Graph) -> None:
    x = tf.placeholder(tf.float32, [])
    y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), [0, x])[1]
    pushed: list[Any] = []
    kernel = b.TensorListPushBack(b.EmptyTensorList(-1, -1, element_dtype=tf.float32), 1.0).op.definition
    original = kernel.kernel

    def counted(*arguments: Any) -> Any:
        pushed.append(arguments)
        return original(*arguments)

    kernel.kernel = counted
    try:
        with tf.Session(executor="interpreter") as session:
            session.run(y, {x: 2.0})
            alone = len(pushed)
            session.run(tf.gradients(y, x), {x: 2.0})
    finally:
        kernel.kernel = original
    assert (alone, len(pushed)) == (0, 3)  # the multiplier is fixed, so what is needed of a round is y alone


def test_gradients_of_an_element_that_is_read_often_take_one_list(graph: Graph) -> None:
    """A read adds to one element of the gradient of an array; that all others are copied would take n * n."""
    x = tf.placeholder(tf.float32, [None])
    rows = tf.TensorArray(tf.float32, tf.size(x), element_shape=[]).unstack(x)
    total = tf.while_loop(lambda i, t: i < tf.size(x), lambda i, t: (i + 1, t + rows.read(i) ** 2), [0, 0.0])[
        1
    ]
    values = np.arange(50, dtype=np.float32)
    assert run(tf.gradients(total, x)[0], {x: values})[-1].tolist() == (2 * values).tolist()


def test_a_handle_that_goes_through_a_loop_is_that_of_the_same_variable() -> None:
    v = tf.get_variable("v", initializer=2.0)
    outputs = loop(lambda i, y: i < 3, lambda i, y: [i + 1, y * v], [0, 1.0])
    behind = b.ReadVariableOp(outputs[0].op.outputs[-1], dtype=tf.float32)
    assert (variable_of(behind.op.inputs[0]), behind.dims) == ("v", ())
    with tf.Session() as session:
        session.run(v.initializer)
        assert [session.run(behind) for _ in range(3)] == [2.0] * 3


def test_a_loop_in_a_loop_is_not_run_again_for_the_gradient(graph: Graph) -> None:
    """Its outputs are kept, what it was in each round among them; beside the same steps written out."""
    x = tf.placeholder(tf.float32, [3])
    w = tf.constant([0.5, 1.5, 1.0])

    def inner(y: Any) -> Any:
        return tf.while_loop(lambda j, z: j < 2, lambda j, z: (j + 1, tf.tanh(z * w) + z * x), [0, y])[1]

    looped = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, inner(y) * y), [0, x])[1]
    (slope,) = tf.gradients(looped, x)
    back = next(op for op in graph.get_operations() if slope.op.inputs[0] in op.outputs)
    loops_back = [op for op in back.body("body").get_operations() if op.type.endswith("While")]
    assert len(loops_back) == 1
    written_out = x
    for _ in range(3):
        y = written_out
        for _ in range(2):
            y = tf.tanh(y * w) + y * x
        written_out = y * written_out
    (expected,) = tf.gradients(written_out, x)
    pairs = [
        (looped, written_out),
        (slope, expected),
        *zip(tf.gradients(slope, x), tf.gradients(expected, x)),
    ]
    for found, same in run(pairs, {x: [1.0, 0.5, 0.25]})[-1]:
        np.testing.assert_allclose(found, same, rtol=1e-5)


def test_a_variable_that_a_loop_in_a_loop_in_a_loop_multiplies_by_is_differentiated_twice() -> None:
    """The handle goes through all of them, and stands in no history; beside the same steps written out."""
    w = tf.get_variable("w", initializer=[0.5, 1.5])

    def innermost(k: Any, u: Any) -> Any:
        return k + 1, tf.tanh(u * w)

    def inner(j: Any, z: Any) -> Any:
        return j + 1, z + tf.while_loop(lambda k, u: k < 2, innermost, [0, z])[1]

    def outer(i: Any, y: Any) -> Any:
        return i + 1, y + tf.while_loop(lambda j, z: j < 2, inner, [0, y])[1]

    looped = tf.while_loop(lambda i, y: i < 2, outer, [0, tf.ones([2])])[1]
    written_out = tf.ones([2])
    for _ in range(2):
        z = written_out
        for _ in range(2):
            z = z + tf.tanh(tf.tanh(z * w) * w)
        written_out = written_out + z
    slopes = [tf.gradients(y, w)[0] for y in (looped, written_out)]
    pairs = [(looped, written_out), slopes, [tf.gradients(slope, w)[0] for slope in slopes]]
    for found, same in run(pairs)[-1]:
        np.testing.assert_allclose(found, same, rtol=1e-5)
