"""Stacks of TensorFlow 1, whose values a loop leaves for that of its gradient."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session


def pushed(stack: Tensor, *values: float) -> Tensor:
    """What the last push gives."""
    last = stack
    for value in values:
        with stack.graph.control_dependencies([last]):
            last = build.StackPushV2(stack, np.float32(value))
    return last


def test_what_was_put_on_last_comes_off_first() -> None:
    with Graph().as_default() as graph, Session() as session:
        stack = build.StackV2(-1, elem_type=float32)
        with graph.control_dependencies([pushed(stack, 1.0, 2.0)]):
            first = build.StackPopV2(stack, elem_type=float32)
        with graph.control_dependencies([first]):
            second = build.StackPopV2(stack, elem_type=float32)
        for _ in range(3):
            assert session.run([first, second]) == [2.0, 1.0]


def test_a_push_gives_what_it_puts_on() -> None:
    with Graph().as_default(), Session() as session:
        assert session.run(pushed(build.StackV2(1, elem_type=float32), 1.0, 7.0)) == 7.0


@pytest.mark.parametrize("closed", [False, True])
def test_an_empty_stack_gives_nothing(closed: bool) -> None:
    with Graph().as_default() as graph, Session() as session:
        stack = build.StackV2(-1, elem_type=float32)
        ready = stack.op
        if closed:
            with graph.control_dependencies([pushed(stack, 1.0)]):
                ready = build.StackCloseV2(stack)
        with graph.control_dependencies([ready]):
            value = build.StackPopV2(stack, elem_type=float32)
        with pytest.raises(InvalidArgumentError, match=r"Stack is empty when calling Pop\(\)"):
            session.run(value)
