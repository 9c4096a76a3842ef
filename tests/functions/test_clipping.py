"""Clipping and norms: None entries, rows of tables, lengths that are not finite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.functions import clipping
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.slices import IndexedSlices
from estimator.runtime.session import Session


def given(*shape: int | None) -> Any:
    return b.Placeholder(dtype="float32", shape=shape)


def run(fetches: Any, feeds: Any) -> Any:
    with Session() as session:
        return session.run(fetches, feeds)


def test_the_global_norm_is_over_all_tensors_and_leaves_none_out() -> None:
    x, y = given(1), given(1)
    assert run(clipping.global_norm([x, None, y]), {x: [3], y: [4]}) == 5


def test_a_list_of_nones_has_no_norm() -> None:
    with pytest.raises(ValueError, match="without a tensor"):
        clipping.global_norm([None])


def test_one_tensor_instead_of_a_list_is_an_error() -> None:
    with pytest.raises(TypeError, match="a list of tensors is wanted"):
        clipping.global_norm(given(2))


def test_clipping_by_the_global_norm_keeps_the_directions() -> None:
    x, y = given(1), given(1)
    (a, none, c), norm = clipping.clip_by_global_norm([x, None, y], 1.0)
    assert none is None
    got = run([a, c, norm], {x: [3], y: [4]})
    np.testing.assert_allclose(np.concatenate([got[0], got[1]]), [0.6, 0.8], rtol=1e-6)
    assert got[2] == 5


def test_what_is_shorter_than_the_bound_is_left_alone() -> None:
    x = given(2)
    assert run(clipping.clip_by_global_norm([x], 10.0)[0][0], {x: [3, 4]}).tolist() == [3, 4]


def test_an_infinite_gradient_is_not_hidden() -> None:
    x = given(2)
    assert np.isnan(run(clipping.clip_by_global_norm([x], 1.0)[0][0], {x: [1, np.inf]})).all()


def test_rows_of_a_table_stay_rows_of_a_table() -> None:
    rows = IndexedSlices(given(2, 1), b.Const(value=np.array([0, 5], np.int32), dtype="int32"))
    (clipped,), _ = clipping.clip_by_global_norm([rows], 1.0)
    assert isinstance(clipped, IndexedSlices)
    assert clipped.indices is rows.indices
    assert run(clipping.clip_by_value(rows, 0.0, 1.0).values, {rows.values: [[-1], [2]]}).tolist() == [
        [0],
        [1],
    ]


def test_the_gradient_of_clipping_by_norm_is_finite_at_zero() -> None:
    x = given(2)
    (dx,) = gradients(clipping.clip_by_norm(x, 1.0), x)
    np.testing.assert_array_equal(run(dx, {x: [0, 0]}), [1, 1])


def test_bounds_that_would_change_the_shape_are_an_error() -> None:
    with pytest.raises(ValueError, match="give scalars"):
        clipping.clip_by_value(given(None, 2), [[[0.0]]], 1.0)
