"""tf.reduce_*: axes in every spelling, deprecated names, unknown ranks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import int32
from estimator.functions import reductions
from estimator.graph import build as b
from estimator.runtime.session import Session

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


def run(fetches: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetches, feeds)


def given(shape: Any = (None, 3, 4)) -> Any:
    return b.Placeholder(dtype="float32", shape=shape)


@pytest.mark.parametrize("axis", [None, 0, -1, [1], (0, 2), np.array([0, 1])])
@pytest.mark.parametrize("keepdims", [False, True])
def test_axes_come_in_every_spelling(axis: Any, keepdims: bool) -> None:
    x = given()
    wanted = X.sum(axis=tuple(axis) if isinstance(axis, (list, np.ndarray)) else axis, keepdims=keepdims)
    np.testing.assert_allclose(run(reductions.reduce_sum(x, axis, keepdims), {x: X}), wanted)


def test_an_axis_may_be_a_tensor() -> None:
    x, axis = given(), b.Placeholder(dtype="int32", shape=[])
    np.testing.assert_allclose(run(reductions.reduce_mean(x, axis), {x: X, axis: 1}), X.mean(1))


def test_all_axes_of_a_tensor_of_unknown_rank_are_reduced() -> None:
    x = given(None)
    greatest = reductions.reduce_max(x)
    assert greatest.dims == reductions.reduce_logsumexp(x).dims == ()
    assert reductions.reduce_max(x, keepdims=True).dims is None
    assert run(greatest, {x: X}) == 23


def test_deprecated_names_still_work() -> None:
    total = reductions.reduce_sum(given(), reduction_indices=[1], keep_dims=True)
    assert total.dims == (None, 1, 4)
    assert reductions.argmax(given(), dimension=1).dims == (None, 4)


def test_an_argument_under_both_its_names_is_an_error() -> None:
    with pytest.raises(ValueError, match="pass only axis"):
        reductions.reduce_sum(given(), axis=1, reduction_indices=1)


def test_log_sum_exp_of_large_numbers_is_finite() -> None:
    x = given((2,))
    np.testing.assert_allclose(
        run(reductions.reduce_logsumexp(x), {x: [1000, 1000]}), 1000 + np.log(2), rtol=1e-6
    )


def test_log_sum_exp_of_nothing_but_minus_infinity_is_minus_infinity() -> None:
    x = given((2,))
    assert run(reductions.reduce_logsumexp(x), {x: [-np.inf, -np.inf]}) == -np.inf


def test_argmax_is_over_the_first_axis_by_default_and_may_be_int32() -> None:
    x = given()
    best = reductions.argmax(x, output_type=int32)
    assert best.dtype is int32
    assert run(best, {x: X}).tolist() == np.ones((3, 4)).tolist()


def test_arg_max_takes_the_type_in_the_third_place() -> None:
    x = given()
    found = [reductions.arg_max(x, 1, int32, "most"), reductions.arg_min(x, 0)]
    assert [tensor.dtype.name for tensor in found] == ["int32", "int64"] and found[0].name == "most:0"
    most, least = run(found, {x: X})
    assert (most == X.argmax(1)).all() and (least == X.argmin(0)).all()
