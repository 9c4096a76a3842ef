"""Where data enters the graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int64
from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session


class Counter:
    """An iterator over (float, row of integers) that counts up to `end`."""

    def __init__(self, end: int) -> None:
        self.end = end
        self.at = 0

    def initialize(self, values: Any) -> None:
        self.at = 0

    def get_next(self) -> list[Any]:
        if self.at == self.end:
            raise OutOfRangeError("End of sequence")
        self.at += 1
        return [np.float32(self.at), np.full(2, self.at, np.int64)]


@pytest.fixture
def graph() -> Graph:
    graph = Graph()
    graph.resources["numbers"] = Counter(4)
    return graph


def components(graph: Graph) -> list[Tensor]:
    attrs = {"output_types": [float32, int64], "output_shapes": [(), (None,)], "shared_name": "numbers"}
    result: list[Tensor] = graph.apply("IteratorGetNext", (), attrs)
    return result


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_each_run_sees_one_element_until_the_end(graph: Graph, executor: str) -> None:
    number, row = components(graph)
    with Session(graph=graph, executor=executor) as session:
        for expected in (1, 2, 3, 4):
            value, values, double = session.run([number, row, build.Mul(number, 2.0)])
            assert (value, values.tolist(), double) == (expected, [expected] * 2, 2 * expected)
        with pytest.raises(OutOfRangeError, match="End of sequence"):
            session.run(number)


def test_types_and_shapes_are_those_of_the_attributes(graph: Graph) -> None:
    number, row = components(graph)
    assert (number.dtype, number.dims, row.dtype, row.dims) == (float32, (), int64, (None,))


def test_the_end_comes_before_the_first_write(graph: Graph) -> None:
    number, _ = components(graph)
    with Session(graph=graph) as session:
        variable = build.VarHandleOp(dtype=float32, shape=(), shared_name="v")
        session.run(build.AssignVariableOp(variable, 0.0))
        count = build.AssignAddVariableOp(variable, 1.0)
        for _ in range(4):
            session.run([count, number])
        with pytest.raises(OutOfRangeError):
            session.run([count, number])
        assert session.store.read("v") == 4.0
        assert not session.store.torn


def test_a_component_may_be_fed_while_the_others_go_on(graph: Graph) -> None:
    number, row = components(graph)
    with Session(graph=graph) as session:
        for expected in (1, 2, 3):
            value, values = session.run([number, build.AddV2(row, 1)], {row: [7, 8, 9]})
            assert (value, values.tolist()) == (expected, [8, 9, 10])


def test_with_all_components_fed_the_iterator_rests(graph: Graph) -> None:
    number, row = components(graph)
    with Session(graph=graph) as session:
        assert session.run([number, row], {number: 5.0, row: [1]})[0] == 5.0
    assert graph.resources["numbers"].at == 0


def test_an_iterator_starts_afresh(graph: Graph) -> None:
    number, _ = components(graph)
    with Session(graph=graph) as session:
        session.run(number)
        session.run(graph.apply("MakeIterator", ([],), {"shared_name": "numbers"}))
        assert session.run(number) == 1


def fed(graph: Graph, dims: Any = (None,)) -> tuple[Tensor, list[Tensor]]:
    handle = build.Placeholder(dtype="string", shape=())
    attrs = {"output_types": [float32, int64], "output_shapes": [(), dims]}
    result: list[Tensor] = graph.apply("FedIteratorGetNext", (handle,), attrs)
    return handle, result


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_a_handle_says_in_each_run_which_iterator_goes_on(graph: Graph, executor: str) -> None:
    graph.resources["others"] = Counter(9)
    with graph.as_default():
        handle, (number, row) = fed(graph)
        double = build.Mul(number, 2.0)
    assert (number.dims, row.dims) == ((), (None,))
    with Session(graph=graph, executor=executor) as session:
        for name, expected in [("numbers", 1), ("numbers", 2), ("others", 1), ("numbers", 3), ("others", 2)]:
            value, values, twice = session.run([number, row, double], {handle: name})
            assert (value, values.tolist(), twice) == (expected, [expected] * 2, 2 * expected)


def test_the_end_behind_a_handle_comes_before_the_first_write(graph: Graph) -> None:
    graph.resources["numbers"].at = 4
    with Session(graph=graph) as session:
        handle, (number, _) = fed(graph)
        variable = build.VarHandleOp(dtype=float32, shape=(), shared_name="v")
        session.run(build.AssignVariableOp(variable, 0.0))
        count = build.AssignAddVariableOp(variable, 1.0)
        with pytest.raises(OutOfRangeError, match="End of sequence"):
            session.run([count, number], {handle: "numbers"})
        assert session.store.read("v") == 0.0
        assert not session.store.torn


@pytest.mark.parametrize(
    ("text", "dims", "message"),
    [
        ("number", (None,), "no iterator with the string handle 'number' in this graph"),
        ("function", (None,), "no iterator with the string handle 'function'"),
        (
            "numbers",
            (3,),
            r"gives \(float32 \(\), int64 \(2,\)\), but .* was told \(float32 \(\), int64 \(3,\)\)",
        ),
    ],
)
def test_a_handle_that_does_not_fit_says_what_it_is(graph: Graph, text: str, dims: Any, message: str) -> None:
    graph.resources["function"] = len
    with graph.as_default(), Session() as session:
        handle, components = fed(graph, dims)
        with pytest.raises(InvalidArgumentError, match=message):
            session.run(components, {handle: text})
