"""Ops on rows of variables: what they do to each row, in which order, and that both executors leave the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.op import OPS
from estimator.graph.slices import IndexedSlices
from estimator.ops._rows import are_below, put_rows, rounds
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer
from tests.ops.examples_training import UPDATES, Update

Array = np.ndarray[Any, Any]

ONE_BY_ONE: dict[str, Callable[[Any, Any], Any]] = {
    "Add": lambda row, update: row + update,
    "Sub": lambda row, update: row - update,
    "Mul": lambda row, update: row * update,
    "Div": lambda row, update: row / update,
    "Min": np.minimum,
    "Max": np.maximum,
    "Update": lambda row, update: update,
}
EXECUTORS = ["interpreter", "numpy"]
TABLE = np.array([[1, 2], [3, 4], [5, 6], [7, 8]], np.float32)
INDICES = np.array([2, 0, 2, 2], np.int32)
VALUES = np.array([[0.5, 3], [4, 0.25], [8, 9], [2, 7]], np.float32)


def changed(
    op_type: str, table: Array, indices: Array, updates: Array, executor: str, runs: int = 1
) -> Array:
    """The table after the op has run, with indices and updates fed."""
    with Session(graph=Graph(), executor=executor) as session:
        var = Variable(table, name="table")
        given = [b.Placeholder(dtype=each.dtype, shape=None) for each in (indices, updates)]
        step = getattr(b, op_type)(var.handle, *given)
        session.run(var.initializer)
        for _ in range(runs):
            session.run(step, dict(zip(given, (indices, updates), strict=True)))
        found: Array = session.run(var)
        return found


# -- scatter -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_rows_change_one_after_the_other(name: str, executor: str) -> None:
    expected = TABLE.copy()
    for _ in range(3):
        for index, update in zip(INDICES, VALUES, strict=True):
            expected[index] = ONE_BY_ONE[name](expected[index], update)
    found = changed(f"ResourceScatter{name}", TABLE, INDICES, VALUES, executor, runs=3)
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_a_scalar_is_an_update_of_every_row(name: str) -> None:
    expected = TABLE.copy()
    for index in INDICES:
        expected[index] = ONE_BY_ONE[name](expected[index], np.float32(3))
    found = changed(f"ResourceScatter{name}", TABLE, INDICES, np.array(3, np.float32), "numpy")
    np.testing.assert_array_equal(found, expected)


def test_integers_are_divided_towards_zero_as_tensorflow_does() -> None:
    table, indices = np.array([7, -7, 7, -7]), np.array([0, 1, 2, 3, 0])
    found = changed("ResourceScatterDiv", table, indices, np.array([2, 2, -2, -2, 2]), "numpy")
    assert found.tolist() == [1, -3, -3, 3]
    with pytest.raises(InvalidArgumentError, match="integer division by zero"):
        changed("ResourceScatterDiv", table, indices, np.array([1, 1, 0, 1, 1]), "numpy")


@pytest.mark.parametrize("name", ["Add", "Sub", "Min", "Max", "Update"])
def test_positions_change_one_after_the_other(name: str) -> None:
    indices, updates = np.array([[2, 0], [0, 1], [2, 0]]), np.array([0.5, 9, 4], np.float32)
    expected = TABLE.copy()
    for index, update in zip(indices, updates, strict=True):
        expected[tuple(index)] = ONE_BY_ONE[name](expected[tuple(index)], update)
    np.testing.assert_array_equal(
        changed(f"ResourceScatterNd{name}", TABLE, indices, updates, "numpy"), expected
    )


def test_a_position_of_one_number_is_a_row() -> None:
    found = changed("ResourceScatterNdAdd", TABLE, np.array([[3], [3]]), np.ones((2, 2), np.float32), "numpy")
    assert found.tolist() == [[1, 2], [3, 4], [5, 6], [9, 10]]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(
    ("op_type", "indices", "updates", "message"),
    [
        ("ResourceScatterAdd", [0, 4], np.ones((2, 2)), r"indices\[1\] = 4 is not in \[0, 4\)"),
        ("ResourceScatterUpdate", [-1], np.ones((1, 2)), r"indices\[0\] = -1 is not in \[0, 4\)"),
        (
            "ResourceScatterAdd",
            [0, 1],
            np.ones((1, 2)),
            r"updates of shape \(1, 2\) do not fit|not compatible",
        ),
        ("ResourceScatterNdAdd", [[0, 2]], np.ones(1), r"indices\[\.\.\., 1\]\[0\] = 2 is not in \[0, 2\)"),
        (
            "ResourceScatterNdAdd",
            [[0], [1]],
            np.ones(2),
            r"updates of shape \(2,\) do not fit|not compatible",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_has_changed(
    op_type: str, indices: Any, updates: Array, message: str, executor: str
) -> None:
    with Session(graph=Graph(), executor=executor) as session:
        var = Variable(TABLE, name="table")
        places, rows = b.Placeholder(dtype="int32", shape=None), b.Placeholder(dtype="float32", shape=None)
        step = getattr(b, op_type)(var.handle, places, rows)
        session.run(var.initializer)
        for _ in range(2):
            with pytest.raises((InvalidArgumentError, ValueError), match=message):
                session.run(step, {places: np.array(indices, np.int32), rows: updates})
        assert session.run(var).tolist() == TABLE.tolist()
        assert not session.store.torn


def test_static_shapes_that_do_not_fit_are_refused_when_the_graph_is_built() -> None:
    with Graph().as_default():
        var, scalar = Variable(TABLE, name="table"), Variable(1.0, name="scalar")
        with pytest.raises(ValueError, match="not compatible"):
            b.ResourceScatterAdd(var.handle, [0, 1], np.ones((2, 3), np.float32))
        with pytest.raises(ValueError, match="a scalar has no rows"):
            b.ResourceScatterAdd(scalar.handle, [0], np.float32(1))


# -- the row form of optimizers' updates -----------------------------------------------------------------

every_row_form = pytest.mark.parametrize(
    "row", [row for row in UPDATES if row.op.replace("Apply", "SparseApply") in OPS], ids=lambda row: row.id
)


def steps(row: Update, batches: list[tuple[Array, Array]], executor: str, sparse: bool) -> list[Array]:
    """The variable and its slots after an update for each (indices, gradient); whole ones are of the rows alone."""
    graph = Graph()
    with graph.as_default(), Session(graph=graph, executor=executor) as session:
        hyper = {name: graph.constant(value) for name, value in row.numbers.items()}
        var = Variable(np.linspace(-1, 1, 10, dtype=np.float32).reshape(5, 2), name="v")
        slots = [
            Variable(np.full((5, 2), value, np.float32), name=f"v/{name}")
            for name, value in row.slots.items()
        ]
        gradient = b.Placeholder(dtype="float32", shape=[None, 2] if sparse else [5, 2])
        indices = b.Placeholder(dtype="int64", shape=[None])
        if sparse:
            step = row.apply_rows(var, slots, gradient, indices, hyper)
        else:
            step = row.apply(var, slots, gradient, hyper)
        session.run(global_variables_initializer())
        for places, values in batches:
            if sparse:
                session.run(step, {gradient: values, indices: places})
                continue
            before = session.run([var, *slots])
            whole = np.zeros((5, 2), np.float32)
            whole[places] = values
            session.run(step, {gradient: whole})
            for each, old in zip([var, *slots], before, strict=True):  # only these rows were meant
                new = session.run(each)
                old[places] = new[places]
                each.load(old, session)
        return [session.run(each) for each in (var, *slots)]


def batch(seed: int, places: list[int]) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return np.array(places, np.int64), rng.standard_normal((len(places), 2)).astype(np.float32)


@every_row_form
@pytest.mark.parametrize("executor", EXECUTORS)
def test_rows_move_as_whole_variables_do_and_the_others_stay(row: Update, executor: str) -> None:
    batches = [batch(0, [3, 1]), batch(1, [1, 4]), batch(2, [0, 3])]
    found = steps(row, batches, executor, sparse=True)
    for ours, expected in zip(found, steps(row, batches, "interpreter", sparse=False), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-6)
        assert ours[2].tobytes() == expected[2].tobytes()  # never touched


@every_row_form
@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_row_that_comes_several_times_moves_as_often(row: Update, executor: str) -> None:
    places, values = batch(4, [3, 1, 3, 3, 1])
    one_by_one = [(places[k : k + 1], values[k : k + 1]) for k in range(5)]
    found = steps(row, [(places, values)] * 2, executor, sparse=True)
    for ours, expected in zip(found, steps(row, one_by_one * 2, "interpreter", sparse=True), strict=True):
        assert ours.tobytes() == expected.tobytes()


def test_every_row_form_is_shown() -> None:
    declared = {name for name in OPS if "SparseApply" in name}
    assert declared == {row.op.replace("Apply", "SparseApply") for row in UPDATES} & set(OPS)
    assert len(declared) == 12


@pytest.mark.parametrize(
    ("indices", "gradient", "message"),
    [
        ([0, 5], (2, 2), r"indices\[1\] = 5 is not in \[0, 5\)"),
        ([0, 1], (1, 2), "has no row of|not compatible"),
        ([[0, 1]], (1, 2, 2), "has no row of|not compatible"),
    ],
)
def test_a_gradient_that_fits_no_rows_changes_nothing(indices: Any, gradient: Any, message: str) -> None:
    with Session(graph=Graph()) as session:
        var, accum = (
            Variable(np.ones((5, 2), np.float32), name="v"),
            Variable(np.ones((5, 2), np.float32), name="a"),
        )
        grad, places = b.Placeholder(dtype="float32", shape=None), b.Placeholder(dtype="int32", shape=None)
        step = b.ResourceSparseApplyAdagrad(var.handle, accum.handle, 0.1, grad, places)
        session.run(global_variables_initializer())
        for _ in range(2):
            with pytest.raises((InvalidArgumentError, ValueError), match=message):
                session.run(step, {grad: np.ones(gradient, np.float32), places: np.array(indices, np.int32)})
        assert session.run([var, accum])[0].tolist() == [[1, 1]] * 5
        assert not session.store.torn


@pytest.mark.parametrize("indices", [[], [4], [4, 1, 3], [4, 4, 1, 4, 1], [2] * 7])
def test_rounds_take_each_place_once_and_no_index_twice(indices: list[int]) -> None:
    array = np.array(indices, np.int64)
    found = [np.arange(array.size)[chosen].tolist() for chosen in rounds(array)]
    assert sorted(sum(found, [])) == list(range(array.size))
    for places in found:
        assert len(set(array[places].tolist())) == len(places)
    for index in set(indices):  # in the order of the indices
        order = [place for places in found for place in places if array[place] == index]
        assert order == sorted(order)


# -- reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("executor", EXECUTORS)
def test_gathered_rows_are_those_of_before_or_after_a_write(executor: str) -> None:
    with Session(graph=Graph(), executor=executor) as session:
        var = Variable(TABLE, name="table")
        rows = b.ResourceGather(var.handle, np.array([[3, 0]]), dtype="float32")
        with session.graph.control_dependencies([rows]):
            write = b.ResourceScatterAdd(var.handle, [3], np.float32(100))
        with session.graph.control_dependencies([write]):
            later = b.ResourceGather(var.handle, [3], dtype="float32")
        session.run(var.initializer)
        for count in range(3):
            before, after = session.run([rows, later])
            assert before.tolist() == [[[7 + 100 * count, 8 + 100 * count], [1, 2]]]
            assert after.tolist() == [[107 + 100 * count, 108 + 100 * count]]


def test_the_gradient_of_gathered_rows_is_theirs() -> None:
    with Session(graph=Graph()) as session:
        var = Variable(TABLE, name="table")
        rows = b.ResourceGather(var.handle, np.array([[3, 0], [3, 3]]), dtype="float32")
        (found,) = gradients(b.Mul(rows, 2.0), var)
        assert isinstance(found, IndexedSlices)
        assert found.dense_shape is not None and found.dense_shape.dtype.name == "int32"  # TensorFlow 2.15
        assert session.run(found.as_tensor()).tolist() == [[2, 2], [0, 0], [0, 0], [6, 6]]


@pytest.mark.parametrize(
    "places", [[[2], [0], [2]], [[2, 1], [0, 0]], [[[1, 1]], [[1, 1]]], np.zeros((2, 0), np.int32)]
)
@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_parts_of_a_variable_are_gathered_by_position(executor: str, places: Any) -> None:
    values, indices = np.arange(6, dtype=np.float32).reshape(3, 2), np.array(places, np.int32)
    with Session(graph=Graph(), executor=executor) as session:
        var = Variable(values)
        parts = b.ResourceGatherNd(var.handle, indices, dtype="float32")
        expected = b.GatherNd(values, indices)
        assert parts.dims == expected.dims
        x = b.Identity(values)
        (own,), (other,) = gradients(b.Square(parts), var), gradients(b.Square(b.GatherNd(x, indices)), x)
        session.run(var.initializer)
        for _ in range(3):
            found = session.run(
                [parts, expected, own.as_tensor() if isinstance(own, IndexedSlices) else own, other]
            )
            np.testing.assert_array_equal(found[0], found[1])
            np.testing.assert_array_equal(found[2], found[3])


@pytest.mark.parametrize("inner", [(), (1,), (3,), (2, 5), (0,)])
@pytest.mark.parametrize("dtype", ["float32", "int64", "complex128", "bool", "object"])
@pytest.mark.parametrize("lies_in_order", [True, False])
def test_rows_are_put_as_numpy_assigns_them(inner: tuple[int, ...], dtype: str, lies_in_order: bool) -> None:
    order = "C" if lies_in_order else "F"
    wanted = np.asarray(np.arange(7 * max(int(np.prod(inner)), 1)).astype(dtype)[: 7 * int(np.prod(inner))])
    wanted = np.array(wanted.reshape(7, *inner), order=order)
    places, table = np.array([4, 0, 6, 0], np.int32), wanted.copy(order="K")
    rows = np.array(
        np.arange(100, 100 + 4 * int(np.prod(inner))).reshape(4, *inner).astype(dtype), order=order
    )
    wanted[places] = rows
    put_rows(np, table, places, rows)
    assert table.tolist() == wanted.tolist()
    assert np.array_equal(table[0], rows[3])  # of equal places the last one counts


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint8", "uint64"])
def test_indices_are_below_a_size(dtype: str) -> None:
    assert are_below(np.array([0, 6, 3], dtype), 7)
    assert are_below(np.array(6, dtype), 7)
    assert not are_below(np.array([0, 7, 3], dtype), 7)
    for size in (7, 300, 1 << 62):
        assert not are_below(np.array([[0], [-1]]).astype(dtype), size) or dtype.startswith("u")
    assert not are_below(np.array([0, 6, 3, 0, 6, 3], dtype)[::2] + np.array(4, dtype), 7)


@pytest.mark.parametrize("name", ["Add", "Sub", "Mul"])
@pytest.mark.parametrize("indices", [[3, 0, 2], [3, 0, 3], [], [[1, 0]]])
@pytest.mark.parametrize("is_scalar", [False, True])
def test_rows_are_changed_alike_whether_one_comes_again_or_not(
    name: str, indices: list[Any], is_scalar: bool, rng: np.random.Generator
) -> None:
    width = 600  # so many that it matters
    table, places = rng.standard_normal((4, width)).astype(np.float32), np.array(indices, np.int64)
    table[0] = -0.0
    updates = (
        np.float32(-0.0) if is_scalar else rng.standard_normal((*places.shape, width)).astype(np.float32)
    )
    expected = table.copy()
    {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply}[name].at(expected, places, updates)
    OPS.get(f"ResourceScatter{name}")(np, table, places, np.asarray(updates))
    assert table.tobytes() == expected.tobytes()
