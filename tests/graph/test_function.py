"""Graphs inside graphs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, resource
from estimator.graph import build
from estimator.graph.function import FunctionGraph, share_captures, trace
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


def test_a_tensor_without_known_value_gets_a_placeholder_that_stands_for_it(graph: Graph) -> None:
    outer = build.Placeholder(dtype=float32, shape=(2,), name="outer")
    body = traced(lambda x: x + outer)
    ((source, inner),) = body.captures.items()
    assert source is outer and inner.graph is body and inner.op.type == "Placeholder"


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


# -- bodies of control flow --------------------------------------------------------------------------


def test_a_body_stands_in_the_library_of_the_outermost_graph_under_a_name_of_its_own(graph: Graph) -> None:
    outer = FunctionGraph("body", graph)
    inner = FunctionGraph("body", outer)
    assert graph.library == {"body": outer, "body_1": inner}
    assert inner.outermost is graph
    assert (inner.name, inner.path, graph.path) == ("body_1", "body_1:", "")


def test_a_body_that_could_not_be_traced_is_forgotten(graph: Graph) -> None:
    with pytest.raises(ZeroDivisionError):
        trace(lambda x: 1 / 0, [(float32, ())], (0,), "body", capture_by_value=False)
    assert graph.library == {}


def test_a_datasets_function_has_nothing_to_do_with_the_graph_around_it(graph: Graph) -> None:
    body = traced(lambda x: x)
    assert graph.library == {}
    assert body.outermost is body


def test_bodies_called_with_the_same_inputs_capture_the_same_tensors_in_the_same_order(graph: Graph) -> None:
    x, y = (build.Placeholder(dtype=float32, shape=(), name=name) for name in "xy")
    first, second = FunctionGraph("first", graph), FunctionGraph("second", graph)
    with first.as_default():
        build.Neg(x)
    with second.as_default():
        build.Sub(y, x)
    assert share_captures(first, second) == [x, y]
    assert list(first.captures) == list(second.captures) == [x, y]
    assert [body.source_of(placeholder) for body in (first, second) for placeholder in body.inputs] == [
        x,
        y,
    ] * 2
    assert second.inputs[0] is second.get_operation_by_name("Sub").inputs[1]


def test_the_shape_of_a_captured_variable_is_known_inside(graph: Graph) -> None:
    v = Variable(np.zeros((2, 3), np.float32), name="v")
    outer = FunctionGraph("outer", graph)
    with outer.as_default(), FunctionGraph("inner", outer).as_default():
        read = build.ReadVariableOp(v.handle, dtype=float32)
        with pytest.raises(ValueError, match=r"\(3, 2\)"):
            build.AssignVariableOp(v.handle, np.zeros((3, 2), np.float32))
    assert read.dims == (2, 3)


def test_what_a_body_waits_for_outside_is_left_to_its_caller(graph: Graph) -> None:
    first, v = build.NoOp(name="first"), Variable(1.0, name="v")
    outer = FunctionGraph("outer", graph)
    inner = FunctionGraph("inner", outer)
    with outer.as_default():
        with inner.as_default(), inner.control_dependencies([first, v]):
            result = build.Neg(1.0)
        with outer.control_dependencies(inner.control_captures):
            build.NoOp(name="call")
    assert list(result.op.control_inputs) == []
    assert inner.control_captures == outer.control_captures == [first, v.op]


def test_a_tensor_of_a_body_is_of_no_use_outside(graph: Graph) -> None:
    with FunctionGraph("body", graph).as_default():
        inside = build.Neg(1.0)
    with pytest.raises(ValueError, match="made inside the function 'body'.*Return it from that function"):
        graph.convert(inside)


def test_collections_of_variables_are_shared_and_those_of_tensors_are_copied(graph: Graph) -> None:
    graph.add_to_collection("losses", "outside")
    body = FunctionGraph("body", graph)
    body.add_to_collection("losses", "inside")
    body.add_to_collection("trainable_variables", "v")
    assert graph.get_collection("losses") == ["outside"]
    assert body.get_collection("losses") == ["outside", "inside"]
    assert graph.get_collection("trainable_variables") == ["v"]
