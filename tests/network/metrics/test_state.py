from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network import metrics as m
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import global_variables, local_variables

Run = Callable[..., Any]


def test_variables_and_operations_have_tensorflows_names(graph: Graph) -> None:
    value, update = m.accuracy([1, 2], [1, 3], name="acc_op")
    m.precision([1], [1], name="p")
    m.auc([1.0], [0.5])
    with variable_scope("m"):
        m.mean(1.0)
    assert [each.op.name for each in local_variables()] == [
        "acc_op/total", "acc_op/count", "p/true_positives/count", "p/false_positives/count", "auc/true_positives",
        "auc/false_negatives", "auc/true_negatives", "auc/false_positives", "m/mean/total", "m/mean/count",
    ]  # fmt: skip
    assert (value.op.name, update.op.name) == ("acc_op/value", "acc_op/update_op")
    assert graph.get_collection(GraphKeys.METRIC_VARIABLES) == local_variables()
    assert global_variables() == []


def test_two_metrics_of_one_name_keep_apart(graph: Graph) -> None:
    m.mean(1.0, name="a")
    m.mean(1.0, name="a")
    assert [each.op.name for each in local_variables()] == ["a/total", "a/count", "a_1/total", "a_1/count"]


def test_value_and_update_are_listed_where_asked(graph: Graph) -> None:
    value, update = m.mean(1.0, metrics_collections=["values"], updates_collections="updates")
    assert graph.get_collection("values") == [value]
    assert graph.get_collection("updates") == [update]


def test_the_value_alone_is_that_of_before_the_run(run: Run) -> None:
    value, update = m.mean([2.0, 4.0])
    assert run([value, update]) == [0.0, 3.0]


def test_ten_million_small_numbers_do_not_drown(run: Run) -> None:
    # In float32, 16777216 + 1 is 16777216: the count of a long evaluation would stand still.
    x = placeholder("float32", [None])
    value, update = m.mean(x)
    total, count = local_variables()
    run([total.assign(2.0**24), count.assign(2.0**24)])
    run(update, {x: np.zeros(1)})
    assert run(count) == 2**24 + 1


@pytest.mark.parametrize("extra", ["labels", "predictions"])
def test_a_last_dimension_of_one_is_dropped(run: Run, extra: str) -> None:
    arguments: dict[str, Any] = {"labels": [1, 2, 3, 4], "predictions": [1, 2, 0, 0]}
    arguments[extra] = [[each] for each in arguments[extra]]
    _, update = m.accuracy(**arguments)
    assert run(update) == 0.5


@pytest.mark.parametrize("weights", [2.0, [1.0, 0.0], [[1.0], [0.0]]])
def test_weights_may_be_a_scalar_a_vector_or_a_column(run: Run, weights: Any) -> None:
    _, update = m.mean([[1.0, 2.0], [3.0, 4.0]], weights)
    assert run(update) == (2.5 if weights == 2.0 else 1.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: m.accuracy(np.zeros((2, 2)), np.zeros(3)), r"accuracy: labels have the shape \(2, 2\)"),
        (lambda: m.mean([1.0, 2.0], [1.0, 2.0, 3.0]), "mean: weights can not be broadcast"),
        (lambda: m.auc([1.0], [0.5], curve="roc"), "must be either ROC or PR, 'roc' unknown"),
        (lambda: m.auc([1.0], [0.5], summation_method="mean"), "given: 'mean'"),
    ],
)
def test_a_mistake_is_named(graph: Graph, call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_scores_outside_of_the_unit_interval_are_refused_when_run(run: Run) -> None:
    x = placeholder("float32", [None])
    _, update = m.auc([True, False], x)
    with pytest.raises(
        InvalidArgumentError, match=r"predictions must be in \[0, 1\]: use the sigmoid of logits"
    ):
        run(update, {x: [0.5, 2.0]})
    with pytest.raises(
        InvalidArgumentError, match=r"Where they are nan, the weights or the features are.*\[0\.5 nan\]"
    ):
        run(update, {x: [0.5, np.nan]})
    assert run(local_variables()[0]).sum() == 0  # the check came before the count
