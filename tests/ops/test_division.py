"""Integer division by zero, where numpy would return 0."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.runtime.session import Session


@pytest.mark.parametrize("op", ["Div", "FloorDiv", "FloorMod", "Mod", "TruncateDiv", "TruncateMod"])
def test_dividing_an_integer_by_zero_is_an_error_that_says_what_to_do(op: str) -> None:
    y = b.Placeholder(dtype="int32", shape=[None])
    quotient = getattr(b, op)([7, 7], y)
    with Session() as session:
        session.run(quotient, {y: [1, 2]})
        for _ in range(3):  # the generic run and the plan
            with pytest.raises(InvalidArgumentError, match=rf"{op}.*division by zero.*Mask the zeros"):
                session.run(quotient, {y: [1, 0]})


def test_dividing_a_real_number_by_zero_is_infinite() -> None:
    with Session() as session:
        np.testing.assert_array_equal(session.run(b.FloorDiv([1.0, -1.0], [0.0, 0.0])), [np.inf, -np.inf])


@pytest.mark.parametrize("op", ["Div", "FloorDiv", "FloorMod", "Mod", "TruncateDiv", "TruncateMod"])
def test_nothing_may_be_divided_by_the_integer_0(op: str) -> None:
    nothing = b.Placeholder(dtype="int32", shape=[None])
    quotient = getattr(b, op)(nothing, 0)
    with Session() as session:
        for _ in range(3):  # the generic run and the plan
            assert session.run(quotient, {nothing: []}).shape == (0,)
