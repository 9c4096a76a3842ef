from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from estimator.functions.grouping import group
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
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
    with pytest.raises(ValueError, match="already exists.*use get_or_create_global_step"):
        create_global_step()


def test_there_is_none_at_first(graph: Graph) -> None:
    assert get_global_step() is None


def test_a_variable_called_global_step_is_it(graph: Graph) -> None:
    # what scripts of TensorFlow 1 do; TensorFlow 2.15 finds it by its name too
    Variable(0, name="another")
    step = Variable(0, name="global_step", trainable=False)
    assert get_global_step() is step is get_or_create_global_step()
    with pytest.raises(ValueError, match="already exists: global_step:0"):
        create_global_step()


@pytest.mark.parametrize("collections", [["mine"], []])
def test_it_is_found_in_whatever_collection_it_is(graph: Graph, collections: list[str]) -> None:
    step = Variable(0, name="global_step", trainable=False, collections=collections)
    found = get_global_step()
    assert isinstance(found, Variable) and found.handle is step.handle
    assert found.initializer is step.initializer


def test_the_collection_comes_before_the_name(graph: Graph) -> None:
    Variable(0.5, name="global_step")
    counter = Variable(0, name="counter", collections=[GraphKeys.GLOBAL_STEP])
    assert get_global_step() is counter


def test_a_variable_of_this_name_within_a_scope_is_another_one(graph: Graph) -> None:
    with variable_scope("a"):
        Variable(0.5, name="global_step")
    assert get_global_step() is None


def test_a_tensor_of_this_name_counts_too(graph: Graph) -> None:
    step = graph.constant(3, name="global_step")
    assert get_global_step() is step


def test_what_is_no_tensor_does_not(graph: Graph) -> None:
    group(name="global_step")
    assert get_global_step() is None


WRONG = [(0.5, "does not have integer type: .* is float32"), ([1, 2], r"is not scalar: .*\(2,\)")]


@pytest.mark.parametrize(("value", "message"), WRONG)
def test_what_cannot_count_is_refused(graph: Graph, value: Any, message: str) -> None:
    variable = Variable(value, name="global_step")
    for find in (lambda: assert_global_step(variable), get_global_step, get_or_create_global_step):
        with pytest.raises(TypeError, match=f'Existing "global_step" {message}.*give yours another name'):
            find()
