"""Tests of functions with gradients of their own; numbers by the formulas that the gradient functions state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import GradientError
from estimator.functions.control_flow.while_loop import while_loop
from estimator.functions.custom_gradient import custom_gradient, grad_pass_through, recompute_grad
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import global_variables, global_variables_initializer

Run = Callable[..., Any]


def hundredfold(x: Any) -> Any:
    return x * x, lambda dy: dy * 100.0


def placeholder() -> Any:
    return b.Placeholder(dtype=float32, shape=[2])


def test_the_gradient_is_the_functions(run: Run) -> None:
    x = placeholder()
    y = custom_gradient(hundredfold)(x)
    assert y.op.type == "IdentityN"
    value, dx = run([y, gradients(y, x)[0]], {x: [1, 2]})
    assert (value.tolist(), dx.tolist()) == ([1, 4], [100, 100])


def test_it_is_a_decorator_with_and_without_brackets(run: Run) -> None:
    x = placeholder()
    assert run(gradients(custom_gradient()(hundredfold)(x), x)[0], {x: [1, 2]}).tolist() == [100, 100]


def test_structures_go_in_and_out(run: Run) -> None:
    @custom_gradient
    def both(pair: Any, scale: float) -> Any:
        return {"sum": pair["a"] + pair["b"], "rest": scale * pair["a"]}, lambda rest, total: (
            rest,
            3 * total,
            None,
        )

    a, c = placeholder(), placeholder()
    result = both({"a": a, "b": c}, 5.0)
    assert sorted(result) == ["rest", "sum"]
    grads = gradients([result["rest"], result["sum"]], [a, c], [[1.0, 2.0], [10.0, 20.0]])
    assert [grad.tolist() for grad in run(grads, {a: [0, 0], c: [0, 0]})] == [[1, 2], [30, 60]]


def test_a_result_that_is_not_used_has_a_gradient_of_zeros(run: Run) -> None:
    x = placeholder()
    first, _ = custom_gradient(lambda v: ((v, 2 * v), lambda da, db: da + db))(x)
    assert run(gradients(first, x)[0], {x: [1, 2]}).tolist() == [1, 1]


def test_variables_get_gradients_of_the_functions(run: Run) -> None:
    @custom_gradient
    def scaled(x: Any) -> Any:
        w = get_variable("w", [], initializer=None)

        def grad(dy: Any, variables: Any = None) -> Any:
            assert [v.name for v in variables] == ["w:0"]
            return dy * 2.0, [b.Sum(dy, 0) * 7.0]

        return x * w, grad

    x = placeholder()
    y = scaled(x)
    grads = gradients(y, [x, *global_variables()])
    run(global_variables_initializer())
    dx, dw = run(grads, {x: [1, 2]})
    assert (dx.tolist(), dw) == ([2, 2], 14)


def test_a_gradient_function_must_take_the_variables(graph: Graph) -> None:
    def scaled(x: Any) -> Any:
        return x * get_variable("w", []), lambda dy: dy

    with pytest.raises(TypeError, match="uses the variables w:0: its gradient function must take variables="):
        custom_gradient(scaled)(placeholder())


@pytest.mark.parametrize("result", [1.0, (1.0, 2.0), (1.0, print, 3)])
def test_a_function_must_give_a_pair(graph: Graph, result: Any) -> None:
    with pytest.raises(TypeError, match=r"<lambda> must give \(result, grad_fn\)"):
        custom_gradient(lambda x: result)(placeholder())


def test_a_wrong_number_of_gradients_is_refused(graph: Graph) -> None:
    x = placeholder()
    y = custom_gradient(lambda v: (v, lambda dy: (dy, dy)))(x)
    with pytest.raises(ValueError, match="gives 2 gradients for 1 arguments"):
        gradients(y, x)


def test_a_custom_gradient_in_a_loop(run: Run) -> None:
    clipped = custom_gradient(lambda v: (v * v, lambda dy: dy * 3.0))
    x = b.Placeholder(dtype=float32, shape=[])
    _, y = while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, clipped(v)), [0, x])
    for _ in range(3):  # interpreted, then planned
        assert run([y, gradients(y, x)[0]], {x: 2.0}) == [256.0, 27.0]


def test_the_gradient_uses_what_the_function_computed_in_each_round(run: Run) -> None:
    exact = custom_gradient(lambda v: (b.Square(v), lambda dy: dy * 2.0 * v))
    x = b.Placeholder(dtype=float32, shape=[])
    _, y = while_loop(lambda i, v: i < 2, lambda i, v: (i + 1, exact(v)), [0, x])
    assert run(gradients(y, x)[0], {x: 2.0}) == 4 * 2.0**3


def test_second_derivatives_are_those_of_the_gradient_function(run: Run) -> None:
    x = placeholder()
    y = custom_gradient(lambda v: (v, lambda dy: dy * v * v * v))(x)
    first = gradients(y, x)[0]
    assert run(gradients(first, x)[0], {x: [1, 2]}).tolist() == [3, 12]


def test_a_file_keeps_the_name_and_no_gradient(graph: Graph) -> None:
    x = placeholder()
    y = custom_gradient(hundredfold)(x)
    written = to_graph_def(graph)
    node = next(node for node in written.node if node.op == "IdentityN")
    assert node.attr["_gradient_op_type"].s == b"CustomGradient-0"
    with Graph().as_default() as read:
        from_graph_def(written, read)
        with pytest.raises(GradientError, match="'CustomGradient-0', which nobody has registered"):
            gradients(read.get_tensor_by_name(y.name), read.get_tensor_by_name(x.name))


def test_grad_pass_through_gives_what_flows_in(run: Run) -> None:
    x = placeholder()
    y = grad_pass_through(b.Floor)(x)
    value, dx = run([y, gradients(y, x, [[3.0, 4.0]])[0]], {x: [1.5, 2.5]})
    assert (value.tolist(), dx.tolist()) == ([1, 2], [3, 4])


def test_recompute_grad_gives_the_functions_gradient(run: Run) -> None:
    x = placeholder()
    y = recompute_grad(b.Sin)(x)
    np.testing.assert_allclose(run(gradients(y, x)[0], {x: [1, 2]}), np.cos([1, 2]), rtol=1e-6)
