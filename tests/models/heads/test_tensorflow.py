"""Each head beside TensorFlow's: losses and their slopes, predictions, metrics, signatures and summaries of the cases in cases.py."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.models.heads.canned import classifier_head, regression_head
from estimator.network.weighted_loss import Reduction
from tests.models.heads.cases import HEADS, outcome, tags_of_training

STORED = Path(__file__).parents[2] / "data" / "tf" / "heads.json"
GIVEN = json.loads(STORED.read_text())
CANNED = SimpleNamespace(
    classifier=lambda n, weights=None, names=None: classifier_head(n, weights, names, Reduction.SUM),
    regressor=lambda n, weights=None: regression_head(n, weights, Reduction.SUM),
)
CASES = list(zip(HEADS, GIVEN, strict=True))
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


def test_the_numbers_are_those_of_the_cases() -> None:
    assert [tuple(given["case"]) for given in GIVEN] == list(HEADS)


@pytest.mark.parametrize("regularization", ["plain", "penalised"])
@pytest.mark.parametrize(("case", "given"), CASES)
def test_a_head_gives_tensorflows_numbers(case: Any, given: Any, regularization: str) -> None:
    wanted, found = given[regularization], outcome(case, tf, CANNED, regularization == "penalised")
    np.testing.assert_allclose(found["losses"], wanted["losses"], **CLOSE)
    for mine, theirs in zip(found["slopes"], wanted["slopes"], strict=True):
        np.testing.assert_allclose(mine, theirs, **CLOSE)
    assert found["metrics"].keys() == wanted["metrics"].keys()
    for kind in ("metrics", "empty"):
        for key, value in wanted[kind].items():
            np.testing.assert_allclose(found[kind][key], value, err_msg=f"{kind} {key}", **CLOSE)
    assert found["types"] == wanted["types"]
    for key, value in wanted["predictions"].items():
        if wanted["types"][key] == "object":
            assert found["predictions"][key] == value, key
        else:
            np.testing.assert_allclose(found["predictions"][key], value, err_msg=key, **CLOSE)
    assert found["outputs"] == wanted["outputs"]


@pytest.mark.parametrize(("case", "given"), CASES)
def test_a_step_of_training_has_tensorflows_summaries(case: Any, given: Any) -> None:
    assert sorted(tags_of_training(case, tf, CANNED)) == sorted(given["tags"])
