"""The metrics of tf.keras against what TensorFlow's come to after each of two batches, outside of graphs and in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.keras import metrics
from tests.keras.metrics.rows import FUNCTIONS, keyed

STORED: Any = json.loads((Path(__file__).parents[2] / "data/tf/keras_metrics.json").read_text("utf-8"))
ROWS = list(keyed())
every_row = pytest.mark.parametrize(
    ("key", "name", "options", "batches", "weights"), ROWS, ids=[row[0] for row in ROWS]
)


def same(value: Any, wanted: Any, tolerance: float = 1e-6) -> None:
    assert list(np.shape(value)) == wanted["shape"]
    np.testing.assert_allclose(np.ravel(value), wanted["values"], tolerance, 1e-6)


@every_row
def test_outside_of_graphs_each_batch_counts_at_once(
    key: str, name: str, options: Any, batches: Any, weights: Any
) -> None:
    wanted = STORED["metrics"][key]
    tf.reset_default_graph()
    metric = getattr(metrics, name)(**options)
    for batch, weight, expected in zip(batches, weights, wanted["results"], strict=True):
        assert metric.update_state(*batch, sample_weight=weight) is None
        same(metric.result().numpy(), expected)
    for variable, (_, expected) in zip(metric.variables, wanted["kept"], strict=True):
        same(variable.numpy(), expected)


@every_row
def test_in_a_graph_an_operation_counts_a_batch(
    key: str, name: str, options: Any, batches: Any, weights: Any
) -> None:
    wanted = STORED["metrics"][key]
    with Graph().as_default(), tf.Session() as session:
        metric = getattr(metrics, name)(**options)
        tensors = [
            tf.placeholder_with_default(np.asarray(part, np.float32), np.shape(part)) for part in batches[0]
        ]
        weight = (
            None
            if weights[0] is None
            else tf.placeholder_with_default(np.float32(weights[0]), np.shape(weights[0]))
        )
        update = metric.update_state(*tensors, sample_weight=weight)
        result = metric.result()
        assert metric.updates == [update]
        session.run(tf.local_variables_initializer())
        for batch, given, expected in zip(batches, weights, wanted["results"], strict=True):
            feed = dict(zip(tensors, batch, strict=True)) | ({} if weight is None else {weight: given})
            session.run(update, feed)
            same(session.run(result), expected)
        assert [variable.name for variable in metric.variables] == [kept for kept, _ in wanted["kept"]]


@every_row
def test_the_configuration_is_tensorflows(
    key: str, name: str, options: Any, batches: Any, weights: Any
) -> None:
    metric = getattr(metrics, name)(**options)
    config, expected = metric.get_config(), STORED["metrics"][key]["config"]
    assert sorted(config) == sorted(expected or config)
    assert {each: config[each] for each in expected if each != "name"} == {
        each: value for each, value in expected.items() if each != "name"
    }
    again = metrics.deserialize(metrics.serialize(metric))
    assert type(again) is type(metric)
    assert again.get_config() == config


@pytest.mark.parametrize("row", FUNCTIONS, ids=[json.dumps(row) for row in FUNCTIONS])
def test_the_functions_give_what_tensorflows_do(row: Any) -> None:
    name, options, y_true, y_pred = row
    value = getattr(metrics, name)(np.array(y_true), np.array(y_pred, np.float32), **options)
    same(value.numpy(), STORED["functions"][json.dumps(row)])
