"""Schedules against the rates that TensorFlow's give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.keras.optimizers import schedules
from tests.keras.optimizers.trainings import schedule_rows

STORED: Any = json.loads((Path(__file__).parents[3] / "data/tf/keras_optimizers.json").read_text("utf-8"))[
    "schedules"
]
ROWS = list(schedule_rows())


@pytest.mark.parametrize(("name", "arguments"), ROWS, ids=[f"{name} {json.dumps(row)}" for name, row in ROWS])
def test_the_rates_and_the_configuration_are_tensorflows(name: str, arguments: dict[str, Any]) -> None:
    wanted = STORED[f"{name} {json.dumps(arguments)}"]
    schedule = getattr(schedules, name)(**arguments)
    with Graph().as_default(), tf.Session() as session:
        step = tf.placeholder(tf.int64, [])
        rate = schedule(step)
        rates = [session.run(rate, {step: number}) for number in range(20)]
    np.testing.assert_allclose(rates, wanted["rates"], 2e-6, 1e-8)
    assert schedule.get_config() == wanted["config"]
    again = schedules.deserialize(schedules.serialize(schedule))
    assert type(again) is type(schedule)
    assert again.get_config() == schedule.get_config()


def test_a_schedule_says_where_it_lies() -> None:
    config = schedules.serialize(schedules.ExponentialDecay(0.1, 5, 0.5))
    assert (config["module"], config["class_name"]) == ("keras.optimizers.schedules", "ExponentialDecay")


def test_a_schedule_has_a_value_outside_of_graphs() -> None:
    assert schedules.ExponentialDecay(0.5, 1, 0.5)(1).numpy() == 0.25


def test_wrong_boundaries_are_refused() -> None:
    with pytest.raises(ValueError, match="1 less than the length of values"):
        schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2])


def test_an_unfinished_schedule_says_what_to_define() -> None:
    with pytest.raises(NotImplementedError, match="__call__"):
        schedules.LearningRateSchedule()(1)
    with pytest.raises(NotImplementedError, match="get_config"):
        schedules.LearningRateSchedule().get_config()
