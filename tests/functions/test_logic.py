"""tf.where in TensorFlow 1's meaning, and beyond."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.functions import logic
from estimator.graph import build as b
from estimator.runtime.session import Session


def given(dtype: str, *shape: int | None) -> Any:
    return b.Placeholder(dtype=dtype, shape=shape)


def run(fetches: Any, feeds: Any) -> Any:
    with Session() as session:
        return session.run(fetches, feeds)


def test_one_shape_is_tensorflow_1s_select() -> None:
    x = given("float32", None, 3)
    assert logic.where(logic.greater(x, 0.0), x, b.Neg(x)).op.type == "Select"


def test_a_vector_of_conditions_chooses_rows() -> None:
    c, x = given("bool", None), given("float32", None, 2)
    chosen = logic.where(c, x, b.Neg(x))
    assert run(chosen, {c: [True, False], x: [[1, 2], [3, 4]]}).tolist() == [[1, 2], [-3, -4]]


@pytest.mark.parametrize(("x", "y"), [((2, 3), (2, 3)), ((3, 3), ()), ((), (None, 3))])
def test_a_vector_of_conditions_never_chooses_columns(x: tuple[int, ...], y: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Select 'Select' .*(differ|not compatible)"):
        logic.where(given("bool", 3), given("float32", *x), given("float32", *y))


def test_scalars_are_broadcast() -> None:
    x = given("float32", None)
    chosen = logic.where(logic.less(x, 0.0), 0.0, x)
    assert chosen.op.type == "SelectV2"
    assert run(chosen, {x: [-1, 2]}).tolist() == [0, 2]


def test_without_values_the_positions_are_given() -> None:
    c = given("bool", None, None)
    assert run(logic.where(c), {c: [[True, False], [False, True]]}).tolist() == [[0, 0], [1, 1]]


def test_one_value_alone_is_an_error() -> None:
    with pytest.raises(ValueError, match="both x and y, or neither"):
        logic.where(given("bool", None), given("float32", None))


def test_exclusive_or_is_true_where_one_is() -> None:
    x, y = given("bool", 4), given("bool", 4)
    result = run(logic.logical_xor(x, y), {x: [False, False, True, True], y: [False, True, False, True]})
    assert result.tolist() == [False, True, True, False]
