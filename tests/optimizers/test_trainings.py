"""Trainings of tables, and with optimizers of users, leave what TensorFlow 2.15.1 left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.optimizers.trainings import lookups, with_subclasses

STORED: Any = json.loads((Path(__file__).parents[1] / "data/tf/optimizers.json").read_text())


def agree(ours: Any, theirs: Any) -> None:
    assert ours.keys() == theirs.keys()
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[name], values, rtol=1e-5, atol=2e-5, err_msg=name)


@pytest.mark.parametrize("kind", ["lookups", "static lookups"])
def test_rows_that_are_looked_up_move_as_tensorflow_moves_them(kind: str) -> None:
    agree(lookups(tf, static=kind == "static lookups"), STORED[kind])


def test_a_table_in_parts_moves_as_the_whole_one_does() -> None:
    agree(lookups(tf, partitioner=tf.fixed_size_partitioner(3)), STORED["lookups"])


def test_users_own_optimizers_leave_the_variables_and_slots_of_tensorflow() -> None:
    ours = with_subclasses(tf)
    assert ours.keys() == STORED["subclasses"].keys()
    for name, values in STORED["subclasses"].items():
        agree(ours[name], values)
