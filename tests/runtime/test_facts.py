"""What a plan knows of the tensors of a run before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32, variant
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.facts import Facts
from estimator.runtime.program import make_program


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def placeholder(shape: Any, dtype: Any = float32) -> Tensor:
    result: Tensor = build.Placeholder(dtype=dtype, shape=shape)
    return result


def facts(graph: Graph, fetched: Tensor, given: dict[Tensor, Any]) -> Facts:
    """What is known of a run in which these tensors are given in these shapes."""
    program = make_program(graph, [fetched], [], list(given))
    return Facts(program, list(given.values()))


def test_shapes_follow_from_the_given_ones_and_values_from_shapes(graph: Graph) -> None:
    x = placeholder((None, 2))
    rows = build.Shape(x)[0] * 2
    y = build.Reshape(x, build.Pack([rows]))
    known = facts(graph, y, {x: (3, 2)})
    assert known.dims[y] == (6,)
    assert known.values[rows] == 6


def test_a_size_that_only_the_run_tells_does_not_hide_the_others(graph: Graph) -> None:
    x, columns = placeholder((None,)), placeholder((None, 3))
    count = build.Shape(build.Where(build.Greater(x, 0.0)))[0]
    y = build.Fill(build.Pack([count, build.Shape(columns)[1]]), 1.0)
    assert facts(graph, y, {x: (4,), columns: (2, 3)}).dims[y] == (None, 3)


def test_nothing_is_known_of_a_given_tensor_by_the_way_it_would_be_made(graph: Graph) -> None:
    count = placeholder((), int32)
    sizes = build.Pack([count, 3])
    y = build.Fill(sizes, 1.0)
    assert y.dims == (None, 3)
    assert facts(graph, y, {count: ()}).dims[y] == (None, 3)
    assert facts(graph, y, {sizes: (2,)}).dims[y] == (None, None)


def test_a_given_constant_is_not_its_value(graph: Graph) -> None:
    factor = graph.constant(2.0)
    y = build.Neg(factor)
    assert facts(graph, y, {}).values[y] == -2.0
    assert y not in facts(graph, y, {factor: ()}).values


def test_large_values_and_random_ones_are_left_to_the_run(graph: Graph) -> None:
    large = build.Neg(np.ones(5000, np.float32))
    drawn = build.RandomUniform([2], dtype=float32)
    assert large not in facts(graph, large, {}).values
    assert drawn not in facts(graph, drawn, {}).values


def test_an_element_of_a_list_has_the_shape_that_all_have(graph: Graph) -> None:
    values = placeholder((), variant)
    found = build.TensorListGetItem(values, 0, [-1, 3], element_dtype=float32)
    assert facts(graph, found, {values: (2, 3)}).dims[found] == (2, 3)
    assert facts(graph, found, {values: None}).dims[found] == (None, 3)
    assert facts(graph, found, {values: (2, 4)}).dims[found] == (None, 3)  # the kernel says so
