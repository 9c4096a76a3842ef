"""Which axes a gradient is summed over, and when the graph needs not find out while it runs."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.graph import build as b
from estimator.graph.broadcasting import repeated_axes, shape_source
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Tensor


def given(*dims: int | None) -> Tensor:
    result: Tensor = b.Placeholder(dtype="float32", shape=dims)
    return result


def types_of_gradient(y: Tensor, x: Tensor) -> list[str]:
    """The types of the operations that the gradient adds."""
    before = get_default_graph().version
    gradients(y, x)
    return [op.type for op in get_default_graph().get_operations()[before:]]


@pytest.mark.parametrize(
    ("dims", "other", "axes"),
    [
        ((3, 4), (3, 4), []),
        ((None, 4), (4,), []),
        ((None, 4), (1, 4), []),
        ((4,), (None, 4), [0]),
        ((1, 4), (None, 4), [0]),
        ((), (None, 4), [0, 1]),
        ((3, 1), (3, 5), [1]),
        ((1, 1), (1, 1), []),
        ((None, 4), (None, 4), None),
        ((None,), (3,), None),
        (None, (3,), None),
        ((3,), None, None),
    ],
)
def test_the_static_shapes_say_which_axes_are_repeated(dims: Any, other: Any, axes: Any) -> None:
    assert repeated_axes(dims, [other]) == axes


def test_three_tensors_are_taken_together() -> None:
    assert repeated_axes((1, 4), [(None, 1), (4,)]) == [0]
    assert repeated_axes((2, 1), [(2, 1), (4,)]) == [1]


def test_a_bias_gradient_is_one_sum() -> None:
    types = types_of_gradient(b.AddV2(given(None, 4), bias := given(4)), bias)
    assert types.count("Sum") == 1
    assert "BroadcastGradientArgs" not in types
    assert "Reshape" not in types


def test_two_unknown_batches_are_compared_while_it_runs() -> None:
    x, y = given(None, 4), given(None, 4)
    assert "BroadcastGradientArgs" in types_of_gradient(b.Mul(x, y), x)


def test_tensors_made_from_one_need_no_comparison() -> None:
    x = given(None, 4)
    types = types_of_gradient(b.Mul(b.Tanh(x), b.Sub(b.Square(x), 1.0)), x)
    assert "BroadcastGradientArgs" not in types


def test_the_source_of_a_broadcast_of_two_is_itself() -> None:
    x, y = given(None, 4), given(None, 4)
    product = b.Mul(x, y)
    assert shape_source(b.Tanh(product)) is product
    assert shape_source(b.Tanh(b.Mul(x, 2.0))) is x


def test_a_long_chain_of_products_with_itself_is_followed_in_no_time() -> None:
    with Graph().as_default():
        x = given(None, 4)
        for _ in range(60):  # 2**60 paths
            x = b.Mul(x, x)
        gradients(x, x.graph.get_operations()[0].outputs[0])
