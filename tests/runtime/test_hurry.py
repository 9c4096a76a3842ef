"""A plan that is being made when a signal comes is given up; its run goes on, and nothing is torn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from estimator.core.dtypes import float32
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.runtime import facts as facts_module
from estimator.runtime import plan as plan_module
from estimator.runtime.executors import numpy as numpy_executor
from estimator.runtime.hurry import HURRY, NoTimeToPlan, unless_hurried
from estimator.runtime.recent import Recent
from estimator.runtime.session import Session
from estimator.variables.variable import Variable

OPERATIONS = 20


@pytest.fixture(autouse=True)
def _no_hurry_remains() -> Iterator[None]:
    yield
    HURRY.clear()


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session whose plans are not those of other tests."""
    monkeypatch.setattr(numpy_executor, "_factories", Recent(8))
    with Session(graph=Graph()) as session:
        yield session


def counter(session: Session) -> tuple[Any, Any]:
    """A run of some operations that counts a variable up by x; gives the write and x."""
    x = total = build.Placeholder(dtype=float32, shape=())
    v = Variable(0.0, name="v")
    for _ in range(OPERATIONS):
        total = build.AddV2(total, 0.0)
    session.run(v.initializer)
    return v.assign_add(total), x


def during_planning(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, act: Callable[[], Any]
) -> list[str]:
    """Call `act` when that function of the planner has been called five times; the list counts its calls."""
    plain, calls = getattr(module, name), []

    def watched(*args: Any) -> Any:
        calls.append(name)
        if len(calls) == 5:
            act()
        return plain(*args)

    monkeypatch.setattr(module, name, watched)
    return calls


def test_items_come_until_somebody_is_in_a_hurry() -> None:
    items = unless_hurried("ab")
    assert next(items) == "a"
    HURRY.set()
    with pytest.raises(NoTimeToPlan):
        next(items)


@pytest.mark.parametrize("phase", [(facts_module.Facts, "_visit"), (plan_module, "write_operation")])
def test_a_plan_is_given_up_and_its_run_goes_on(
    session: Session, monkeypatch: pytest.MonkeyPatch, phase: tuple[Any, str]
) -> None:
    write, x = counter(session)
    assert session.run(write, {x: 1.0}) == 1.0  # generic; the next would make a plan
    calls = during_planning(monkeypatch, *phase, HURRY.set)
    assert session.run(write, {x: 1.0}) == 2.0
    assert len(calls) == 5
    assert session.run(write, {x: 1.0}) == 3.0
    assert len(calls) == 5  # as long as it is not settled, nothing is planned
    HURRY.clear()
    assert session.run(write, {x: 1.0}) == 4.0
    assert len(calls) > OPERATIONS
    assert not session.store.torn


def test_ctrl_c_while_planning_leaves_everything_as_it_was(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    write, x = counter(session)
    session.run(write, {x: 1.0})
    calls = during_planning(monkeypatch, plan_module, "write_operation", interrupt)
    with pytest.raises(KeyboardInterrupt):
        session.run(write, {x: 1.0})
    assert len(calls) == 5
    assert not session.store.torn
    assert session.run(write, {x: 1.0}) == 2.0
