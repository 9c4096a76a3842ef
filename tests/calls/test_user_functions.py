"""What model_fn and input_fn are told of one another when one of them fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.estimators.estimator import Estimator
from estimator.models.spec import EstimatorSpec


def by_name(features: Any, labels: Any, mode: str) -> EstimatorSpec:
    return EstimatorSpec(mode, loss=features["x"])


@pytest.mark.parametrize("given", [3, "rows.csv", 2.5])
def test_a_model_fn_that_fails_on_a_plain_value_hears_where_it_comes_from(tmp_path: Path, given: Any) -> None:
    with pytest.raises(TypeError) as caught:
        Estimator(by_name, tmp_path).train(lambda: (given, [1.0]), steps=1)
    (note,) = caught.value.__notes__
    assert note.startswith(
        f"input_fn returned the features {given!r} ({type(given).__name__}), which model_fn gets"
    )


def test_a_model_fn_that_fails_for_its_own_reasons_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(KeyError) as caught:
        Estimator(by_name, tmp_path).train(lambda: {"y": 1.0}, steps=1)
    assert not hasattr(caught.value, "__notes__")
