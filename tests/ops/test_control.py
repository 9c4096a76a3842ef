"""Ops that order or check."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from tests.ops.example import f32

both_executors = pytest.mark.parametrize("executor", ["interpreter", "numpy"])


@both_executors
def test_nothing_is_run_after_what_it_waits_for(executor: str) -> None:
    with Session(graph=Graph(), executor=executor) as session:
        variable = build.VarHandleOp(dtype=float32, shape=(), shared_name="v")
        with session.graph.control_dependencies([build.AssignVariableOp(variable, 1.0)]):
            done = build.NoOp()
        assert session.run(done) is None
        assert session.store.read("v") == 1.0


@both_executors
def test_an_assertion_that_holds_lets_the_run_go_on(executor: str) -> None:
    with Session(graph=Graph(), executor=executor) as session:
        x = build.Placeholder(dtype=float32, shape=(None,))
        check = build.Assert(build.All(build.Less(x, 3.0), [0]), [x])
        for _ in range(3):
            assert session.run(check, {x: f32(1, 2)}) is None


@both_executors
def test_an_assertion_that_fails_shows_its_data_and_the_line_that_made_it(executor: str) -> None:
    with Session(graph=Graph(), executor=executor) as session:
        x = build.Placeholder(dtype=float32, shape=(None,))
        check = build.Assert(build.All(build.Less(x, 3.0), [0]), ["too large:", x], summarize=2, name="small")
        for _ in range(3):
            with pytest.raises(
                InvalidArgumentError,
                match=r"test_control.py:.*: Assert 'small' failed: assertion failed: \[too large:\] \[1.0 2.0\.\.\.",
            ):
                session.run(check, {x: f32(1, 2, 3)})


@both_executors
def test_every_element_of_the_condition_must_hold(executor: str) -> None:
    with Session(graph=Graph(), executor=executor) as session:
        check = build.Assert(np.array([True, False]), [1])
        for _ in range(3):
            with pytest.raises(InvalidArgumentError, match=r"assertion failed: \[1\]"):
                session.run(check)
