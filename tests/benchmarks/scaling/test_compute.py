"""What is counted of a step."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.models import hashed
from benchmarks.scaling import compute
from benchmarks.scaling.models import MODELS, Model


def test_gradients_and_rows_of_a_step_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHMARKED_LIBRARY", "estimator")
    for name, value in {"BATCH": 16, "BATCHES": 2, "BUCKETS": 5, "SIZES": [141, 6, 4, 1]}.items():
        monkeypatch.setattr(hashed, name, value)
    small = Model("", lambda tf, folder, batch: hashed.estimator(tf, "ids", str(tmp_path), batch), 16, (16,))
    monkeypatch.setitem(MODELS, "small", small)
    found = compute.sizes_of("small", 16)
    assert found["dense"] == 4 * (141 * 6 + 6 + 6 * 4 + 4 + 4 + 1)
    assert 8 <= found["rows"] <= 8 * 5  # 16 ids of 5 buckets in each of 8 tables
    assert found["sparse"] == found["rows"] * (4 * 16 + 8)
    assert len(compute.steps_of("small", 16, seconds=0.0)) == compute.FEWEST


def test_what_others_do_meanwhile_is_left_out() -> None:
    assert compute.least([*range(10, 110), 10_000]) == 20
