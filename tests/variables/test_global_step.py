from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from estimator.graph.graph import Graph
from estimator.variables.global_step import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
)
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import Variable, trainable_variables


def test_the_global_step_is_one_int64_at_the_top(graph: Graph, run: Callable[..., Any]) -> None:
    with variable_scope("a"):
        step = get_or_create_global_step()
    assert step.dtype.name == "int64"
    assert step is get_global_step() is get_or_create_global_step()
    assert trainable_variables() == []
    assert run(step) == 0


def test_a_second_one_is_refused(graph: Graph) -> None:
    create_global_step()
    with pytest.raises(ValueError, match="already exists; use get_or_create_global_step"):
        create_global_step()


def test_there_is_none_at_first(graph: Graph) -> None:
    assert get_global_step() is None


@pytest.mark.parametrize(("value", "message"), [(0.5, "must be an integer"), ([1, 2], "must be a scalar")])
def test_what_cannot_count_is_refused(graph: Graph, value: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        assert_global_step(Variable(value))
