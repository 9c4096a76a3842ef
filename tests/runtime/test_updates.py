"""Which neighbouring updates are done as one, and which are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.graph import build
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.facts import Facts
from estimator.runtime.lifetimes import Lifetimes
from estimator.runtime.program import make_program
from estimator.runtime.session import Session
from estimator.runtime.updates import find_update_runs
from estimator.variables.variable import Variable, global_variables_initializer
from tests.runtime.programs import all_values


@pytest.fixture(autouse=True)
def session() -> Iterator[Session]:
    with Session(graph=Graph()) as session:
        yield session


def variables(names: str, size: int = 2) -> list[Variable]:
    return [Variable(np.ones(size, np.float32), name=name) for name in names]


def rate(value: float = 0.5) -> Tensor:
    return get_default_graph().constant(value)


def descend(variable: Variable, by: Tensor, gradient: Any = (1.0, 2.0)) -> Operation:
    """One step of gradient descent; those that share `by` share an arena."""
    result: Operation = build.ResourceApplyGradientDescent(variable.handle, by, gradient)
    return result


def runs(session: Session, updates: list[Operation], fed: Any = ()) -> list[list[str]]:
    """The names of the variables of each run; and whatever is one run, it gives the interpreter's bits."""
    program = make_program(session.graph, [], updates, fed)
    lifetimes = Lifetimes(program, Facts(program, [(2,) for _ in fed]))
    found = find_update_runs(program.order, session.store, lifetimes)
    check_bits(session, updates, fed)
    return [[part.update.inputs[0].op.name for part in run.parts] for run in found]


def check_bits(session: Session, updates: list[Operation], fed: Any) -> None:
    reference = Session(graph=session.graph, executor="interpreter")
    for storage in session.store:
        reference.store.of_handle(session.graph.get_tensor_by_name(f"{storage.name}:0")).write(storage.value)
    feeds = {tensor: [3.0, 4.0] for tensor in fed}
    for _ in range(3):
        session.run(updates, feeds)
        reference.run(updates, feeds)
    assert all_values(session) == all_values(reference)


def start(session: Session) -> None:
    """Lay out what the graph has now, and give it values."""
    session.run(global_variables_initializer())


def test_neighbours_with_the_same_rate_are_one_run(session: Session) -> None:
    by = rate()
    updates = [descend(variable, by) for variable in variables("abc")]
    start(session)
    assert runs(session, updates) == [["a", "b", "c"]]


def test_a_run_may_begin_anywhere_in_the_arena(session: Session) -> None:
    by = rate()
    updates = [descend(variable, by) for variable in variables("abcd")]
    start(session)
    assert runs(session, updates[1:3]) == [["b", "c"]]


def test_what_does_not_lie_side_by_side_is_no_run(session: Session) -> None:
    by = rate()
    updates = [descend(variable, by) for variable in variables("abc")]
    start(session)
    assert runs(session, [updates[0], updates[2]]) == []


def test_a_gap_ends_a_run_and_may_begin_the_next(session: Session) -> None:
    by = rate()
    updates = [descend(variable, by) for variable in variables("abcde")]
    start(session)
    assert runs(session, [*updates[:2], *updates[3:]]) == [["a", "b"], ["d", "e"]]


def test_equal_places_in_different_arenas_are_no_neighbours(session: Session) -> None:
    by = rate()
    updates = [descend(variable, by) for variable in variables("a")]
    start(session)
    later = [descend(variable, by) for variable in variables("bc")]
    start(session)
    assert session.store.storage("c").place.start == session.store.storage("a").place.stop  # type: ignore[union-attr]
    assert runs(session, [updates[0], later[1]]) == []


def test_other_hyper_parameters_are_no_run(session: Session) -> None:
    by = rate()
    a, b = variables("ab")
    first = [descend(a, by), descend(b, by)]
    start(session)
    assert runs(session, first) == [["a", "b"]]
    assert runs(session, [descend(a, rate(0.25)), descend(b, rate(0.5))]) == []


def test_other_attributes_and_other_updates_are_no_run(session: Session) -> None:
    by = rate()
    a, b = variables("ab")
    first = [descend(a, by), descend(b, by)]
    start(session)
    locked = build.ResourceApplyGradientDescent(b.handle, by, [1.0, 2.0], use_locking=True)
    assert runs(session, [first[0], locked]) == []
    proximal = build.ResourceApplyProximalGradientDescent(b.handle, by, by, by, [1.0, 2.0])
    assert runs(session, [first[0], proximal]) == []


def test_an_operation_between_two_updates_keeps_them_apart(session: Session) -> None:
    by = rate()
    a, b, other = variables("abo")
    first = descend(a, by)
    with session.graph.control_dependencies([first]):
        between = build.AssignAddVariableOp(other.handle, a.as_tensor())
    with session.graph.control_dependencies([between]):
        last = descend(b, by)
    start(session)
    assert runs(session, [last]) == []


def test_a_gradient_whose_shape_only_the_run_tells_keeps_its_update_out(session: Session) -> None:
    by, x = rate(), build.Placeholder(dtype=float32, shape=(2,))
    a, b = variables("ab")
    updates = [descend(a, by), descend(b, by, build.Unique(x)[0])]
    start(session)
    assert runs(session, updates, [x]) == []


def test_a_variable_with_an_array_of_its_own_is_in_no_run(session: Session) -> None:
    by = rate()
    a, b = variables("ab")
    updates = [descend(a, by), descend(b, by)]
    with session.graph.control_dependencies([updates[0]]):
        updates.append(descend(a, by))  # updated twice: it fits no arena
    start(session)
    assert session.store.storage("a").place is None
    assert runs(session, updates[:2]) == []


def test_updates_that_write_what_another_of_them_writes_are_no_run(session: Session) -> None:
    by = rate()
    a, b, c = variables("abc")
    for variable in (a, b, c):
        descend(variable, by)
    start(session)  # side by side in one arena
    gradients = [session.graph.constant([1.0, 2.0]), session.graph.constant([3.0, 4.0])]
    chain = [build.ResourceApplyAdagrad(a.handle, b.handle, by, gradients[0])]
    with session.graph.control_dependencies(chain):
        chain.append(build.ResourceApplyAdagrad(b.handle, c.handle, by, gradients[1]))
    assert runs(session, chain) == []
