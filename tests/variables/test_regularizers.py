from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from estimator.functions.arrays import placeholder_with_default
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.variables.get_variable import get_variable
from estimator.variables.regularizers import (
    L1,
    L1L2,
    L2,
    OrthogonalRegularizer,
    apply_regularization,
    l1_l2_regularizer,
    l1_regularizer,
    l2_regularizer,
    no_regularizer,
    sum_regularizer,
)
from estimator.variables.scopes import variable_scope


def test_penalties_are_their_formulas(graph: Graph, run: Callable[..., Any]) -> None:
    w = graph.constant([[3.0, -4.0]])
    assert run(l1_regularizer(0.5)(w)) == 3.5  # 0.5 * (3 + 4)
    assert run(l2_regularizer(0.5)(w)) == 6.25  # 0.5 * (9 + 16) / 2
    assert run(l1_l2_regularizer(0.5, 0.5)(w)) == 9.75
    assert run(sum_regularizer([l1_regularizer(1.0), l2_regularizer(1.0)])(w)) == 19.5


def test_none_among_regularizers_adds_nothing(graph: Graph, run: Callable[..., Any]) -> None:
    w = graph.constant([3.0, -4.0])
    assert run(sum_regularizer([None, l1_regularizer(1.0), l1_regularizer(0.0)])(w)) == 7.0
    assert sum_regularizer([None]) is None


def test_the_rank_of_weights_need_not_be_known(graph: Graph, run: Callable[..., Any]) -> None:
    w = placeholder_with_default([[3.0, -4.0]], None)
    assert run([l1_regularizer(1.0)(w), L1(1.0)(w), L1L2(1.0, 1.0)(w)]) == [7.0, 7.0, 32.0]


def test_penalties_of_several_weights_are_listed_as_one(graph: Graph, run: Callable[..., Any]) -> None:
    weights = [graph.constant([3.0, -4.0]), graph.constant(2.0)]
    with pytest.raises(ValueError, match="there are no weights to regularize; pass a list"):
        apply_regularization(l1_regularizer(1.0))
    with pytest.raises(ValueError, match=r"must give a scalar, but .* has the shape \(2,\)"):
        apply_regularization(lambda weight: weight, weights)
    listed = [
        apply_regularization(l1_regularizer(1.0), weights),
        apply_regularization(no_regularizer, weights),
    ]
    graph.add_to_collection(GraphKeys.WEIGHTS, weights[1])
    listed.append(apply_regularization(l2_regularizer(1.0)))
    assert run(listed) == [9.0, 0.0, 2.0]
    assert graph.get_collection(GraphKeys.REGULARIZATION_LOSSES) == listed


def test_keras_penalties_do_not_halve(graph: Graph, run: Callable[..., Any]) -> None:
    w = graph.constant([[3.0, -4.0]])
    assert run([L1(0.5)(w), L2(0.5)(w), L1L2(0.5, 0.5)(w), L1L2()(w)]) == [3.5, 12.5, 16.0, 0.0]


@pytest.mark.parametrize(
    ("mode", "penalty"), [("rows", 0.059761416), ("columns", 0.2562197)]
)  # TensorFlow 2.15's
def test_the_orthogonal_penalty_is_kerass(
    graph: Graph, run: Callable[..., Any], mode: str, penalty: float
) -> None:
    w = graph.constant([[1.0, 2.0, 0.0], [3.0, -1.0, 2.0]])
    assert run(OrthogonalRegularizer(0.5, mode)(w)) == pytest.approx(penalty, rel=1e-5)


def test_the_orthogonal_penalty_refuses_what_is_no_matrix_and_another_mode(graph: Graph) -> None:
    with pytest.raises(ValueError, match=r"weights of two axes, given the shape \(3,\)"):
        OrthogonalRegularizer()(graph.constant([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match="mode must be 'rows' or 'columns', given: 'both'"):
        OrthogonalRegularizer(mode="both")


def test_a_scale_of_zero_adds_nothing(graph: Graph) -> None:
    w = graph.constant([1.0])
    assert [each(w) for each in (l1_regularizer(0.0), l2_regularizer(0.0), l1_l2_regularizer(0.0, 0.0))] == [
        None
    ] * 3


@pytest.mark.parametrize("scale", [-1.0, "much", True])
def test_a_scale_that_is_no_positive_number_is_refused(scale: Any) -> None:
    with pytest.raises(ValueError, match="scale must"):
        l2_regularizer(scale)


def test_no_regularizer_takes_that_of_the_scope_from_a_variable(graph: Graph) -> None:
    with variable_scope("s", regularizer=l1_regularizer(1.0)):
        get_variable("bias", [2], regularizer=no_regularizer)
        get_variable("kernel", [2])
    listed = graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)
    assert [loss.op.name.partition("/Reg")[0] for loss in listed] == ["s/kernel"]
