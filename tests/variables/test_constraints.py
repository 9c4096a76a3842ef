from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.graph.graph import Graph
from estimator.variables.constraints import MaxNorm, MinMaxNorm, NonNeg, UnitNorm


@pytest.mark.parametrize(
    ("constraint", "expected"),  # made by Keras 2.15's own classes
    [
        (NonNeg(), [[3.0, 0.0], [4.0, 0.5]]),
        (MaxNorm(), [[1.2, -1.984556], [1.6, 0.2480695]]),
        (MaxNorm(1.0, 1), [[0.6, -0.8], [0.9922779, 0.1240347]]),
        (UnitNorm(), [[0.6, -0.992278], [0.8, 0.1240347]]),
        (MinMaxNorm(), [[0.6, -0.992278], [0.8, 0.1240347]]),
        (MinMaxNorm(0.5, 2.0, 0.5, 1), [[2.1, -2.8], [2.992278, 0.3740347]]),
    ],
)
def test_constraints_are_their_formulas(
    graph: Graph, run: Callable[..., Any], constraint: Any, expected: Any
) -> None:
    w = graph.constant([[3.0, -4.0], [4.0, 0.5]])
    np.testing.assert_allclose(run(constraint(w)), expected, rtol=1e-5)
