"""Values as messages show them."""

from __future__ import annotations

from estimator.core.shown import shorten


def test_a_long_value_is_shortened_for_a_message() -> None:
    assert shorten("a" * 100) == "'" + "a" * 76 + "..."
