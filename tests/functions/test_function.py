"""Tests of tf.function, which gives the function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from estimator import tf
from estimator.core.dtypes import float32
from estimator.functions.function import function
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.pipeline.specs import TensorSpec


def test_the_operations_are_the_functions(run: Callable[..., Any]) -> None:
    @function
    def double(x: Any, scale: float = 2.0) -> Any:
        """Twice as much."""
        return b.Mul(x, scale)

    assert double(3.0).op.type == "Mul"
    assert run(double(3.0, scale=4.0)) == 12.0
    assert (double.__name__, double.__doc__) == ("double", "Twice as much.")
    assert double.python_function(1.0).op.type == "Mul"


def test_methods_may_be_decorated(run: Callable[..., Any]) -> None:
    class Model:
        factor = 3.0

        @function(autograph=False, jit_compile=True)
        def scaled(self, x: Any) -> Any:
            return b.Mul(x, self.factor)

    assert run(Model().scaled(2.0)) == 6.0


def test_a_signature_converts_and_compares(graph: Graph) -> None:
    first = function(lambda x: x, input_signature=[TensorSpec([None, 2], float32)])
    assert first([[1, 2]]).dtype is float32
    with pytest.raises(ValueError, match=r"input_signature wants the shape \(\?, 2\)"):
        first([1.0, 2.0])
    with pytest.raises(ValueError, match="input_signature has 1 arguments, given: 2"):
        first([[1, 2]], 3)


def test_a_function_that_is_not_to_be_rewritten_is_itself() -> None:
    experimental = tf.autograph.experimental
    assert experimental.do_not_convert(len) is len

    @experimental.do_not_convert()
    def loop(x: int) -> int:
        for _ in range(2):
            experimental.set_loop_options(maximum_iterations=2)
            x += x
        return x

    assert loop(3) == 12
