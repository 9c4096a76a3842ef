"""Ops that call functions; tests/runtime/test_bodies.py shows what runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32
from estimator.core.errors import InvalidArgumentError
from estimator.functions.random import random_uniform
from estimator.graph import build
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph
from estimator.graph.op import NameAttrList
from estimator.runtime.session import Session
from estimator.variables.variable import Variable
from tests.bodies import branches, branches_by_number, call, loop, traced


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def doubling(dtype: Any = float32) -> FunctionGraph:
    return traced(lambda x: [x + x], [build.Placeholder(dtype=dtype, shape=(2,))], "doubling")


@pytest.mark.parametrize("call_op", [build.PartitionedCall, build.StatefulPartitionedCall])
def test_a_call_runs_its_function_and_knows_the_shape_it_gives(call_op: Any) -> None:
    (y,) = call_op([np.float32([1, 2])], Tout=[float32], f=doubling().name)
    assert y.dims == (2,)
    assert Session().run(y).tolist() == [2, 4]


@pytest.mark.parametrize("branch_op", [build.If, build.StatelessIf])
def test_branches_have_the_shapes_that_are_stated(branch_op: Any) -> None:
    name = doubling().name
    arguments: dict[str, Any] = {"Tout": [float32], "then_branch": name, "else_branch": name}
    (y,) = branch_op(True, [np.float32([1, 2])], **arguments, output_shapes=[(2,)])
    (unknown,) = branch_op(False, [np.float32([1, 2])], **arguments)
    assert (y.dims, unknown.dims) == ((2,), None)
    assert [value.tolist() for value in Session().run([y, unknown])] == [[2, 4]] * 2


@pytest.mark.parametrize("case_op", [build.Case, build.StatelessCase])
def test_a_number_chooses_among_functions_and_the_last_stands_for_all_others(case_op: Any) -> None:
    x = build.Const(value=np.float32([1, 2]), dtype=float32)
    names = [doubling().name, traced(lambda x: [-x], [x], "negative").name]
    number = build.Placeholder(dtype=int32, shape=())
    (y,) = case_op(number, [x], Tout=[float32], branches=names, output_shapes=[(2,)])
    (unknown,) = case_op(number, [x], Tout=[float32], branches=names)
    assert (y.dims, unknown.dims) == ((2,), None)
    found = [Session().run([y, unknown], {number: value}) for value in (0, 1, 2, -1)]
    assert [[value.tolist() for value in pair] for pair in found] == [
        [expected] * 2 for expected in ([2, 4], [-1, -2], [-1, -2], [-1, -2])
    ]


@pytest.mark.parametrize(
    ("number", "branches", "error", "message"),
    [
        (0, [], ValueError, "branches must be at least one function"),
        ([0], ["doubling"], ValueError, r"branch_index must be a scalar, its shape is \(1,\)"),
        (
            0,
            ["doubling", "whole"],
            ValueError,
            r"branches is 'whole', which takes \(int32\); given: \(float32\)",
        ),
        (0, ["doubling", "hole"], ValueError, r"the graph has no function 'hole' for branches\..*'whole'"),
        (0.0, ["doubling"], TypeError, "'branch_index'.* cannot be made int32"),
    ],
)
def test_a_number_and_functions_that_do_not_fit_are_refused(
    number: Any, branches: list[str], error: Any, message: str
) -> None:
    doubling()
    traced(lambda x: [x], [build.Placeholder(dtype=int32, shape=(2,))], "whole")
    with pytest.raises(error, match=f"Case 'Case'.*{message}"):
        build.Case(number, [np.float32([1, 2])], Tout=[float32], branches=branches)


def test_a_number_that_only_the_run_knows_to_be_no_scalar_is_refused() -> None:
    number = build.Placeholder(dtype=int32, shape=None)
    (y,) = branches_by_number(number, [lambda: [1.0], lambda: [2.0]])
    assert Session().run(y, {number: 0}) == 1.0
    with pytest.raises(InvalidArgumentError, match=r"branch_index must be a scalar, its shape is \(2,\)"):
        Session().run(y, {number: [0, 1]})


@pytest.mark.parametrize("loop_op", [build.While, build.StatelessWhile])
def test_a_loop_repeats_its_body(loop_op: Any) -> None:
    x = np.float32([1, 2])
    cond = traced(
        lambda x: [build.Less(build.Sum(x, [0]), 40.0)], [build.Const(value=x, dtype=float32)], "cond"
    )
    (y,) = loop_op([x], cond=cond.name, body=doubling().name, output_shapes=[(2,)])
    assert y.dims == (2,)
    assert Session().run(y).tolist() == [16, 32]


def test_a_function_without_results_is_called_for_what_it_does() -> None:
    v = Variable(1.0, name="v")
    body = FunctionGraph("writes")
    with body.as_default():
        v.assign_add(1.0)
    run = build.StatefulPartitionedCall([*body.captures], Tout=[], f=body.name)
    session = Session()
    session.run(v.initializer)
    session.run(run)
    assert session.run([v, run]) == [3, None]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"f": "doubled"}, r"the graph has no function 'doubled' for f\..*'doubling'"),
        ({"args": [np.int32([1, 2])]}, r"f is 'doubling', which takes \(float32\); given: \(int32\)"),
        ({"args": []}, r"takes \(float32\); given: \(\)"),
        ({"Tout": [int32]}, r"f is 'doubling', which gives \(float32\); wanted: \(int32\)"),
    ],
)
def test_a_function_that_does_not_fit_is_refused(arguments: dict[str, Any], message: str) -> None:
    given = {"args": [np.float32([1, 2])], "Tout": [float32], "f": doubling().name} | arguments
    with pytest.raises(ValueError, match=f"PartitionedCall 'PartitionedCall'.*{message}"):
        build.PartitionedCall(**given)


def test_a_condition_gives_one_value_and_shapes_are_stated_for_all_outputs() -> None:
    x = build.Const(value=np.float32([1, 2]), dtype=float32)
    two, body = traced(lambda x: [x, x], [x], "two"), doubling()
    with pytest.raises(
        ValueError, match=r"cond is 'two', which must give one value, not \(float32, float32\)"
    ):
        build.While([x], cond=two.name, body=body.name)
    with pytest.raises(ValueError, match="output_shapes has 2 shapes for 1 outputs"):
        build.If(
            True, [x], Tout=[float32], then_branch=body.name, else_branch=body.name, output_shapes=[(2,), ()]
        )


def test_what_an_operation_does_is_what_its_bodies_do(graph: Graph) -> None:
    v = Variable(1.0, name="v")

    def checking() -> list[Any]:
        build.Assert(True, [1.0])
        return [1.0]

    made = {
        "pure": call(lambda: [1.0], []),
        "read": call(lambda: [v], []),
        "check": branches_by_number(0, [lambda: [2.0], checking]),
        "random": branches(True, lambda: [random_uniform([])], lambda: [1.0]),
        "write": loop(
            lambda x: x < 1.0, lambda x: branches(True, lambda: [v.assign(1.0)], lambda: [x]), [1.0]
        ),
    }
    assert {effect: outputs[0].op.effect for effect, outputs in made.items()} == {
        effect: effect for effect in made
    }


def test_a_function_is_named_by_a_string_or_with_attributes() -> None:
    name = doubling().name
    calls = [
        build.PartitionedCall([np.float32([1, 2])], Tout=[float32], f=f) for f in (name, NameAttrList(name))
    ]
    assert [outputs[0].op.attrs["f"] for outputs in calls] == [NameAttrList("doubling")] * 2
