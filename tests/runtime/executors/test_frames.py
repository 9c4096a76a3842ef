"""Dead values, rounds and frames, as TensorFlow's executor has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import bool as boolean
from estimator.core.dtypes import float32, int32
from estimator.core.errors import InternalError, InvalidArgumentError
from estimator.formats import messages
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer
from tests.bodies import call
from tests.bodies import loop as functional_loop
from tests.runtime.loops import branch, count_to, into, loop


@pytest.fixture(params=["interpreter", "numpy"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with Session(graph=Graph(), executor=request.param) as session:
        yield session


@pytest.fixture
def pred(session: Session) -> Tensor:
    tensor: Tensor = build.Placeholder(dtype=boolean, shape=(), name="pred")
    return tensor


# -- branches ----------------------------------------------------------------------------------------------------------


def test_a_merge_gives_the_value_that_is_alive_and_which_it_was(session: Session, pred: Tensor) -> None:
    merged = branch(pred, 3.0, build.Neg, build.Square)
    assert session.run(list(merged), {pred: True}) == [9.0, 1]
    assert session.run(list(merged), {pred: False}) == [-3.0, 0]


def test_a_dead_value_that_is_fetched_is_an_error(session: Session, pred: Tensor) -> None:
    no, yes = build.Switch(session.graph.constant(3.0), pred)
    exp = build.Exp(build.Neg(yes), name="exp")
    assert session.run(exp, {pred: True}) == pytest.approx(np.exp(-3.0))
    with pytest.raises(InvalidArgumentError, match=r"Retval\[1\] does not have value: 'exp:0' lies where"):
        session.run([no, exp], {pred: False})


def test_a_switch_whose_truth_is_no_scalar_is_refused_by_the_run(session: Session) -> None:
    truth = build.Placeholder(dtype=boolean, shape=None)
    no, _ = build.Switch(session.graph.constant(3.0), truth, name="either")
    assert session.run(no, {truth: False}) == 3.0
    with pytest.raises(
        InvalidArgumentError, match=r"Switch 'either'.*: pred must be a scalar, given the shape \(1,\)"
    ):
        session.run(no, {truth: [False]})


def test_a_dead_operation_that_is_run_is_no_error(session: Session, pred: Tensor) -> None:
    _, yes = build.Switch(session.graph.constant(3.0), pred)
    assert session.run(build.Neg(yes).op, {pred: False}) is None


def test_what_waits_for_a_dead_operation_does_not_run(session: Session, pred: Tensor) -> None:
    v = Variable(1.0, name="v")
    session.run(global_variables_initializer())
    _, yes = build.Switch(session.graph.constant(3.0), pred)
    with session.graph.control_dependencies([build.NoOp(name="none")]):
        pivot = build.Identity(yes)
    with session.graph.control_dependencies([pivot]):
        first = build.NoOp()
    with session.graph.control_dependencies([first]):
        write = v.assign_add(10.0, read_value=False)
    for value, expected in ((False, 1.0), (True, 11.0), (False, 11.0)):
        session.run(write, {pred: value})
        assert session.run(v) == expected


def test_waiting_for_a_switch_is_not_waiting_for_one_of_its_sides(session: Session, pred: Tensor) -> None:
    no, _ = build.Switch(session.graph.constant(3.0), pred)
    with session.graph.control_dependencies([no.op]):
        value = session.graph.constant(5.0)
    assert session.run([value, value], {pred: True}) == [5.0, 5.0]


def test_a_merge_does_not_mind_what_dead_operations_it_waits_for(session: Session, pred: Tensor) -> None:
    no, yes = build.Switch(session.graph.constant(3.0), pred)
    sides = [build.Exp(yes), build.Neg(no)]
    with session.graph.control_dependencies([build.Neg(yes)]):
        value, _ = build.Merge(sides)
    assert value.op.control_inputs
    assert session.run(value, {pred: False}) == -3.0


def test_a_merge_of_dead_values_is_dead(session: Session, pred: Tensor) -> None:
    _, yes = build.Switch(session.graph.constant(3.0), pred)
    value, _ = build.Merge([build.Exp(yes), build.Neg(yes)])
    with session.graph.control_dependencies([value]):
        waiting = session.graph.constant(1.0)
    for fetch in (value, waiting):
        with pytest.raises(InvalidArgumentError, match="does not have value"):
            session.run(fetch, {pred: False})


def test_a_control_trigger_runs_whatever_is_dead(session: Session, pred: Tensor) -> None:
    _, yes = build.Switch(session.graph.constant(3.0), pred)
    with session.graph.control_dependencies([build.Neg(yes)]):
        trigger = build.ControlTrigger()
    with session.graph.control_dependencies([trigger]):
        value = session.graph.constant(5.0)
    assert session.run(build.Identity(value), {pred: False}) == 5.0


def test_a_check_in_a_branch_that_is_not_taken_does_not_fail(session: Session, pred: Tensor) -> None:
    x = session.graph.constant(3.0)
    no, _ = build.Switch(x, pred)
    failing = build.Assert(build.Less(no, 0.0), [no], name="guarded")
    session.run(failing, {pred: True})
    with pytest.raises(InvalidArgumentError, match=r"Assert 'guarded' failed: assertion failed: \[3\]"):
        session.run(failing, {pred: False})


def test_a_handle_goes_through_a_branch(session: Session, pred: Tensor) -> None:
    v = Variable([1.0, 2.0], name="v")
    session.run(global_variables_initializer())
    no, yes = build.Switch(v.handle, pred)
    add = build.AssignAddVariableOp(yes, [10.0, 10.0])
    read = build.ReadVariableOp(no, dtype=float32)
    assert read.dims == (2,)
    session.run(add, {pred: True})
    session.run(add, {pred: False})
    assert session.run(read, {pred: False}).tolist() == [11.0, 12.0]


# -- loops -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [-1, 0, 1, 5])
def test_a_loop_runs_as_long_as_its_condition_holds(session: Session, limit: int) -> None:
    n = build.Placeholder(dtype=int32, shape=())
    left = count_to(n)
    for _ in range(3):
        assert session.run([left, build.Neg(left)], {n: limit}) == [max(limit, 0), -max(limit, 0)]


def test_the_values_of_a_loop_go_on_together(session: Session) -> None:
    end = into("f", 10)
    fibonacci = loop("f", lambda a, b: build.Less(a, end), lambda a, b: [b, build.AddV2(a, b)], [0, 1])
    assert session.run(fibonacci) == [13, 21]


def test_loops_in_loops_begin_anew_in_each_round(session: Session) -> None:
    end, one = into("outer", 4), into("outer", 1)

    def body(i: Tensor, total: Tensor) -> list[Tensor]:
        limit, step = into("inner", i), into("inner", one)
        _, inner = loop(
            "inner",
            lambda j, _: build.Less(j, limit),
            lambda j, sum_: [build.AddV2(j, step), build.AddV2(sum_, j)],
            [build.ZerosLike(i), total],
        )
        return [build.AddV2(i, one), inner]

    _, total = loop("outer", lambda i, _: build.Less(i, end), body, [0, 0])
    assert session.run(total) == sum(j for i in range(4) for j in range(i))


def test_a_branch_in_a_loop_is_taken_anew_in_each_round(session: Session) -> None:
    end, one, two, zero = (into("f", value) for value in (6, 1, 2, 0))

    def body(i: Tensor, odd: Tensor) -> list[Tensor]:
        is_odd = build.Equal(build.FloorMod(i, two), one)
        no, yes = build.Switch(odd, is_odd)
        merged, _ = build.Merge([build.Identity(no), build.AddV2(yes, build.Switch(i, is_odd)[1])])
        return [build.AddV2(i, one), build.AddV2(merged, zero)]

    assert session.run(loop("f", lambda i, _: build.Less(i, end), body, [0, 0])) == [6, 1 + 3 + 5]


def test_a_loop_in_a_branch_that_is_not_taken_does_not_run(session: Session, pred: Tensor) -> None:
    no, yes = build.Switch(session.graph.constant(3), pred)
    with session.graph.control_dependencies([yes]):
        start, step = session.graph.constant(0), session.graph.constant(1)
    merged = build.Merge([build.Neg(no), count_to(yes, start=start, step=step)])[0]
    assert session.run(merged, {pred: True}) == 3
    assert session.run(merged, {pred: False}) == -3


def test_what_a_loop_leaves_behind_is_dead_if_it_was(session: Session, pred: Tensor) -> None:
    _, yes = build.Switch(session.graph.constant(3), pred)
    with session.graph.control_dependencies([yes]):
        start, step = session.graph.constant(0), session.graph.constant(1)
    left = count_to(yes, start=start, step=step)
    with session.graph.control_dependencies([left]):
        waiting = session.graph.constant(1.0)
    assert session.run(waiting, {pred: True}) == 1.0
    for fetch in (left, waiting):
        with pytest.raises(InvalidArgumentError, match="does not have value"):
            session.run(fetch, {pred: False})


def test_a_loop_writes_and_reads_round_after_round(session: Session) -> None:
    v = Variable(1, name="v")
    session.run(global_variables_initializer())
    end, handle, one = into("f", 4), into("f", v.handle), into("f", 1)

    def body(i: Tensor, seen: Tensor) -> list[Tensor]:
        write = build.AssignAddVariableOp(handle, i)
        with session.graph.control_dependencies([write]):
            return [build.AddV2(i, one), build.AddV2(seen, build.ReadVariableOp(handle, dtype=int32))]

    _, seen = loop("f", lambda i, _: build.Less(i, end), body, [0, 0])
    assert session.run([v, seen]) == [7, 1 + 2 + 4 + 7]


def test_a_random_operation_draws_anew_in_each_round(session: Session) -> None:
    end, one, shape = into("f", 3), into("f", 1), into("f", [1])

    def body(i: Tensor, drawn: Tensor) -> list[Tensor]:
        fresh = build.RandomUniform(shape, dtype=float32, seed=3, seed2=4)
        return [build.AddV2(i, one), build.ConcatV2([drawn, fresh], zero)]

    zero = into("f", 0)
    _, drawn = loop("f", lambda i, _: build.Less(i, end), body, [0, np.zeros(0, np.float32)])
    values = session.run(drawn)
    assert len(set(values.tolist())) == 3
    with Session(graph=session.graph) as other:
        assert other.run(drawn).tolist() == values.tolist()


def test_the_shape_of_a_value_may_change_from_round_to_round(session: Session) -> None:
    end, one, axis = into("f", 3), into("f", 1), into("f", 0)
    enter = build.Enter(session.graph.constant([0]), frame_name="f")
    (left,) = loop(
        "f", lambda a: build.Less(build.Size(a), end), lambda a: [build.ConcatV2([a, a], axis)], [[0]]
    )
    assert enter.dims == (1,)
    assert session.run(left).tolist() == [0] * 4
    assert session.run(build.AddV2(left, session.graph.constant([1]))).tolist() == [1] * 4
    assert one is not None


def test_a_loop_in_a_body_runs_at_every_call_of_it(session: Session) -> None:
    n = build.Placeholder(dtype=int32, shape=())

    def counted(limit: Tensor) -> list[Tensor]:
        return [count_to(limit), branch(build.Less(limit, 3), limit, build.Neg, build.Square)[0]]

    results = call(counted, [n])
    for _ in range(3):
        for value in (2, 5):
            assert session.run(results, {n: value}) == [value, value**2 if value < 3 else -value]


def test_a_loop_in_a_loop_of_bodies_runs_in_each_round(session: Session) -> None:
    def step(i: Tensor, total: Tensor) -> list[Tensor]:
        return [build.AddV2(i, 1), build.AddV2(total, count_to(i))]

    results = functional_loop(lambda i, _: build.Less(i, 5), step, [0, 0])
    for _ in range(3):
        assert session.run(results) == [5, 0 + 1 + 2 + 3 + 4]


# -- what is asked of the inside ---------------------------------------------------------------------------------------


def inner_operation(left: Tensor, op_type: str) -> Operation:
    return next(op for op in left.graph.get_operations() if op.type == op_type)


def test_a_value_that_a_loop_gives_once_can_be_fetched(session: Session) -> None:
    left = count_to(1)
    head, end_of_round = inner_operation(left, "Merge"), inner_operation(left, "AddV2")
    assert session.run([head.inputs[0], end_of_round.outputs[0], left]) == [0, 1, 1]


def test_a_value_of_several_rounds_cannot_be_fetched(session: Session) -> None:
    left = count_to(3)
    inside = inner_operation(left, "AddV2").outputs[0]
    with pytest.raises(
        InternalError, match=r"Retval has already been set: 'AddV2:0' .* each round of the loop 'count'"
    ):
        session.run([left, inside])


def test_a_value_of_a_round_that_never_came_cannot_be_fetched(session: Session) -> None:
    inside = inner_operation(count_to(0), "AddV2").outputs[0]
    with pytest.raises(InvalidArgumentError, match=r"Retval\[0\] does not have value"):
        session.run(inside)


def test_an_operation_in_a_loop_can_be_run(session: Session) -> None:
    assert session.run(inner_operation(count_to(3), "AddV2")) is None


def test_what_leaves_a_loop_can_be_fed(session: Session) -> None:
    left = count_to(3)
    assert session.run(build.Neg(left), {left: 7}) == -7


def test_the_whole_loop_is_the_plans_of_nobody(session: Session) -> None:
    options = messages.RunOptions(trace_level=messages.RunOptions.FULL_TRACE)
    metadata = messages.RunMetadata()
    left = count_to(3)
    for _ in range(3):
        assert session.run(left, options=options, run_metadata=metadata) == 3


def test_an_error_in_a_loop_names_the_operation(session: Session) -> None:
    n = build.Placeholder(dtype=int32, shape=None, name="n")
    end, entered = into("f", 3), into("f", n)

    def body(i: Tensor) -> list[Tensor]:
        checked = build.Reshape(entered, shape, name="checked")
        return [build.AddV2(build.Size(checked), i)]

    shape = into("f", np.array([2], np.int32))
    (left,) = loop("f", lambda i: build.Less(i, end), body, [0])
    assert session.run(left, {n: [1, 2]}) == 4
    with pytest.raises(InvalidArgumentError, match=r"Reshape 'checked' failed"):
        session.run(left, {n: [1, 2, 3]})


def failing_after(session: Session, rounds: int) -> tuple[Tensor, Variable]:
    """A loop that writes in each round and fails in the last of so many."""
    v = Variable(0, name="v")
    session.run(global_variables_initializer())
    handle, one, last = into("f", v.handle), into("f", 1), into("f", rounds)

    def body(i: Tensor) -> list[Tensor]:
        check = build.Assert(build.Less(i, last), [i])
        with session.graph.control_dependencies([check]):
            write = build.AssignAddVariableOp(handle, build.Identity(one))
        with session.graph.control_dependencies([write]):
            return [build.AddV2(i, one)]

    goes_on = into("f", True)
    (left,) = loop("f", lambda i: build.LogicalAnd(goes_on, goes_on), body, [0])
    return left, v


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_a_run_that_fails_after_a_write_leaves_the_store_torn(session: Session, rounds: int) -> None:
    left, v = failing_after(session, rounds)
    with pytest.raises(InvalidArgumentError, match="assertion failed"):
        session.run(left)
    assert session.run(v) == rounds
    assert session.store.torn is (rounds > 0)


def test_a_write_in_a_branch_that_is_not_taken_tears_nothing(session: Session, pred: Tensor) -> None:
    v = Variable(0.0, name="v")
    session.run(global_variables_initializer())
    _, yes = build.Switch(v.handle, pred)
    write = build.AssignAddVariableOp(yes, 1.0)
    trigger: Any
    with session.graph.control_dependencies([write]):
        trigger = build.ControlTrigger()
    with session.graph.control_dependencies([trigger]):
        failing = build.Assert(False, [1.0])
    for value in (False, True):
        with pytest.raises(InvalidArgumentError, match="assertion failed"):
            session.run(failing, {pred: value})
        assert session.store.torn is value
