"""One seed for all that is random."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from estimator import tf


def test_one_seed_decides_all_random_numbers() -> None:
    def drawn() -> list[Any]:
        with tf.Graph().as_default(), tf.Session() as session:
            tf.keras.utils.set_random_seed(4)
            return [random.random(), np.random.rand(), session.run(tf.random_normal([2])).tolist()]

    before = random.getstate(), np.random.get_state()
    try:
        assert drawn() == drawn()
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
