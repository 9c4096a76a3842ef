"""Functions with gradients of their own (formulas gave the values)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.cli.inside.defun import Call, Defun
from estimator.core.dtypes import float32
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session


def value_and_gradient(function: Any, *values: Any) -> list[Any]:
    with Graph().as_default() as graph:
        inputs = [graph.constant(np.float32(value)) for value in values]
        result = function(*inputs)
        return [value.tolist() for value in Session(graph=graph).run([result, *gradients(result, inputs)])]


def product(x: Tensor, y: Tensor) -> Tensor:
    return x * y


def test_without_a_gradient_function_the_operations_own_are_taken() -> None:
    assert value_and_gradient(Defun(float32, float32)(product), 3.0, 4.0) == [12.0, 4.0, 3.0]


def test_the_gradient_function_of_a_defun_takes_arguments_and_gradients() -> None:
    gradient = Defun()(lambda x, y, dy: (dy * 10.0, x + y))
    assert value_and_gradient(Defun(grad_func=gradient)(product), 3.0, 4.0) == [12.0, 10.0, 7.0]


def test_a_python_gradient_function_sees_the_call() -> None:
    def gradient(call: Call, dy: Tensor) -> tuple[Any, Any]:
        return call.inputs[0] * dy, call.outputs[0] * dy

    assert value_and_gradient(Defun(python_grad_func=gradient)(product), 3.0, 4.0) == [12.0, 3.0, 12.0]


def test_several_results_each_have_a_gradient() -> None:
    @Defun(float32, python_grad_func=lambda call, first, second: first * 5.0 + second)
    def both(x: Tensor) -> tuple[Tensor, Tensor]:
        return x + 1.0, x * 2.0

    def total(x: Tensor) -> Tensor:
        first, second = both(x)
        return first + 3.0 * second

    assert value_and_gradient(total, 2.0) == [15.0, 8.0]


def test_arguments_become_tensors_of_the_types_and_results_get_shapes() -> None:
    @Defun(float32, func_name="twice", shape_func=lambda call: [call.inputs[0].shape])
    def double(x: Tensor) -> Tensor:
        return x + x

    with Graph().as_default() as graph:
        result = double([1, 2], name="doubled")
        assert (result.dtype, result.shape.as_list()) == (float32, [2])
        assert result.op.name.startswith("doubled/")
    assert Session(graph=graph).run(result).tolist() == [2.0, 4.0]


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: Defun(in_line=True), TypeError, "unexpected keyword argument 'in_line'.*noinline"),
        (
            lambda: Defun(grad_func=product, python_grad_func=product),
            ValueError,
            "give grad_func or python_grad_func, not both",
        ),
        (
            lambda: Defun(float32)(product)(1.0, 2.0),
            ValueError,
            "product takes 1 tensors, as its Defun says, given: 2",
        ),
    ],
)
def test_what_is_no_defun_says_so(make: Any, kind: type[Exception], message: str) -> None:
    with Graph().as_default(), pytest.raises(kind, match=message):
        make()
