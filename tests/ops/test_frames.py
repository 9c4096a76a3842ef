"""The ops of TensorFlow 1's control flow, before they run; tests/runtime/executors/test_frames.py runs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator.core.dtypes import bool as boolean
from estimator.core.dtypes import float32, resource
from estimator.core.errors import GradientError
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
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


def test_a_gradient_through_a_branch_is_refused_with_advice() -> None:
    x = placeholder(2)
    y, _ = branch(placeholder(dtype=boolean), x, build.Neg, build.Square)
    with pytest.raises(
        GradientError, match=r"Merge 'Merge'.*read from a file.*build the model anew here with tf\.cond"
    ):
        gradients(y, x)


def test_a_gradient_through_what_only_the_rounds_of_a_loop_use_is_refused_too() -> None:
    """The way from w to y goes back over the edge to the head of the loop, which was made before."""
    w = placeholder()
    entered, end = into("f", w), into("f", 3.0)
    (y,) = loop("f", lambda a: build.Less(a, end), lambda a: [build.Mul(a, entered)], [1.0])
    with pytest.raises(GradientError, match=r"Exit 'Exit'.*control flow"):
        gradients(y, w)
