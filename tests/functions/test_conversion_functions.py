"""Objects that stand for tensors."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.core.dtypes import float32
from estimator.functions.conversion_functions import register_tensor_conversion_function
from estimator.functions.scoping import convert_to_tensor
from estimator.graph.graph import Graph
from estimator.runtime.session import Session


def kind_of_object() -> type:
    class Length:
        def __init__(self, value: float) -> None:
            self.value = value

    return Length


def as_constant(factor: float) -> Any:
    def convert(value: Any, dtype: Any = None, name: Any = None, as_ref: bool = False) -> Any:
        return convert_to_tensor(value.value * factor)

    return convert


def test_an_object_is_taken_for_its_tensor_everywhere() -> None:
    kind = kind_of_object()
    register_tensor_conversion_function(kind, as_constant(1.0))
    with Graph().as_default() as graph:
        results = [
            convert_to_tensor(kind(2.0), float32),
            graph.constant(3.0) * kind(2.0),
            convert_to_tensor([kind(2.0), 1.0]),
        ]
        values = Session(graph=graph).run(results)
    assert [value.tolist() for value in values] == [2.0, 6.0, [2.0, 1.0]]


@pytest.mark.parametrize(("priorities", "taken"), [((100, 100), 1.0), ((100, 50), 2.0), ((50, 100), 1.0)])
def test_the_lowest_priority_is_asked_and_the_first_of_equals(
    priorities: tuple[int, int], taken: float
) -> None:
    kind = kind_of_object()
    for factor, priority in zip((1.0, 2.0), priorities, strict=True):
        register_tensor_conversion_function((kind,), as_constant(factor), priority=priority)
    with Graph().as_default() as graph:
        assert Session(graph=graph).run(convert_to_tensor(kind(1.0))) == taken


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, print), "base_type must be a class or a tuple of classes, given: 3"),
        ((kind_of_object(), None), "conversion_func must be a function, given: None"),
        ((complex, print), "complex takes no method, as it is not written in Python"),
    ],
)
def test_what_cannot_be_registered_says_so(arguments: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        register_tensor_conversion_function(*arguments)


def test_a_function_that_gives_no_tensor_is_told_of() -> None:
    kind = kind_of_object()
    register_tensor_conversion_function(kind, lambda value, dtype, name, as_ref: NotImplemented)
    with (
        Graph().as_default(),
        pytest.raises(TypeError, match="conversion function of Length gave NotImplemented, no tensor"),
    ):
        convert_to_tensor(kind(1.0))
