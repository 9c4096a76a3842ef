"""What each optimizer of tf.keras leaves after twenty steps, and the names of all that it keeps, against TensorFlow's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.keras import optimizers
from tests.keras.optimizers.trainings import (
    CURVATURE,
    IDS,
    STEPS,
    TABLE,
    WEIGHTS,
    cases,
    key_of,
    made,
)

STORED: Any = json.loads((Path(__file__).parents[2] / "data/tf/keras_optimizers.json").read_text("utf-8"))
CASES = [case for case in cases() if key_of(*case, False) in STORED["trainings"]]
IDS_OF_CASES = [key_of(*case, False).removesuffix(" dense") for case in CASES]
every_case = pytest.mark.parametrize("case", CASES, ids=IDS_OF_CASES)


def optimizer_of(case: tuple[str, str, dict[str, Any]]) -> Any:
    family, name, arguments = case
    module = optimizers if family == "today" else optimizers.legacy
    return made(module, optimizers.schedules, name, arguments)


def trained(optimizer: Any, has_rows: bool) -> list[Any]:
    """The variables, and what the optimizer keeps, after the steps."""
    with tf.Session() as session:
        weights, table = tf.Variable(WEIGHTS, name="net/w"), tf.Variable(TABLE, name="t")
        looked_up = tf.gather(table, IDS) if has_rows else table
        loss = tf.reduce_sum(CURVATURE * weights * weights) + tf.reduce_sum(tf.square(looked_up - 0.5))
        step = optimizer.minimize(loss, [weights, table])
        session.run(tf.global_variables_initializer())
        for _ in range(STEPS):
            session.run(step)
        return list(session.run([weights, table, *optimizer.variables()]))


@pytest.mark.parametrize("has_rows", [False, True], ids=["dense", "rows"])
@every_case
def test_twenty_steps_leave_what_tensorflow_leaves(case: Any, has_rows: bool) -> None:
    wanted = STORED["trainings"][key_of(*case, has_rows)]
    optimizer = optimizer_of(case)
    with Graph().as_default():
        found = trained(optimizer, has_rows)
        assert [variable.name for variable in optimizer.variables()] == wanted["names"]
        if case[0] == "today":
            assert sorted(optimizer.checkpoint_children()) == wanted["children"]
    of_slots = 5e-6 if case[1] == "Ftrl" else 1e-6  # its sums are large, and lose digits
    for place, (value, expected) in enumerate(zip(found, wanted["values"], strict=True)):
        tolerance = 1e-6 if place < 2 else of_slots
        np.testing.assert_allclose(value.ravel(), expected, tolerance, tolerance, err_msg=str(place))


@every_case
def test_the_configuration_is_tensorflows(case: Any) -> None:
    config = optimizer_of(case).get_config()
    expected = STORED["configs"][key_of(*case, False)]
    assert sorted(config) == sorted(expected)
    for name, value in config.items():
        assert value == (
            pytest.approx(expected[name], rel=1e-7) if isinstance(value, float) else expected[name]
        )


@every_case
def test_a_configuration_makes_the_same_optimizer_again(case: Any) -> None:
    optimizer = optimizer_of(case)
    again = optimizers.deserialize(optimizers.serialize(optimizer))
    assert type(again) is type(optimizer)
    assert again.get_config() == optimizer.get_config()
