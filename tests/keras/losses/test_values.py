"""The losses of tf.keras against TensorFlow's values and gradients, in graphs and outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.keras import losses
from tests.keras.losses.rows import keyed

STORED: Any = json.loads((Path(__file__).parents[2] / "data/tf/keras_losses.json").read_text("utf-8"))
ROWS = list(keyed())
every_row = pytest.mark.parametrize(
    ("key", "name", "options", "y_true", "y_pred", "weight", "is_class"), ROWS, ids=[row[0] for row in ROWS]
)


def called(name: str, options: Any, y_true: Any, y_pred: Any, weight: Any, is_class: bool) -> Any:
    if is_class:
        return getattr(losses, name)(**options)(y_true, y_pred, sample_weight=weight)
    return getattr(losses, name)(y_true, y_pred, **options)


@every_row
def test_the_value_and_the_gradient_are_tensorflows(
    key: str, name: str, options: Any, y_true: Any, y_pred: Any, weight: Any, is_class: bool
) -> None:
    with Graph().as_default(), tf.Session() as session:
        labels, predictions = tf.constant(y_true), tf.constant(y_pred)
        loss = called(name, options, labels, predictions, weight, is_class)
        value, gradient = session.run([loss, tf.gradients(loss, predictions)[0]])
    wanted = STORED[key]
    assert list(value.shape) == wanted["loss"]["shape"]
    np.testing.assert_allclose(value.ravel(), wanted["loss"]["values"], 1e-6, 1e-6)
    np.testing.assert_allclose(gradient.ravel(), wanted["gradient"]["values"], 2e-6, 1e-6)


@every_row
def test_outside_of_graphs_arrays_have_the_value(
    key: str, name: str, options: Any, y_true: Any, y_pred: Any, weight: Any, is_class: bool
) -> None:
    value = called(name, options, np.array(y_true), np.array(y_pred, np.float32), weight, is_class)
    np.testing.assert_allclose(value.numpy().ravel(), STORED[key]["loss"]["values"], 1e-6, 1e-6)


@pytest.mark.parametrize("row", [row for row in ROWS if row[-1]], ids=[row[0] for row in ROWS if row[-1]])
def test_the_configuration_is_tensorflows(row: Any) -> None:
    key, name, options, *_ = row
    loss = getattr(losses, name)(**options)
    assert loss.get_config() == STORED[key]["config"]
    again = losses.deserialize(losses.serialize(loss))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config()
