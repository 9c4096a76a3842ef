"""Functions that have a say when a variable is made."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.core.dtypes import float64
from estimator.graph.graph import Graph
from estimator.variables.creators import variable_creator_scope
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import Variable, trainable_variables

# sorted(kwargs) of a creator in TensorFlow 2.15.1, without experimental_enable_variable_lifting
ARGUMENTS = (
    "aggregation caching_device collections constraint dtype expected_shape import_scope initial_value name shape "
    "synchronization trainable use_resource validate_shape variable_def"
).split()


@pytest.mark.parametrize("make", [lambda: Variable(1.0, name="v"), lambda: get_variable("v", [2])])
def test_a_creator_gets_the_arguments_by_name_and_may_change_them(graph: Graph, make: Any) -> None:
    seen: list[Any] = []

    def creator(next_creator: Any, **kwargs: Any) -> Any:
        seen.append(sorted(kwargs))
        return next_creator(**{**kwargs, "trainable": False, "name": "other"})

    with variable_creator_scope(creator):
        made = make()
    assert seen == [ARGUMENTS]
    assert (made.name, made.trainable, trainable_variables()) == ("other:0", False, [])
    assert made.initial_value.op.name.startswith("other/")
    assert Variable(1.0).trainable


def test_the_innermost_creator_is_asked_first(graph: Graph) -> None:
    asked: list[str] = []

    def named(name: str) -> Any:
        def creator(next_creator: Any, **kwargs: Any) -> Any:
            asked.append(name)
            return next_creator(**kwargs)

        return creator

    with variable_creator_scope(named("outer")):
        with variable_creator_scope(named("inner")):
            Variable(1.0)
        Variable(1.0)
    Variable(1.0)
    assert asked == ["inner", "outer", "outer"]


def test_what_a_creator_gives_is_what_there_is(graph: Graph) -> None:
    with variable_creator_scope(lambda next_creator, **kwargs: graph.constant(3.0)):
        made: Any = Variable(1.0)
    assert made is graph.get_tensor_by_name("Const:0")


def test_a_creator_may_change_the_type(graph: Graph) -> None:
    with variable_creator_scope(lambda make, **kwargs: make(**{**kwargs, "dtype": float64})):
        assert Variable(1.0).dtype is float64


def test_a_creator_is_a_function_of_one_graph_that_ends_with_its_block(graph: Graph) -> None:
    with (
        pytest.raises(TypeError, match="variable_creator must be a function, given: 3"),
        variable_creator_scope(3),
    ):  # type: ignore[arg-type]
        pass

    def refuse(next_creator: Any, **kwargs: Any) -> Any:
        raise RuntimeError("asked")

    with pytest.raises(RuntimeError, match="asked"), variable_creator_scope(refuse):
        with Graph().as_default():
            Variable(1.0)
        Variable(1.0)
    Variable(1.0)
