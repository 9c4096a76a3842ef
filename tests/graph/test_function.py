"""Graphs inside graphs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import estimator.ops  # noqa: F401  declares the ops
from estimator.core.dtypes import float32, resource
from estimator.graph import build
from estimator.graph.function import FunctionGraph, trace
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def called(body: FunctionGraph, *arguments: Any) -> list[Any]:
    feeds = dict(zip(body.arguments, arguments, strict=True))
    return [np.asarray(value).tolist() for value in Session(graph=body).run(body.results, feeds)]


def traced(function: Any, count: int = 1) -> FunctionGraph:
    return trace(function, [(float32, (2,))] * count, tuple(range(count)), "Dataset.map")


def test_a_function_becomes_a_graph_of_its_own(graph: Graph) -> None:
    body = traced(lambda x, y: {"sum": x + y, "twice": (2.0 * x, x)}, 2)
    assert called(body, [1.0, 2.0], [10.0, 20.0]) == [[11.0, 22.0], [2.0, 4.0], [1.0, 2.0]]
    assert list(body.structure) == ["sum", "twice"]
    assert body.outer is graph
    assert graph.get_operations() == []
    assert get_default_graph() is graph


def test_a_tuple_is_passed_as_arguments_and_anything_else_as_one() -> None:
    specs = [(float32, ()), (float32, ())]
    assert called(trace(lambda both: both["a"] - both["b"], specs, {"a": 0, "b": 0}, "map"), 5.0, 3.0) == [
        2.0
    ]
    assert called(trace(lambda both: both[0], specs, (0, 0), "map", unpack=False), 5.0, 3.0) == [5.0]


def test_a_list_of_results_is_one_tensor_and_numbers_are_constants() -> None:
    assert called(traced(lambda x: [x, x]), [1.0, 2.0]) == [[[1.0, 2.0], [1.0, 2.0]]]
    assert called(traced(lambda x: (x, 3)), [1.0, 2.0]) == [[1.0, 2.0], 3]


def test_constants_of_the_surrounding_graph_are_copied_in_on_either_side_of_an_operator(graph: Graph) -> None:
    scale = build.Mul(graph.constant([2.0, 3.0]), 10.0)
    for function in (
        lambda x: x * scale,
        lambda x: scale * x,
        lambda x: build.Mul(scale, x),
        lambda x: scale[::-1][::-1] * x,
        lambda x: -scale * -x,
    ):
        body = traced(function)
        assert called(body, [1.0, 2.0]) == [[20.0, 60.0]]
        assert all(tensor.graph is body for tensor in body.results)
    assert called(traced(lambda x: scale), [0.0, 0.0]) == [[20.0, 30.0]]


def test_a_constant_used_twice_is_captured_once(graph: Graph) -> None:
    scale = graph.constant([2.0, 3.0])
    body = traced(lambda x: scale * x + scale)
    assert list(body.captures) == [scale]


def test_tensors_of_the_surrounding_graph_are_refused_with_the_way_out() -> None:
    outer = build.Placeholder(dtype=float32, shape=(2,), name="outer")
    with pytest.raises(
        ValueError,
        match=r"function given to Dataset.map uses Tensor\(\"outer:0\".*, a tensor of the surrounding graph.*numpy array",
    ):
        traced(lambda x: x + outer)


def test_variables_are_refused_as_such() -> None:
    v = Variable([1.0, 2.0], name="v")
    read = v.as_tensor()
    for function in (lambda x: x * v, lambda x: v * x, lambda x: x * read):
        with pytest.raises(ValueError, match="Dataset.map uses .*, a variable of the surrounding graph"):
            traced(function)


def test_the_seed_is_the_surrounding_graphs(graph: Graph) -> None:
    graph.seed = 42
    assert traced(lambda x: x).seed == 42


def test_without_copies_captured_tensors_become_placeholders(graph: Graph) -> None:
    x = build.Placeholder(dtype=float32, shape=(2,))
    handle = build.VarHandleOp(dtype=float32, shape=(2,), shared_name="v")
    body = FunctionGraph("body", graph)
    with body.as_default():
        total = x + body.add_argument(float32, (2,)) + x
        read = build.ReadVariableOp(handle, dtype=float32)
    assert total.graph is body and read.graph is body
    assert list(body.captures) == [x, handle]
    assert [each.op.type for each in body.captures.values()] == ["Placeholder"] * 2
    assert [(each.dtype, each.dims) for each in body.captures.values()] == [(float32, (2,)), (resource, ())]


def test_captures_go_through_all_graphs_in_between(graph: Graph) -> None:
    x = build.Placeholder(dtype=float32, shape=())
    outer = FunctionGraph("outer", graph)
    inner = FunctionGraph("inner", outer)
    with outer.as_default(), inner.as_default():
        result: Tensor = build.Neg(x)
    (middle,) = outer.captures.values()
    assert list(outer.captures) == [x]
    assert list(inner.captures) == [middle]
    assert result.op.inputs == (inner.captures[middle],)
    with inner.as_default():
        build.Neg(x)
    assert len(inner.captures) == 1
