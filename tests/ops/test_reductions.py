"""Gradients of reductions where values tie, are zero, or are many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.runtime.session import Session


def slope(y: Any, x: Any, value: Any) -> Any:
    (dx,) = gradients(y, x)
    with Session() as session:
        return session.run(dx, {x: value})


def given(*shape: int | None) -> Any:
    return b.Placeholder(dtype="float32", shape=shape)


@pytest.mark.parametrize("op", ["Max", "Min"])
def test_equal_extremes_share_the_gradient(op: str) -> None:
    x = given(None, 3)
    value = [[1, 1, 1], [2, 2, 2]]
    np.testing.assert_allclose(slope(getattr(b, op)(x, [1]), x, value), np.full((2, 3), 1 / 3), rtol=1e-6)


def test_the_gradient_of_a_product_with_one_zero_is_the_product_of_the_others() -> None:
    x = given(None, 3)
    np.testing.assert_array_equal(slope(b.Prod(x, [1]), x, [[2, 0, 3], [0, 0, 5]]), [[0, 6, 0], [0, 0, 0]])


@pytest.mark.parametrize("axes", [[1], [-1], [0, 1], []])
def test_the_gradient_of_a_product_is_the_same_if_only_the_run_tells_the_axes_or_the_rank(
    axes: list[int],
) -> None:
    value = np.float32([[2, 0, 3], [0, 4, 5]])
    (x, unknown), fed = (given(None, 3), b.Placeholder(dtype="float32")), b.Placeholder(dtype="int64")
    wanted = slope(b.Prod(x, np.array(axes, np.int64)), x, value)
    by_axes, by_rank = b.Prod(x, fed), b.Prod(unknown, np.array(axes, np.int64))
    slopes = [*gradients(by_axes, x), *gradients(by_rank, unknown)]
    with Session() as session:
        found = session.run(slopes, {x: value, unknown: value, fed: axes})
    np.testing.assert_array_equal(found, [wanted, wanted])
    assert (
        np.count_nonzero(wanted) == {1: 2, 2: 0, 0: 6}[len(axes)]
    )  # others of a row, of all, and themselves


@pytest.mark.parametrize(
    ("shape", "axes"), [((2, 0), [1]), ((0, 3), [0]), ((0, 3), [1]), ((2, 0, 3), [0, 1])]
)
def test_the_gradient_of_a_product_of_nothing_is_empty(shape: tuple[int, ...], axes: list[int]) -> None:
    x = given(*[None] * len(shape))
    assert slope(b.Prod(x, axes), x, np.zeros(shape)).shape == shape


def test_a_mean_over_an_unknown_batch_divides_by_its_size() -> None:
    x = given(None, 2)
    np.testing.assert_array_equal(slope(b.Mean(x, [0, 1]), x, np.ones((4, 2))), np.full((4, 2), 0.125))


def test_a_mean_over_known_sizes_divides_by_a_constant() -> None:
    x = given(None, 8)
    gradients(b.Mean(x, [1]), x)
    assert "Size" not in {op.type for op in x.graph.get_operations()}


def test_an_axis_out_of_range_is_found_while_the_graph_is_built() -> None:
    with pytest.raises(ValueError, match="axis 2 is out of range for 2 dimensions"):
        b.Sum(given(None, 3), 2)
