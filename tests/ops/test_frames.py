"""The ops of TensorFlow 1's control flow, before they run; tests/runtime/executors/test_frames.py runs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import bool as boolean
from estimator.core.dtypes import float32, resource
from estimator.core.errors import GradientError
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from tests.runtime.loops import branch, into, loop


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def placeholder(*dims: Any, dtype: Any = float32) -> Tensor:
    tensor: Tensor = build.Placeholder(dtype=dtype, shape=dims)
    return tensor


def test_both_sides_of_a_switch_have_the_shape_of_its_value() -> None:
    no, yes = build.Switch(placeholder(2, None), placeholder(dtype=boolean))
    assert (no.dims, yes.dims) == ((2, None), (2, None))


def test_a_switch_wants_one_truth() -> None:
    with pytest.raises(ValueError, match=r"pred must be a scalar, given the shape \(2,\)"):
        build.Switch(placeholder(2), placeholder(2, dtype=boolean))


@pytest.mark.parametrize(
    ("shapes", "common"),
    [
        ([(2, 3), (2, 3)], (2, 3)),
        ([(2, 3), (2, 4)], (2, None)),
        ([(2, 3), (3,)], None),
        ([(2, None), (2, 3), (5, 3)], (None, None)),
    ],
)
def test_a_merge_has_what_the_shapes_have_in_common(shapes: Any, common: Any) -> None:
    value, index = build.Merge([placeholder(*dims) for dims in shapes])
    assert (value.dims, index.dims) == (common, ())


def test_handles_pass_as_they_are() -> None:
    handle = build.VarHandleOp(dtype=float32, shape=(2,), shared_name="v")
    no, _ = build.Switch(handle, placeholder(dtype=boolean))
    assert no.dtype is resource
    assert build.ReadVariableOp(no, dtype=float32).dims == (2,)
    assert build.ReadVariableOp(into("f", handle), dtype=float32).dims == (2,)


def run(fetches: Any, feed: Any) -> list[Any]:
    """What both executors give."""
    found = []
    for executor in ("interpreter", "numpy"):
        with Session(executor=executor) as session:
            session.run([op for op in session.graph.get_operations() if op.type == "AssignVariableOp"], feed)
            found.append([np.asarray(value).tolist() for value in session.run(fetches, feed)])
    assert found[0] == found[1]
    return found[0]


def test_a_gradient_flows_through_the_branch_that_was_taken() -> None:
    x, other, pred = placeholder(2), placeholder(2), placeholder(dtype=boolean)
    no, yes = build.Switch(other, pred)
    y, _ = branch(pred, x, lambda x: build.Mul(build.Neg(x), no), build.Square)
    found = gradients(y, [x, other])
    assert [gradient.dims for gradient in found if isinstance(gradient, Tensor)] == [(2,), (2,)]
    feed = {x: [1.0, 2.0], other: [3.0, 4.0]}
    assert run(found, {**feed, pred: True}) == [[2.0, 4.0], [0.0, 0.0]]
    assert run(found, {**feed, pred: False}) == [[-3.0, -4.0], [-1.0, -2.0]]


@pytest.mark.parametrize("p", [True, False])
@pytest.mark.parametrize("q", [True, False])
def test_gradients_flow_through_branches_in_branches_twice_and_to_variables(p: bool, q: bool) -> None:
    """Of x^3 v^2, where p and q hold, of x^2 v where p holds, and of 5 v."""
    x, first, second = placeholder(), placeholder(dtype=boolean), placeholder(dtype=boolean)
    v = build.VarHandleOp(dtype=float32, shape=(), shared_name="v")
    build.AssignVariableOp(v, np.float32(3))
    handles = build.Switch(v, first)
    values = [build.ReadVariableOp(handle, dtype=float32) for handle in handles]

    def taken(x: Any) -> Any:
        inside = build.Switch(second, first)[1]
        no, yes = build.Switch(values[1], inside)
        return branch(
            inside, x, lambda x: build.Mul(build.Square(x), no), lambda x: build.Mul(x**3, build.Square(yes))
        )[0]

    y, _ = branch(first, x, lambda x: build.AddV2(build.Mul(values[0], 5.0), build.Mul(x, 0.0)), taken)
    once = gradients(y, [x, v])
    twice = gradients(once[1], [x, v])
    a, b = 2.0, 3.0
    wanted = (
        [[3 * a**2 * b**2, 2 * a**3 * b], [6 * a**2 * b, 2 * a**3]]
        if p and q
        else [[2 * a * b, a**2], [2 * a, 0]]
    )
    wanted = wanted if p else [[0, 5], [0, 0]]
    found = [gradient for gradient in (*once, *twice) if gradient is not None]
    assert run(found, {x: a, first: p, second: q}) == [
        value
        for value, gradient in zip(sum(wanted, []), (*once, *twice), strict=True)
        if gradient is not None
    ]


def test_a_gradient_inside_of_a_loop_is_refused_too() -> None:
    x, inner = placeholder(), []

    def body(a: Any) -> list[Any]:
        inner.append(build.Square(a))
        return inner

    loop("f", lambda a: build.Less(a, into("f", 9.0)), body, [x])
    with pytest.raises(GradientError, match=r"Switch 'Switch'.*read from a file.*build the model anew"):
        gradients(inner[0], x)
    head = next(op for op in x.graph.get_operations() if op.type == "Merge")
    with pytest.raises(GradientError, match=r"Merge 'Merge'.*a loop of TensorFlow 1's control flow"):
        gradients(head.outputs[0], x)


def test_a_gradient_through_what_only_the_rounds_of_a_loop_use_is_refused_too() -> None:
    """The way from w to y goes back over the edge to the head of the loop, which was made before."""
    w = placeholder()
    entered, end = into("f", w), into("f", 3.0)
    (y,) = loop("f", lambda a: build.Less(a, end), lambda a: [build.Mul(a, entered)], [1.0])
    with pytest.raises(GradientError, match=r"Exit 'Exit'.*control flow"):
        gradients(y, w)
