"""Tests of operations that fail where something does not hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions import arrays, checks
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.runtime.session import Session

# A check, and two pairs of values: of which it holds, and of which it does not.
COMPARISONS = [
    (checks.assert_equal, ([1, 2], [1, 2]), ([1, 2], [1, 3])),
    (checks.assert_none_equal, ([1, 2], [2, 3]), ([1, 2], [1, 3])),
    (checks.assert_less, ([1, 2], [2, 3]), ([1, 2], [2, 2])),
    (checks.assert_less_equal, ([1, 2], [1, 3]), ([1, 3], [1, 2])),
    (checks.assert_greater, ([2, 3], [1, 2]), ([2, 2], [1, 2])),
    (checks.assert_greater_equal, ([2, 2], [1, 2]), ([1, 1], [1, 2])),
]
SIGNS = [
    (checks.assert_negative, [-1, -2], [-1, 0]),
    (checks.assert_positive, [1, 2], [1, 0]),
    (checks.assert_non_negative, [0, 1], [0, -1]),
    (checks.assert_non_positive, [0, -1], [0, 1]),
]
NAMES = [row[0].__name__ for row in COMPARISONS]


def run(check: Any, feeds: Any = None) -> None:
    with Session() as session:
        session.run(check, feeds)


@pytest.mark.parametrize(("check", "holds", "fails"), COMPARISONS, ids=NAMES)
def test_a_comparison_fails_when_it_runs_if_it_does_not_hold(check: Any, holds: Any, fails: Any) -> None:
    x, y = (arrays.placeholder("float32", name=name) for name in ("left", "right"))
    made = check(x, y, message="oh")
    run(made, {x: holds[0], y: holds[1]})
    with pytest.raises(
        InvalidArgumentError, match=r"\[oh\] \[Condition x .* y did not hold.*left:0.*right:0"
    ):
        run(made, {x: fails[0], y: fails[1]})


@pytest.mark.parametrize(("check", "holds", "fails"), COMPARISONS, ids=NAMES)
def test_what_is_known_not_to_hold_fails_at_once(check: Any, holds: Any, fails: Any) -> None:
    run(check(*holds))
    with pytest.raises(
        InvalidArgumentError, match=r"(?s)^oh\nCondition x .* did not hold element-wise:\nx .*\[1|\[2"
    ):
        check(*fails, message="oh")


@pytest.mark.parametrize(("check", "holds", "fails"), SIGNS, ids=[row[0].__name__ for row in SIGNS])
def test_a_sign_is_checked_at_once_or_when_it_runs(check: Any, holds: Any, fails: Any) -> None:
    x = arrays.placeholder("int32", [2])
    made = check(x)
    run([made, check(holds)], {x: holds})
    with pytest.raises(InvalidArgumentError, match=r"Condition x .* 0 did not hold"):
        run(made, {x: fails})
    with pytest.raises(InvalidArgumentError, match=r"Condition x .* 0 did not hold"):
        check(fails)


def test_a_check_keeps_what_waits_for_it() -> None:
    x = arrays.placeholder("float32", [])
    with x.graph.control_dependencies([checks.assert_positive(x)]):
        y = b.Log(x)
    with pytest.raises(InvalidArgumentError, match="did not hold"):
        run(y, {x: -1.0})


def test_near_takes_tolerances() -> None:
    x = arrays.placeholder("float32", [2])
    run([checks.assert_near(x, [1.0, 2.0]), checks.assert_near(x, [1.1, 2.1], atol=0.2)], {x: [1.0, 2.0]})
    with pytest.raises(InvalidArgumentError, match="not equal to tolerance"):
        run(checks.assert_near(x, [1.1, 2.0], rtol=0.01), {x: [1.0, 2.0]})


RANKS = [
    (checks.assert_rank, 2, 3),
    (checks.assert_rank_at_least, 1, 3),
    (checks.assert_rank_in, (1, 2), (0, 3)),
]


@pytest.mark.parametrize(("check", "holds", "fails"), RANKS, ids=[row[0].__name__ for row in RANKS])
@pytest.mark.parametrize("sparse", [False, True])
def test_a_rank_is_checked_at_once_or_when_it_runs(check: Any, holds: Any, fails: Any, sparse: bool) -> None:
    known, unknown = arrays.placeholder("float32", [2, None]), arrays.placeholder("float32")
    given: Any = {unknown: np.zeros((2, 3))}
    if sparse:
        shape = arrays.placeholder("int64")
        known = SparseTensor([[0, 0]], [1.0], [2, 3])
        unknown = SparseTensor(
            arrays.placeholder_with_default(np.zeros((1, 2), np.int64), None), [1.0], shape
        )
        given = {shape: [2, 3]}
    run([check(known, holds), check(unknown, holds)], given)
    with pytest.raises(ValueError, match="must have rank"):
        check(known, fails)
    with pytest.raises(InvalidArgumentError, match="Tensor must have rank"):
        run(check(unknown, fails), given)


def test_types_are_checked_at_once() -> None:
    x = arrays.placeholder("float32", [2])
    run(checks.assert_type(x, "float32"))
    with pytest.raises(TypeError, match="oh .* must be of type tf.int32; got tf.float32"):
        checks.assert_type(x, "int32", message="oh")
    run(checks.assert_integer(1))
    with pytest.raises(TypeError, match="to be of an integer type, got tf.float32"):
        checks.assert_integer(x)
    assert checks.assert_same_float_dtype([x, x]).name == "float32"
    assert checks.assert_same_float_dtype(None, "float64").name == "float64"
    for wrong in ([x, arrays.placeholder("float64")], [arrays.placeholder("int32")]):
        with pytest.raises(ValueError, match="is wanted"):
            checks.assert_same_float_dtype(wrong)
    with pytest.raises(
        ValueError, match=r"Tensor\(.text:0.*is string, but a floating point type is wanted\.$"
    ):
        checks.assert_same_float_dtype([arrays.placeholder("string", name="text"), x])


def test_scalars_and_lists_are_told_from_others() -> None:
    x = arrays.placeholder("float32", [2])
    assert checks.assert_scalar(3).dims == ()
    with pytest.raises(ValueError, match="Expected scalar shape"):
        checks.assert_scalar(x)
    checks.assert_proper_iterable([1, 2])
    for wrong in (x, np.zeros(2), "text", 3):
        with pytest.raises(TypeError, match="expected an iterable"):
            checks.assert_proper_iterable(wrong)
    assert checks.is_numeric_tensor(x) and not checks.is_numeric_tensor(1.0)
    assert not checks.is_numeric_tensor(arrays.placeholder("string"))


@pytest.mark.parametrize("rounds", [1, 3])
def test_what_is_not_finite_is_told_with_the_message(rounds: int) -> None:
    x = arrays.placeholder("float32", [2])
    checked, verified = checks.check_numerics(x, "oh"), checks.verify_tensor_all_finite(x, "ah")
    signed = b.CheckNumericsV2(x, message="eh")
    with Session() as session:
        for _ in range(rounds):
            np.testing.assert_array_equal(session.run([checked, verified], {x: [1, 2]}), [[1, 2], [1, 2]])
            with pytest.raises(InvalidArgumentError, match="oh : Tensor had NaN values"):
                session.run(checked, {x: [1, np.nan]})
            with pytest.raises(InvalidArgumentError, match="ah : Tensor had Inf and NaN values"):
                session.run(verified, {x: [np.inf, np.nan]})
            with pytest.raises(InvalidArgumentError, match="eh : Tensor had -Inf and .Inf values"):
                session.run(signed, {x: [np.inf, -np.inf]})
