"""Symbolic gradients; numbers are derivatives by hand unless they say TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import complex64, float32, int32
from estimator.core.errors import GradientError, InternalError
from estimator.graph import build
from estimator.graph.gradients import AggregationMethod, gradients
from estimator.graph.graph import Graph
from estimator.graph.op import OPS
from estimator.graph.slices import IndexedSlices, IndexedSlicesValue
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable
from tests.bodies import branches, branches_by_number, call, loop


@pytest.fixture(autouse=True)
def session() -> Iterator[Session]:
    with Session(graph=Graph()) as session:
        yield session


def given(dims: Any = (), dtype: Any = float32, name: str = "x") -> Tensor:
    result: Tensor = build.Placeholder(dtype=dtype, shape=dims, name=name)
    return result


def values(session: Session, found: list[Any], feeds: dict[Any, Any]) -> list[Any]:
    return [None if each is None else np.asarray(session.run(each, feeds)).tolist() for each in found]


def test_gradients_of_several_uses_are_added_by_one_op(session: Session) -> None:
    x = given()
    (dx,) = gradients(build.AddN([build.Square(x), build.Mul(x, 3.0), x]), x)
    assert isinstance(dx, Tensor) and dx.op.type == "AddN" and len(dx.op.inputs) == 3
    assert session.run(dx, {x: 5.0}) == 2 * 5 + 3 + 1


def test_what_a_y_does_not_depend_on_has_no_gradient() -> None:
    x, y = given(), given()
    assert gradients(build.Square(x), [y])[0] is None


def test_the_sum_of_all_ys_is_differentiated(session: Session) -> None:
    x = given()
    assert values(session, gradients([build.Square(x), build.Mul(x, 10.0)], [x]), {x: 3.0}) == [16.0]


def test_a_y_on_the_way_to_another_counts_twice(session: Session) -> None:
    x = given()
    first = build.Square(x)
    assert values(session, gradients([build.Mul(first, 3.0), first], [x]), {x: 1.0}) == [8.0]


def test_an_x_on_the_way_to_another_is_passed_through(session: Session) -> None:
    """TensorFlow 2.15: tf.gradients(y, [x, twice]) is [7, 3]."""
    x = given()
    twice = build.Mul(x, 2.0)
    y = build.AddV2(build.Mul(twice, 3.0), x)
    assert values(session, gradients(y, [x, twice]), {x: 1.0}) == [7.0, 3.0]


@pytest.mark.parametrize("stop_x", [False, True])
def test_stopped_tensors_are_constants_for_what_is_before_them(session: Session, stop_x: bool) -> None:
    """TensorFlow 2.15: [1, 3] with stop_gradients=[twice] and with [x, twice]."""
    x = given()
    twice = build.Mul(x, 2.0)
    y = build.AddV2(build.Mul(twice, 3.0), x)
    stops = [x, twice] if stop_x else twice
    assert values(session, gradients(y, [x, twice], stop_gradients=stops), {x: 1.0}) == [1.0, 3.0]


def test_nothing_flows_back_through_the_operation_of_a_stopped_tensor(session: Session) -> None:
    """TensorFlow 2.15: [None, 3.0] for the parts, [9.0, 4.0] for the ys."""
    x = given((2,))
    first, second = build.Unpack(x, num=2)
    whole, part = gradients(build.Mul(first, second), [x, first], stop_gradients=[first])
    assert whole is None
    assert values(session, [part], {x: [2.0, 3.0]}) == [3.0]
    y = given()
    square = build.Mul(y, y)
    cube = build.Mul(square, y)
    stopped = gradients([cube, square], [y, square], stop_gradients=[y, square])
    assert values(session, stopped, {y: 3.0}) == [9.0, 4.0]


def test_a_stopped_y_depends_on_nothing() -> None:
    x = given()
    y = build.Mul(x, x)
    assert gradients(y, [x], stop_gradients=[y]) == [None]


def test_what_flows_into_a_y_can_be_given(session: Session) -> None:
    x = given((2,))
    (dx,) = gradients(build.Square(x), x, grad_ys=[[10.0, 1.0]])
    assert values(session, [dx], {x: [1.0, 2.0]}) == [[20.0, 4.0]]


def test_the_gradient_of_a_tensor_by_itself_is_ones_whatever_its_shape(session: Session) -> None:
    for dims, value in [((), 5.0), ((2,), [5.0, 5.0]), ((None,), [1.0, 2.0, 3.0]), (None, [[1.0]])]:
        x = given(dims)
        assert values(session, gradients(x, x), {x: value}) == [np.ones_like(value).tolist()]


def test_gradients_have_the_static_shape_of_what_they_are_of() -> None:
    x = given((None, 3))
    (dx,) = gradients(build.Sum(build.AddV2(x, [1.0, 2.0, 3.0]), [0, 1]), x)
    assert isinstance(dx, Tensor) and dx.dims == (None, 3)


def test_reads_of_a_variable_meet_at_the_variable(session: Session) -> None:
    v = Variable(3.0, name="v")
    session.run(v.initializer)
    y = build.Mul(build.Mul(v, v), v)  # three reads
    for x in (v, v.handle):
        assert values(session, gradients(y, x), {}) == [27.0]


def test_a_gradient_of_a_gradient(session: Session) -> None:
    x = given()
    (first,) = gradients(build.Mul(build.Square(x), x), x)
    assert values(session, gradients(first, x), {x: 2.0}) == [12.0]


def test_integers_stop_gradients_on_their_way(session: Session) -> None:
    """TensorFlow 2.15: tf.gradients(tf.cast(i, tf.float32) * 2, [i]) is [None]."""
    x, count = given(), given((), int32)
    y = build.Mul(build.Cast(count, DstT=float32), x)
    assert gradients(y, count) == [None]
    assert values(session, gradients(y, x), {x: 1.0, count: 4}) == [4.0]
    rounded = build.Cast(build.Cast(x, DstT=int32), DstT=float32)
    assert gradients(rounded, x) == [None]


@pytest.mark.parametrize(
    ("path", "blocking"),
    [
        (lambda x: build.Cast(x, DstT=int32), "Cast"),
        (lambda x: build.Round(x), "Round"),
        (lambda x: build.Greater(x, 0.0), "Greater"),
        (lambda x: build.Mul(build.Cast(build.ArgMax(x, 0), DstT=float32), 2.0), "ArgMax"),
    ],
)
def test_a_path_without_gradient_gives_none_and_a_warning(
    path: Any, blocking: str, caplog: pytest.LogCaptureFixture
) -> None:
    """TensorFlow 2.15 answers [None] to each."""
    x = given((3,))
    assert gradients(path(x), x) == [None]
    assert (
        f"No gradient flows to x: it reaches what is differentiated only through {blocking} " in caplog.text
    )


def test_what_is_not_reached_or_stopped_on_purpose_gives_none_without_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    x, other = given(), given(name="other")
    assert gradients(build.Neg(x), other) == [None]
    assert gradients(build.StopGradient(x), x) == [None]
    assert gradients(build.Neg(x), x, stop_gradients=[x]) != [None]
    assert not caplog.text


def test_an_operation_whose_gradient_nobody_wrote_is_an_error() -> None:
    x = given((3,))
    with pytest.raises(LookupError, match="No gradient defined for operation Unique 'distinct'"):
        gradients(build.Unique(x, name="distinct")[0], x)


def test_zeros_can_stand_for_what_nothing_flows_to(session: Session) -> None:
    x, other = given((2,)), given((3,), name="other")
    found = gradients(build.Mul(x, 2.0), [x, other], unconnected_gradients="zero")
    assert values(session, found, {x: [1.0, 2.0], other: [0.0] * 3}) == [[2.0, 2.0], [0.0, 0.0, 0.0]]
    with pytest.raises(ValueError, match="unconnected_gradients must be 'none' or 'zero', given: 'zeros'"):
        gradients(x, x, unconnected_gradients="zeros")


def test_text_and_complex_numbers_need_more_than_a_name() -> None:
    with pytest.raises(TypeError, match="is text: only numbers have gradients"):
        gradients(build.AsString(given()), given())
    number = given(dtype=complex64)
    with pytest.raises(TypeError, match="gradients of complex tensors need grad_ys"):
        gradients(number, number)


def test_grad_ys_are_one_for_each_y() -> None:
    x = given()
    with pytest.raises(ValueError, match="grad_ys has 2 entries for 1 ys"):
        gradients(x, x, grad_ys=[None, None])


def test_what_is_no_tensor_is_refused() -> None:
    with pytest.raises(TypeError, match="gradients are of tensors, given: 3"):
        gradients(given(), 3)


def test_names_are_below_the_scope(session: Session) -> None:
    x = given()
    gradients(build.Square(x, name="dense/Square"), x)
    gradients(build.Square(x, name="other"), x, name="again")
    added = [op.name for op in session.graph.get_operations() if op.name.startswith(("gradients/", "again/"))]
    assert "gradients/grad_ys_0" in added
    assert any(name.startswith("gradients/dense/Square_grad/") for name in added)
    assert any(name.startswith("again/other_grad/") for name in added)


def test_the_gradient_of_an_operation_lies_where_tensorflows_does(graph: Graph) -> None:
    x, w = graph.constant(np.ones((2, 3), np.float32)), graph.constant(np.ones((3, 1), np.float32))
    with graph.name_scope("net"), graph.name_scope("dense"):
        y = build.MatMul(x, w)
    for scope in ("gradients", "gradients_1"):
        assert gradients(y, w)[0].name == f"{scope}/net/dense/MatMul_grad/MatMul_1:0"


def test_rows_looked_up_have_a_sparse_gradient_and_several_are_joined(session: Session) -> None:
    table = Variable(np.ones((4, 2), np.float32), name="table")
    session.run(table.initializer)
    read = table.as_tensor()
    y = build.AddV2(build.GatherV2(read, [1, 1], 0), build.GatherV2(read, [3, 0], 0))
    (slices,) = gradients(y, table)
    assert isinstance(slices, IndexedSlices)
    assert sorted(session.run(slices.indices).tolist()) == [0, 1, 1, 3]
    assert session.run(slices.values).tolist() == [[1, 1]] * 4


def test_a_table_used_as_a_whole_and_by_rows_has_the_dense_sum(session: Session) -> None:
    table = Variable(np.ones((4, 2), np.float32), name="table")
    session.run(table.initializer)
    y = build.AddV2(build.Sum(build.GatherV2(table, [1, 1], 0), [0, 1]), build.Sum(table, [0, 1]))
    (found,) = gradients(y, table)
    assert session.run(found).tolist() == [[1, 1], [3, 3], [1, 1], [1, 1]]


def test_rows_looked_up_by_ids_of_two_types_are_joined(session: Session) -> None:
    table = Variable(np.ones((4, 2), np.float32), name="table")
    session.run(table.initializer)
    first, second = np.array([1], np.int32), np.array([2], np.int64)
    y = build.AddV2(build.GatherV2(table, first, 0), build.GatherV2(table, second, 0))
    (slices,) = gradients(y, table)
    assert isinstance(slices, IndexedSlices)
    assert sorted(session.run(slices.indices).tolist()) == [1, 2]


def test_an_op_that_knows_nothing_of_rows_gets_a_dense_gradient(session: Session) -> None:
    x = build.Placeholder(dtype=float32, shape=[3, 1])
    (found,) = gradients(build.GatherV2(build.Square(x), [2, 0, 2], 0), x)
    assert session.run(found, {x: [[1], [2], [3]]}).tolist() == [[2], [0], [12]]


@pytest.mark.parametrize(("axis", "shapes"), [(0, [(3, 2), (1, 2)]), (1, [(4, 1), (4, 1)])])
def test_the_gradient_of_a_table_in_parts_has_the_rows_of_each_part(
    session: Session, axis: int, shapes: list[tuple[int, int]]
) -> None:
    parts = [Variable(np.ones(shape, np.float32), name=f"part_{axis}") for shape in shapes]
    session.run([part.initializer for part in parts])
    rows = build.GatherV2(build.Identity(build.ConcatV2(list(parts), axis)), [3, 1, 3], 0)
    weights = np.array([[1, 10], [2, 20], [4, 40]], np.float32)
    found = gradients(build.Mul(rows, weights), parts)
    assert all(isinstance(slices, IndexedSlices) for slices in found)
    dense = session.run([slices.as_tensor() for slices in found])
    assert np.concatenate(dense, axis).tolist() == [[0, 0], [2, 20], [0, 0], [5, 50]]


def test_of_nothing_nothing_flows(session: Session) -> None:
    assert gradients([], [given()]) == [None] and gradients([given(name="y")], []) == gradients([], []) == []


def test_indexed_slices_are_fetched_as_their_tensors(session: Session) -> None:
    x = build.Placeholder(dtype=float32, shape=[3])
    (slices,) = gradients(build.GatherV2(x, [2, 0], 0), x)
    found = session.run({"slices": slices}, {x: [1, 2, 3]})["slices"]
    assert isinstance(found, IndexedSlicesValue)
    assert [part.tolist() for part in found] == [[1, 1], [2, 0], [3]]


def test_slices_without_a_shape_do_not_become_dense(session: Session) -> None:
    rows = IndexedSlices(build.Placeholder(dtype=float32, shape=[1]), session.graph.constant([0]))
    with pytest.raises(ValueError, match="cannot become dense"):
        build.Square(rows)


def test_an_op_without_a_gradient_is_named_with_the_way_to_the_loss_and_the_users_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(OPS.get("Tanh"), "gradient_rule", None)
    x = given()
    inner = build.Tanh(x, name="rounded")
    loss = build.Mul(build.Square(inner, name="square"), 2.0, name="loss")
    with pytest.raises(
        GradientError,
        match=r"No gradient defined for operation Tanh 'rounded' \(created at .*test_gradients.py:\d+ .*"
        r"Tanh 'rounded' -> Square 'square' -> Mul 'loss'.*tf.stop_gradient",
    ):
        gradients(loss, x)


def test_an_op_without_a_gradient_beside_the_way_does_no_harm(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OPS.get("Tanh"), "gradient_rule", None)
    x, other = given(), given(name="other")
    y = build.Mul(build.Tanh(other), x)
    assert values(session, gradients(y, x), {x: 1.0, other: 0.0}) == [0.0]


def test_a_rule_that_forgets_an_input_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OPS.get("Mul"), "gradient_rule", lambda b, op, dy: dy)
    x = given()
    with pytest.raises(InternalError, match="gradient rule of Mul gives 1 gradients for 2 inputs"):
        gradients(build.Mul(x, x), x)


def test_inside_a_function_the_way_goes_on_outside_and_the_gradients_are_part_of_the_function(
    session: Session,
) -> None:
    """d/dv of sum((v x)^2 v) is 3 v^2 x^2; the function captures a part of the way, the variable and the input."""
    v = Variable([1.0, 2.0], name="v")
    x = build.Placeholder(dtype=float32, shape=(2,))
    squares = build.Square(v * x)

    def slopes() -> list[Any]:
        return gradients(build.Sum(squares * v, [0]), [v, squares, x])

    found = call(lambda: call(slopes, []), [])
    before = len(session.graph.get_operations())
    outside = slopes()
    session.run(v.initializer)
    for _ in range(3):
        inside, expected = session.run([found, outside], {x: [3.0, 4.0]})
        assert inside[0].tolist() == [27.0, 192.0]
        assert [value.tolist() for value in inside] == [value.tolist() for value in expected]
    assert all("Square_grad" not in op.name for op in session.graph.get_operations()[:before])


def test_a_loss_outside_is_differentiated_where_a_function_asks_for_it(session: Session) -> None:
    v = Variable([1.0, 2.0], name="v")
    loss = build.Sum(build.Square(v), [0])
    (slope,) = call(lambda: [3.0 * gradients(loss, v)[0]], [])
    session.run(v.initializer)
    assert session.run(slope).tolist() == [6.0, 12.0]
    assert "Square_grad" not in str(session.graph.get_operations())


def uncalled(graph: Graph) -> set[str]:
    """The functions of the library that no operation calls."""
    graphs = [graph, *graph.library.values()]
    return set(graph.library) - {
        body.name for owner in graphs for op in owner.get_operations() for body in op.bodies
    }


@pytest.mark.parametrize("kind", ["call", "branches", "branches_by_number", "loop"])
def test_gradients_that_fail_on_their_way_leave_no_function_behind(
    kind: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def within(function: Any, x: Tensor) -> Tensor:
        made = {
            "call": lambda: call(function, [x]),
            "branches": lambda: branches(True, lambda: function(x), lambda: [x * 2.0]),
            "branches_by_number": lambda: branches_by_number(0, [lambda: function(x), lambda: [x * 3.0]]),
            "loop": lambda: loop(lambda x: x < 9.0, function, [x]),
        }
        return made[kind]()[0]

    x = given()
    inner = within(lambda x: [build.Tanh(x * x)], x)
    y = within(lambda x: [x * x], within(lambda x: [within(lambda x: [build.Tanh(x)], x * x)], inner))
    faults = []

    def fault(b: Any, op: Any, dy: Any) -> Any:
        faults.append(op)
        if len(faults) == 2:
            raise KeyError("a fault")
        return dy

    monkeypatch.setattr(OPS.get("Tanh"), "gradient_rule", fault)
    before = set(session.graph.library)
    with pytest.raises(KeyError, match="a fault"):
        gradients(y, x)
    assert len(faults) == 2
    assert set(session.graph.library) > before  # what the operations call that were made before the fault
    assert uncalled(session.graph) == set()


def test_how_gradients_are_added_up_is_a_member_of_aggregation_method(graph: Graph) -> None:
    x = graph.constant(1.0)
    assert gradients(x * x, x, aggregation_method=AggregationMethod.EXPERIMENTAL_TREE)
    with pytest.raises(ValueError, match="must be a member of tf.AggregationMethod, given: 99"):
        gradients(x * x, x, aggregation_method=99)
