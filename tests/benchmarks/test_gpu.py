"""The comparison on a GPU, where there is none."""

from __future__ import annotations

import pytest

from benchmarks import gpu
from benchmarks.environments import ON_GPU, PYTHONS


def test_without_a_gpu_nothing_is_measured_and_that_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PYTHONS, ON_GPU["jax"], PYTHONS["estimator"].with_name("no-python"))
    monkeypatch.setattr(gpu, "turns", lambda *_: pytest.fail("it measures"))
    gpu.main([])
    assert capsys.readouterr().out.startswith("skipped: ")


def test_the_peers_of_both_models_are_jax_and_torch_with_the_goal_beside_jax() -> None:
    assert [(line.what, line.goal) for line in gpu.row().lines if hasattr(line, "peer")] == [
        ("MLP / jax", 0.95),
        ("MLP / torch", None),
        ("CNN / jax", 0.95),
        ("CNN / torch", None),
    ]
