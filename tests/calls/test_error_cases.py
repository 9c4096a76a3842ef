"""What TensorFlow refuses is refused here, with its class of error and in its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import tf
from tests.calls.error_cases import CASES, is_told, outcome


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_told_in_tensorflows_words(tmp_path: Path, name: str) -> None:
    model_dir = str(tmp_path / "model")
    found = outcome(tf, name, model_dir)
    assert is_told(name, model_dir, found), (CASES[name].error, CASES[name].gist, found)


def test_each_of_the_forty_six_kinds_has_a_case() -> None:
    numbers = {int(name.split()[0]) for name in CASES if name[0].isdigit()}
    assert numbers == set(range(1, 47))
