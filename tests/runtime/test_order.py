"""What a run executes, and in which order."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import InternalError, InvalidArgumentError
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation
from estimator.runtime.executors.interpreter import Interpreter
from estimator.runtime.order import prune, schedule
from estimator.runtime.session import Session
from estimator.variables.variable import Variable
from tests.runtime.loops import count_to, into, loop
from tests.runtime.programs import OPTIMIZERS, all_values, bits, training


def ordered(*targets: Operation) -> list[Operation]:
    return schedule(prune(targets, frozenset()), frozenset())


@pytest.fixture
def session() -> Any:
    with Session(graph=Graph()) as session:
        yield session


def test_only_what_is_needed_runs(session: Session) -> None:
    x = build.Neg(session.graph.constant(1.0))
    build.Exp(x)
    assert [op.type for op in ordered(x.op)] == ["Const", "Neg"]


def test_what_a_fed_tensor_would_need_does_not_run(session: Session) -> None:
    x = build.Neg(session.graph.constant(1.0))
    y = build.Exp(x)
    assert prune([y.op], frozenset([x])) == [y.op]


def test_ties_go_by_creation(session: Session) -> None:
    values = [session.graph.constant(float(index)) for index in range(5)]
    assert ordered(*(value.op for value in reversed(values))) == [value.op for value in values]


def test_the_operations_of_a_loop_stand_together(session: Session) -> None:
    before = [build.Neg(session.graph.constant(2)) for _ in range(2)]
    after = build.Neg(count_to(before[1]))
    order = ordered(before[0].op, after.op)
    places = [place for place, op in enumerate(order) if op.type in ("Enter", "Merge", "AddV2", "Exit")]
    inside = order[min(places) : max(places) + 1]
    assert not {*(value.op for value in before), after.op} & set(inside)
    heads = [op for op in inside if op.type == "Merge"]
    assert all(inside.index(head) < inside.index(head.inputs[1].op) for head in heads)


def test_a_loop_that_writes_runs_late_and_its_operations_in_order(session: Session) -> None:
    v = Variable(1.0, name="v")
    end, handle, one = into("f", 3), into("f", v.handle), into("f", 1)

    def body(i: Any) -> Any:
        with session.graph.control_dependencies([i]):
            amount = session.graph.constant(1.0)
        write = build.AssignAddVariableOp(handle, amount)
        build.Neg(i, name="unneeded")
        with session.graph.control_dependencies([write]):
            return [build.AddV2(i, one)]

    (left,) = loop("f", lambda i: build.Less(i, end), body, [0])
    value = build.Exp(v)
    types = [op.type for op in ordered(left.op, value.op)]
    assert types.index("Exp") < types.index("Enter")
    assert types.index("LoopCond") < types.index("AssignAddVariableOp") < types.index("NextIteration")


def test_a_loop_whose_beginning_needs_its_end_is_refused(session: Session) -> None:
    left = count_to(3)
    with pytest.raises(InternalError, match="the graph has a cycle through frame 'count'"):
        ordered(build.Exit(build.Identity(into("count", left))).op)


def test_writers_run_when_nothing_else_is_ready_and_assertions_before_them(session: Session) -> None:
    v = Variable(1.0, name="v")
    write = v.assign_add(1.0, read_value=False)
    check = build.Assert(build.Less(v, 5.0), [v])
    value = build.Exp(v)
    types = [op.type for op in ordered(write, check, value.op)]
    assert types[-1] == "AssignAddVariableOp"
    assert {"Assert", "Exp"} <= set(types[:-1])


def test_value_and_update_fetched_together_give_the_old_value(session: Session) -> None:
    v = Variable(0.0, name="v")
    update = v.assign_add(1.0)
    value = build.Identity(v)
    session.run(v.initializer)
    for count in range(4):
        assert session.run([value, update]) == [count, count + 1]


def test_a_fetched_variable_has_its_value_after_the_run(session: Session) -> None:
    v = Variable(0.0, name="v")
    update = v.assign_add(1.0, read_value=False)
    session.run(v.initializer)
    assert [session.run([v, update])[0] for _ in range(4)] == [1, 2, 3, 4]


def test_an_edge_makes_a_read_wait_for_a_write(session: Session) -> None:
    v = Variable(0.0, name="v")
    update = v.assign_add(1.0, read_value=False)
    with session.graph.control_dependencies([update]):
        after = build.Identity(v)
    session.run(v.initializer)
    assert [session.run(after) for _ in range(4)] == [1, 2, 3, 4]


def test_a_failing_assertion_has_changed_nothing(session: Session) -> None:
    v = Variable(0.0, name="v")
    x = build.Placeholder(dtype=float32, shape=())
    update = v.assign_add(x, read_value=False)  # made first, runs last
    check = build.Assert(build.Less(x, 3.0), [x])
    session.run(v.initializer)
    for _ in range(3):
        session.run([update, check], {x: 1.0})
        with pytest.raises(InvalidArgumentError, match="assertion failed"):
            session.run([update, check], {x: 3.0})
    assert session.run(v) == 3.0
    assert not session.store.torn


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_any_legal_order_of_a_training_gives_the_same_bits(optimizer: str) -> None:
    model = training(optimizer)
    fetches = [model.fetches[name] for name in ("train", "loss", "gradients", "updates")]
    feeds = [model.feeds(6, seed) for seed in range(3)]

    def trained(shuffle: random.Random | None) -> Any:
        session = model.session()
        program = session.prepare(fetches, list(feeds[0])).program
        order = tuple(schedule(program.order, frozenset(program.given), shuffle))
        shuffled = dataclasses.replace(program, order=order)
        run = Interpreter(session.store).compile(shuffled)
        losses = [bits(run([np.asarray(value) for value in each.values()])) for each in feeds]
        return losses, all_values(session), [op.index for op in order]

    *expected, plain = trained(None)
    for seed in range(4):
        *got, order = trained(random.Random(seed))
        assert order != plain
        assert got == expected
