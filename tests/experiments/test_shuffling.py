"""How far rows are mixed."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.experiments.shuffling import SHUFFLE_BUFFER, buffer_of


@pytest.mark.parametrize(
    ("shuffle", "buffer"), [(True, SHUFFLE_BUFFER), (False, 0), (None, 0), (0, 0), (1, 1), (500, 500)]
)
def test_true_is_many_and_a_number_is_itself(shuffle: Any, buffer: int) -> None:
    assert buffer_of(shuffle) == buffer
