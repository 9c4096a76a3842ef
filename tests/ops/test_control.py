"""Ops that order or check."""

from __future__ import annotations

import re
from typing import Any

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
                match=r"test_control.py:.*: Assert 'small' failed: assertion failed: \[too large:\] \[1 2\.\.\. \(3 values, the smallest is 1 at 0, the largest 3 at 2\)\]",
            ):
                session.run(check, {x: f32(1, 2, 3)})


@both_executors
def test_the_data_of_an_assertion_are_written_as_tensorflow_does(executor: str) -> None:
    """TensorFlow 2.15.1's texts."""
    texts: dict[str, list[Any]] = {
        "[-1] [-1] [-0] [1234567]": [-1, -1.0, -0.0, 1234567.0],
        "[1e+20] [0.1 0.333333343] [nan]": [1e20, f32(0.1, 1 / 3), np.nan],
        "[0.1] [1e-07] [16777216]": [np.array(0.1), np.array(1e-7), np.array(16777216.0)],
        "[1] [1 0] [[1 2][3 4]]": [True, [True, False], [[1, 2], [3, 4]]],
        "[] [[a b][c d]] [c.5]": [np.zeros(0, np.float32), [["a", "b"], ["c", "d"]], "c.5"],
    }
    with Session(graph=Graph(), executor=executor) as session:
        for text, data in texts.items():
            check = build.Assert(False, data, summarize=-1)
            for _ in range(2):
                with pytest.raises(InvalidArgumentError, match=f"assertion failed: {re.escape(text)}"):
                    session.run(check)


def test_texts_of_an_assertion_stay_as_they_are() -> None:
    with Session(graph=Graph()) as session:
        check = build.Assert(False, ['it\'s "so"\n', b"\xff"])
        with pytest.raises(InvalidArgumentError, match='assertion failed: \\[it\'s "so"\n\\] \\[\ufffd\\]'):
            session.run(check)


@both_executors
def test_every_element_of_the_condition_must_hold(executor: str) -> None:
    with Session(graph=Graph(), executor=executor) as session:
        check = build.Assert(np.array([True, False]), [1])
        for _ in range(3):
            with pytest.raises(InvalidArgumentError, match=r"assertion failed: \[1\]"):
                session.run(check)
