from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from estimator.functions.arrays import zeros
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.optimizers.adam import AdamOptimizer
from estimator.variables import recipe
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Ones


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Whose signatures have been looked at."""
    found: list[Any] = []
    signature = inspect.signature

    def note(thing: Any) -> inspect.Signature:
        found.append(thing)
        return signature(thing)

    monkeypatch.setattr(recipe.inspect, "signature", note)
    return found


def test_a_function_without_arguments_gives_shape_and_type(graph: Graph) -> None:
    made = get_variable("v", initializer=lambda: zeros([3, 2], "int64"))
    assert (made.dims, made.dtype.name) == ((3, 2), "int64")
    assert get_variable("w", initializer=lambda size=2: zeros([size])).dims == (2,)
    with pytest.raises(ValueError, match=r"Shape of a new variable \(x\) must be fully defined"):
        get_variable("x", initializer=lambda shape: zeros(shape))


def test_a_function_that_wants_a_partition_gets_none_of_a_whole_variable(graph: Graph) -> None:
    def initializer(shape: Any, dtype: Any, partition_info: Any) -> Tensor:
        assert partition_info is None
        return zeros(shape, dtype)

    assert get_variable("v", [2], initializer=initializer).dims == (2,)


def test_a_function_is_asked_once_in_a_graph_what_it_takes(graph: Graph, asked: list[Any]) -> None:
    def of_shape(shape: Any, dtype: Any = None) -> Tensor:
        return zeros(shape, dtype)

    for number in range(3):
        get_variable(f"v{number}", [2], initializer=of_shape)
    assert asked == [of_shape]
    with Graph().as_default():
        get_variable("v", [2], initializer=of_shape)
    assert asked == [of_shape, of_shape]


def test_initializers_of_one_class_are_asked_once_in_a_graph(graph: Graph, asked: list[Any]) -> None:
    variables = [get_variable(f"v{number}", [2], initializer=Ones()) for number in range(3)]
    AdamOptimizer(0.1).apply_gradients([(variable.value(), variable) for variable in variables])
    assert [type(thing).__name__ for thing in asked] == ["Ones", "Zeros"]  # six slots are zeros


class Wrapper:
    """A decorator that is a class: what it takes is what the function takes that it wraps."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.given: list[dict[str, Any]] = []

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        self.given.append(keywords)
        return self.function(*arguments, **keywords)


def test_wrappers_of_one_class_are_each_asked(graph: Graph) -> None:
    bare = Wrapper(lambda shape: zeros(shape))
    typed = Wrapper(lambda shape, dtype: zeros(shape, dtype))
    for name, initializer in {"bare": bare, "typed": typed}.items():
        get_variable(name, [2], initializer=initializer)
    assert bare.given == [{}]
    assert list(typed.given[0]) == ["dtype"]


def test_partials_of_one_function_are_each_asked(graph: Graph) -> None:
    def filled(value: float, shape: Any, **keywords: Any) -> Tensor:
        return zeros(shape, **keywords)

    def of_shape(value: float, shape: Any) -> Tensor:
        return zeros(shape)

    assert get_variable("a", [2], initializer=functools.partial(of_shape, 1.0)).dims == (2,)
    half = get_variable("b", [2], "float16", initializer=functools.partial(filled, 1.0))
    assert half.dtype.name == "float16"
