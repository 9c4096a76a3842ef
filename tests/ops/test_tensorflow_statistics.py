"""Draws of initializers and of dropout have the statistics of TensorFlow's.

``tests/data/tf/ops/statistics.json`` has those of one draw by TensorFlow 2.15.1: [200, 300] initial values, and dropout
of 200,000 ones.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.functions import nn
from estimator.runtime.session import Session
from estimator.variables import initializers

STORED = json.loads((Path(__file__).parents[1] / "data" / "tf" / "ops" / "statistics.json").read_text())
INITIALIZERS = {
    "glorot_normal": initializers.glorot_normal_initializer(seed=1),
    "glorot_uniform": initializers.glorot_uniform_initializer(seed=1),
    "he_normal": initializers.he_normal(seed=1),
    "orthogonal": initializers.orthogonal_initializer(seed=1),
    "truncated_normal": initializers.truncated_normal_initializer(stddev=0.1, seed=1),
    "variance_scaling": initializers.variance_scaling_initializer(seed=1),
}


def run(tensor: Any) -> Any:
    with Session() as session:
        return session.run(tensor)


def test_all_stored_statistics_are_compared() -> None:
    kinds = {case.removeprefix("init_stats_") for case in STORED if case.startswith("init_stats_")}
    assert kinds == set(INITIALIZERS)


@pytest.mark.parametrize("kind", INITIALIZERS)
def test_initial_values_are_spread_as_tensorflows(kind: str) -> None:
    stored, values = STORED[f"init_stats_{kind}"], run(INITIALIZERS[kind]([200, 300]))
    error = stored["std"] / np.sqrt(values.size)  # of a mean, standard
    assert abs(values.mean()) < 4 * error and abs(stored["mean"]) < 4 * error
    np.testing.assert_allclose(values.std(), stored["std"], rtol=0.02)
    tolerance = 0.15 if kind == "orthogonal" else 0.01  # the others end where they are cut
    np.testing.assert_allclose([values.min(), values.max()], [stored["min"], stored["max"]], rtol=tolerance)


@pytest.mark.parametrize("rate", ["0.2", "0.5"])
def test_dropout_keeps_as_many_as_tensorflows(rate: str) -> None:
    stored = STORED[f"dropout_stats_{rate}"]
    values = run(nn.dropout(np.ones(200_000, np.float32), rate=float(rate), seed=1))
    kept = values[values != 0]
    np.testing.assert_allclose(kept, stored["kept_value"], rtol=1e-6)
    np.testing.assert_allclose(
        [kept.size / values.size, values.mean()], [stored["kept_fraction"], stored["mean"]], atol=0.005
    )
