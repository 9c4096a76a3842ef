from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.functions.nn import relu
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network.slim.layer_norm import layer_norm
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import global_variables, model_variables, trainable_variables

Run = Callable[..., Any]
X = np.random.default_rng(2).standard_normal((3, 4, 5)).astype(np.float32)


def normalized(x: Any, axes: tuple[int, ...]) -> Any:
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-12)


@pytest.mark.parametrize(
    ("begin_norm_axis", "begin_params_axis", "axes", "params"),
    [(1, -1, (1, 2), (5,)), (-1, -1, (2,), (5,)), (1, 1, (1, 2), (4, 5)), (2, -2, (2,), (4, 5))],
)
def test_an_example_is_normalized_by_itself(
    run: Run, begin_norm_axis: int, begin_params_axis: int, axes: Any, params: Any
) -> None:
    x = placeholder("float32", [None, 4, 5])
    y = layer_norm(x, begin_norm_axis=begin_norm_axis, begin_params_axis=begin_params_axis)
    assert y.dims == (None, 4, 5)
    assert [variable.dims for variable in global_variables()] == [params] * 2
    np.testing.assert_allclose(run(y, {x: X}), normalized(X, axes), rtol=1e-4, atol=1e-5)


def test_beta_shifts_and_gamma_scales(run: Run) -> None:
    y = layer_norm(X)
    beta, gamma = trainable_variables()
    values = np.arange(5, dtype=np.float32)
    run([beta.assign(values), gamma.assign(values + 2)])
    np.testing.assert_allclose(run(y), normalized(X, (1, 2)) * (values + 2) + values, rtol=1e-4, atol=1e-5)


def test_names_and_collections_are_contribs(graph: Graph) -> None:
    layer_norm(X, variables_collections={"beta": ["betas"]}, outputs_collections="outs")
    y = layer_norm(X, center=False, variables_collections=["mine"], outputs_collections=["outs", "more"])
    assert [variable.op.name for variable in model_variables()] == [
        "LayerNorm/beta", "LayerNorm/gamma", "LayerNorm_1/gamma",
    ]  # fmt: skip
    assert global_variables() == model_variables()
    assert [variable.op.name for variable in graph.get_collection("betas")] == ["LayerNorm/beta"]
    assert [variable.op.name for variable in graph.get_collection("mine")] == ["LayerNorm_1/gamma"]
    assert len(graph.get_collection("outs")) == 2
    assert graph.get_collection("more") == [y]
    assert graph.get_collection(GraphKeys.UPDATE_OPS) == []


def test_variables_are_shared_by_scope_and_need_not_be_trained(graph: Graph) -> None:
    for reuse in (None, True):
        with variable_scope("encoder"):
            layer_norm(X, scope="norm", reuse=reuse, trainable=False)
    assert [variable.op.name for variable in global_variables()] == [
        "encoder/norm/beta",
        "encoder/norm/gamma",
    ]
    assert trainable_variables() == []


def test_an_activation_comes_last(run: Run) -> None:
    assert run(layer_norm(X, activation_fn=relu)).min() == 0


def test_half_precision_has_a_larger_epsilon(run: Run) -> None:
    flat = np.ones((2, 4), np.float16)
    np.testing.assert_array_equal(run(layer_norm(flat)), np.zeros((2, 4)))


@pytest.mark.parametrize(
    ("dtype", "dims", "options", "error", "message"),
    [
        ("int32", [None, 3], {}, TypeError, "layer_norm: the input is int32"),
        ("float32", None, {}, ValueError, "the input x:0 has undefined rank"),
        ("float32", [None, None], {}, ValueError, r"from axis -1 on is not fully defined: it is \(\?, \?\)"),
        ("float32", [None, 3], {"begin_norm_axis": 2}, ValueError, "begin_norm_axis=2 is no axis of x:0"),
        ("float32", [None, 3], {"begin_params_axis": -3}, ValueError, "begin_params_axis=-3 is no axis of x:0"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(
    graph: Graph, dtype: str, dims: Any, options: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        layer_norm(placeholder(dtype, dims, name="x"), **options)
