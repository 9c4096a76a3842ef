"""Values that are, hold or stand for tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32
from estimator.functions.scoping import convert_to_tensor
from estimator.graph import build as b
from estimator.graph.conversion import register_tensor_conversion_function
from estimator.graph.graph import Graph, get_default_graph
from estimator.runtime.session import Session


def registered(*made: Any, **options: Any) -> Any:
    """An instance of a class of its own, which becomes the first of these values that is not NotImplemented."""
    kind = type("Kind", (), {})
    for value in made:
        register_tensor_conversion_function(kind, value, **options)
    return kind()


def five(value: Any, dtype: Any = None, name: Any = None, as_ref: bool = False) -> Any:
    return get_default_graph().constant(5, dtype or int32, name or "five")


def test_a_value_of_a_class_that_is_registered_is_taken_as_a_tensor(graph: Graph) -> None:
    value = registered(five)
    with Session() as session:
        found = [
            convert_to_tensor(value),
            b.AddV2(1.5, b.Cast(value, DstT=float32)),
            convert_to_tensor(value, float32),
        ]
        assert [kind.dtype for kind in found] == [int32, float32, float32]
        assert session.run(found) == [5, 6.5, 5.0]
        assert session.run(graph.constant(1.0) + value) == 6.0  # which type is wanted is told


def test_the_lowest_priority_is_asked_first_and_may_decline(graph: Graph) -> None:
    class Base: ...

    class Derived(Base): ...

    register_tensor_conversion_function((Base,), lambda value, **_: graph.constant(1.0), priority=50)
    register_tensor_conversion_function(Derived, lambda value, **_: graph.constant(2.0), priority=10)
    declining = registered(lambda value, **_: NotImplemented, five)
    with Session() as session:
        # what TensorFlow 2.15.1 gives
        assert session.run(list(map(convert_to_tensor, (Derived(), Base(), declining)))) == [2.0, 1.0, 5]


@pytest.mark.parametrize("made", [3, lambda: b.Neg(1)])
def test_what_is_no_tensor_of_the_wanted_type_is_refused(graph: Graph, made: Any) -> None:
    value = registered(lambda value, **_: made() if callable(made) else made)
    with pytest.raises(RuntimeError, match="for Kind should give a tensor of float32, but gave"):
        convert_to_tensor(value, float32)


def test_nobody_knows_the_value(graph: Graph) -> None:
    with pytest.raises(TypeError, match="Kind"):
        convert_to_tensor(registered(lambda value, **_: NotImplemented))


@pytest.mark.parametrize(
    ("kind", "function", "message"),
    [
        (3, five, "base_type must be a type or a tuple of types, given: 3"),
        (int, five, "Cannot register conversions for Python numeric types"),
        ((str, np.ndarray), five, "Cannot register conversions for Python numeric types"),
        (Graph, 3, "conversion_func must be a function, given: 3"),
    ],
)
def test_what_cannot_be_registered_is_told(kind: Any, function: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        register_tensor_conversion_function(kind, function)


def test_a_list_may_hold_such_values(graph: Graph) -> None:
    with Session() as session:
        assert session.run(convert_to_tensor([registered(five), 1])).tolist() == [5, 1]


@pytest.mark.parametrize(("priorities", "taken"), [((100, 100), 1.0), ((100, 50), 2.0), ((50, 100), 1.0)])
def test_of_equal_priorities_the_first_is_asked(
    graph: Graph, priorities: tuple[int, int], taken: float
) -> None:
    kind = type("Kind", (), {})
    for number, priority in zip((1.0, 2.0), priorities, strict=True):
        made = graph.constant(number)
        register_tensor_conversion_function(kind, lambda value, made=made, **_: made, priority=priority)
    assert Session().run(convert_to_tensor(kind())) == taken
